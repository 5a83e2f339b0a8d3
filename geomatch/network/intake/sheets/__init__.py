"""What a sheet says: text goes in, typed rows come out, or what is wrong with them.

columns   what the columns of a sheet may be, and by which names they go
mapping   which column is which: by its name, its values, or as somebody said
values    what a cell means
rows      typed rows, and what was rejected and why
file      all sheets of one file, in the order in which they are taken

Nothing here knows the database; `geomatch.network.intake.write` does the writing.
"""
