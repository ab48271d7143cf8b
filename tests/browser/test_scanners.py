"""Programs that open, run and submit everything; the person still gets in.

What a mail scanner of the thorough kind does: it asks for the link by HEAD and GET, it
opens it in a browser without a window, lets the scripts run, and sends every form.
"""

from __future__ import annotations

import http.client
import random
import string
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import MakeContext
from tests.browser.sites import Site
from tests.browser.walking import CHOSEN, heading, log_in, new_address, press

pytestmark = pytest.mark.slow

SECRET = ("-session", "-ticket")
FILL = """([index, text]) => {
  const form = document.forms[index];
  form.noValidate = true;
  for (const field of form.elements) {
    if (["text", "email", "password", "textarea"].includes(field.type)) {
      field.value = text;
    }
  }
  form.requestSubmit();
}"""


def held(context: BrowserContext) -> list[str]:
    return [
        str(cookie["name"])
        for cookie in context.cookies()
        if any(word in str(cookie["name"]) for word in SECRET) and cookie["value"]
    ]


def scan(page: Page, url: str, *, typed: str) -> set[str]:
    """Open a link, send each form, follow each link once; return the cookies held."""
    page.goto(url)
    seen: set[str] = set()
    pages = [
        page.url,
        *page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"),
    ]
    own = {place for place in pages if "/mail/" not in place and "#" not in place}
    for place in sorted(own):
        page.goto(place)
        for index in range(page.locator("form").count()):
            page.goto(place)
            with page.expect_navigation():
                page.evaluate(FILL, [index, typed])
            seen.update(held(page.context))
    return seen


def test_F47_a_browser_that_sends_every_form_gets_nothing_and_spoils_nothing(
    site: Site, visitor: MakeContext
) -> None:
    address = new_address()
    message = site.invite(address)
    token, password = (site.mailed(address, c) for c in ("token", "password"))
    chance = random.Random(47)  # noqa: S311 -- the same text each time
    at_random = "".join(chance.choices(string.printable, k=40))
    scanner = visitor(user_agent="Mozilla/5.0 LinkScanner/1.0").new_page()

    seen = [
        scan(scanner, f"{site.base}link?t={token}", typed=typed)
        for typed in ("", at_random, "7QK4-MXRD-9HTW-S")
    ]

    assert seen == [set(), set(), set()]
    get_in(site, visitor, address, token=token, password=password, message=message)


def test_F47_a_hundred_openings_from_other_addresses_change_nothing(
    site: Site, visitor: MakeContext
) -> None:
    address = new_address()
    message = site.invite(address)
    token, password = (site.mailed(address, c) for c in ("token", "password"))
    place = urlsplit(site.base)

    for number in range(100):
        line = http.client.HTTPConnection(
            str(place.hostname),
            place.port,
            timeout=10,
            # All of 127.0.0.0/8 is this machine: each opening has its own address.
            source_address=(f"127.0.{1 + number % 7}.{1 + number}", 0),
        )
        method = "HEAD" if number % 3 == 0 else "GET"
        line.request(method, f"{place.path}link?t={token}")
        answer = line.getresponse()
        answer.read()
        line.close()
        assert answer.status == 303
        cookies = answer.headers.get_all("Set-Cookie") or []
        assert not [c for c in cookies if any(word in c for word in SECRET)]

    get_in(site, visitor, address, token=token, password=password, message=message)


def get_in(
    site: Site,
    visitor: MakeContext,
    address: str,
    *,
    token: str,
    password: str,
    message: str,
) -> None:
    """Let the person come who was meant."""
    page = visitor().new_page()
    page.goto(f"{site.base}link?t={token}")
    log_in(page, address, password)
    heading(page, "Choose a new password")
    page.get_by_label("New password").fill(CHOSEN)
    press(page, "Save the new password")
    log_in(page, address, CHOSEN)
    page.wait_for_url(site.base + message)
