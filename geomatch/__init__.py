"""Geomatch: pods of neighbours, matches and street lists for mutual-aid networks.

cli            the `geomatch` command
contents       what `geomatch` says when no command is named
settings       settings of the site; each that may differ is an environment variable
filesettings   settings of the commands that only read and write files
keys           the two secrets of an installation
private        the data folder, closed to everybody else on the machine
catalogues     the catalogues of translations, kept by Babel
formats        how numbers are written, where Django would write them another way
urls           every address of the site
wsgi           what the server runs
warm           compiles the solvers once
cluster        a Dask cluster to hand work to
core           errors, phrases, geodesy, walks, addresses: what every room needs
tables         spreadsheets and map files, in and out
geocoding      where an address is
db             database backends
network        networks, the people in them, imports, and who may see what
matching       who could help whom, who is asked, what was agreed
site           pages, commands, jobs and operations, on top of all
"""

__version__ = "0.2.0.dev0"
