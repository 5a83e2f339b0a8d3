"""Database backends: the embedded one lives here, the server one is Django's own PostGIS."""
