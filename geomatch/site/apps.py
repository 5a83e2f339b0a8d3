"""The site app: what stands on top of all others."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Dashboard, sign-in, commands and templates. It has no models of its own."""

    name = "geomatch.site"
    label = "site"
    verbose_name = "Geomatch"
