"""Which portal a request is for, and who sends it, for views of the portal's own."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from securelogin.accounts import Account
from securelogin.attempts import Client
from securelogin.django.pages import DjangoPortal, read_request
from securelogin.errors import WiringError
from securelogin.hidden import Hidden
from securelogin.outcomes import LoggedIn

__all__ = [
    "SETTING",
    "configured_portals",
    "get_account",
    "get_client",
    "get_link",
    "get_logged_in",
    "get_portal",
    "login_place",
    "page_place",
    "was_asked",
]

SETTING = "SECURELOGIN_PORTALS"
_KEPT = "_securelogin_logged_in"
_ASKED = "_securelogin_asked"


def configured_portals() -> tuple[DjangoPortal, ...]:
    """Return the portals that `SECURELOGIN_PORTALS` names.

    Raises:
        WiringError: it is missing, or a name in it leads to no `DjangoPortal`.
    """
    names = getattr(settings, SETTING, None)
    if not isinstance(names, list | tuple) or not names:
        raise WiringError(
            "expected a list of dotted names.",
            setting=SETTING,
            cure='Write it as in ["portal.login.pages"], a DjangoPortal in a module.',
        )
    return tuple(_portal(name) for name in names)


def _portal(name: object) -> DjangoPortal:
    try:
        found = import_string(str(name))
    except ImportError as error:
        raise WiringError(
            f"{name} cannot be imported ({error}).",
            setting=SETTING,
            cure="Name a module and a DjangoPortal in it.",
        ) from error
    if not isinstance(found, DjangoPortal):
        raise WiringError(
            f"{name} is a {type(found).__name__}, and no DjangoPortal.",
            setting=SETTING,
            cure="Name a module and a DjangoPortal in it.",
        )
    return found


def get_portal(request: HttpRequest, /) -> DjangoPortal | None:
    """Return the portal in which a request is; None: in none, or nobody can tell.

    By the host; where several share one, by the path. A session of one tenant's portal
    must be worth nothing at another's (ASVS 8.4.1).
    """
    host = request.META.get("HTTP_HOST", "")
    here = [portal for portal in configured_portals() if portal.is_at(host)]
    around = [
        portal for portal in here if request.path.startswith(_path_of(portal))
    ] or (here if len(here) == 1 else [])
    return max(around, key=lambda portal: len(_path_of(portal)), default=None)


def page_place(request: HttpRequest, page: str, /) -> str:
    """Return the name of a page's URL, in the portal in which a request is."""
    portal = get_portal(request)
    return f"{'securelogin' if portal is None else portal.name}:{page}"


def login_place(request: HttpRequest, /) -> str:
    """Return where a request's sender is to log in.

    It is `LOGIN_URL`; where that is a portal's log-in, it is the one of the portal in
    which the request is. One setting cannot name several.
    """
    given = str(settings.LOGIN_URL)
    names = {f"{portal.name}:login" for portal in configured_portals()}
    here = get_portal(request)
    return given if here is None or given not in names else f"{here.name}:login"


def _path_of(portal: DjangoPortal) -> str:
    return portal.web.portal.url_parts.path


def get_logged_in(request: HttpRequest, /) -> LoggedIn | None:
    """Return who sends a request, and their session; None: nobody.

    Asked once for each request.

    Raises:
        AdapterError: a store could not be asked.
    """
    setattr(request, _ASKED, True)
    if not hasattr(request, _KEPT):
        portal = get_portal(request)
        found = None if portal is None else portal.web.logged_in(read_request(request))
        setattr(request, _KEPT, found)
    return cast("LoggedIn | None", getattr(request, _KEPT))


def was_asked(request: HttpRequest, /) -> bool:
    """Tell whether anybody has looked who sends a request, or by which link."""
    return hasattr(request, _ASKED)


def get_account(request: HttpRequest, /) -> Account | None:
    """Return whose request it is; None: nobody's."""
    found = get_logged_in(request)
    return None if found is None else found.account


def get_link(request: HttpRequest, /) -> Hidden | None:
    """Return the token of the link the browser came by, for `auth.links.may_read`."""
    setattr(request, _ASKED, True)
    portal = get_portal(request)
    return None if portal is None else portal.web.link(read_request(request))


def get_client(request: HttpRequest, /) -> Client | None:
    """Return where a request comes from, as far as the settings trust what says so."""
    portal = get_portal(request)
    return None if portal is None else portal.web.client(read_request(request))
