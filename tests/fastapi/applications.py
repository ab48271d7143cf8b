"""A portal's own application, on FastAPI and on Starlette, and a log-in to it."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import securelogin.fastapi
import securelogin.starlette
from securelogin import Audience
from securelogin.fastapi import (
    CurrentAccount,
    CurrentClient,
    CurrentLink,
    ExternalAccount,
    InternalAccount,
    OptionalAccount,
    OptionalLogin,
)
from securelogin.starlette import current_account, find_login
from securelogin.testing.frameworks.world import ANN, PASSWORD, PORTAL

BASE = "/secure"


def application(auth, **options) -> FastAPI:
    app = FastAPI(**options)
    securelogin.fastapi.add_pages(app, auth, portal=PORTAL)

    @app.get(f"{BASE}/current/")
    async def current(account: CurrentAccount) -> str:
        return account.primary.text

    @app.get(f"{BASE}/optional/")
    async def optional(account: OptionalAccount) -> str:
        return "nobody" if account is None else account.primary.text

    @app.get(f"{BASE}/internal/")
    async def internal(account: InternalAccount) -> str:
        return account.primary.text

    @app.get(f"{BASE}/external/")
    async def external(account: ExternalAccount) -> str:
        return account.primary.text

    @app.get(f"{BASE}/whence/")
    async def whence(client: CurrentClient, link: CurrentLink) -> list[str]:
        return [str(client.ip), "" if link is None else link.reveal()]

    @app.get(f"{BASE}/both/")
    async def both(login: OptionalLogin, account: CurrentAccount) -> bool:
        return login is not None and login.account is account

    return app


def starlette_application(auth) -> Starlette:
    async def current(request) -> PlainTextResponse:
        return PlainTextResponse((await current_account(request)).primary.text)

    async def optional(request) -> PlainTextResponse:
        found = await find_login(request)
        return PlainTextResponse(
            "nobody" if found is None else found.account.primary.text
        )

    async def internal(request) -> PlainTextResponse:
        account = await current_account(request, audience=Audience.INTERNAL)
        return PlainTextResponse(account.primary.text)

    async def external(request) -> PlainTextResponse:
        account = await current_account(request, audience=Audience.EXTERNAL)
        return PlainTextResponse(account.primary.text)

    views = (current, optional, internal, external)
    app = Starlette(routes=[Route(f"{BASE}/{view.__name__}/", view) for view in views])
    securelogin.starlette.add_pages(app, auth, portal=PORTAL)
    return app


def log_in(browser, address=ANN):
    browser.fill("login", address=address, password=PASSWORD)
