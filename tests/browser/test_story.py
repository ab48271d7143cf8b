"""The whole story in a real browser: with scripts and without, on a phone and not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import ARTIFACTS, DESKTOP, PHONE, MakeContext
from tests.browser.sites import DemoSite, Site
from tests.browser.walking import Look, heading, walk

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
