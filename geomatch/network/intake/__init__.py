"""A sheet's whole way into the register, in the order it goes.

    files       spreadsheets as tables, read once; rejected rows as a file to mend
    sheets      which sheet, which column, what a cell means: text in, typed rows out
    staging     a sheet that waits, with its rows as they were read, while somebody looks at it
    linkage     who is known already: by id, door, name or phone, and how alike
    compare     rows against the register: new, changed, same, unclear, rejected, for stewards
    write       a comparison becomes rows and a before-image, and the register as it was
    services    the whole way in one call, for pages and commands

`compare` says what a sheet would change and changes nothing, unless a `Writer` writes it as it
goes, in one transaction, and keeps the before-image; `services.take_back` undoes a whole import
by it. Between a comparison and the one that is written stands a person with the preview
(`staging`), or nobody (`services.import_sheet`).

A row is *rejected* if it cannot be read, and an import rejects as well what stays unclear: it is
not written, and comes back in a file with the reason. Three other things have other names. A file
or an import *refused* as a whole changes nothing. A row *for stewards* is of a hidden home, and
what is said of it depends on who asks. A row *left out* is so by somebody's choice, and right.
"""
