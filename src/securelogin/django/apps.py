"""Two applications: this one, and Django's admin site with our log-in."""

from __future__ import annotations

from django.apps import AppConfig

# By its module: Django would take an AdminConfig in here for a default of ours.
from django.contrib.admin import apps as admin
from django.core import checks
from django.db.models.signals import post_save

__all__ = ["PortalAdminConfig", "SecureLoginConfig"]


class SecureLoginConfig(AppConfig):
    """`securelogin.django` in `INSTALLED_APPS`."""

    name = "securelogin.django"
    label = "securelogin"
    verbose_name: str = "Log-in"
    default = True

    def ready(self) -> None:
        """Register the checks, and follow the addresses of users."""
        from django.contrib.auth import get_user_model  # noqa: PLC0415 -- needs the apps

        from securelogin.django.accounts import follow_address  # noqa: PLC0415 -- the same
        from securelogin.django.checks import check_project  # noqa: PLC0415 -- the same

        checks.register(check_project, "securelogin")
        post_save.connect(
            follow_address, sender=get_user_model(), dispatch_uid="securelogin"
        )


class PortalAdminConfig(admin.AdminConfig):
    """In `INSTALLED_APPS` in place of `django.contrib.admin`."""

    default = False
    default_site = "securelogin.django.admin_site.PortalAdminSite"
