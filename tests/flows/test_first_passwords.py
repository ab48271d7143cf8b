"""The first password of a new recipient: one mail, however many messages wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securelogin import ChangeRequired
from securelogin.mail import Delivery, DeliveryState, MailKind
from tests.flows.overtaking import AsyncOvertaking, Overtaking
from tests.flows.test_abandoned_mailbox import over
from tests.flows.test_recipient_links import issue
from tests.wiring import URL


@pytest.mark.parametrize("step", [0, 1])
def test_messages_that_wait_for_a_courier_bring_a_new_recipient_one_password(
    wired, step
):
    for message in ("m-1", "m-2", "m-3"):
        issue(wired, message=message)
        wired.clock.move(timedelta(seconds=step))
    wired.auth.courier.deliver()

    kinds = [mail.kind for mail in wired.inbox.mails]
    assert kinds == [MailKind.TEMPORARY_PASSWORD, *[MailKind.MESSAGE] * 3]
    typed = wired.inbox.mails[0].secrets["password"].reveal()
    link = wired.inbox.mails[1].secrets["link"].reveal().rpartition("=")[2]
    outcome = wired.check("bob@other.example", typed, link=link)
    assert isinstance(outcome, ChangeRequired)


def test_F02_a_first_password_whose_mail_was_put_off_is_mailed_later(wired):
    # Its first try has stored one, which is not yet a way in.
    issue(wired)
    wired.inbox.answer = Delivery(state=DeliveryState.POSTPONED)
    wired.auth.courier.deliver()
    wired.inbox.answer = Delivery(state=DeliveryState.ACCEPTED)
    wired.inbox.mails.clear()
    wired.clock.move(timedelta(minutes=2))
    wired.auth.courier.deliver()

    kinds = {mail.kind for mail in wired.inbox.mails}
    assert kinds == {MailKind.TEMPORARY_PASSWORD, MailKind.MESSAGE}


def test_a_password_that_a_new_recipient_asks_for_replaces_the_first(wired):
    issue(wired)
    wired.clock.move(timedelta(seconds=1))
    mark = wired.auth.reset.request(address="bob@other.example", url=URL).mark
    wired.auth.courier.deliver()

    mails = [m for m in wired.inbox.mails if m.kind is MailKind.TEMPORARY_PASSWORD]
    assert [mail.fields["mark"] == mark for mail in mails] == [False, True]


@pytest.mark.parametrize("messages", [("m-1", "m-2"), ("m-1",)])
def test_a_first_password_that_was_refused_leaves_room_for_the_next(wired, messages):
    for message in messages:
        issue(wired, message=message)
    wired.inbox.answer = Delivery(state=DeliveryState.REFUSED, detail="content 554")
    wired.auth.courier.deliver(limit=1)
    wired.inbox.answer = Delivery(state=DeliveryState.ACCEPTED)
    wired.inbox.mails.clear()
    wired.auth.courier.deliver()
    issue(wired, message="m-3")
    wired.auth.courier.deliver()

    kinds = [mail.kind for mail in wired.inbox.mails]
    assert kinds.count(MailKind.TEMPORARY_PASSWORD) == 1
    typed = wired.inbox.last(MailKind.TEMPORARY_PASSWORD).secrets["password"].reveal()
    link = wired.inbox.last(MailKind.MESSAGE).secrets["link"].reveal()
    outcome = wired.check("bob@other.example", typed, link=link.rpartition("=")[2])
    assert isinstance(outcome, ChangeRequired)


def test_a_refused_mail_takes_back_no_newer_password(wired):
    issue(wired)
    beside = over(wired, lambda _, part: part, "sync")
    asked = []

    class Refusing(type(wired.inbox)):
        @property
        def answer(self):
            if not asked:
                address = "bob@other.example"
                asked.append(beside.auth.reset.request(address=address, url=URL))
                beside.auth.courier.deliver()
            return Delivery(state=DeliveryState.REFUSED)

    wired.inbox.__class__ = Refusing
    wired.auth.courier.deliver(limit=1)

    mails = beside.inbox
    typed = mails.last(MailKind.TEMPORARY_PASSWORD).secrets["password"].reveal()
    link = mails.last(MailKind.MESSAGE).secrets["link"].reveal().rpartition("=")[2]
    outcome = wired.check("bob@other.example", typed, link=link)
    assert isinstance(outcome, ChangeRequired)


def test_one_that_cannot_be_taken_back_is_left_to_end_by_itself(wired):
    issue(wired)
    losing = Overtaking if wired.colour == "sync" else AsyncOvertaking
    racing = over(
        wired, lambda name, part: losing(part) if name == "credentials" else part
    )
    racing.inbox.answer = Delivery(state=DeliveryState.REFUSED)

    assert racing.auth.courier.deliver(limit=1).refused == 1
