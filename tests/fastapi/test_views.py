"""Who is logged in, on the portal's own views."""

from __future__ import annotations

import json
import logging

import pytest
from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

import securelogin.fastapi
import securelogin.starlette
from securelogin.errors import Unavailable
from securelogin.fastapi import CurrentAccount, CurrentLink, OptionalAccount
from securelogin.starlette import find_login
from securelogin.testing.frameworks import ASGITransport
from securelogin.testing.frameworks.browser import Browser, header_of
from securelogin.testing.frameworks.world import ANN, BOB, PORTAL
from tests.fastapi.applications import BASE, log_in
from tests.wiring import ACME, Wired

LOGIN = f"{PORTAL.base}login"
BROWSER = ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
PROGRAM = ("Accept", "application/json")


# -- who may come --


def test_C04_a_browser_is_led_to_the_log_in_and_nowhere_else(browser):
    answer = browser.get("current/?next=https://evil.example/", [BROWSER])

    assert answer.status == 303
    assert header_of(answer, "location") == LOGIN
    assert header_of(answer, "cache-control") == "no-store"
    assert header_of(answer, "vary") == "Accept, Cookie"


@pytest.mark.parametrize("headers", [[], [PROGRAM], [("Accept", "*/*")]])
def test_a_program_is_told_that_nobody_is_logged_in(browser, headers):
    answer = browser.get("current/", headers)

    assert answer.status == 401
    assert header_of(answer, "www-authenticate") == "Cookie"
    assert header_of(answer, "cache-control") == "no-store"


@pytest.mark.parametrize(
    ("address", "view", "status"),
    [
        (ANN, "internal/", 200),
        (ANN, "external/", 403),
        (BOB, "internal/", 403),
        (BOB, "external/", 200),
        (ANN, "current/", 200),
        (BOB, "current/", 200),
    ],
)
def test_8_2_1_a_view_for_one_audience_is_closed_to_the_other(
    world, browser, address, view, status
):
    world.settled()
    token = world.invited()
    if address == BOB:
        browser.get(f"link?t={token}")
    log_in(browser, address)

    answer = browser.get(view, [PROGRAM])

    assert (answer.status, address.encode() in answer.body) == (status, status == 200)


@pytest.mark.parametrize("view", ["internal/", "external/"])
def test_nobody_is_of_no_audience(browser, view):
    assert browser.get(view, [PROGRAM]).status == 401


def test_a_view_for_everybody_knows_who_is_there_if_somebody_is(world, browser):
    world.settled()
    before = browser.get("optional/")
    log_in(browser)

    assert b"nobody" in before.body
    assert ANN.encode() in browser.get("optional/").body


@pytest.mark.parametrize(
    ("view", "status"), [("current/", 200), ("external/", 403), ("optional/", 200)]
)
def test_an_answer_that_depends_on_who_is_there_tells_caches_so(
    world, browser, view, status
):
    world.settled()
    log_in(browser)

    answer = browser.get(view, [PROGRAM])

    assert (answer.status, header_of(answer, "vary")) == (status, "Cookie")


def test_other_answers_are_told_nothing_of_cookies(browser):
    assert header_of(browser.get("nowhere/"), "vary") == ""
    assert header_of(browser.get("login"), "vary") == "Accept-Language"


def test_a_store_that_is_away_is_said_as_503_and_told_without_the_token(caplog):
    wired = Wired("async", wrap=_without_sessions)
    auth = wired.auth._inner

    async def view(request):
        return PlainTextResponse(str(await find_login(request)))

    app = Starlette(routes=[Route("/secure/inbox/", view)])
    securelogin.starlette.add_pages(app, auth, portal=ACME)
    transport = ASGITransport(app)
    token = "AbCdEfGhIjKlMnOpQrStUv0123456789AbCdEfGhIjK"
    browser = Browser(transport, ACME)
    browser.get("login")
    name = next(iter(browser.cookies)).replace("browser", "session")
    browser.cookies[name] = token

    with caplog.at_level(logging.DEBUG):
        answer = browser.get("inbox/")

    assert answer.status == 503
    assert header_of(answer, "retry-after") == "60"
    assert [r.getMessage() for r in caplog.records if r.levelname == "ERROR"] == [
        "Away.get: away"
    ]
    assert token not in caplog.text
    assert all(r.exc_info is None for r in caplog.records)


class _Away:
    """Sessions whose backend is away."""

    def __init__(self, inner):
        self._inner = inner

    def __getattr__(self, name):
        return getattr(self._inner, name)

    async def get(self, digest, /):
        raise Unavailable("away", adapter="Away", verb="get")


def _without_sessions(name, part):
    return _Away(part) if name == "sessions" else part


# -- only FastAPI --


def test_whatever_a_view_sends_itself_tells_caches_too(world):
    app = FastAPI()
    securelogin.fastapi.add_pages(app, world.given, portal=PORTAL)

    @app.middleware("http")
    async def between(request, go_on):
        return await go_on(request)

    @app.get(f"{BASE}/own/")
    async def own(link: CurrentLink) -> PlainTextResponse:
        return PlainTextResponse(str(link), headers={"Vary": "Cookie, Accept"})

    @app.get(f"{BASE}/consent/")
    async def consent(link: CurrentLink) -> PlainTextResponse:
        return PlainTextResponse(str(link), headers={"Vary": "X-Cookie-Consent"})

    @app.get(f"{BASE}/streamed/")
    async def streamed(account: OptionalAccount) -> StreamingResponse:
        return StreamingResponse(iter([str(account)]), headers={"Vary": "Accept"})

    browser = Browser(ASGITransport(app), PORTAL)

    assert header_of(browser.get("own/"), "vary") == "Cookie, Accept"
    assert header_of(browser.get("streamed/"), "vary") == "Accept, Cookie"
    assert header_of(browser.get("consent/"), "vary") == "X-Cookie-Consent, Cookie"


def test_whoever_asks_in_a_middleware_tells_caches_too(world):
    app = FastAPI()
    securelogin.fastapi.add_pages(app, world.given, portal=PORTAL)

    @app.middleware("http")
    async def ask(request, go_on):
        request.state.login = await find_login(request)
        return await go_on(request)

    @app.get(f"{BASE}/asked/")
    async def asked(request: StarletteRequest) -> PlainTextResponse:
        return PlainTextResponse(str(request.state.login))

    browser = Browser(ASGITransport(app), PORTAL)

    assert header_of(browser.get("asked/"), "vary") == "Cookie"


def test_dependencies_of_one_view_share_one_answer(world, fast):
    world.settled()
    log_in(fast)

    assert fast.get("both/").body == b"true"


def test_a_view_knows_client_and_link(world, fast):
    token = world.invite()

    before = json.loads(fast.get("whence/").body)
    fast.get(f"link?t={token}")
    after = json.loads(fast.get("whence/").body)

    assert before == ["198.51.100.44", ""]
    assert after == ["198.51.100.44", token]


def test_a_dependency_may_be_taken_for_a_whole_router(world):
    async def only_ann(account: CurrentAccount) -> None:
        assert account.primary.text == ANN

    app = FastAPI()
    securelogin.fastapi.add_pages(app, world.given, portal=PORTAL)

    @app.get(f"{BASE}/guarded/", dependencies=[Depends(only_ann)])
    async def guarded() -> str:
        return "in"

    browser = Browser(ASGITransport(app), PORTAL)
    world.settled()

    assert browser.get("guarded/").status == 401
    log_in(browser)
    assert browser.get("guarded/").body == b'"in"'
