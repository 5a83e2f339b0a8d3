"""Running a site: server, health, backup, and the demo town.

server     gunicorn with the worker beside it
port       the address it listens on, tried first
health     what `doctor` and the health page look at
backup     a whole site into one file, and back
demo       the fictional town, from its raw spreadsheet to its lists
new_home   a `GEOMATCH_HOME` nobody has used yet
privacy    what keeps its files from everybody else
"""
