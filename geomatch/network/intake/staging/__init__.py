"""A sheet that waits while somebody looks at it: sealed, for a few people, for a few days.

scratch      a private folder where a file lies open while it is read
sheets       what is kept of a sheet, and who may open it
reading      a file read once for each way it is said to be read; its rows as they were kept
background   a large sheet read and compared by the worker
previews     what the page of a large sheet shows, kept beside it
apply        the sheet somebody looked at, imported
progress     how far all that is, in phases
"""
