"""A spreadsheet's pages: drop, preview, result.

imports           the page to drop a file on, and what an import came to
previews          what a staged sheet would change; its corrections, choices, and Import
preview_context   the preview as its page shows it
phrases           what all of them say
imports           a sheet dropped; what was not taken handed back
previews          what it would change, looked at and corrected
preview_context   that preview as its page shows it
phrases           what it would change, in people's words
"""
