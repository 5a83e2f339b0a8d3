"""The site app: what stands on top of all others."""

from django.apps import AppConfig, apps
from django.db.models.signals import pre_migrate


class SiteConfig(AppConfig):
    """Dashboard, sign-in, commands and templates. It has no models of its own."""

    name = "geomatch.site"
    label = "site"
    verbose_name = "Geomatch"

    def ready(self) -> None:
        """Close the data folder to others before its tables change; the network's app says when."""
        if not apps.is_installed("geomatch.network"):
            return  # the file commands have no data folder
        from geomatch.site.ops.privacy import close_home

        pre_migrate.connect(
            close_home, sender=apps.get_app_config("network"), dispatch_uid="close_home"
        )
