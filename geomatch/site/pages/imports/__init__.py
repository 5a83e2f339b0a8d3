"""A spreadsheet's pages: drop, preview, result.

imports           the page to drop a file on, and what an import came to
previews          what a staged sheet would change; its corrections, choices, and Import
preview_context   the preview as its page shows it
phrases           what all of them say
"""
