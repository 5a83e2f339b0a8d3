"""A sheet that waits while somebody looks at it: sealed, for a few people, for a few days.

sheets       what is kept, and who may open it
reading      a kept sheet, parsed once
previews     what a preview shows, made beforehand for large sheets
background   a large sheet read by the worker
apply        the sheet somebody looked at, taken in
progress     how far it is, in phases
"""
