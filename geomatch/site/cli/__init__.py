"""What commands share: files in and out, options, and the words of their ends.

base            what every command of ours has: its own options before Django's
file_command    a command from files to files, without site or database
site_command    a command for one network
engine_option   `--engine` and `--scheduler`
wish_option     `--wish NAME=METRES`
users           people named on the command line
"""
