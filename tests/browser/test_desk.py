"""The demo's support desk in a browser: all of it, by keyboard, nothing serious."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from securelogin.demo.people import CAROL
from tests.browser.conftest import PHONE, MakeContext
from tests.browser.sites import DemoSite
from tests.browser.test_accessibility import examined, send, tab_to
from tests.browser.test_demo import at_home
from tests.browser.walking import heading, new_address

pytestmark = pytest.mark.slow


def refuse(page: Page, demo: DemoSite, address: str) -> None:
    """Let somebody who was invited forget the link, and the password too."""
    demo.invite(address)
    page.goto(f"{demo.base}login")
    page.get_by_label("Mail address").fill(address)
    page.locator("#password").fill("what was it again?")
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_a_keyboard_alone_finds_without_a_reference_and_does_what_helps(
    demo: DemoSite, visitor: MakeContext
) -> None:
    address = new_address()
    refuse(visitor().new_page(), demo, address)
    before = demo.mailed(address, "password")
    carol = visitor().new_page()
    at_home(carol, demo, CAROL.address)

    tab_to(carol, ".search summary")
    carol.keyboard.press("Enter")
    tab_to(carol, "#address")
    carol.keyboard.type(address)
    tab_to(carol, "#browser")
    carol.keyboard.type("Chrome")
    tab_to(carol, ".search button")
    send(carol, "Enter")
    best = carol.locator(".candidates li").first
    expect(best).to_contain_text(address)
    expect(best).to_contain_text("this very address")

    tab_to(carol, ".candidates button")
    send(carol, "Enter")
    told = carol.locator(".diagnosis")
    expect(told).to_contain_text("Have the link in the notification used.")
    # What the page had found out stands there without anybody asking.
    expect(told).to_contain_text("kept")

    tab_to(carol, ".action button")
    send(carol, "Enter")
    expect(carol.get_by_role("status").first).to_contain_text("done.")
    assert demo.mailed(address, "password", after=before)


def test_nothing_serious_is_found_on_the_desk_and_the_preflight(
    demo: DemoSite, visitor: MakeContext
) -> None:
    address = new_address()
    refuse(visitor().new_page(), demo, address)
    carol = visitor(bypass_csp=True, viewport=PHONE).new_page()
    found: list[str] = []
    look = examined(carol, found)

    carol.goto(f"{demo.base}preflight")
    look("preflight")
    carol.get_by_role("button", name="Check now").click()
    expect(carol.locator(".checks")).to_contain_text("Clock: right.")
    expect(carol.locator(".checks")).to_contain_text("Scripts: on.")
    look("preflight, checked")
    at_home(carol, demo, CAROL.address)
    carol.locator(".search summary").click()
    look("search")
    carol.locator(".search #url").fill(f"{demo.base}login")
    carol.get_by_role("button", name="Search").click()
    expect(carol.locator(".candidates li").first).to_be_visible()
    look("candidates")
    carol.locator(".candidates button").first.click()
    expect(carol.locator(".diagnosis")).to_be_visible()
    look("diagnosis")
    carol.locator(".search summary").click()
    carol.get_by_role("button", name="Search").click()
    expect(carol.get_by_role("alert")).to_contain_text("Give an address")
    look("problem")

    assert found == []


def test_without_scripts_the_preflight_says_so(
    demo: DemoSite, visitor: MakeContext
) -> None:
    page = visitor(java_script_enabled=False).new_page()
    page.goto(f"{demo.base}help")
    page.get_by_role("link", name="Check this browser").click()
    heading(page, "Check this browser")
    page.get_by_role("button", name="Check now").click()

    expect(page.locator(".checks")).to_contain_text("Cookies: kept.")
    expect(page.locator(".checks")).to_contain_text("Scripts: off.")
