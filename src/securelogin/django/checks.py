"""What is wrong with a project's settings, said by `manage.py check`.

Each has an id and a hint. Errors keep people out, or let the wrong ones in; warnings
leave a door less shut than it could be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.backends import ModelBackend
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.http.request import validate_host
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from securelogin.django.backends import SecureLoginBackend
from securelogin.django.database import PREFIX
from securelogin.django.middleware import SecureLoginMiddleware
from securelogin.django.pages import DjangoPortal
from securelogin.django.portals import configured_portals
from securelogin.django.reporting import PortalReporterFilter
from securelogin.errors import WiringError

__all__ = ["check_project"]

_OURS = "securelogin.django.middleware.SecureLoginMiddleware"
_DJANGOS = "django.contrib.auth.middleware.AuthenticationMiddleware"
_CACHE = "django.middleware.cache.UpdateCacheMiddleware"
_GZIP = "django.middleware.gzip.GZipMiddleware"
_BACKEND = "securelogin.django.backends.SecureLoginBackend"
_FILTER = "securelogin.django.reporting.PortalReporterFilter"
# Whom Django lets in while DEBUG is on and ALLOWED_HOSTS is empty.
_OF_DEBUG = (".localhost", "127.0.0.1", "[::1]")


def check_project(**_: Any) -> list[CheckMessage]:  # noqa: ANN401 -- as Django calls it
    """Return all that is wrong with the settings of a project."""
    found = [*_middleware(), *_backends(), *_reports(), *_stores()]
    try:
        portals = configured_portals()
    except WiringError as error:
        return [
            Error(
                f"{error.setting}: {error.problem}",
                hint=error.cure,
                id="securelogin.E001",
            ),
            *found,
        ]
    for portal in portals:
        found += [*_place(portal), *_host(portal), *_body_limit(portal)]
    return [*found, *_sites(portals), *_login_url(portals)]


def _stores() -> Iterator[CheckMessage]:
    for alias, given in connections.settings.items():
        using = f"{PREFIX}{alias}"
        is_shared = using in connections.settings and given["ATOMIC_REQUESTS"]
        if is_shared and connections[alias].vendor == "sqlite":
            yield Caution(
                f"Views and DjangoStore write to one SQLite file ({alias}), and views "
                "are transactions.",
                hint="Give the store a file of its own, by DjangoStore(using=…), or "
                "use PostgreSQL.",
                id="securelogin.W006",
            )


def _place(portal: DjangoPortal) -> Iterator[CheckMessage]:
    base = portal.web.portal.url_parts.path
    try:
        found = unquote(reverse(f"{portal.name}:login"))
    except NoReverseMatch:
        found = "nowhere"
    if found != f"{base}login":
        yield Error(
            f"The pages of {portal.web.portal.base} are at {found}.",
            hint=f'Put path("{base.removeprefix("/")}", pages.urls) into ROOT_URLCONF, '
            "less the prefix that the server takes away.",
            id="securelogin.E002",
        )


def _host(portal: DjangoPortal) -> Iterator[CheckMessage]:
    allowed = settings.ALLOWED_HOSTS or (_OF_DEBUG if settings.DEBUG else ())
    host = portal.web.portal.url_parts.host
    if not validate_host(host, allowed):
        yield Error(
            f"Django refuses requests to {host}, the host of a portal.",
            hint=f'Put "{host}" into ALLOWED_HOSTS.',
            id="securelogin.E003",
        )


def _middleware() -> Iterator[CheckMessage]:
    names = list(settings.MIDDLEWARE)
    ours = [n for n, name in enumerate(names) if _is_ours(name)]
    if not ours:
        yield Error(
            "request.user does not know who is logged in.",
            hint=f'Put "{_OURS}" into MIDDLEWARE, in place of "{_DJANGOS}".',
            id="securelogin.E004",
        )
    elif _DJANGOS in names[ours[0] :]:
        yield Error(
            f"{_DJANGOS} comes after ours, and its request.user takes the place of "
            "ours.",
            hint="Take it out of MIDDLEWARE.",
            id="securelogin.E005",
        )
    if ours and _CACHE in names[ours[0] :]:
        yield Error(
            f"{_CACHE} comes after ours, and keeps pages before they say whose they "
            "are.",
            hint="Put it first in MIDDLEWARE.",
            id="securelogin.E008",
        )
    if _GZIP in names:
        yield Caution(
            "Pages with secrets are compressed, which lets a listener guess them "
            "(BREACH).",
            hint=f'Take "{_GZIP}" out, and let the server compress files only.',
            id="securelogin.W001",
        )


def _is_ours(name: str) -> bool:
    try:
        found = import_string(name)
    except ImportError:
        # Django itself says so when it starts.
        return False
    return isinstance(found, type) and issubclass(found, SecureLoginMiddleware)


def _backends() -> Iterator[CheckMessage]:
    try:
        backends = get_backends()
    except (ImportError, ImproperlyConfigured):
        # As above; here without one of them nobody can be told apart.
        backends = []
    if not any(isinstance(one, SecureLoginBackend) for one in backends):
        yield Error(
            "There is no backend that knows the users of accounts.",
            hint=f'Put "{_BACKEND}" into AUTHENTICATION_BACKENDS.',
            id="securelogin.E006",
        )
    for one in backends:
        if isinstance(one, ModelBackend) and not isinstance(one, SecureLoginBackend):
            yield Caution(
                f"{type(one).__qualname__} checks passwords as well, which nobody "
                "throttles or records.",
                hint="Take it out of AUTHENTICATION_BACKENDS; permissions are known "
                "to SecureLoginBackend too.",
                id="securelogin.W002",
            )


def _login_url(portals: tuple[DjangoPortal, ...]) -> Iterator[CheckMessage]:
    try:
        found = unquote(resolve_url(settings.LOGIN_URL))
    except NoReverseMatch:
        found = "nowhere"
    if found not in {f"{one.web.portal.url_parts.path}login" for one in portals}:
        yield Caution(
            f"LOGIN_URL leads to {found}, and not to a log-in page of a portal.",
            hint=f'Set LOGIN_URL = "{portals[0].name}:login".',
            id="securelogin.W003",
        )


def _body_limit(portal: DjangoPortal) -> Iterator[CheckMessage]:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if most is None or most < portal.web.settings.largest_body:
        yield Caution(
            "DATA_UPLOAD_MAX_MEMORY_SIZE sets no bound, or one below that of the "
            "pages.",
            hint="Leave it out, or set it above WebSettings(largest_body=…), which is "
            f"{portal.web.settings.largest_body}.",
            id="securelogin.W004",
        )


def _reports() -> Iterator[CheckMessage]:
    try:
        found = import_string(settings.DEFAULT_EXCEPTION_REPORTER_FILTER)
    except ImportError:
        found = None
    if not (isinstance(found, type) and issubclass(found, PortalReporterFilter)):
        yield Caution(
            "Reports of errors, which go out by mail, show the cookies of sessions.",
            hint=f'Set DEFAULT_EXCEPTION_REPORTER_FILTER = "{_FILTER}".',
            id="securelogin.W005",
        )


def _sites(portals: tuple[DjangoPortal, ...]) -> Iterator[CheckMessage]:
    names = [portal.name for portal in portals]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Error(
            f"Two portals have the namespace {name}, so links lead to one of them.",
            hint="Give each a name: DjangoPortal(auth, portal=…, name=…).",
            id="securelogin.E007",
        )
