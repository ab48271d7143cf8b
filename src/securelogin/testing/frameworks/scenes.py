"""What people, programs and strangers do on the pages, each as a function.

A scene does the same each time, so it can be played on the pages themselves and on an
adapter, and every answer compared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from securelogin.attempts import AttemptRecord
from securelogin.mail import MailKind
from securelogin.testing.frameworks.browser import (
    FORM,
    JSON,
    Browser,
    forms_of,
)
from securelogin.testing.frameworks.transports import Pairs
from securelogin.testing.frameworks.world import ANN, BOB, PASSWORD, WRONG, World
from securelogin.testing.uniformity import Answer
from securelogin.web import ROUTES
from securelogin.web.routes import API

__all__ = [
    "CHUNKED",
    "FORGED",
    "METHODS",
    "QUERIES",
    "READ",
    "STORIES",
    "Scene",
    "among_other_cookies",
    "files",
    "in_lines_of_their_own",
    "opened_by_many",
    "outage",
    "overloaded",
    "refused",
    "scanned",
    "sized",
    "unknown_method",
]

Scene = Callable[[World, Browser], object]

NEW = "nine swans over a frozen lake"
METHODS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND")
"""Beside GET and HEAD; the last is for those who list methods."""


def _places() -> Iterator[tuple[str, tuple[str, ...]]]:
    for route in ROUTES:
        path = route.path.replace("{name}", "unknown.css")
        if route.methods:
            yield path, route.methods
        if route.api_methods:
            yield API + path, route.api_methods


PLACES: Mapping[str, tuple[str, ...]] = dict(_places())
"""Every path with its methods."""

READ = [place for place, methods in PLACES.items() if "GET" in methods]


# -- people, with HTML --


def _log_in(browser: Browser, address: str = ANN, password: str = PASSWORD) -> Answer:
    return browser.fill("login", address=address, password=password)


def first_time(world: World, browser: Browser) -> None:
    """Somebody comes with a temporary password, is too short, and gets in."""
    world.register()
    asked = browser.fill("temporary", address=ANN, password=world.temporary())
    form = browser.follow(asked)
    browser.submit(form, new="short")
    browser.follow(browser.submit(form, new=PASSWORD))
    _log_in(browser)
    browser.get("sessions")


def by_the_link(world: World, browser: Browser) -> None:
    """A recipient comes by a link, which leads to the message after log-in."""
    token = world.invited()
    landed = browser.follow(browser.get(f"link?t={token}"))
    browser.submit(landed, address=BOB, password=WRONG)
    browser.submit(landed, address=BOB, password=PASSWORD)


def by_a_recalled_link(world: World, browser: Browser) -> None:
    """A link that leads nowhere any more."""
    token = world.invited()
    world.auth.links.recall(world.links[-1])
    browser.follow(browser.get(f"link?t={token}"))
    browser.get("link")


def forgotten(world: World, browser: Browser) -> None:
    """Somebody has forgotten the password."""
    world.settled()
    ordered = browser.fill("forgot", address=ANN)
    asked = browser.submit(ordered, address=ANN, password=world.temporary())
    browser.follow(browser.submit(browser.follow(asked), new=NEW))
    _log_in(browser, password=NEW)


def changed_from_within(world: World, browser: Browser) -> None:
    """Somebody changes the password, wrongly first."""
    world.settled()
    _log_in(browser)
    form = browser.get("change-password")
    browser.submit(form, current=WRONG, new=NEW)
    browser.submit(form, current=PASSWORD, new="short")
    browser.follow(browser.submit(form, current=PASSWORD, new=NEW))


def sessions_ended(world: World, browser: Browser) -> None:
    """Somebody ends sessions, and logs out."""
    world.settled()
    for _ in range(3):
        # Another place each time: the same browser gets a new session.
        browser.cookies.clear()
        _log_in(browser)
    listed = browser.get("sessions")
    left = browser.follow(browser.submit(listed, 0))
    alone = browser.follow(browser.submit(left, 1))
    browser.follow(browser.submit(alone, -1))
    browser.follow(browser.fill("logout"))
    browser.get("sessions")


def moved(world: World, browser: Browser) -> None:
    """Somebody confirms a new address, from both mailboxes."""
    account = world.settled()
    world.auth.addresses.request_for(account.id, "ann@new.example")
    world.auth.courier.deliver()
    for to in (ANN, "ann@new.example"):
        token = world.token(MailKind.CONFIRM_ADDRESS, to=to)
        browser.follow(browser.get(f"address?t={token}"))
        asked = browser.follow(_log_in(browser))
        browser.follow(browser.submit(asked))


def nothing_at_all(world: World, browser: Browser) -> None:
    """Somebody sends every form as it is."""
    del world
    for place in ("login", "temporary", "forgot", "logout"):
        browser.fill(place)
    for place in ("new-password", "change-password", "address", "sessions"):
        browser.post(place, {})


def from_another_site(world: World, browser: Browser) -> None:
    """Another site's form is sent."""
    world.settled()
    page = browser.get("forgot")
    for header in (
        ("Sec-Fetch-Site", "cross-site"),
        ("Origin", "https://evil.example"),
        ("Origin", f"https://{browser.host}"),
    ):
        form = forms_of(page)[0]
        browser.post(form.action, {**form.fields, "address": ANN}, [header])
        browser.call("forgot", {"address": ANN}, [header])


