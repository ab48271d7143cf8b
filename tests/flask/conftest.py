"""One portal in one application, and a browser."""

from __future__ import annotations

import pytest
from flask import Flask

from securelogin import SecureLogin
from securelogin.flask import FlaskPortal
from securelogin.testing.frameworks import WSGITransport
from securelogin.testing.frameworks.browser import Browser
from securelogin.testing.frameworks.world import ANN, PASSWORD, PORTAL, World
from securelogin.web import WebSettings

SETTINGS = WebSettings(home="inbox/", trusted_proxies=1)


@pytest.fixture
def world() -> World:
    return World(SecureLogin)


@pytest.fixture
def pages() -> FlaskPortal:
    return FlaskPortal(portal=PORTAL, settings=SETTINGS)


@pytest.fixture
def app(world, pages) -> Flask:
    made = Flask("portal")
    pages.init_app(made, world.auth)
    return made


@pytest.fixture
def browser(app) -> Browser:
    return Browser(WSGITransport(app), PORTAL)


def log_in(browser: Browser, address: str = ANN) -> None:
    browser.fill("login", address=address, password=PASSWORD)
    assert browser.cookie("session")
