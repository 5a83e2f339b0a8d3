"""Writing what belongs to no one wing: networks, ground, long work, and the audit.

networks     networks made, and roles given
ground       gazetteer, streets and water loaded
runs         long work as rows: wanted, carried out, over
performing   one run carried out: claimed, told how far, stopped
signs        what a run and its pages tell each other past a transaction
audit        who did what
bulk         many rows in few statements
"""
