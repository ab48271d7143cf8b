"""The ways through a portal, as a person goes them; with a look at each page."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

from playwright.sync_api import Page, expect

from tests.browser.sites import Site

__all__ = ["CHOSEN", "Look", "heading", "log_in", "new_address", "walk"]

CHOSEN = "umbrella tram violet stone"
AGAIN = "another umbrella tram stone"
_NUMBERS = count(1)

Look = Callable[[str], None]


def new_address() -> str:
    return f"guest{next(_NUMBERS)}@harbour.example"


def heading(page: Page, text: str) -> None:
    expect(page.locator("h1")).to_have_text(text)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def log_in(page: Page, address: str, password: str) -> None:
    page.get_by_label("Mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Log in")


def walk(page: Page, site: Site, look: Look) -> None:
    """Be invited, fail, get in, read, change the password, forget it, and leave."""
    address = new_address()
    message = site.invite(address)
    _fail(page, site, address, look)
    _come_in(page, site, address, message, look)
    _care(page, site, look)
    _forget(page, site, address, look)


def _fail(page: Page, site: Site, address: str, look: Look) -> None:
    page.goto(f"{site.base}link?t={site.mailed(address, 'token')}")
    heading(page, "Log in")
    expect(page.locator(".lead")).to_contain_text("A secure message is waiting")
    assert page.url == f"{site.base}link"
    look("1-link")

    log_in(page, address, "not the password at all")
    expect(page.get_by_role("alert")).to_contain_text("Invalid username, password")
    reference = page.locator("#failure code").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}", reference)
    page.get_by_text("What your support needs").click()
    expect(page.locator("#report")).to_contain_text(reference)
    look("2-refused")

    page.get_by_role("link", name="Help with logging in").click()
    heading(page, "Help with logging in")
    look("3-help")


def _come_in(page: Page, site: Site, address: str, message: str, look: Look) -> None:
    page.goto(f"{site.base}temporary")
    heading(page, "Log in for the first time")
    look("4-temporary")
    typed = site.mailed(address, "password").lower().replace("-", " ")
    page.get_by_label("Mail address").fill(address)
    page.get_by_label("Temporary password").fill(typed)
    page.locator("form button[type=submit]").click()

    heading(page, "Choose a new password")
    look("5-new-password")
    page.get_by_label("New password").fill("umbrella")
    press(page, "Save the new password")
    expect(page.get_by_role("alert")).to_contain_text("at least 15 characters")
    look("6-rejected")
    page.get_by_label("New password").fill(CHOSEN)
    press(page, "Save the new password")

    expect(page.get_by_role("status").first).to_have_text(
        "Your password has been changed."
    )
    look("7-changed")
    log_in(page, address, CHOSEN)
    page.wait_for_url(site.base + message)
    expect(page.locator("main")).to_contain_text("Nobody else may read this.")
    look("8-message")


def _care(page: Page, site: Site, look: Look) -> None:
    page.goto(f"{site.base}sessions")
    heading(page, "Where you are logged in")
    look("9-sessions")
    page.get_by_role("link", name="Change your password").click()
    look("10-change-password")
    page.get_by_label("Current password").fill(CHOSEN)
    page.get_by_label("New password").fill(AGAIN)
    press(page, "Save the new password")
    heading(page, "Where you are logged in")
    page.goto(f"{site.base}logout")
    look("11-logout")
    press(page, "Log out")
    expect(page.get_by_role("status").first).to_have_text("You are logged out.")


def _forget(page: Page, site: Site, address: str, look: Look) -> None:
    before = site.mailed(address, "password")
    page.goto(f"{site.base}forgot")
    look("12-forgot")
    page.get_by_label("Mail address").fill(address)
    press(page, "Send a temporary password")
    heading(page, "Check your mail")
    assert re.fullmatch(r"[0-9A-Z]{4}", page.locator(".mark").inner_text())
    assert site.mailed(address, "password", after=before)
    look("13-check-mail")
    page.goto(f"{site.base}nothing-here")
    look("14-nothing")
