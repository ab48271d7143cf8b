"""Django as its documentation says: Argon2 first, the auth app's own views, sessions.

https://docs.djangoproject.com/en/5.2/topics/auth/passwords/ and …/auth/default/.
"""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import urlencode

from benchmarks.peers import wsgi
from benchmarks.peers.sides import PASSWORD, STATES, Cost, Place, people

__all__ = ["Django", "DjangoAuthenticate", "DjangoAwaited"]

_LANES = 8
_TOKEN = "a" * 32
_FORM = "application/x-www-form-urlencoded"
urlpatterns: list[Any] = []


def _settings(place: Place) -> dict[str, Any]:
    return {
        "SECRET_KEY": "benchmark" * 8,
        "ALLOWED_HOSTS": ["localhost"],
        "ROOT_URLCONF": __name__,
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
        ],
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"loaders": [_templates()]},
            }
        ],
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(place.folder / "django.db"),
                # Threads wait for one another's writes instead of failing.
                "OPTIONS": {"timeout": 120},
                "CONN_MAX_AGE": None,
            }
        },
        "PASSWORD_HASHERS": [
            f"{__name__}.Hasher",
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        ],
        "LOGIN_REDIRECT_URL": "/",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": place.mail_port,
        "USE_TZ": True,
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    }


def _templates() -> tuple[str, dict[str, str]]:
    page = "<form method=post>{% csrf_token %}{{ form.as_p }}<button>Go</button></form>"
    return (
        "django.template.loaders.locmem.Loader",
        {
            "registration/login.html": page,
            "registration/password_reset_form.html": page,
            "registration/password_reset_email.html": "{{ uid }} {{ token }}",
            "registration/password_reset_subject.txt": "Reset",
        },
    )


def _set_up(place: Place, each: int) -> None:
    import django
    from django.conf import settings

    settings.configure(**_settings(place))
    django.setup()
    from django.contrib.auth import get_user_model, views
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command
    from django.urls import path

    urlpatterns.extend(
        [
            path("login/", views.LoginView.as_view()),
            path("reset/", views.PasswordResetView.as_view(success_url="/done/")),
        ]
    )
    _set_cost(place.cost)
    call_command("migrate", verbosity=0)
    users = get_user_model()
    for state in STATES:
        _set_cost(place.cost.older if state == "older hash" else place.cost)
        hashed = make_password(None if state == "no password" else PASSWORD)
        users.objects.bulk_create(
            users(
                username=address,
                email=address,
                password=hashed,
                is_active=state != "disabled",
            )
            for address in people(state, each)
        )
    _set_cost(place.cost)


def _set_cost(cost: Cost) -> None:
    hasher = sys.modules[__name__].Hasher
    hasher.memory_cost, hasher.time_cost = cost.memory, cost.passes
    hasher.parallelism = cost.lanes or _LANES


def __getattr__(name: str) -> Any:
    """Make the hasher class once Django can be imported (its settings name it)."""
    if name != "Hasher":
        raise AttributeError(name)
    from django.contrib.auth.hashers import Argon2PasswordHasher

    made = type("Hasher", (Argon2PasswordHasher,), {"__module__": __name__})
    globals()["Hasher"] = made
    return made


class Django:
    """A whole request: `LoginView` behind its middleware, with a session in SQLite."""

    def __init__(self, place: Place, each: int, /) -> None:
        _set_up(place, each)
        from django.core.wsgi import get_wsgi_application

        self._application = get_wsgi_application()

    def _post(self, path: str, fields: dict[str, str]) -> str:
        body = urlencode({"csrfmiddlewaretoken": _TOKEN, **fields}).encode()
        status, _ = wsgi.post(
            self._application, path, body, kind=_FORM, cookie=f"csrftoken={_TOKEN}"
        )
        return status

    def login(self, address: str, password: str, /) -> bool:
        """Post the form; a redirect means that somebody is in."""
        status = self._post("/login/", {"username": address, "password": password})
        return status.startswith("302")

    def forgot(self, address: str, /) -> object:
        """Post the form."""
        if not self._post("/reset/", {"email": address}).startswith("302"):
            raise RuntimeError("the form was not taken")
        return None


class DjangoAuthenticate:
    """`authenticate` alone: no request, no session."""

    def __init__(self, place: Place, each: int, /) -> None:
        _set_up(place, each)
        from django.contrib.auth import authenticate

        self._authenticate = authenticate

    def login(self, address: str, password: str, /) -> bool:
        """Call it."""
        return self._authenticate(username=address, password=password) is not None


class DjangoAwaited:
    """`aauthenticate`, Django's own form for an event loop."""

    def __init__(self, place: Place, each: int, /) -> None:
        _set_up(place, each)
        from django.contrib.auth import aauthenticate

        self._authenticate = aauthenticate

    async def login(self, address: str, password: str, /) -> bool:
        """Await it."""
        found = await self._authenticate(username=address, password=password)
        return found is not None
