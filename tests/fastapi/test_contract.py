"""Both adapters for ASGI pass the kit, called directly and behind a real server."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import securelogin.fastapi
import securelogin.starlette
from securelogin import AsyncSecureLogin
from securelogin.fastapi import CurrentAccount
from securelogin.starlette import current_account
from securelogin.testing.frameworks import (
    ASGITransport,
    FrameworkContract,
    HTTPTransport,
)
from tests.fastapi.serving import Server


def fastapi_application(auth, portal, settings) -> FastAPI:
    app = FastAPI()
    securelogin.fastapi.add_pages(app, auth, portal=portal, settings=settings)

    @app.get(f"{portal.url_parts.path}inbox/")
    async def inbox(account: CurrentAccount) -> str:
        return account.primary.text

    return app


def starlette_application(auth, portal, settings) -> Starlette:
    async def inbox(request) -> PlainTextResponse:
        account = await current_account(request)
        return PlainTextResponse(account.primary.text)

    app = Starlette(routes=[Route(f"{portal.url_parts.path}inbox/", inbox)])
    securelogin.starlette.add_pages(app, auth, portal=portal, settings=settings)
    return app


class _Contract(FrameworkContract):
    flows = AsyncSecureLogin

    @pytest.fixture
    def own_page(self):
        return "inbox/"


class TestFastAPI(_Contract):
    @pytest.fixture
    def serve(self):
        return lambda *given: ASGITransport(fastapi_application(*given))


class TestStarlette(_Contract):
    @pytest.fixture
    def serve(self):
        return lambda *given: ASGITransport(starlette_application(*given))


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        yield server


@pytest.mark.slow
class TestBehindUvicorn(_Contract):
    @pytest.fixture
    def serve(self, server):
        def serve(*given) -> HTTPTransport:
            server.app = fastapi_application(*given)
            return HTTPTransport(server.url)

        return serve
