"""A spreadsheet's pages: drop, preview, result.

imports           a sheet dropped; what was not taken handed back
previews          what it would change, looked at and corrected
preview_context   that preview as its page shows it
phrases           what it would change, in people's words
"""
