"""Scanners open every link and send every form; they gain nothing, nobody loses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securelogin import Client
from tests.web.browsing import Browser, Seen
from tests.wiring import PASSWORD

ANN = "ann@acme.example"
BOB = "bob@other.example"
SECRET = ("session", "ticket")


def scan(browser: Browser, seen: Seen, *, typed: str) -> None:
    """Send every form of a page, filled with one text, and follow every link."""
    for index, form in enumerate(seen.html.select("form")):
        names = [
            field["name"] for field in form.select("input[name]:not([type=hidden])")
        ]
        browser.submit(seen, index, **dict.fromkeys(names, typed))
    for link in seen.html.select("a[href^='/']"):
        browser.get(str(link["href"]))


@pytest.mark.parametrize("typed", ["", "x", "7QK4-MXRD-9HTW-S", "a b@c.example"])
def test_F47_a_scanner_that_sends_forms_gets_no_session_and_no_ticket(
    wired, invited, pages, typed
):
    scanner = Browser(pages, **{"user-agent": "Scanner/1"})
    for method in ("HEAD", "GET"):
        scanner.send(method, f"link?t={invited}")
        scanner.send(method, "link")
    landed = scanner.get(f"link?t={invited}")
    before = wired.store.credentials._rows.copy()

    for page in (landed, *map(scanner.get, ("login", "temporary", "forgot", "logout"))):
        scan(scanner, page, typed=typed)

    assert wired.store.sessions._rows == {}
    assert wired.store.credentials._rows == before
    assert [scanner.cookie(kind) for kind in SECRET] == [None, None]

    person = Browser(pages)
    inside = person.submit(
        person.get(f"link?t={invited}"), address=BOB, password=PASSWORD
    )
    assert inside.status == 404  # The portal's own page, which is not ours.
    assert person.cookie("session")


def test_F47_a_link_opened_a_hundred_times_from_everywhere_stays_good(
    wired, invited, pages
):
    for number in range(100):
        scanner = Browser(pages)
        scanner.peer = f"198.51.100.{number}"
        seen = scanner.get(f"link?t={invited}")
        assert seen.status == 200

    person = Browser(pages)
    person.submit(person.get(f"link?t={invited}"), address=BOB, password=PASSWORD)
    assert person.cookie("session")


@pytest.mark.parametrize("mangled", ["3D{}", "<{}>", "{}.", "{}%20", "{}&utm_source=x"])
def test_a_link_that_a_mail_program_has_mangled_opens(invited, browser, mangled):
    seen = browser.get("link?t=" + mangled.format(invited))

    assert seen.status == 200


def test_a_link_without_its_equals_sign_opens(invited, browser):
    assert browser.get(f"link?t{invited}").status == 200


def test_the_token_is_out_of_the_url_at_once_and_on_no_page(invited, browser):
    arrived = browser.send("GET", f"link?t={invited}")
    assert arrived.status == 303
    assert arrived.headers["location"] == "https://portal.acme.example/secure/link"
    assert arrived.response.body == b""

    landed = browser.send("GET", "link")
    assert landed.status == 200
    assert invited not in landed.response.body.decode()


def test_a_recalled_link_is_refused_and_forgotten(wired, invited, browser):
    wired.auth.links.recall(next(iter(wired.store.links._rows)))

    seen = browser.get(f"link?t={invited}")

    assert seen.status == 403
    assert "Invalid username" in seen.text_of(".failure")
    assert browser.cookie("link") is None


def test_a_link_page_without_a_link_is_refused_alike(browser):
    assert browser.get("link").status == 403


def test_a_link_is_forgotten_in_time(wired, invited, browser):
    browser.get(f"link?t={invited}")
    wired.clock.move(timedelta(hours=2))

    assert browser.pages.web.link(browser.request("GET", "x")) is None


# -- the mail about a new address --


@pytest.fixture
def moving(wired, ann) -> list[str]:
    """Begin a change of address; return the tokens of its two mails."""
    wired.auth.addresses.request_for(ann, "ann@new.example")
    wired.auth.courier.deliver()
    return [
        mail.secrets["link"].reveal().rpartition("=")[2]
        for mail in wired.inbox.mails
        if "link" in mail.secrets
    ]


def test_F47_a_scanner_confirms_no_new_address(wired, ann, pages, moving):
    scanner = Browser(pages)
    for token in moving:
        landed = scanner.get(f"address?t={token}")
        assert landed.heading == "Log in"
        form = landed.form()[1]
        scanner.post_only("address", {"form_token": form["form_token"]})

    assert wired.store.accounts.get(ann).primary.text == ANN
    assert wired.store.accounts.get(ann).change.confirmed == frozenset()


def test_a_person_confirms_both_mails_after_logging_in(wired, ann, browser, moving):
    asked = browser.get(f"address?t={moving[0]}")
    form = browser.submit(asked, address=ANN, password=PASSWORD)
    assert form.heading == "Confirm your new address"
    half = browser.submit(form)
    assert "other mailbox" in half.text_of(".notice")

    done = browser.submit(browser.get(f"address?t={moving[1]}"))

    assert "in use" in done.text_of(".notice")
    assert wired.store.accounts.get(ann).primary.text == "ann@new.example"


def test_a_used_proof_is_refused(wired, ann, browser, moving):
    browser.submit(browser.get("login"), address=ANN, password=PASSWORD)
    form = browser.get("address")

    seen = browser.submit(form)

    assert seen.status == 403
    assert seen.heading == "That did not work"


def test_a_client_is_where_the_request_came_from(pages):
    browser = Browser(pages)

    client = pages.web.client(browser.request("GET", "x"))

    assert client == Client(ip="192.0.2.7", user_agent="Firefox/140")
