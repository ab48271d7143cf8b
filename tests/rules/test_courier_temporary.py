"""Which temporary password is mailed, to whom, and which no more."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from securelogin.credentials import Death
from securelogin.hidden import Hidden
from securelogin.mail import Delivery, DeliveryState, Mail, MailKind
from securelogin.rules.courier import Draft, Drop, finished
from tests.rules.cases import (
    CANARY,
    HOUR,
    MINUTE,
    SECOND,
    TICK,
    account,
    address,
    credential,
    dead,
    temporary,
)
from tests.rules.orders import KEY, drafted, order
from tests.wiring import ACME, PASSWORD, START, URL, Wired

ASKED_AGAIN = Drop(why="a temporary password was asked for again meanwhile")


def of_temporary(**changes: Any) -> Draft | Drop:
    how = {
        name: changes.pop(name)
        for name in ("holder", "kept", "elsewhere")
        if name in changes
    }
    return drafted(order(MailKind.TEMPORARY_PASSWORD, **changes), **how)


@pytest.mark.parametrize("lookup", [None, KEY])
def test_C11_temporary_password_goes_to_the_stored_primary_address(lookup):
    made = of_temporary(lookup=lookup)

    assert isinstance(made, Draft)
    assert made.to == address()
    assert made.fields == {"mark": "M4RK", "address": "ann@example.org"}
    assert made.secrets == {}


def test_request_by_an_alias_is_answered_to_the_primary_address():
    alias = address("ann.b@example.org")

    made = of_temporary(lookup=alias.key("acme"), holder=account(aliases=(alias,)))

    assert isinstance(made, Draft)
    assert made.to == address()


def test_C36_F11_address_that_the_account_no_longer_has_gets_no_password():
    gone = address("old@example.org").key("acme")

    assert of_temporary(lookup=gone) == Drop(why="the account has another address now")


@pytest.mark.parametrize(
    ("kept", "is_dropped"),
    [
        (None, False),
        (credential(), False),
        (credential(temporary=temporary(issued_at=START - TICK)), False),
        (credential(temporary=temporary(issued_at=START)), False),
        (credential(temporary=temporary(issued_at=START + TICK, mark="N3W1")), True),
        (credential(temporary=temporary(issued_at=START, mark="N3W1")), False),
    ],
)
def test_F52_newer_temporary_password_is_not_replaced_by_an_older_order(
    kept, is_dropped
):
    made = of_temporary(kept=kept)

    assert (made == ASKED_AGAIN) is is_dropped


@pytest.mark.parametrize("death", Death)
@pytest.mark.parametrize(("older", "is_dropped"), [(TICK, True), (0 * TICK, False)])
def test_F52_order_that_is_older_than_one_that_was_spent_is_not_carried(
    death, older, is_dropped
):
    spent, first = replace(dead(death), issued_at=START), dead(Death.SUPERSEDED)

    made = of_temporary(kept=credential(dead=(spent, first)), at=START - older)

    assert (made == ASKED_AGAIN) is is_dropped


@pytest.mark.parametrize(
    ("primary", "alias", "is_withheld"),
    [
        ("ann@corp.example", "ann@example.org", True),
        ("ann@example.org", "ann@corp.example", False),
        ("ann@sub.corp.example", "ann@example.org", False),
    ],
)
def test_primary_address_alone_tells_whose_password_it_is(primary, alias, is_withheld):
    holder = account(primary, aliases=(address(alias),))

    made = of_temporary(holder=holder, elsewhere={"corp.example"})

    assert isinstance(made, Drop) is is_withheld


NEVER = credential(password_hash=None)


@pytest.mark.parametrize(
    ("kept", "is_dropped"),
    [
        (None, False),
        (NEVER, False),
        (replace(NEVER, temporary=temporary(until=START)), False),
        (replace(NEVER, temporary=temporary(until=START + TICK)), True),
        (credential(), True),
        (credential(must_change=True), True),
        (replace(NEVER, temporary=temporary(issued_at=START)), False),
        (replace(NEVER, temporary=temporary(issued_at=START, mark="N3W1")), True),
        (credential(temporary=temporary(issued_at=START)), True),
    ],
)
def test_first_password_is_not_mailed_to_whoever_has_a_way_in_by_then(kept, is_dropped):
    made = of_temporary(kept=kept, link="link-1")

    assert (made == Drop(why="the person has a password by now")) is is_dropped


def asked_for_a_password(wired: Wired) -> str:
    asked = wired.auth.reset.request(address="ann@example.org", url=URL)
    wired.clock.move(SECOND)
    return asked.mark


@pytest.fixture
def wired() -> Wired:
    made = Wired("sync")
    made.auth.accounts.register("ann@example.org", tenant="acme", audience="internal")
    made.auth.courier.deliver()
    made.clock.move(HOUR)
    made.inbox.mails.clear()
    return made


def test_F02_temporary_password_that_could_not_be_sent_is_tried_again(wired):
    # The first try has stored a temporary password: its own order must not take it
    # for a newer one.
    mark = asked_for_a_password(wired)
    wired.inbox.answer = Delivery(state=DeliveryState.POSTPONED)
    wired.auth.courier.deliver()
    wired.inbox.answer = Delivery(state=DeliveryState.ACCEPTED)
    wired.clock.move(HOUR)

    assert wired.auth.courier.deliver().sent == 1
    assert wired.inbox.mails[-1].fields["mark"] == mark


def test_mail_that_answers_a_request_carries_its_mark_though_two_were_waiting(wired):
    # `ResetRequested.mark`: "the mail that answers *this* request carries it too".
    # Whoever asks twice, or is preceded by a stranger, looks for the later mark.
    asked_for_a_password(wired)
    mark = asked_for_a_password(wired)

    wired.auth.courier.deliver()

    assert wired.inbox.mails[-1].fields["mark"] == mark
    password = wired.inbox.mails[-1].secrets["password"].reveal()
    assert type(wired.check("ann@example.org", password)).__name__ == "ChangeRequired"
    assert PASSWORD not in password


def test_finished_mail_carries_the_stored_temporary_password_and_its_end():
    made = of_temporary(holder=account(language="de-CH"))
    assert isinstance(made, Draft)
    secret = Hidden(CANARY)

    mail = finished(made, at=START + MINUTE, temporary=secret, until=START + HOUR)

    assert mail == Mail(
        id="order-1",
        kind=MailKind.TEMPORARY_PASSWORD,
        portal=ACME,
        to=address(),
        language="de-CH",
        at=START + MINUTE,
        fields=MappingProxyType(
            {
                "mark": "M4RK",
                "address": "ann@example.org",
                "until": "2026-03-02 10:30 UTC",
            }
        ),
        secrets=MappingProxyType({"password": secret}),
    )
    assert CANARY not in repr(mail)
