"""Spreadsheets as files: read once and within bounds, and rejected rows as a file to mend.

spreadsheets    a file as tables, and rejected rows as a file that can be dropped again
kept_tables     tables that were read, as text that can be kept
rejected        rejected rows, each once: kept, and gathered for pages and files
"""
