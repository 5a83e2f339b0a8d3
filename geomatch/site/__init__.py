"""The site: what people see, and what runs it. On top of all other rooms.

pages        one room a page: view, context, words and forms
shell        what every page shares
jobs         tasks, the worker, how far work is
cli          what commands share
management   one file a command
ops          server, health, backup, the demo town
"""
