"""What people, programs and strangers do on the pages, each as a function.

A scene does the same each time, so it can be played on the pages themselves and on an
adapter, and every answer compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from securelogin.mail import MailKind
from securelogin.testing.frameworks.browser import (
    FORM,
    JSON,
    Browser,
    forms_of,
)
from securelogin.testing.frameworks.clients import Answer, Pairs
from securelogin.testing.frameworks.world import ANN, BOB, PASSWORD, WRONG, World
from securelogin.web import ROUTES
from securelogin.web.routes import API

__all__ = ["BODIES", "METHODS", "PLACES", "READ", "STORIES", "Scene"]

Scene = Callable[[World, Browser], None]

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
    for link in list(world.store.links._rows):  # noqa: SLF001 -- our own store
        world.auth.links.recall(link)
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
    world.auth.addresses.request(account.id, "ann@new.example")
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


# -- bodies that cannot be read, or hardly --


class Body(NamedTuple):
    """A body to post."""

    place: str
    content: bytes
    headers: Pairs


BODIES: Mapping[str, Body] = {
    "no type": Body("login", b"address=a", ()),
    "multipart": Body(
        "login",
        b'--x\r\nContent-Disposition: form-data; name="address"\r\n\r\na\r\n--x--\r\n',
        [("Content-Type", "multipart/form-data; boundary=x")],
    ),
    "multipart without a boundary": Body(
        "login", b"--", [("Content-Type", "multipart/form-data")]
    ),
    "JSON to a form": Body("login", b"{}", [JSON]),
    "a form to JSON": Body("api/login", b"address=a", [FORM]),
    "bytes that are no UTF-8": Body("login", b"address=\xff\xfe", [FORM]),
    "escapes that are no UTF-8": Body("login", b"address=%ff%fe", [FORM]),
    "an escape that ends early": Body("login", b"address=%", [FORM]),
    "a field that is there twice": Body("login", b"address=a&address=b", [FORM]),
    "many fields": Body("login", b"&".join(b"f%d=1" % n for n in range(5_000)), [FORM]),
    "NUL": Body("login", b"address=a%00b&password=%00", [FORM]),
    "a type with a charset": Body(
        "login", b"address=%FC", [(FORM[0], f"{FORM[1]}; charset=iso-8859-1")]
    ),
    "a type that is none": Body("login", b"a", [("Content-Type", "/;;=,")]),
    "nothing": Body("login", b"", [FORM]),
    "no JSON": Body("api/login", b"{", [JSON]),
    "empty JSON": Body("api/login", b"", [JSON]),
    "a list": Body("api/login", b'[["address","a"]]', [JSON]),
    "a number": Body("api/login", b"5", [JSON]),
    "deep JSON": Body("api/login", b"[" * 60_000, [JSON]),
    "JSON with a name twice": Body(
        "api/login", b'{"address":"a","address":"b"}', [JSON]
    ),
    "JSON that is no UTF-8": Body("api/login", b'{"address":"\xff"}', [JSON]),
    "JSON in UTF-16": Body("api/login", '{"address":"a"}'.encode("utf-16"), [JSON]),
    "half a character": Body(
        "api/login", b'{"address":"\\ud800","password":"x"}', [JSON]
    ),
    "a wrong Content-Encoding": Body(
        "login", b"address=a", [FORM, ("Content-Encoding", "gzip")]
    ),
    "another method by header": Body(
        "login", b"address=a", [FORM, ("X-HTTP-Method-Override", "DELETE")]
    ),
    "another method by field": Body("login", b"_method=DELETE", [FORM]),
}