def without_cookies(world: World, browser: Browser) -> None:
    """A browser that keeps no cookies."""
    world.settled()
    page = browser.get("login")
    browser.cookies.clear()
    browser.submit(page, address=ANN, password=PASSWORD)


def in_german(world: World, browser: Browser) -> None:
    """Somebody's browser speaks German, as one of several languages."""
    del world
    browser.get("help", [("Accept-Language", "fr, de-CH;q=0.8, en;q=0.5")])


# -- programs, with JSON --


def a_program(world: World, browser: Browser) -> None:
    """A program logs in, changes the password and logs out."""
    world.register()
    browser.call("login", {"address": ANN})
    browser.call("login", {"address": ANN, "password": WRONG})
    browser.call("login", {"address": ANN, "password": world.temporary()})
    browser.call("new-password", {"new": "short"})
    browser.call("new-password", {"new": PASSWORD})
    browser.call("login", {"address": ANN, "password": PASSWORD})
    browser.call("change-password", {"current": PASSWORD, "new": NEW})
    browser.get("api/sessions")
    browser.call("sessions", {})
    browser.call("logout", {})
    browser.get("api/sessions")


def a_program_with_a_link(world: World, browser: Browser) -> None:
    """A program opens a link, forgets the password and gets in."""
    token = world.invited()
    browser.call("link", {"token": token})
    browser.call("link", {"token": "x"})
    browser.call("login", {"address": BOB, "password": PASSWORD})
    browser.call("forgot", {"address": BOB})


STORIES: Mapping[str, Scene] = {
    scene.__name__: scene
    for scene in (
        first_time,
        by_the_link,
        by_a_recalled_link,
        forgotten,
        changed_from_within,
        sessions_ended,
        moved,
        nothing_at_all,
        from_another_site,
        without_cookies,
        in_german,
        a_program,
        a_program_with_a_link,
    )
}


# -- what is read --


def files(world: World, browser: Browser) -> None:
    """Every file that the pages name."""
    del world
    page = browser.get("login").body.decode()
    names = {part.partition('"')[0] for part in page.split("assets/")[1:]}
    for name in sorted(names):
        browser.get(f"assets/{name}")
        browser.send("HEAD", f"assets/{name}")
        # Escaped twice it is another name, and there is no such file.
        browser.get(f"assets/{name.replace('.', '%252E')}")


def unknown_method(world: World, browser: Browser, *, method: str) -> None:
    """A method on every path that does not know it."""
    del world
    for place, methods in PLACES.items():
        if method not in methods:
            browser.send(method, place)


# -- too much work, or a store that is away --


def overloaded(world: World, browser: Browser) -> None:
    """There is no room for hashing."""
    world.settled()
    page = browser.get("login")
    with world.busy():
        browser.submit(page, address=ANN, password=PASSWORD)
        browser.call("login", {"address": ANN, "password": PASSWORD})


