"""Settings of the example: what is about the log-in has a comment."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(os.environ.get("PORTAL_FOLDER", "data"))
FOLDER.mkdir(mode=0o700, exist_ok=True)

SECRET_KEY = os.environ.get("PORTAL_SECRET", "for this example only")
DEBUG = True
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "urls"
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": FOLDER / "django.db",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    # The pages, the checks, and the table that connects users and accounts.
    "securelogin.django",
    "messaging",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    # In place of Django's AuthenticationMiddleware.
    "securelogin.django.middleware.SecureLoginMiddleware",
]
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
]
# Who a request is from; passwords are checked by the portal's pages only.
AUTHENTICATION_BACKENDS = ["securelogin.django.backends.SecureLoginBackend"]
SECURELOGIN_PORTALS = ["login.pages"]
LOGIN_URL = "securelogin:login"
# Keeps the session's cookie out of reports of errors.
DEFAULT_EXCEPTION_REPORTER_FILTER = "securelogin.django.reporting.PortalReporterFilter"
