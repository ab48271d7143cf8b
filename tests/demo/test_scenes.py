"""Every cause, over HTTP on the demo's portal: a real server, forms and cookies."""

from __future__ import annotations

import asyncio
import http.client
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import uvicorn
from bs4 import BeautifulSoup
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from securelogin import Portal
from securelogin.attempts import RequestFault
from securelogin.demo import Demo, make_site
from securelogin.demo.mailbox import Mailbox
from securelogin.demo.messages import Messages
from securelogin.outcomes import Cause
from securelogin.stores.sql import AsyncSQLStore, SQLStore
from securelogin.viewers import OPERATOR
from tests.flows.conftest import register
from tests.scenes import (
    ANN,
    NEW,
    SCENES,
    STORE_AWAY,
    WRONG,
    Later,
    Scene,
    Typed,
    newcomer,
)
from tests.stores.places import Place
from tests.wiring import GLOBEX_URL, LOOP, PASSWORD, URL, Wired

NO_PORTAL = "https://portal.acme.invalid/secure/"
REFERENCE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b")
CHANCE = (
    (REFERENCE, "REF"),
    (re.compile(r'(name="form_token" value=")[\w-]{43}"'), r'\1TOKEN"'),
)


class OnDemo(Wired):
    """A library whose portals are the demo's; scenes' URLs are translated."""

    def __init__(self, site: str, **options: Any) -> None:
        self.url = f"{site}acme/login"
        self.places = {
            URL: self.url,
            GLOBEX_URL: f"{site}globex/login",
            # The same machine by a name that is no portal's.
            NO_PORTAL: self.url.replace("127.0.0.1", "localhost"),
        }
        portals = tuple(
            Portal(
                tenant=tenant,
                name=tenant.title(),
                url=f"{site}{tenant}/",
                contact=f"it@{tenant}.example",
            )
            for tenant in ("acme", "globex")
        )
        super().__init__("async", portals=portals, **options)

    def attempt(self, address: str, password: str, *, url: str = URL, **more: Any):
        place = self.places.get(url, url)
        return super().attempt(address, password, url=place, **more)


class Browser:
    """A browser as far as scenes need one: cookies, forms, no script."""

    def __init__(self, user_agent: str = "Firefox/140") -> None:
        self.user_agent = user_agent
        self.cookies: dict[str, str] = {}
        self.status = 0
        self.place = ""
        self.text = ""

    def send(self, method: str, url: str, **fields: str) -> str:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=20)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {
            "Host": parts.netloc,
            "User-Agent": self.user_agent,
            "Accept-Language": "en",
            "Cookie": cookies,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, urlencode(fields) or None, headers)
        answer = connection.getresponse()
        self.status, self.place = answer.status, answer.getheader("location", "")
        for header in answer.msg.get_all("set-cookie", []):
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        self.text = answer.read().decode()
        connection.close()
        return self.text

    def form(self, url: str) -> dict[str, str]:
        """Open a page; return what its form holds before anybody types."""
        fields = BeautifulSoup(self.send("GET", url), "html.parser").select("input")
        return {f["name"]: f.get("value", "") for f in fields if f.get("name")}

    def log_in(self, url: str, address: str, password: str) -> str:
        fields = {**self.form(url), "address": address, "password": password}
        return self.send("POST", url, **fields)

    def type(self, typed: Typed, url: str) -> str:
        """Send what somebody types, with the faults that the request is to have."""
        fields = self.form(url)
        if typed.link is not None:
            self.send("GET", f"{url.removesuffix('login')}link?t={typed.link}")
        if RequestFault.CSRF in typed.faults:
            fields["form_token"] = "x" * 43
        if RequestFault.COOKIES_BLOCKED in typed.faults:
            self.cookies.clear()
        given = {"address": typed.address, "password": typed.password}
        return self.send("POST", url, **{**fields, **given})


# -- later steps, as a browser takes them --


def without_a_ticket(wired: OnDemo, browser: Browser) -> str:
    place = wired.url.replace("login", "new-password")
    token = browser.form(wired.url)["form_token"]
    return browser.send("POST", place, form_token=token, new=NEW)


def with_an_old_ticket(wired: OnDemo, browser: Browser) -> str:
    place = wired.url.replace("login", "new-password")
    browser.log_in(wired.url, ANN, newcomer(wired))
    fields = browser.form(place)
    wired.clock.move(wired.auth.installation.policy.lifetimes.ticket)
    return browser.send("POST", place, **{**fields, "new": NEW})


def with_one_ticket_twice(wired: OnDemo, browser: Browser) -> str:
    place = wired.url.replace("login", "new-password")
    browser.log_in(wired.url, ANN, newcomer(wired))
    fields, cookies = browser.form(place), dict(browser.cookies)
    browser.send("POST", place, **{**fields, "new": PASSWORD})
    assert browser.status == 303
    browser.cookies = cookies
    return browser.send("POST", place, **{**fields, "new": NEW})


LATER: dict[str, Callable[[OnDemo, Browser], str]] = {
    "no ticket": without_a_ticket,
    "old ticket": with_an_old_ticket,
    "ticket twice": with_one_ticket_twice,
}

# Whose session has ended is asked to log in: nothing is refused, there is no reference
# (test_an_ended_session_leads_to_the_log_in). And a browser that keeps no cookies
# brings no link either.
NOT_OVER_HTTP = {"ended session", "no cookies and a recalled link"}
OVER_HTTP = [scene for scene in SCENES if scene.name not in NOT_OVER_HTTP]


