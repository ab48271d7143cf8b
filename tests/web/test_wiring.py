"""Which portals the pages can be wired for."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from securelogin import Portal, SecureLogin
from securelogin.errors import WiringError
from securelogin.web import Request, WebPortal, WebSettings
from tests.web.browsing import Pages
from tests.wiring import ACME, Wired


def test_C62_a_portal_that_is_not_wired_is_refused():
    wired = Wired("sync")
    other = dataclasses.replace(ACME, name="Another")

    for portal in (other, None):
        with pytest.raises(WiringError, match="portal"):
            Pages(wired, portal=portal)


def sole(url: str) -> SecureLogin:
    wired = Wired("sync")
    portal = Portal(tenant="acme", name="A", url=url, contact="it@acme.example")
    return SecureLogin(
        portals=[portal], keys=wired.keys, store=wired.store, mailer=wired.inbox
    )


@pytest.mark.parametrize(
    ("url", "cookies"),
    [
        ("http://localhost:8000/", "https_only"),
        ("https://portal.acme.example/", "plain_on_loopback"),
    ],
)
def test_plain_cookies_and_plain_http_go_together_only(url, cookies):
    with pytest.raises(WiringError, match="PLAIN_ON_LOOPBACK"):
        WebPortal(sole(url), settings=WebSettings(cookies=cookies))


def test_development_over_plain_http_on_loopback_works():
    settings = WebSettings(cookies="plain_on_loopback", hsts=timedelta(days=1))
    web = WebPortal(sole("http://localhost:8000/"), settings=settings)
    response = web.handle(
        Request(method="GET", path="/login", scheme="http", host="localhost:8000")
    )

    header = response.cookies[0].header
    assert header.startswith("securelogin-browser-")
    assert "Secure" not in header
    assert "strict-transport-security" not in dict(response.headers)


def test_the_only_portal_need_not_be_named():
    web = WebPortal(sole("https://portal.acme.example/"))

    assert web.portal.url == "https://portal.acme.example/"
