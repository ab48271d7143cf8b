"""What the demo adds to the log-in: senders, recipients and a support desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from securelogin.demo.people import ANN, BOB, CAROL, PASSWORD
from tests.browser.conftest import DESKTOP, PHONE, MakeContext
from tests.browser.sites import DemoSite
from tests.browser.test_story import screenshots
from tests.browser.walking import CHOSEN, Look, heading, log_in, new_address, press

pytestmark = pytest.mark.slow


def at_home(page: Page, demo: DemoSite, address: str) -> Page:
    page.goto(f"{demo.base}login")
    log_in(page, address, PASSWORD)
    page.wait_for_url(lambda url: url.startswith(demo.base) and "login" not in url)
    return page


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_ann_sends_and_recalls_and_carol_finds_out_why_it_does_not_open(
    demo: DemoSite, visitor: MakeContext, *, scripts: bool
) -> None:
    size = DESKTOP if scripts else PHONE
    options = {"viewport": size, "java_script_enabled": scripts}
    ann, guest, carol = (visitor(**options).new_page() for _ in range(3))
    name = f"demo-desk-{'desktop' if scripts else 'phone'}"
    address = new_address()

    write(ann, demo, address, screenshots(ann, name))
    reference = recall(ann, guest, demo, address, screenshots(ann, name))
    find_out(carol, demo, reference, screenshots(carol, name))


def write(ann: Page, demo: DemoSite, address: str, look: Look) -> None:
    ann.goto(demo.url)
    heading(ann, "Try the log-in")
    look("1-guide")
    at_home(ann, demo, ANN.address)
    heading(ann, "Sent messages")
    ann.get_by_role("link", name="Write", exact=True).click()
    ann.get_by_label("To").fill("nobody at all@x.example")
    ann.get_by_label("Subject").fill("Hello")
    ann.get_by_label("Message").fill("A first line.\nA second one.")
    # The browser itself refuses most bad addresses; this asks the server.
    ann.locator("form").evaluate("form => form.noValidate = true")
    press(ann, "Send")
    expect(ann.get_by_role("alert")).to_contain_text("cannot be sent")
    look("2-write-refused")
    ann.get_by_label("To").fill(address)
    press(ann, "Send")
    heading(ann, "Sent messages")
    expect(ann.locator(".lines li").first).to_contain_text("Not opened yet")


def recall(ann: Page, guest: Page, demo: DemoSite, address: str, look: Look) -> str:
    line, token = ann.locator(".lines li").first, demo.mailed(address, "token")
    ann.goto(f"{demo.url}mail/")
    look("3-mails")
    ann.get_by_role("link", name="You have a message in Acme").first.click()
    look("4-mail")
    guest.goto(f"{demo.base}link?t={token}")
    ann.goto(f"{demo.base}sent")
    expect(line).to_contain_text("Link opened once")
    look("5-sent")
    press(ann, "Recall Hello")
    expect(line).to_contain_text("Recalled")
    guest.goto(f"{demo.base}link?t={token}")
    expect(guest.get_by_role("alert")).to_contain_text("Invalid username")
    return guest.locator("#failure code").inner_text()


def find_out(carol: Page, demo: DemoSite, reference: str, look: Look) -> None:
    at_home(carol, demo, CAROL.address)
    heading(carol, "Support desk")
    carol.get_by_label("Reference").fill(reference.lower())
    press(carol, "Look up")
    told = carol.locator(".diagnosis")
    expect(told).to_contain_text("recalled")
    expect(told).to_contain_text(ANN.address)
    look("6-support")
    carol.get_by_label("Reference").fill("000-000-000")
    press(carol, "Look up")
    expect(carol.get_by_role("alert")).to_contain_text("Nothing is found")


def test_bob_needs_both_mails_that_are_waiting_and_ann_sees_that_he_read(
    demo: DemoSite, visitor: MakeContext
) -> None:
    bob, ann = visitor().new_page(), visitor().new_page()
    bob.goto(f"{demo.url}mail/")
    bob.get_by_role("link", name="You have a message in Acme").filter(
        has_text="You have"
    ).nth(-1).click()
    password = demo.mailed(BOB, "password")
    bob.goto(f"{demo.base}link?t={demo.mailed(BOB, 'token')}")
    log_in(bob, BOB, password)
    heading(bob, "Choose a new password")
    bob.get_by_label("New password").fill(CHOSEN)
    press(bob, "Save the new password")
    log_in(bob, BOB, CHOSEN)
    heading(bob, "Your contract")

    at_home(ann, demo, ANN.address)
    line = ann.locator(".lines li").filter(has_text="Your contract")
    expect(line).to_contain_text("Read after log-in")
    # It is Bob's message, not hers to open as if she were him.
    ann.goto(bob.url)
    heading(ann, "There is nothing here")


def test_the_other_tenant_is_another_world(
    demo: DemoSite, visitor: MakeContext
) -> None:
    page = visitor().new_page()
    at_home(page, demo, ANN.address)
    page.goto(f"{demo.url}clinic/sent")
    assert page.url == f"{demo.url}clinic/login"
    log_in(page, ANN.address, PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("Invalid username")
