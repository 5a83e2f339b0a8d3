"""Spreadsheets as files: read within bounds, and rows that were not taken as a file to mend.

spreadsheets    a sheet's file as tables
scratch         a private folder for what is uploaded
rejected        rows that were not taken, kept once and compressed
rejected_rows   the same as a file that can be dropped again
"""
