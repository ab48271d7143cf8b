"""The pages of a portal in FastAPI, and who is logged in there (extra `fastapi`).

    add_pages(app, auth)

    @app.get("/secure/inbox/")
    async def inbox(account: CurrentAccount): ...

All but the dependencies and the description in `/docs` is in `securelogin.starlette`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request

from securelogin import starlette
from securelogin.accounts import Account, Audience
from securelogin.aio.secure_login import AsyncSecureLogin
from securelogin.attempts import Client
from securelogin.hidden import Hidden
from securelogin.outcomes import LoggedIn
from securelogin.portals import Portal
from securelogin.web import AsyncWebPortal, WebSettings, describe

__all__ = [
    "CurrentAccount",
    "CurrentClient",
    "CurrentLink",
    "ExternalAccount",
    "InternalAccount",
    "OptionalAccount",
    "OptionalLogin",
    "add_pages",
]


def add_pages(
    app: FastAPI,
    auth: AsyncSecureLogin,
    /,
    *,
    portal: Portal | None = None,
    settings: WebSettings | None = None,
    root_path: str = "",
) -> AsyncWebPortal:
    """Add the pages of one portal to an application, and their JSON side to its docs.

    Args:
        portal: which of *auth*'s; may be left out if there is one only.
        root_path: where the application is mounted, by `Mount` or by a proxy that
            takes this path away.

    Raises:
        WiringError: as `securelogin.starlette.add_pages`.
    """
    web = starlette.add_pages(
        app, auth, portal=portal, settings=settings, root_path=root_path
    )
    own = app.openapi

    def openapi() -> dict[str, Any]:
        return _with_pages(own(), web.portal, root=root_path.rstrip("/"))

    # As FastAPI wants it done: https://fastapi.tiangolo.com/how-to/extending-openapi/
    app.openapi = openapi  # type: ignore[method-assign]
    return web


def _with_pages(schema: dict[str, Any], portal: Portal, *, root: str) -> dict[str, Any]:
    """Add the pages to the application's description, which it keeps; twice is once."""
    pages = describe(portal)
    parts = schema.setdefault("components", {}).setdefault("schemas", {})
    parts.update(pages["components"]["schemas"])
    for place, methods in pages["paths"].items():
        below = quote(portal.url_parts.path.removeprefix(root), safe="/~")
        path = below + place.removeprefix("/")
        schema["paths"][path] = {
            method: {
                **operation,
                "tags": [portal.name],
                "operationId": re.sub(r"\W", "_", f"{path[1:]}_{method}"),
            }
            for method, operation in methods.items()
        }
    return schema


# -- dependencies --


async def _login(request: Request) -> LoggedIn | None:
    return await starlette.find_login(request)


OptionalLogin = Annotated[LoggedIn | None, Depends(_login)]
"""Who sends the request, and their session; None: nobody. Asked once per request."""


async def _account(login: OptionalLogin) -> Account | None:
    return None if login is None else login.account


OptionalAccount = Annotated[Account | None, Depends(_account)]
"""Whose request it is; None: nobody's."""


def _only(audience: Audience | None) -> Callable[..., Awaitable[Account]]:
    async def account(request: Request, login: OptionalLogin) -> Account:
        return starlette.admitted(request, login, audience=audience)

    return account


CurrentAccount = Annotated[Account, Depends(_only(None))]
"""Whose request it is. Nobody's gets 401, or a browser 303 to the log-in."""

InternalAccount = Annotated[Account, Depends(_only(Audience.INTERNAL))]
"""As `CurrentAccount`, of the portal's own people only; others get 403."""

ExternalAccount = Annotated[Account, Depends(_only(Audience.EXTERNAL))]
"""As `CurrentAccount`, of recipients only; others get 403."""


async def _client(request: Request) -> Client:
    return starlette.pages_of(request).client(starlette.read(request))


CurrentClient = Annotated[Client, Depends(_client)]
"""Where the request comes from, as far as the settings trust what says so."""


async def _link(request: Request) -> Hidden | None:
    return starlette.pages_of(request).link(starlette.read(request))


CurrentLink = Annotated[Hidden | None, Depends(_link)]
"""The token of the link that the browser came by, for `auth.links.may_read`."""
