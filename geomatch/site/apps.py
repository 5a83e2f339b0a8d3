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
        from allauth.account.signals import password_changed
        from allauth.mfa.signals import authenticator_added, authenticator_removed
        from django.contrib.auth.signals import user_logged_in

        from geomatch.network.members import accounts, sessions
        from geomatch.site.ops.privacy import close_home

        pre_migrate.connect(
            close_home, sender=apps.get_app_config("network"), dispatch_uid="close_home"
        )
        user_logged_in.connect(sessions.remember_device, dispatch_uid="remember_device")
        password_changed.connect(accounts.tell_password_changed, dispatch_uid="tell_password")
        for changed in (authenticator_added, authenticator_removed):
            changed.connect(accounts.tell_second_step_changed, dispatch_uid="tell_second_step")
