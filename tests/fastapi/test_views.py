"""Who is logged in, on the portal's own views; and where the pages lie."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest
from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

import securelogin.fastapi
import securelogin.starlette
from securelogin import AsyncSecureLogin, Audience, WiringError
from securelogin.errors import Unavailable
from securelogin.fastapi import (
    CurrentAccount,
    CurrentClient,
    CurrentLink,
    ExternalAccount,
    InternalAccount,
    OptionalAccount,
    OptionalLogin,
)
from securelogin.rules.courier_shift import Pace
from securelogin.starlette import current_account, find_login
from securelogin.testing.blocking import run
from securelogin.testing.frameworks import ASGIClient
from securelogin.testing.frameworks.browser import Browser, header_of
from securelogin.testing.frameworks.world import (
    ANN,
    BOB,
    GREETINGS,
    OTHER,
    PASSWORD,
    PORTAL,
    World,
)
from securelogin.web import delivering
from tests.wiring import ACME, Wired

BASE = "/secure"
LOGIN = f"{PORTAL.base}login"
BROWSER = ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
PROGRAM = ("Accept", "application/json")


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


@pytest.fixture
def world():
    return World(AsyncSecureLogin)


@pytest.fixture(params=[application, starlette_application])
def client(request, world):
    return ASGIClient(request.param(world.given))


@pytest.fixture
def browser(client):
    return Browser(client, PORTAL)


def log_in(browser, address=ANN):
    browser.fill("login", address=address, password=PASSWORD)


# -- who may come --


def test_C04_a_browser_is_led_to_the_log_in_and_nowhere_else(browser):
    answer = browser.get("current/?next=https://evil.example/", [BROWSER])

    assert answer.status == 303
    assert header_of(answer, "location") == LOGIN
    assert header_of(answer, "cache-control") == "no-store"
    assert header_of(answer, "vary") == "Accept"


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


def test_a_store_that_is_away_is_said_as_503_and_told_without_the_token(caplog):
    wired = Wired("async", wrap=_without_sessions)
    auth = wired.auth._inner

    async def view(request):
        return PlainTextResponse(str(await find_login(request)))

    app = Starlette(routes=[Route("/secure/inbox/", view)])
    securelogin.starlette.add_pages(app, auth, portal=ACME)
    client = ASGIClient(app)
    token = "AbCdEfGhIjKlMnOpQrStUv0123456789AbCdEfGhIjK"
    browser = Browser(client, ACME)
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


@pytest.fixture
def fast(world):
    return Browser(ASGIClient(application(world.given)), PORTAL)


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

    browser = Browser(ASGIClient(app), PORTAL)
    world.settled()

    assert browser.get("guarded/").status == 401
    log_in(browser)
    assert browser.get("guarded/").body == b'"in"'


# -- the description --


def test_the_json_side_is_in_the_applications_own_description(world):
    app = application(world.given)
    schema = app.openapi()
    operations = [
        operation for path in schema["paths"].values() for operation in path.values()
    ]
    ids = [operation["operationId"] for operation in operations]

    assert "/secure/api/login" in schema["paths"]
    assert f"{BASE}/current/" in schema["paths"]
    assert schema["paths"]["/secure/api/login"]["post"]["tags"] == [PORTAL.name]
    assert len(set(ids)) == len(ids)
    assert app.openapi() == schema


def test_the_description_writes_a_path_as_a_url_does(world):
    app = FastAPI()
    securelogin.fastapi.add_pages(app, world.given, portal=GREETINGS)

    assert "/gr%C3%BC%C3%9Fe/api/login" in app.openapi()["paths"]


def test_every_reference_in_the_description_leads_somewhere(world):
    text = json.dumps(application(world.given).openapi())
    schema = json.loads(text)
    names = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}

    assert names
    assert names <= schema["components"]["schemas"].keys()


def test_views_added_later_are_described_too(world):
    app = application(world.given)
    app.openapi()

    @app.get("/later/")
    async def later() -> None: ...

    schema = app.openapi()
    assert {"/later/", "/secure/api/login"} <= schema["paths"].keys()


# -- where the pages lie --


def test_an_application_may_be_mounted_at_the_portals_path(world):
    inner = FastAPI()
    securelogin.fastapi.add_pages(inner, world.given, portal=PORTAL, root_path=BASE)

    @inner.get("/current/")
    async def current(account: CurrentAccount) -> str:
        return account.primary.text

    browser = Browser(ASGIClient(Starlette(routes=[Mount(BASE, inner)])), PORTAL)
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

    browser = Browser(ASGIClient(served), PORTAL)

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


def test_pages_have_names_for_links(world):
    app = application(world.given)

    assert app.url_path_for("securelogin.login") == f"{BASE}/login"
    assert app.url_path_for("securelogin.api_login") == f"{BASE}/api/login"


# -- the network --


def test_who_goes_away_in_the_middle_leaves_nothing_behind(world, client, caplog):
    sent = []
    messages = iter(
        [
            {"type": "http.request", "body": b"address=", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive():
        return next(messages)

    async def send(message):
        sent.append(message)

    scope = client._scope("POST", "/secure/login", [], b"x")
    run(client._app(scope, receive, send))

    assert sent == []
    assert [r for r in caplog.records if r.name.startswith("securelogin")] == []


def test_of_too_much_no_more_is_read_than_shows_it(world, client):
    pieces = 0

    async def receive():
        nonlocal pieces
        pieces += 1
        return {"type": "http.request", "body": b"a" * 60_000, "more_body": True}

    sent = []

    async def send(message):
        sent.append(message)

    scope = client._scope("POST", "/secure/login", [], b"x")
    run(client._app(scope, receive, send))

    assert sent[0]["status"] == 413
    assert pieces == 2


def test_a_connection_without_an_address_is_answered(client):
    scope = client._scope("GET", "/secure/login", [], b"")
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    run(client._app({**scope, "client": None}, receive, send))

    assert sent[0]["status"] == 200


# -- mails --


def test_mails_are_delivered_for_as_long_as_the_application_runs(world):
    async def life() -> int:
        async with delivering(world.given, pace=Pace()):
            for _ in range(500):
                if world.mailbox.mailer.mails:
                    break
                await asyncio.sleep(0.01)
        return len(asyncio.all_tasks())

    world.auth.accounts.register(ANN, tenant=PORTAL.tenant, audience=Audience.INTERNAL)
    left = run(life())

    assert world.temporary()
    assert left == 1
