"""Every path there is, as data: adapters register them in a loop.

Paths lie below the portal's URL. What has a JSON form has it at the same path behind
`api/`: so the path alone decides the format, and no cache or proxy has to look at
`Accept`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["API", "PATHS", "ROUTES", "Page", "Route"]

API = "api/"


class Page(StrEnum):
    """What a path shows or does."""

    LOGIN = "login"
    LINK = "link"
    TEMPORARY = "temporary"
    FORGOT = "forgot"
    NEW_PASSWORD = "new_password"  # noqa: S105 -- a page, not a secret
    CHANGE_PASSWORD = "change_password"  # noqa: S105 -- a page, not a secret
    ADDRESS = "address"
    SESSIONS = "sessions"
    LOGOUT = "logout"
    HELP = "help"
    PREFLIGHT = "preflight"
    ASSET = "asset"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One path.

    Attributes:
        path: below the portal's URL; `{name}` stands for one segment.
        methods: of the HTML page; HEAD goes wherever GET goes.
        api_methods: of the JSON form at `api/` + path; () where there is none.
    """

    page: Page
    path: str
    methods: tuple[str, ...]
    api_methods: tuple[str, ...] = ()


_BOTH = ("GET", "HEAD", "POST")
_READ = ("GET", "HEAD")

ROUTES: tuple[Route, ...] = (
    Route(page=Page.LOGIN, path="login", methods=_BOTH, api_methods=("POST",)),
    Route(page=Page.LINK, path="link", methods=_READ, api_methods=("POST",)),
    Route(page=Page.TEMPORARY, path="temporary", methods=_READ),
    Route(page=Page.FORGOT, path="forgot", methods=_BOTH, api_methods=("POST",)),
    Route(
        page=Page.NEW_PASSWORD,
        path="new-password",
        methods=_BOTH,
        api_methods=("POST",),
    ),
    Route(
        page=Page.CHANGE_PASSWORD,
        path="change-password",
        methods=_BOTH,
        api_methods=("POST",),
    ),
    Route(page=Page.ADDRESS, path="address", methods=_BOTH),
    Route(page=Page.SESSIONS, path="sessions", methods=_BOTH, api_methods=_BOTH),
    Route(page=Page.LOGOUT, path="logout", methods=_BOTH, api_methods=("POST",)),
    Route(page=Page.HELP, path="help", methods=_READ, api_methods=_READ),
    Route(page=Page.PREFLIGHT, path="preflight", methods=_BOTH),
    Route(page=Page.ASSET, path="assets/{name}", methods=_READ),
    Route(page=Page.DESCRIPTION, path="openapi.json", methods=(), api_methods=_READ),
)

PATHS: Mapping[str, str] = {
    **{str(route.page): route.path for route in ROUTES if route.methods},
    **{f"api_{route.page}": API + route.path for route in ROUTES if route.api_methods},
}
"""Every path by a name of its own, such as `login` and `api_login`, for adapters.

Register each for all methods: what a path does not know is answered by its own page.
"""
