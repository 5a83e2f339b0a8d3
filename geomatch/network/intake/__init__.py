"""A sheet's whole way into the register, in the order it goes.

    files       spreadsheets as tables; rows that were not taken, given back as a file
    sheets      which sheet, which column, what a cell means: text in, typed rows out
    linkage     who is known already: by id, door, name or phone, and how alike
    compare     rows against the register: new, changed, same, unclear, rejected
    write       a comparison becomes rows and a before-image, and the register as it was
    staging     a sheet that waits while somebody looks at its preview
    services    the whole way in one call, for pages and commands

`compare` says what a sheet would change and changes nothing, unless a `Writer` writes it as it
goes, in one transaction, and keeps the before-image; `undo.take_back` undoes a whole import by it.
Between a comparison and the one that is written stands a person with the preview (`staging`), or
nobody (`services.import_sheet`).
"""
