"""How often strangers are mailed: requests for a new address are counted besides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securelogin import Limits, Policy, Refused
from securelogin.mail import MailKind
from securelogin.outcomes import AddressRequested, Cause, Changed
from tests.flows.conftest import cause_of, register
from tests.wiring import PASSWORD, Wired

NEW = "ann.new@acme.example"


def asked(wired, token, address=NEW):
    """Ask, and have it mailed before another request takes its place."""
    outcome = wired.auth.addresses.request(token, current=PASSWORD, address=address)
    wired.auth.courier.deliver()
    return outcome


def mailed_to_strangers(wired) -> list[str]:
    return [
        mail.to.text
        for mail in wired.inbox.mails
        if mail.kind is MailKind.CONFIRM_ADDRESS and mail.to.text != "ann@acme.example"
    ]


def asks_between_log_ins(wired, address) -> list:
    """Ask as often as one may try a password, log in, and so on."""
    outcomes = []
    for cycle in range(3):
        token = wired.check("ann@acme.example", PASSWORD).session.token
        outcomes += [asked(wired, token, address(8 * cycle + n)) for n in range(8)]
    return outcomes


@pytest.mark.parametrize(
    "address",
    [lambda _: "eve@elsewhere.example", lambda n: f"eve{n}@elsewhere.example"],
    ids=["one", "many"],
)
def test_C32_no_log_in_lets_anybody_mail_strangers_beyond_the_limit(
    wired, ann, address
):
    outcomes = asks_between_log_ins(wired, address)

    assert len(mailed_to_strangers(wired)) == 10
    assert {type(one) for one in outcomes[10:]} == {Refused}
    assert cause_of(wired, outcomes[10]) is Cause.THROTTLED


def test_one_stranger_is_mailed_to_the_limit_by_however_many(wired):
    eve = "eve@elsewhere.example"
    people = [f"ben{number}@acme.example" for number in range(4)]
    for one in people:
        register(wired, one)
    tokens = [wired.check(one, PASSWORD).session.token for one in people]

    outcomes = [asked(wired, token, eve) for token in tokens for _ in range(4)]

    assert [type(one) for one in outcomes] == [AddressRequested] * 10 + [Refused] * 6
    assert mailed_to_strangers(wired).count(eve) == 10


def test_a_new_address_can_be_asked_for_again_after_an_hour(wired, ann):
    asks_between_log_ins(wired, lambda _: NEW)
    wired.clock.move(timedelta(hours=1))
    token = wired.check("ann@acme.example", PASSWORD).session.token

    assert isinstance(asked(wired, token), AddressRequested)


def test_a_change_of_password_neither_counts_nor_is_refused_for_new_addresses(
    colour,
):
    wired = Wired(colour, policy=Policy(limits=Limits(address_requests=1)))
    register(wired)
    token = wired.check("ann@acme.example", PASSWORD).session.token
    asked(wired, token)
    refused = asked(wired, token)

    changed = wired.auth.passwords.change(
        token, current=PASSWORD, new="a second harbour at nine"
    )

    assert cause_of(wired, refused) is Cause.THROTTLED
    assert isinstance(changed, Changed)


def test_an_administrator_asks_for_others_without_that_limit(wired, ann):
    asks_between_log_ins(wired, lambda _: NEW)

    wired.auth.addresses.request_for(ann, "eve@elsewhere.example")
    wired.auth.courier.deliver()

    assert mailed_to_strangers(wired)[-1] == "eve@elsewhere.example"
