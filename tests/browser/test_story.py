"""The whole story in a real browser: with scripts and without, on a phone and not."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.browser.conftest import ARTIFACTS, DESKTOP, PHONE, MakeContext
from tests.browser.sites import DemoSite, Site
from tests.browser.walking import (
    CHOSEN,
    Look,
    heading,
    log_in,
    new_address,
    press,
    walk,
)

pytestmark = pytest.mark.slow

WIDTHS = {"phone": PHONE, "desktop": DESKTOP}
TRIES = 5


def take(page: Page, file: Path) -> None:
    """Take a picture; once more where Chromium just cannot.

    Now and then it refuses one, with nothing wrong with the page, and takes the same a
    moment later (MarketSquare/robotframework-browser, issue 5237).
    """
    for turn in range(1, TRIES + 1):
        try:
            page.screenshot(path=file, full_page=True)
        except Error as error:
            if "Unable to capture" not in str(error) or turn == TRIES:
                raise
            page.wait_for_timeout(250)
        else:
            return


def screenshots(page: Page, name: str) -> Look:
    """Take a picture of each page, and see that nothing sticks out of it."""
    folder = ARTIFACTS / "browser" / name
    folder.mkdir(parents=True, exist_ok=True)

    def look(what: str) -> None:
        take(page, folder / f"{what}.png")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], f"{what} is {width} wide"

    return look


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_recipient_goes_the_whole_way(
    site: Site, visitor: MakeContext, request: Any, width: str, *, scripts: bool
) -> None:
    context = visitor(
        viewport=WIDTHS[width],
        java_script_enabled=scripts,
        color_scheme="light" if scripts else "dark",
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    name = request.node.callspec.id

    walk(page, site, screenshots(page, name))

    # Refusals have a status of their own, which the console tells; nothing else is.
    assert [line for line in complaints if "the server responded" not in line] == []


def test_the_password_is_shown_on_demand_and_counted_while_typing(
    demo: DemoSite, visitor: MakeContext
) -> None:
    page = visitor().new_page()
    page.goto(f"{demo.base}login")
    field = page.get_by_label("Password", exact=True)
    field.fill("secret")
    page.get_by_role("button", name="Show").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide").click()
    expect(field).to_have_attribute("type", "password")


def test_without_scripts_no_button_is_there_that_needs_them(
    demo: DemoSite, visitor: MakeContext
) -> None:
    page = visitor(java_script_enabled=False).new_page()
    page.goto(f"{demo.base}login")
    heading(page, "Log in")
    expect(page.get_by_role("button", name="Show")).to_have_count(0)


def slowed(page: Page, place: str) -> list[str]:
    """Let a place take half a second to answer; return what is sent there."""
    sent: list[str] = []

    def take(route: Route) -> None:
        sent.append(route.request.method)
        time.sleep(0.5)
        route.continue_()

    page.route(place, take)
    return sent


def test_a_double_click_saves_a_new_password_once(
    demo: DemoSite, visitor: MakeContext
) -> None:
    page = visitor().new_page()
    address = new_address()
    demo.invite(address)
    page.goto(f"{demo.base}link?t={demo.mailed(address, 'token')}")
    page.goto(f"{demo.base}temporary")
    page.get_by_label("Mail address").fill(address)
    page.get_by_label("Temporary password").fill(demo.mailed(address, "password"))
    page.locator("form button[type=submit]").click()
    heading(page, "Choose a new password")
    page.get_by_label("New password").fill(CHOSEN)
    sent = slowed(page, "**/new-password")

    # Between the two the form is under way: a mouse is as quick on a slow network.
    button = page.get_by_role("button", name="Save the new password")
    button.evaluate("it => { it.click(); setTimeout(() => it.click(), 100); }")

    expect(page.get_by_role("status").first).to_have_text(
        "Your password has been changed."
    )
    assert sent.count("POST") == 1


def test_who_comes_back_to_a_form_may_send_it_again(
    demo: DemoSite, visitor: MakeContext
) -> None:
    page = visitor().new_page()
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.method))
    page.goto(f"{demo.base}login")
    for turn in (1, 2):
        log_in(page, new_address(), "no password at all")
        expect(page.get_by_role("alert")).to_be_visible()
        assert sent.count("POST") == turn
        page.go_back()
        heading(page, "Log in")


def test_who_has_stopped_a_form_may_send_it_again_after_a_while(
    demo: DemoSite, visitor: MakeContext
) -> None:
    page = visitor().new_page()
    page.clock.install()
    page.goto(f"{demo.base}login")
    sent: list[str] = []
    page.route(
        "**/login",
        lambda route: (sent.append(route.request.method), route.abort("aborted")),
    )

    log_in(page, new_address(), "no password at all")
    press(page, "Log in")
    assert sent == ["POST"]
    page.clock.fast_forward(11_000)
    press(page, "Log in")
    assert sent == ["POST", "POST"]
