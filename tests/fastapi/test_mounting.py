"""Where in an application the pages lie."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

import securelogin.fastapi
import securelogin.starlette
from securelogin import WiringError
from securelogin.fastapi import CurrentAccount
from securelogin.testing.frameworks import ASGITransport
from securelogin.testing.frameworks.browser import Browser
from securelogin.testing.frameworks.world import ANN, OTHER, PORTAL
from tests.fastapi.applications import BASE, application, log_in


def test_an_application_may_be_mounted_at_the_portals_path(world):
    inner = FastAPI()
    securelogin.fastapi.add_pages(inner, world.given, portal=PORTAL, root_path=BASE)

    @inner.get("/current/")
    async def current(account: CurrentAccount) -> str:
        return account.primary.text

    browser = Browser(ASGITransport(Starlette(routes=[Mount(BASE, inner)])), PORTAL)
    world.settled()
    log_in(browser)

    assert browser.get("current/").body == f'"{ANN}"'.encode()
    assert "/api/login" in inner.openapi()["paths"]


@pytest.mark.parametrize("path", ["/login", f"{BASE}/login"])
def test_a_proxy_may_take_the_portals_path_away(world, path):
    app = FastAPI()
    securelogin.fastapi.add_pages(app, world.given, portal=PORTAL, root_path=BASE)

    async def served(scope, receive, send):
        await app({**scope, "root_path": BASE, "path": path}, receive, send)

    browser = Browser(ASGITransport(served), PORTAL)

    assert browser.get("login").status == 200


@pytest.mark.parametrize("root", ["/other", "/secure/x", "/sec"])
def test_pages_outside_of_the_application_are_refused(world, root):
    with pytest.raises(WiringError, match="root_path: the portal's path"):
        securelogin.fastapi.add_pages(
            FastAPI(), world.given, portal=PORTAL, root_path=root
        )


def test_an_application_has_one_portal(world):
    app = application(world.given)

    with pytest.raises(WiringError, match="Mount or Host"):
        securelogin.fastapi.add_pages(app, world.given, portal=OTHER)


def test_an_application_that_has_begun_takes_no_pages(world):
    app = FastAPI()
    Browser(ASGITransport(app), PORTAL).get("login")

    with pytest.raises(WiringError, match="begun already"):
        securelogin.fastapi.add_pages(app, world.given, portal=PORTAL)


def test_pages_have_names_for_links(world):
    app = application(world.given)

    assert app.url_path_for("securelogin.login") == f"{BASE}/login"
    assert app.url_path_for("securelogin.api_login") == f"{BASE}/api/login"
