"""A stranger learns nothing over HTTP: one answer for every cause, HTML and JSON.

Compared are status, header names and values, cookie names and attributes, and every
byte of the body but chance (reference, tokens), time, and the echo of what the person
sent; of these the lengths.
"""

from __future__ import annotations

import dataclasses
import html
import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import pytest

from securelogin import Refused
from securelogin.attempts import RequestFault
from securelogin.messages import DEFAULT_MESSAGES
from securelogin.outcomes import Cause
from securelogin.viewers import OPERATOR
from tests.scenes import ANN, SCENES, WRONG, Later, Scene, Typed
from tests.web.browsing import Browser, Pages, Seen
from tests.web.states import STATES, unknown
from tests.wiring import PASSWORD, Wired

_CHANCE = (
    (rb"[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}", b"REF-REF-REF"),
    (rb'(name="form_token" value=")[A-Za-z0-9_-]{43}"', rb'\1TOKEN"'),
    (rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", b"TIME"),
    (rb'(class="mark">)[0-9A-Z]{4}<', rb"\1MARK<"),
    (rb'("mark":")[0-9A-Z]{4}"', rb'\1MARK"'),
)


@dataclass(frozen=True)
class Answered:
    status: int
    headers: tuple[tuple[str, str], ...]
    cookies: tuple[str, ...]
    body: bytes
    length: int


def answered(seen: Seen, *echoes: str) -> Answered:
    response = seen.response
    body = response.body
    for echo in echoes:
        body = body.replace(echo.encode(), b"ECHO")
    length = len(body)
    for pattern, stand_in in _CHANCE:
        body = re.sub(pattern, stand_in, body)
    return Answered(
        status=response.status,
        headers=response.headers,
        cookies=tuple(
            re.sub(r"=[A-Za-z0-9_.-]*;", "=…;", cookie.header, count=1)
            for cookie in response.cookies
        ),
        body=body,
        length=length,
    )


def over_http(wired: Wired, typed: Typed, *, api: bool) -> Answered:
    """Send what somebody types as a browser, or a program, would."""
    pages = Pages(wired)
    place = urlsplit(typed.url)
    browser = Browser(pages, host=place.netloc)
    browser.peer = typed.client.ip or ""
    browser.headers["user-agent"] = typed.client.user_agent
    fields = browser.get("login").form()[1]
    if typed.link is not None:
        browser.send("GET", f"link?t={typed.link}")
    if RequestFault.CSRF in typed.faults:
        fields["form_token"] = "x" * 43
        browser.headers["sec-fetch-site"] = "cross-site"
    if RequestFault.COOKIES_BLOCKED in typed.faults:
        browser.cookies.clear()
    given = {"address": typed.address, "password": typed.password}
    if api:
        seen = browser.call("api/login", given)
    else:
        seen = browser.post_only("login", {**fields, **given})
    return answered(
        seen, f"https://{place.netloc}/secure/login", typed.address, "Firefox 140"
    )


def played(scene: Scene, colour: str) -> tuple[Wired, Typed]:
    """Set a scene; return what the person types at the end of it."""
    wired = Wired(colour, **scene.wiring(colour))
    last = scene.arrange(wired)
    if isinstance(last, Later):
        pytest.skip("nothing is typed at the log-in")
    return wired, last


# Being overloaded has an answer of its own, the same for everybody. A browser that
# keeps no cookies brings no link either.
REFUSED = [
    scene
    for scene in SCENES
    if scene.causes[0] is not Cause.OVERLOADED
    and not {Cause.COOKIES_BLOCKED, Cause.LINK_RECALLED} <= set(scene.causes)
]
# JSON needs no cookie of ours: a program that keeps none may log in.
AS_JSON = [one for one in REFUSED if Cause.COOKIES_BLOCKED not in one.causes]


@pytest.mark.parametrize(
    ("scene", "api"),
    [*((scene, False) for scene in REFUSED), *((scene, True) for scene in AS_JSON)],
    ids=lambda value: getattr(value, "name", "json" if value else "html"),
)
def test_C71_F55_every_cause_has_one_answer(colour, scene, api):
    wired, typed = played(scene, colour)

    seen = over_http(wired, typed, api=api)
    reference = wired.store.attempts._records[-1].reference
    diagnosis = wired.auth.support.find(reference, by=OPERATOR)

    assert diagnosis.causes == scene.causes
    assert seen.status == 403
    assert seen == over_http(
        # A notice about old browsers is the policy's.
        Wired(colour, **scene.wiring(colour)),
        dataclasses.replace(UNKNOWN, client=typed.client),
        api=api,
    )


UNKNOWN = Typed(address="nobody@acme.example", password=WRONG)


@pytest.mark.parametrize("api", [False, True], ids=["html", "json"])
@pytest.mark.parametrize("asked", DEFAULT_MESSAGES)
def test_F55_an_answer_is_in_the_language_asked_for_and_never_in_the_accounts(
    colour, asked, api
):
    def refused(accounts: str | None) -> Answered:
        wired = Wired(colour)
        if accounts is not None:
            wired.auth.accounts.register(
                ANN, tenant="acme", audience="internal", language=accounts
            )
        browser = Browser(Pages(wired), **{"accept-language": asked})
        given = {"address": ANN, "password": WRONG}
        if api:
            return answered(browser.call("api/login", given), ANN)
        return answered(browser.submit(browser.get("login"), **given), ANN)

    seen = {refused(accounts) for accounts in (None, *DEFAULT_MESSAGES)}

    assert len(seen) == 1
    one = seen.pop()
    assert ("Content-Language", asked) in one.headers
    if not api:
        assert DEFAULT_MESSAGES[asked]["refused"] in html.unescape(one.body.decode())


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_C39_F57_every_state_looks_like_unknown_on_every_page(colour, state):
    assert tour(colour, state) == tour(colour, unknown)


@cache
def tour(colour, state):
    return list(steps(colour, state))


def steps(colour, state):
    """Do on every page what somebody can do who knows nothing but an address."""
    wired = Wired(colour)
    state(wired)
    browser = Browser(Pages(wired))
    for page, typed in (
        ("login", {"address": ANN}),
        ("login", {"address": ANN, "password": WRONG}),
        ("login", {"address": ANN, "password": "0000-0000-0000-0"}),
        ("forgot", {"address": ANN}),
        ("new-password", {"new": PASSWORD}),
        ("change-password", {"current": WRONG, "new": PASSWORD}),
        ("sessions", {}),
        ("sessions", {"session": "0" * 64}),
        ("address", {}),
        ("logout", {}),
    ):
        form = browser.get("login").form()[1]
        fields = {"form_token": form["form_token"], **typed}
        yield answered(browser.post_only(page, fields))
        if page != "address":
            yield answered(browser.call(f"api/{page}", typed))
    yield answered(browser.send("GET", "link?t=eyJ" + "A" * 60))
    yield answered(browser.send("GET", "link"))


def test_an_answer_that_tells_is_seen():
    wired = Wired("sync")
    honest = wired.auth.login.check

    def telling(attempt):
        refused = honest(attempt)
        message = refused.public.message + "!"
        return Refused(public=dataclasses.replace(refused.public, message=message))

    wired.auth.login.check = telling
    seen = over_http(wired, UNKNOWN, api=False)

    assert seen != over_http(Wired("sync"), UNKNOWN, api=False)
