"""A Django project as small as one can be; the tests fill in the rest."""

from __future__ import annotations

SECRET_KEY = "opens nothing"
ALLOWED_HOSTS = ["*"]
# Django would set up logging for the whole process.
LOGGING_CONFIG = None
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "securelogin.django.apps.PortalAdminConfig",
    "securelogin.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "securelogin.django.middleware.SecureLoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTHENTICATION_BACKENDS = ["securelogin.django.backends.SecureLoginBackend"]
DEFAULT_EXCEPTION_REPORTER_FILTER = "securelogin.django.reporting.PortalReporterFilter"
SECURELOGIN_PORTALS = ["tests.django.project.pages"]
ROOT_URLCONF = "tests.django.project"
LOGIN_URL = "securelogin:login"
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        # Each test process has its own, made by a fixture.
        "NAME": "/nowhere/portal.db",
        # Waits for its turn, rather than fail when it begins to write.
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    },
    "away": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": "/nowhere/portal.db",
    },
}
