"""Rows against the register: new, changed, same, unclear, rejected, or for stewards.

compare                   all sheets of a file, one after the other
comparer                  whom a row means, whatever the sheet
households                rows of neighbours
volunteers_and_requests   rows of volunteers and of requests
rejections                rejected rows with the reason and all of their cells
"""