@dataclass(frozen=True)
class Site:
    """The demo on loopback; who plays next finds it empty, and wired anew."""

    url: str
    folder: Path
    plain: SQLStore
    carried: AsyncSQLStore
    engine: AsyncEngine
    current: list[Any]

    def open(self, **options: Any) -> OnDemo:
        database = make_url(f"sqlite+aiosqlite:///{self.folder}/demo.db")
        Place("aiosqlite", database).empty()
        wired = OnDemo(
            self.url,
            store=self.plain,
            wrap=lambda part, _: getattr(self.carried, part),
            **options,
        )
        self.show(wired)
        return wired

    def show(self, wired: OnDemo) -> None:
        """Serve the demo over a library from now on."""
        demo = Demo(
            url=self.url,
            portals=tuple(wired.auth.installation.portals),
            keys=wired.keys,
            auth=wired.auth._inner,
            store=self.carried,
            messages=Messages(self.engine),
            mailbox=Mailbox(list, site=self.url),
        )
        self.current[:] = [make_site(demo)]

    def lose_store(self, wired: OnDemo) -> None:
        """Serve the same portals over a database that is not there."""
        gone = Place("aiosqlite", make_url("sqlite+aiosqlite:///portal.db")).away()
        self.show(
            OnDemo(
                self.url,
                keys=wired.keys,
                store=self.plain,
                wrap=lambda part, _: getattr(gone, part),
            )
        )


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an application in the loop of the tests; give its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error"))
    served = asyncio.run_coroutine_threadsafe(
        server.serve(sockets=[listener]), LOOP.loop
    )
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    server.should_exit = True
    served.result(20)
    listener.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("demo")
    current: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await current[0](scope, receive, send)

    plain = SQLStore(f"sqlite:///{folder}/demo.db")
    plain.create()
    carried = AsyncSQLStore(f"sqlite:///{folder}/demo.db")
    engine = create_async_engine(f"sqlite+aiosqlite:///{folder}/demo.db")
    with serving(app) as url:
        yield Site(url, folder, plain, carried, engine, current)
    LOOP.run(carried.close())
    LOOP.run(engine.dispose())
    plain.close()


def shown(text: str, *echoes: str) -> str:
    """Return a page without chance, and without what the person had typed."""
    for echo in echoes:
        text = text.replace(echo, "ECHO")
    for pattern, stand_in in CHANCE:
        text = pattern.sub(stand_in, text)
    return text


def act(scene: Scene, wired: OnDemo, browser: Browser) -> tuple[str, Typed]:
    """Play the end of a scene in a browser; return the page it leads to."""
    if scene.name in LATER:
        return LATER[scene.name](wired, browser), Typed()
    last = scene.arrange(wired)
    assert not isinstance(last, Later), f"nobody says how {scene.name} goes over HTTP"
    browser.user_agent = last.client.user_agent
    return browser.type(last, wired.places[last.url]), last


@pytest.mark.parametrize("scene", OVER_HTTP, ids=lambda scene: scene.name)
def test_support_sees_over_http_what_stands_in_the_way(site, scene):
    wired, browser = site.open(**scene.wiring("async")), Browser()

    page, typed = act(scene, wired, browser)
    (reference,) = set(REFERENCE.findall(page))
    found = wired.auth.support.find(reference, by=OPERATOR)

    assert found.causes == scene.causes
    assert found.remedies[0].startswith(scene.first)
    here = {"acme.invalid": "//localhost", "portal.acme.example": "//127.0.0.1"}
    missing = {
        name: found.evidence.get(name)
        for name, part in scene.facts.items()
        if here.get(part, part) not in found.evidence.get(name, "")
    }
    assert missing == {}
    if scene.causes == (Cause.OVERLOADED,):
        assert browser.status == 503
        return
    assert browser.status == 403
    assert shown(page, typed.address) == stranger(site, wired, scene, typed)


def test_F01_while_the_store_is_away_the_page_is_a_strangers(site, caplog):
    wired, browser = site.open(), Browser()
    typed = STORE_AWAY.arrange(wired)
    fields = browser.form(wired.url)
    given = {"address": typed.address, "password": typed.password}

    site.lose_store(wired)
    page = browser.send("POST", wired.url, **{**fields, **given})
    site.show(wired)

    assert browser.status == 403
    assert shown(page, typed.address) == stranger(site, wired, STORE_AWAY, typed)
    # Nobody could record it, so support asks whoever reads the portal's log.
    (reference,) = set(REFERENCE.findall(page))
    assert f"reference {reference}: " in caplog.text
    assert wired.auth.support.find(reference, by=OPERATOR) is None


def stranger(site: Site, wired: OnDemo, scene: Scene, typed: Typed) -> str:
    """Return what somebody sees whom nobody knows, at the same place."""
    if scene.name in LATER:
        return shown(without_a_ticket(wired, Browser()))
    url = wired.places[typed.url]
    browser = Browser(typed.client.user_agent)
    page = browser.log_in(url, "nobody@nowhere.example", WRONG)
    return shown(page, "nobody@nowhere.example")


def test_scenes_that_are_not_typed_say_how_they_go_over_http():
    assert {scene.name for scene in SCENES} >= NOT_OVER_HTTP | set(LATER)


def test_an_ended_session_leads_to_the_log_in(site):
    wired, browser = site.open(), Browser()
    account = register(wired)
    browser.log_in(wired.url, ANN, PASSWORD)
    place = wired.url.replace("login", "change-password")
    fields = browser.form(place)
    wired.auth.sessions.end_all(account)

    browser.send("POST", place, **{**fields, "current": PASSWORD, "new": NEW})

    assert (browser.status, browser.place) == (303, wired.url)
