"""Settings of the file commands: they read files, write files and know no database."""

INSTALLED_APPS = ["geomatch.site"]
DATABASES: dict[str, dict[str, str]] = {}
SECRET_KEY = "file commands sign nothing"  # noqa: S105 - never used: no sessions, no cookies
USE_TZ = True
