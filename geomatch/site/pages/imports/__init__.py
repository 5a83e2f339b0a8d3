"""A spreadsheet's pages: drop, preview, result."""
