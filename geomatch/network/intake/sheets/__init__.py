"""Reading the spreadsheet a network already has: which sheet, which column, what a cell means.

Nothing here touches the database: rows go in as text and come out typed, or with the reason why
not. `geomatch.network.intake.services` does the writing.
"""
