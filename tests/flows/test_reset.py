"""Forgot your password: one answer, and a mail for those who have an account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securelogin import ChangeRequired, Client, Granted, Refused
from securelogin.mail import Delivery, DeliveryState, MailKind, OrderState
from securelogin.outcomes import Cause
from securelogin.viewers import OPERATOR
from tests.wiring import PASSWORD, URL


def request(wired, address="ann@acme.example", **options):
    options.setdefault("url", URL)
    return wired.auth.reset.request(address=address, **options)


def test_a_forgotten_password_is_answered_by_a_mail_that_leads_back(wired, ann):
    answer = request(wired)
    temporary = wired.mailed_password()

    assert isinstance(wired.check("ann@acme.example", temporary), ChangeRequired)
    mail = wired.inbox.last(MailKind.TEMPORARY_PASSWORD)
    assert mail.fields["mark"] == answer.mark
    assert mail.to.text == "ann@acme.example"


def test_C11_the_mail_goes_to_the_stored_address_not_to_the_typed_one(wired, ann):
    request(wired, "ANN@ACME.example")
    wired.auth.courier.deliver()

    assert wired.inbox.last(MailKind.TEMPORARY_PASSWORD).to.text == "ann@acme.example"


@pytest.mark.parametrize("address", ["nobody@acme.example", "no address", ""])
def test_C17_C40_F57_for_others_the_answer_is_the_same_and_no_mail_goes_out(
    wired, ann, address
):
    known = request(wired)
    sent = len(wired.inbox.mails)
    other = request(wired, address)
    wired.auth.courier.deliver()

    assert other.message == known.message
    assert len(wired.inbox.mails) == sent + 1
    assert wired.inbox.mails[-1].fields["mark"] == known.mark


def test_the_lasting_password_works_on_until_the_change(wired, ann):
    request(wired)
    wired.auth.courier.deliver()

    assert isinstance(wired.check("ann@acme.example", PASSWORD), Granted)


def test_a_newer_mail_supersedes_the_older_one(wired, ann):
    request(wired)
    first = wired.mailed_password()
    request(wired)
    second = wired.mailed_password()

    outcome = wired.check("ann@acme.example", first)

    assert wired.auth.support.find(outcome.public.reference, by=OPERATOR).causes == (
        Cause.TEMP_SUPERSEDED,
    )
    assert isinstance(wired.check("ann@acme.example", second), ChangeRequired)


def test_a_temporary_password_expires(wired, ann):
    request(wired)
    temporary = wired.mailed_password()
    wired.clock.move(timedelta(hours=1))

    outcome = wired.check("ann@acme.example", temporary)

    assert wired.auth.support.find(outcome.public.reference, by=OPERATOR).causes == (
        Cause.TEMP_EXPIRED,
    )


def test_F43_C48_C70_a_used_temporary_password_opens_nothing(wired, ann):
    request(wired)
    temporary = wired.mailed_password()
    ticket = wired.check("ann@acme.example", temporary).ticket
    wired.auth.passwords.complete(ticket, "another quiet harbour")

    outcome = wired.check("ann@acme.example", temporary)

    assert isinstance(outcome, Refused)
    assert wired.auth.support.find(outcome.public.reference, by=OPERATOR).causes == (
        Cause.TEMP_USED,
    )


def test_F52_a_victim_gets_few_mails_and_is_not_locked_out(wired, ann):
    for number in range(10):
        request(wired, client=Client(ip=f"198.51.100.{number}"))
    wired.inbox.mails.clear()
    wired.auth.courier.deliver()

    assert len(wired.inbox.mails) == 3
    assert isinstance(wired.check("ann@acme.example", PASSWORD), Granted)


def test_the_limit_of_a_source_stops_a_sweep_over_addresses(wired, ann):
    for number in range(20):
        request(wired, f"nobody{number}@acme.example")

    request(wired)
    wired.inbox.mails.clear()
    wired.auth.courier.deliver()

    assert wired.inbox.mails == []


def test_a_wrong_portal_orders_nothing(wired, ann):
    answer = request(wired, url="https://evil.example/")

    record = wired.store.attempts.by_reference(answer.reference)
    assert record.causes == (Cause.WRONG_PORTAL,)
    assert wired.auth.courier.deliver().sent == 0 or not [
        mail for mail in wired.inbox.mails if mail.fields.get("mark") == answer.mark
    ]


def test_F02_C17_a_failing_mail_is_tried_again_and_changes_no_answer(wired, ann):
    wired.auth.courier.deliver()
    wired.inbox.answer = Delivery(state=DeliveryState.POSTPONED, detail="451 later")
    request(wired)
    first = wired.auth.courier.deliver()
    wired.inbox.answer = Delivery(state=DeliveryState.ACCEPTED)
    wired.clock.move(timedelta(seconds=30))
    second = wired.auth.courier.deliver()

    assert (first.postponed, second.sent) == (1, 1)
    # Each try made a password of its own; the last one works.
    temporary = wired.inbox.last(MailKind.TEMPORARY_PASSWORD)
    assert isinstance(
        wired.check("ann@acme.example", temporary.secrets["password"].reveal()),
        ChangeRequired,
    )


def test_F04_no_plaintext_is_ever_at_rest(wired, ann):
    request(wired)
    temporary = wired.mailed_password()

    assert temporary not in repr(vars(wired.store.credentials))
    assert all(
        temporary not in repr(order) for order in wired.store.outbox._orders.values()
    )


def test_an_order_for_nobody_is_dropped_with_its_reason(wired):
    request(wired, "nobody@acme.example")
    done = wired.auth.courier.deliver()

    (order,) = wired.store.outbox._orders.values()
    assert done.dropped == 1
    assert order.state is OrderState.DROPPED
    assert order.detail == "no account has this address"
