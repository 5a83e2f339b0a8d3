"""Take a spreadsheet in, in steps that people can look at.

`compare` says what a sheet would change and changes nothing, unless a `Writer` writes it as it
goes, in one transaction, and keeps the before-image; `take_back` undoes a whole import by it.
Between a comparison and the one that is written stands a person with the preview
(`geomatch.network.services.staging`), or nobody (`geomatch.network.services.imports.import_sheet`).

    records     rows as their columns only
    draft       rows changed in memory, not yet written
    known       who is in the network, found by id, door, name or phone
    looking     how far all that is before its first row
    likeness    how alike a row and a known person are, as a score with its reasons
    comparing   rows against the network: new, changed, same, unclear, rejected
    comparer    whom a row means, whatever the sheet; `neighbours` and `helpers`, by the sheet
    outcomes    what `compare` says of each row
    writing     a draft becomes rows, and a before-image
    takingback  a before-image becomes the network as it was
"""
