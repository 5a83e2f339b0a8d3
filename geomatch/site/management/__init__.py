"""Django's place for commands.

commands   one file a command of `geomatch`
"""
