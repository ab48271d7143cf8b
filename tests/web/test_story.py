"""The whole story in a browser, with nothing but what its pages show."""

from __future__ import annotations

from securelogin import Audience
from securelogin.mail import MailKind
from securelogin.web import WebSettings
from tests.web.browsing import BASE, Browser, Pages
from tests.wiring import PASSWORD

ANN = "ann@acme.example"
BOB = "bob@other.example"


def test_an_internal_person_gets_in_for_the_first_time(wired, browser):
    wired.auth.accounts.register(ANN, tenant="acme", audience=Audience.INTERNAL)
    temporary = wired.mailed_password()

    asked = browser.get("temporary")
    chosen = browser.submit(asked, address=ANN, password=temporary)
    assert chosen.heading == "Choose a new password"
    assert browser.cookie("session") is None

    done = browser.submit(chosen, new=PASSWORD)
    assert done.text_of(".notice") == "Your password has been changed."
    assert browser.cookie("ticket") is None

    browser.submit(done, address=ANN, password=PASSWORD)
    who = browser.pages.logged_in(browser.request("GET", "sessions"))
    assert who.account.primary.text == ANN


def test_an_external_recipient_comes_by_the_link(wired):
    settings = WebSettings(message="messages/{message}")
    browser = Browser(Pages(wired, settings=settings))
    wired.auth.links.issue(recipient=BOB, sender=ANN, message="m/1", tenant="acme")
    temporary, token = wired.mailed_password(), wired.mailed_token()

    landed = browser.get(f"link?t={token}")
    assert "secure message is waiting" in landed.text_of(".lead")
    assert token not in landed.response.body.decode()

    chosen = browser.submit(landed, address=BOB, password=temporary)
    done = browser.submit(chosen, new=PASSWORD)
    action, fields = done.form()
    inside = browser.post_only(action, {**fields, "address": BOB, "password": PASSWORD})

    assert inside.headers["location"] == (
        "https://portal.acme.example/secure/messages/m%2F1"
    )
    request = browser.request("GET", "messages/m%2F1")
    who = browser.pages.logged_in(request)
    held = browser.pages.web.link(request)
    assert wired.auth.links.may_read(held, account=who.account.id, message="m/1")


def test_a_forgotten_password_is_replaced(wired, ann, browser):
    ordered = browser.submit(browser.get("forgot"), address=ANN)
    mark = ordered.text_of(".mark")
    temporary = wired.mailed_password()
    mail = wired.inbox.last(MailKind.TEMPORARY_PASSWORD)
    assert mark in mail.fields.values()

    chosen = browser.submit(ordered, address=ANN, password=temporary)
    done = browser.submit(chosen, new="another harbour at seven")
    browser.submit(done, address=ANN, password="another harbour at seven")

    assert browser.pages.logged_in(browser.request("GET", BASE)).account.id == ann


def test_a_ticket_is_gone_after_a_log_in_or_a_log_out(wired, ann, browser):
    def take_a_ticket() -> None:
        ordered = browser.submit(browser.get("forgot"), address=ANN)
        browser.submit(ordered, address=ANN, password=wired.mailed_password())
        assert browser.cookie("ticket")

    take_a_ticket()
    browser.submit(browser.get("login"), address=ANN, password=PASSWORD)
    assert browser.cookie("session")
    assert browser.cookie("ticket") is None

    take_a_ticket()
    browser.submit(browser.get("logout"))
    assert browser.cookie("ticket") is None


def test_a_person_changes_the_password_from_within(wired, ann, browser):
    browser.submit(browser.get("login"), address=ANN, password=PASSWORD)
    before = browser.cookie("session")

    done = browser.submit(
        browser.get("change-password"), current=PASSWORD, new="another harbour at seven"
    )

    assert done.heading == "Where you are logged in"
    assert browser.cookie("session") not in {None, before}


def test_a_person_ends_sessions_and_logs_out(wired, ann, pages):
    here, there, third = Browser(pages), Browser(pages), Browser(pages)
    for browser in (here, there, third):
        browser.submit(browser.get("login"), address=ANN, password=PASSWORD)

    listed = here.get("sessions")
    assert len(listed.html.select(".sessions li")) == 3
    left = here.submit(listed, 0)
    assert len(left.html.select(".sessions li")) == 2
    alone = here.submit(left, 1)
    assert len(alone.html.select(".sessions li")) == 1
    for browser in (there, third):
        assert pages.logged_in(browser.request("GET", BASE)) is None

    out = here.submit(alone, -1)
    assert out.text_of(".notice") == "You are logged out."
    assert here.cookie("session") is None
    assert pages.logged_in(here.request("GET", BASE)) is None
