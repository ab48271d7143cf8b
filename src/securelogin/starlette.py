"""The pages of a portal in a Starlette application (extra `starlette`).

    add_pages(app, auth)                          # the paths of `securelogin.web`
    account = await current_account(request)      # in the portal's own views

It translates between ASGI and `securelogin.web`, and nothing else: what a request
means, and what it is answered, is decided there. FastAPI's own part of it is in
`securelogin.fastapi`.
"""

from __future__ import annotations

import logging
from typing import cast

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request as StarletteRequest
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from securelogin.accounts import Account, Audience
from securelogin.aio.secure_login import AsyncSecureLogin
from securelogin.errors import AdapterError, WiringError
from securelogin.outcomes import LoggedIn
from securelogin.portals import Portal
from securelogin.web import PATHS, AsyncWebPortal, Request, WebSettings
from securelogin.web.asgi import ASGIPages, read_scope
from securelogin.web.requests import prefers_page
from securelogin.web.wiring import path_below

__all__ = [
    "add_pages",
    "admitted",
    "current_account",
    "find_login",
    "pages_of",
    "read",
]

_LOG = logging.getLogger("securelogin.web")
_UNKEPT = {"Cache-Control": "no-store", "Vary": "Accept"}
_ASKED = "securelogin.asked"
_RETRY_SECONDS = "60"


def add_pages(
    app: Starlette,
    auth: AsyncSecureLogin,
    /,
    *,
    portal: Portal | None = None,
    settings: WebSettings | None = None,
    root_path: str = "",
) -> AsyncWebPortal:
    """Add the pages of one portal to an application, at the path of the portal's URL.

    Args:
        portal: which of *auth*'s; may be left out if there is one only.
        root_path: where the application is mounted, by `Mount` or by a proxy that
            takes this path away.

    Raises:
        WiringError: a setting does not fit, the portal is none of *auth*'s or does not
            lie below *root_path*, or the application has the pages of a portal, or has
            begun, already.
    """
    web = AsyncWebPortal(auth, portal=portal, settings=settings)
    below = path_below(web.portal, root_path, setting="root_path")
    if hasattr(app.state, "securelogin"):
        raise WiringError(
            "the application has the pages of a portal already.",
            setting="app",
            cure="Make one for each portal, and join them by Mount or Host.",
        )
    if app.middleware_stack is not None:
        raise WiringError(
            "the application has begun already.",
            setting="app",
            cure="Add the pages where the application is made.",
        )
    app.state.securelogin = web
    # Innermost: whatever keeps answers, or looks at them, is told.
    app.user_middleware.append(Middleware(_TellsCaches))
    pages = ASGIPages(web)
    # An ASGI application gets every method: what a path does not know is answered by
    # its own page.
    app.router.routes += [
        Route(
            f"/{below}{place}",
            pages,
            name=f"securelogin.{name}",
            include_in_schema=False,
        )
        for name, place in PATHS.items()
    ]
    return web


def read(request: StarletteRequest, /, body: bytes = b"") -> Request:
    """Return Starlette's request as the pages want it.

    Its cookies are in it: what is answered then says `Vary: Cookie`.
    """
    request.scope.setdefault(_ASKED, []).append(True)
    return read_scope(request.scope, body)


class _TellsCaches:
    """Says of an answer for which cookies were read that it depends on them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # A list, for others hand on copies of the scope.
        asked: list[bool] = scope.setdefault(_ASKED, [])

        async def tell(message: Message) -> None:
            if asked and message["type"] == "http.response.start":
                message.setdefault("headers", [])
                headers = MutableHeaders(scope=message)
                told = ",".join(headers.getlist("vary")).lower().split(",")
                if "cookie" not in map(str.strip, told):
                    headers.add_vary_header("Cookie")
            await send(message)

        await self._app(scope, receive, tell)


# -- for the portal's own views --


def pages_of(request: StarletteRequest, /) -> AsyncWebPortal:
    """Return the pages that `add_pages` has added to the request's application.

    Beside who is logged in they know `client(read(request))`, and by
    `link(read(request))` the token of the link that the browser came by.
    """
    return cast("AsyncWebPortal", request.app.state.securelogin)


async def find_login(request: StarletteRequest, /) -> LoggedIn | None:
    """Return who sends a request, and their session; None: nobody.

    Raises:
        HTTPException: 503, a store could not be asked.
    """
    try:
        return await pages_of(request).logged_in(read(request))
    except AdapterError as error:
        _LOG.error("%s", error)
        raise HTTPException(503, headers={"Retry-After": _RETRY_SECONDS}) from None


async def current_account(
    request: StarletteRequest, /, *, audience: Audience | None = None
) -> Account:
    """Return whose request it is, for a view that needs somebody.

    Raises:
        HTTPException: as `admitted` and `find_login`.
    """
    return admitted(request, await find_login(request), audience=audience)


def admitted(
    request: StarletteRequest, found: LoggedIn | None, /, *, audience: Audience | None
) -> Account:
    """Return the account of who was found, if they may come.

    Args:
        audience: the one that may; None for both.

    Raises:
        HTTPException: 303 leads a browser that nobody is logged in with to the log-in;
            whoever does not prefer HTML gets 401. 403: the other audience.
    """
    if found is None:
        raise _nobody(request)
    if audience not in {None, found.account.audience}:
        raise HTTPException(403)
    return found.account


def _nobody(request: StarletteRequest) -> HTTPException:
    if prefers_page(read(request)):
        place = f"{pages_of(request).portal.base}login"
        return HTTPException(303, headers={**_UNKEPT, "Location": place})
    # RFC 9110, 15.5.2 wants a challenge; there is no registered name for cookies.
    return HTTPException(401, headers={**_UNKEPT, "WWW-Authenticate": "Cookie"})
