"""What a page finds out about a browser before anybody logs in."""

from __future__ import annotations

import pytest

from securelogin import Policy
from securelogin.browsers import BrowserMatrix
from securelogin.user_agents import read_browser
from securelogin.viewers import OPERATOR
from tests.flows.conftest import register
from tests.scenes import OLD_FIREFOX
from tests.web.browsing import Browser, Pages
from tests.wiring import PASSWORD, Wired

SCRIPT = {"script": "1", "device_time": "2026-03-02T09:50:00Z"}


@pytest.fixture(params=["sync", "async"])
def wired(request) -> Wired:
    return Wired(request.param)


def checked(browser: Browser, **typed: str) -> list[str]:
    seen = browser.submit(browser.get("preflight"), **typed)
    assert seen.status == 200
    return [item.get_text(strip=True) for item in seen.html.select(".checks li")]


def test_a_browser_without_scripts_is_told_what_there_is(wired):
    assert checked(Browser(Pages(wired))) == [
        "Cookies: kept.",
        "Connection: encrypted.",
        "Clock: not known, because scripts are off. Compare it with another one.",
        "Scripts: off. Every page works without them.",
    ]


def test_scripts_and_a_wrong_clock_are_told(wired):
    assert checked(Browser(Pages(wired)), **SCRIPT)[2:] == [
        "Clock: 20 min off. Let the device set its time by itself.",
        "Scripts: on.",
    ]


def test_a_browser_that_keeps_no_cookies_is_told_so_and_nothing_is_recorded(wired):
    browser = Browser(Pages(wired))
    page = browser.get("preflight")
    browser.cookies.clear()

    seen = browser.submit(page)

    assert seen.status == 200
    assert "Cookies: blocked." in seen.text_of("main")
    assert wired.store.attempts._records == []


def test_nothing_is_checked_before_somebody_asks(wired):
    seen = Browser(Pages(wired)).get("preflight")

    assert (seen.heading, seen.html.select(".checks")) == ("Check this browser", [])


def test_a_plain_connection_is_told(wired):
    browser = Browser(Pages(wired))
    page = browser.get("preflight")

    _, fields = page.form()
    seen = browser.post_only("preflight", fields, scheme="http")

    assert "Begin the address with https://." in seen.text_of("main")


def test_support_sees_what_the_log_in_page_had_found_out(wired):
    register(wired)
    browser = Browser(Pages(wired))

    given = {"address": "ann@acme.example", "password": "wrong", **SCRIPT}
    seen = browser.submit(browser.get("login"), **given)

    reference = seen.text_of("#failure code")
    evidence = wired.auth.support.find(reference, by=OPERATOR).evidence
    told = [evidence[name] for name in ("cookies", "https", "script", "device clock")]
    assert told == ["kept", "yes", "on", "+1200 s against the server"]


@pytest.mark.parametrize("page", ["login", "preflight"])
def test_a_browser_below_the_matrix_is_told_before_the_log_in(page):
    matrix = BrowserMatrix(lowest={"Firefox": 128}, read=read_browser)
    wired = Wired("sync", policy=Policy(browsers=matrix))
    register(wired)
    pages = Pages(wired)

    old = Browser(pages, **{"user-agent": OLD_FIREFOX})
    new = Browser(pages)

    assert "older than this portal supports" in old.get(page).text_of("main")
    assert "older than" not in new.get(page).text_of("main")
    # Nobody is kept out by it.
    given = {"address": "ann@acme.example", "password": PASSWORD}
    _, fields = old.get("login").form()
    assert old.post_only("login", {**fields, **given}).status == 303
