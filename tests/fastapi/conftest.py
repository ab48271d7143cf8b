"""Both applications, asked directly and through a browser."""

from __future__ import annotations

import pytest

from securelogin import AsyncSecureLogin
from securelogin.testing.frameworks import ASGITransport
from securelogin.testing.frameworks.browser import Browser
from securelogin.testing.frameworks.world import PORTAL, World
from tests.fastapi.applications import application, starlette_application


@pytest.fixture
def world():
    return World(AsyncSecureLogin)


@pytest.fixture(params=[application, starlette_application])
def transport(request, world):
    return ASGITransport(request.param(world.given))


@pytest.fixture
def browser(transport):
    return Browser(transport, PORTAL)


@pytest.fixture
def fast(world):
    return Browser(ASGITransport(application(world.given)), PORTAL)
