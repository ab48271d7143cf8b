"""The pages of a portal in a Django project (extra `django`).

    INSTALLED_APPS = [..., "securelogin.django"]
    MIDDLEWARE = [..., "securelogin.django.middleware.SecureLoginMiddleware"]
    AUTHENTICATION_BACKENDS = ["securelogin.django.backends.SecureLoginBackend"]
    SECURELOGIN_PORTALS = ["portal.login.pages"]     # a DjangoPortal in a module

`request.user` is then the Django user of whoever is logged in; `manage.py check` says
what is missing. It translates between Django and `securelogin.web`, and nothing else.
Not imported here is what needs Django's apps: `accounts`, `backends`, `middleware`.
"""

from __future__ import annotations

from securelogin.django.decorators import audience_required
from securelogin.django.pages import DjangoPortal
from securelogin.django.portals import (
    get_account,
    get_client,
    get_link,
    get_logged_in,
    get_portal,
)

__all__ = [
    "DjangoPortal",
    "audience_required",
    "get_account",
    "get_client",
    "get_link",
    "get_logged_in",
    "get_portal",
]