def outage(world: World, browser: Browser) -> None:
    """A store is away."""
    world.settled()
    login, forgot = browser.get("login"), browser.get("forgot")
    world.outage.is_away = True
    browser.submit(login, address=ANN, password=PASSWORD)
    browser.submit(forgot, address=ANN)
    browser.call("login", {"address": ANN, "password": PASSWORD})
    browser.call("forgot", {"address": ANN})


# -- scanners --


def scanned(world: World, browser: Browser) -> None:
    """A scanner opens a link and sends every form it finds; then the person comes."""
    token = world.invited()
    for method in ("HEAD", "GET"):
        browser.send(method, f"link?t={token}")
        browser.send(method, "link")
    for typed in ("", "x", "7QK4-MXRD-9HTW-S", "a b@c.example"):
        for place in ("link", "login", "temporary", "forgot", "logout"):
            page = browser.get(place)
            for index, form in enumerate(forms_of(page)):
                browser.submit(page, index, **dict.fromkeys(form.typed, typed))
                browser.get(f"link?t={token}")
    assert not browser.cookie("session") + browser.cookie("ticket"), (
        "A scanner that opened a link and sent forms was given a session or a ticket."
    )
    _come_in(browser.another(source="192.0.2.99"), token)


def opened_by_many(world: World, browser: Browser) -> None:
    """A link is opened a hundred times, from everywhere; then the person comes."""
    token = world.invited()
    for number in range(100):
        scanner = browser.another(source=f"203.0.113.{number}")
        scanner.follow(scanner.get(f"link?t={token}"))
    _come_in(browser, token)


def _come_in(browser: Browser, token: str) -> None:
    landed = browser.follow(browser.get(f"link?t={token}"))
    browser.submit(landed, address=BOB, password=PASSWORD)
    assert browser.cookie("session"), "After the scanners the person did not get in."


# -- what is sent --

CHUNKED = ("Transfer-Encoding", "chunked")

QUERIES = (
    "t=TOKEN",
    "t=TOKEN&utm_source=mail",
    "t=3DTOKEN",
    "t=%3CTOKEN%3E",
    "t=TOKEN%20",
    "tTOKEN",
    "t=%ff%fe",
    "t=a+b%2Bc",
    "t=" + "x" * 4_000,
    "t",
    "&&=&",
)
"""As mails programs mangle them, and worse."""

FORGED: Pairs = (
    ("X-Forwarded-For", "203.0.113.66"),
    ("X-Real-IP", "203.0.113.66"),
    ("Forwarded", "for=203.0.113.66;proto=ftp;host=evil.example"),
    ("X-Forwarded-Proto", "ftp"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Port", "4444"),
    ("X-Forwarded-Prefix", "/evil"),
)
"""What a stranger writes who wants to have come from elsewhere."""


def sized(world: World, browser: Browser, *, largest: int) -> None:
    """Bodies as large as may be, a little larger, and much."""
    del world
    for size in (largest, largest + 1, 4 * largest):
        browser.send("POST", "login", [FORM], b"address=".ljust(size, b"a"))
        browser.send("POST", "api/login", [JSON], b'{"address":"a"}'.ljust(size))


def among_other_cookies(world: World, browser: Browser) -> None:
    """Our cookies come among others, some of them odd."""
    world.settled()
    page = browser.get("login")
    ours = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    odd = f'a=1; b="x;y"; bad; =; c=\xe9; {ours}; d=a=b; $Version=1; e=%zz'
    form = forms_of(page)[0]
    typed = {"address": ANN, "password": PASSWORD}
    browser.post(form.action, {**form.fields, **typed}, [("Cookie", odd)])


def in_lines_of_their_own(world: World, browser: Browser) -> None:
    """Cookies come in a header each, as HTTP/2 may part them."""
    world.settled()
    form = forms_of(browser.get("login"))[0]
    pairs = ("a=1", *(f"{name}={value}" for name, value in browser.cookies.items()))
    typed = {"address": ANN, "password": PASSWORD}
    lines = [("Cookie", pair) for pair in (*pairs, "z=1")]
    browser.post(form.action, {**form.fields, **typed}, lines)


def refused(world: World, browser: Browser, headers: Pairs, /) -> AttemptRecord:
    """Let a program be refused; return what is kept of it."""
    typed = {"address": ANN, "password": WRONG}
    answer = browser.call("login", typed, headers)
    return world.record(json.loads(answer.body)["reference"])
