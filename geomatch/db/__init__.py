"""Database backends: the embedded one lives here, the server one is Django's own PostGIS.

spatialite   the embedded database, on any Python
libraries    GDAL and GEOS in the wheels that carry them
"""
