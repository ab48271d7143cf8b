"""axe-core finds nothing serious, contrast included; a keyboard is enough.

Of the demo only: that every framework shows the same pages is what the kit is for.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from securelogin.demo.people import ANN, CAROL, PASSWORD
from tests.browser.conftest import PHONE, MakeContext
from tests.browser.sites import DemoSite
from tests.browser.test_demo import at_home
from tests.browser.walking import Look, heading, log_in, new_address, press, walk

pytestmark = pytest.mark.slow

BAD = {"serious", "critical"}


def examined(page: Page, found: list[str]) -> Look:
    """Let axe-core look at a page, and note what is serious; in the dark too."""

    def look(what: str) -> None:
        # Of a page in dark only the colours are others.
        for theme, rules in (("light", None), ("dark", ["color-contrast"])):
            page.emulate_media(color_scheme=theme)
            options = {"resultTypes": ["violations"]}
            results = Axe().run(
                page, options=options if rules is None else {"runOnly": rules}
            )
            assert results.response["passes"], f"axe-core saw nothing of {what}"
            found.extend(
                f"{what}: {one['id']}: {node['html']} ({theme})"
                for one in results.response["violations"]
                if one["impact"] in BAD
                for node in one["nodes"]
            )

    return look


def test_nothing_serious_is_found_on_any_page_of_the_log_in(
    demo: DemoSite, visitor: MakeContext
) -> None:
    # axe-core is put into the page, which the pages' own rules forbid.
    page = visitor(bypass_csp=True).new_page()
    found: list[str] = []

    walk(page, demo, examined(page, found))

    assert found == []


def test_nothing_serious_is_found_on_any_page_of_the_demo(
    demo: DemoSite, visitor: MakeContext
) -> None:
    ann, carol = (visitor(bypass_csp=True, viewport=PHONE).new_page() for _ in range(2))
    found: list[str] = []
    look = examined(ann, found)
    for path in ("", "mail/", "mail/1", "nothing", "clinic/login"):
        ann.goto(demo.url + path)
        look(path)
    at_home(ann, demo, ANN.address)
    look("sent")
    ann.goto(f"{demo.base}write")
    ann.locator("form").evaluate("form => form.noValidate = true")
    press(ann, "Send")
    look("write")
    at_home(carol, demo, CAROL.address)
    look = examined(carol, found)
    look("support")
    carol.locator(".lines button").first.click()
    expect(carol.locator(".diagnosis")).to_be_visible()
    look("diagnosis")

    assert found == []


def test_axe_finds_what_is_wrong(demo: DemoSite, visitor: MakeContext) -> None:
    page = visitor(bypass_csp=True).new_page()
    page.goto(f"{demo.base}login")
    page.locator("label[for=address]").evaluate("label => label.remove()")
    page.locator("h1").evaluate("title => { title.style.color = '#ddd' }")
    found: list[str] = []

    examined(page, found)("login")

    assert {line.split(": ")[1] for line in found} == {"label", "color-contrast"}


def tab_to(page: Page, selector: str) -> None:
    """Press the tabulator key until something has the focus, and see that it shows."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            outline = page.evaluate(
                "getComputedStyle(document.activeElement).outlineStyle"
            )
            assert outline != "none", f"nobody sees that {selector} has the focus"
            return
    raise AssertionError(f"no key leads to {selector}")


def send(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def test_a_keyboard_alone_leads_through_the_log_in(
    demo: DemoSite, visitor: MakeContext
) -> None:
    page = visitor().new_page()
    address = new_address()
    message = demo.invite(address)
    page.goto(f"{demo.base}link?t={demo.mailed(address, 'token')}")
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    for password in ("wrong at first, as people are", None):
        tab_to(page, "#address")
        page.keyboard.press("Control+A")
        page.keyboard.type(address)
        tab_to(page, "#password")
        page.keyboard.type(password or demo.mailed(address, "password"))
        send(page, "Enter")
    heading(page, "Choose a new password")
    tab_to(page, "#new")
    page.keyboard.type("tram stone umbrella violet")
    tab_to(page, "form button[type=submit]")
    send(page, "Space")
    heading(page, "Log in")
    tab_to(page, "#address")
    page.keyboard.type(address)
    tab_to(page, "#password")
    page.keyboard.type("tram stone umbrella violet")
    send(page, "Enter")
    page.wait_for_url(demo.base + message)
    page.goto(f"{demo.base}logout")
    tab_to(page, "main button")
    send(page, "Enter")
    heading(page, "Log in")


def test_a_keyboard_alone_writes_recalls_and_looks_up(
    demo: DemoSite, visitor: MakeContext
) -> None:
    ann, carol = (visitor().new_page() for _ in range(2))
    at_home(ann, demo, ANN.address)
    tab_to(ann, "a[href$='write']")
    send(ann, "Enter")
    for field, text in (
        ("#recipient", new_address()),
        ("#subject", "By keys"),
        ("#body", "x"),
    ):
        tab_to(ann, field)
        ann.keyboard.type(text)
    tab_to(ann, "form button")
    send(ann, "Enter")
    tab_to(ann, "button[aria-label='Recall By keys']")
    send(ann, "Enter")
    expect(ann.locator(".lines li").first).to_contain_text("Recalled")

    at_home(carol, demo, CAROL.address)
    tab_to(carol, ".lines button")
    send(carol, "Enter")
    expect(carol.locator(".diagnosis")).to_be_visible()


def test_an_error_is_announced_and_bound_to_its_field(
    demo: DemoSite, visitor: MakeContext
) -> None:
    page = visitor().new_page()
    page.goto(f"{demo.base}login")
    log_in(page, "ann@acme.example", PASSWORD + "?")

    alert = page.get_by_role("alert")
    expect(alert).to_be_visible()
    named = page.get_by_label("Mail address").get_attribute("aria-describedby")
    assert named == alert.get_attribute("id")
