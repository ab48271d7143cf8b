"""A tenant's two portals, each for one audience: mails lead where people may log in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from securelogin import Audience, ChangeRequired, LinkOpened, PasswordRejected
from securelogin.mail import MailKind
from tests.wiring import ACME, GLOBEX, Wired

STAFF = replace(
    ACME,
    name="Acme Employees",
    url="https://acme.example/employees/",
    audiences=frozenset({Audience.INTERNAL}),
    language="de",
)
GUESTS = replace(
    ACME,
    name="Welcome Travellers",
    url="https://acme.example/guests/",
    audiences=frozenset({Audience.EXTERNAL}),
    language="ja",
)
WHO = {Audience.INTERNAL: STAFF, Audience.EXTERNAL: GUESTS}


@pytest.fixture(params=[(STAFF, GUESTS), (GUESTS, STAFF)], ids=lambda two: two[0].name)
def wired(colour, request) -> Wired:
    return Wired(colour, portals=(GLOBEX, *request.param))


def invite(wired):
    wired.auth.links.issue(
        recipient="bob@other.example",
        sender="ann@acme.example",
        message="m-1",
        tenant="acme",
    )


def register(wired, audience, address="bob@other.example"):
    wired.auth.accounts.register(address, tenant="acme", audience=audience)


def test_a_recipient_is_led_to_a_portal_that_lets_them_in(wired):
    invite(wired)
    temporary, token = wired.mailed_password(), wired.mailed_token()
    (link,) = [m.secrets["link"] for m in wired.inbox.mails if "link" in m.secrets]

    opened = wired.auth.links.open(token, url=link.reveal())
    outcome = wired.check("bob@other.example", temporary, url=GUESTS.url, link=token)

    assert [mail.portal for mail in wired.inbox.mails] == [GUESTS, GUESTS]
    assert link.reveal().startswith(GUESTS.base)
    assert isinstance(opened, LinkOpened)
    assert isinstance(outcome, ChangeRequired)


def test_a_message_to_somebody_inside_leads_to_the_portal_inside(wired):
    register(wired, Audience.INTERNAL)
    invite(wired)
    wired.auth.courier.deliver()

    assert {mail.portal for mail in wired.inbox.mails} == {STAFF}
    assert wired.inbox.last(MailKind.MESSAGE)


@pytest.mark.parametrize(("audience", "own"), WHO.items())
def test_a_temporary_password_opens_where_its_mail_says(wired, audience, own):
    register(wired, audience)
    temporary = wired.mailed_password()
    mail = wired.inbox.last(MailKind.TEMPORARY_PASSWORD)

    assert mail.portal == own
    assert mail.language == own.language
    if audience is Audience.INTERNAL:
        outcome = wired.check("bob@other.example", temporary, url=mail.portal.url)
        assert isinstance(outcome, ChangeRequired)


@pytest.mark.parametrize(("audience", "own"), WHO.items())
@pytest.mark.parametrize("asked_at", [STAFF, GUESTS], ids=lambda portal: portal.name)
def test_a_forgotten_password_leads_home_wherever_it_was_asked_for(
    wired, audience, own, asked_at
):
    register(wired, audience)
    wired.auth.courier.deliver()
    wired.auth.reset.request(address="bob@other.example", url=asked_at.url)
    order = list(wired.store.outbox._orders.values())[-1]
    wired.auth.courier.deliver()

    # The request has looked nobody up: it can only name where it was made.
    assert order.portal == asked_at.base
    assert wired.inbox.mails[-1].portal == own


@pytest.mark.parametrize(("audience", "own"), WHO.items())
def test_of_two_portals_that_serve_them_people_are_led_to_the_one_they_asked_at(
    colour, audience, own
):
    second = replace(own, url="https://elsewhere.acme.example/")
    wired = Wired(colour, portals=[STAFF, GUESTS, second])
    register(wired, audience)
    wired.auth.reset.request(address="bob@other.example", url=second.url)
    wired.auth.courier.deliver()

    assert [mail.portal for mail in wired.inbox.mails] == [own, second]


def test_a_new_recipients_mails_are_in_the_language_of_the_portal_for_them(wired):
    invite(wired)
    wired.auth.courier.deliver()

    assert {mail.language for mail in wired.inbox.mails} == {"ja"}


def test_the_name_of_ones_own_portal_is_no_password(wired):
    invite(wired)
    temporary, token = wired.mailed_password(), wired.mailed_token()
    required = wired.check("bob@other.example", temporary, url=GUESTS.url, link=token)

    answer = wired.auth.passwords.complete(required.ticket, "Welcome Travellers 1")

    assert isinstance(answer, PasswordRejected)
