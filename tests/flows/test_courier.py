"""The courier: every mailed password works or was superseded, whatever goes wrong."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from securelogin import Audience, ChangeRequired, Policy
from securelogin.accounts import AccountId
from securelogin.mail import Delivery, DeliveryState, MailKind, OrderState
from securelogin.policy import Limits
from tests.flows.conftest import register
from tests.flows.overtaking import AsyncOvertaking, Overtaking
from tests.flows.test_passwords import FullPool
from tests.wiring import Wired

POSTPONED = Delivery(state=DeliveryState.POSTPONED, detail="451")
REFUSED = Delivery(state=DeliveryState.REFUSED, detail="550")


def order_of(wired):
    return next(iter(wired.store.outbox._orders.values()))


@pytest.fixture
def ordered(wired):
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    return wired


def test_a_sent_mail_is_sent_once(ordered):
    first = ordered.auth.courier.deliver()
    second = ordered.auth.courier.deliver()

    assert (first.sent, second.sent) == (1, 0)
    assert order_of(ordered).state is OrderState.SENT


def test_a_refused_recipient_is_noted_and_not_tried_again(ordered):
    ordered.inbox.answer = REFUSED
    assert ordered.auth.courier.deliver().refused == 1
    ordered.clock.move(timedelta(days=1))

    assert ordered.auth.courier.deliver().refused == 0
    assert order_of(ordered).state is OrderState.REFUSED
    assert order_of(ordered).detail == "550"


def test_tries_grow_apart_and_end(colour):
    wired = Wired(colour, policy=Policy(limits=Limits(mail_tries=3)))
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    wired.inbox.answer = POSTPONED
    for wait in (0, 30, 60):
        wired.clock.move(timedelta(seconds=wait))
        wired.auth.courier.deliver()

    assert len(wired.inbox.mails) == 3
    assert order_of(wired).state is OrderState.GIVEN_UP


def test_before_it_is_due_a_mail_is_left_alone(ordered):
    ordered.inbox.answer = POSTPONED
    ordered.auth.courier.deliver()
    ordered.clock.move(timedelta(seconds=14))
    ordered.auth.courier.deliver()

    assert len(ordered.inbox.mails) == 1


def test_tries_of_one_order_carry_one_id(ordered):
    ordered.inbox.answer = POSTPONED
    ordered.auth.courier.deliver()
    ordered.clock.move(timedelta(seconds=30))
    ordered.auth.courier.deliver()

    assert len({mail.id for mail in ordered.inbox.mails}) == 1


def test_F03_F04_a_courier_that_dies_leaves_an_order_that_is_taken_up_again(ordered):
    ordered.store.outbox.lease(
        at=ordered.clock.at, until=ordered.clock.at + timedelta(minutes=5), limit=10
    )
    early = ordered.auth.courier.deliver()
    ordered.clock.move(timedelta(minutes=5))
    late = ordered.auth.courier.deliver()

    assert (early.sent, late.sent) == (0, 1)


def test_of_many_couriers_one_takes_an_order(ordered):
    runs = [threading.Thread(target=ordered.auth.courier.deliver) for _ in range(8)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()

    assert len(ordered.inbox.mails) == 1


class Raising:
    def send(self, mail, /):
        raise ConnectionError(mail.to.text)


class AsyncRaising:
    async def send(self, mail, /):
        raise ConnectionError(mail.to.text)


def test_a_mailer_that_raises_stops_no_other_mail(colour, caplog):
    wired = Wired(colour)
    register(wired)
    raising = Raising() if colour == "sync" else AsyncRaising()
    wired.auth.accounts.register(
        "ben@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    wired.auth.accounts.register(
        "cy@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    guarded = wired.auth.courier
    inner = guarded if colour == "sync" else guarded._inner
    inner._mailer = raising
    with caplog.at_level(logging.DEBUG):
        done = wired.auth.courier.deliver()

    assert done.postponed == 2
    assert "ben@acme.example" not in caplog.text
    told = [one for one in caplog.records if one.name == "securelogin.courier"]
    assert {record.error for record in told} == {"ConnectionError"}


def test_a_temporary_password_that_cannot_be_stored_is_not_mailed(wired, ann):
    losing = Overtaking if wired.colour == "sync" else AsyncOvertaking
    racing = Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        wrap=lambda name, part: losing(part) if name == "credentials" else part,
    )
    racing.auth.accounts.send_temporary_password(ann)

    assert racing.auth.courier.deliver().postponed == 1
    assert racing.inbox.mails == []


def test_without_room_to_hash_the_mail_waits(wired, ann):
    full = Wired(wired.colour, store=wired.store, keys=wired.keys, pool=FullPool(0))
    full.auth.accounts.send_temporary_password(ann)

    assert full.auth.courier.deliver().postponed == 1
    assert full.inbox.mails == []


def test_at_most_one_temporary_password_of_an_account_is_live(wired, ann):
    for _ in range(3):
        wired.auth.accounts.send_temporary_password(ann)
    wired.auth.courier.deliver()
    mails = [m for m in wired.inbox.mails if m.kind is MailKind.TEMPORARY_PASSWORD]

    opened = [
        isinstance(
            wired.check("ann@acme.example", mail.secrets["password"].reveal()),
            ChangeRequired,
        )
        for mail in mails
    ]
    assert opened == [False, False, True]


def test_an_order_about_a_disabled_account_is_dropped(wired, ann):
    wired.auth.accounts.send_temporary_password(ann)
    wired.auth.accounts.disable(ann)

    assert wired.auth.courier.deliver().dropped == 1


def test_a_recalled_link_is_not_mailed_any_more(wired):
    link = wired.auth.links.issue(
        recipient="bob@other.example",
        sender="ann@acme.example",
        message="m",
        tenant="acme",
    )
    wired.auth.links.recall(link.id)
    wired.auth.courier.deliver()

    assert [mail.kind for mail in wired.inbox.mails] == [MailKind.TEMPORARY_PASSWORD]


def test_a_round_takes_no_more_than_it_is_told(wired):
    for number in range(3):
        wired.auth.accounts.register(
            f"ann{number}@acme.example", tenant="acme", audience=Audience.INTERNAL
        )

    assert wired.auth.courier.deliver(limit=2).sent == 2


def test_an_order_for_nobody_at_all_is_dropped(wired, ann):
    wired.auth.accounts.send_temporary_password(ann)
    (order,) = (
        o for o in wired.store.outbox._orders.values() if o.state is OrderState.WAITING
    )
    wired.store.outbox._orders[order.id] = replace(order, account=None, lookup=None)

    assert wired.auth.courier.deliver().dropped == 1
    assert wired.store.credentials.get(AccountId(ann)).temporary is None


def test_a_dead_letter_is_carried_again_by_one_call_to_where_mail_goes_now(ordered):
    ordered.inbox.answer = REFUSED
    ordered.auth.courier.deliver()
    dead = order_of(ordered)
    ordered.inbox.answer = Delivery(state=DeliveryState.ACCEPTED)

    assert ordered.auth.courier.requeue(dead.id) is True

    waiting = order_of(ordered)
    assert (
        waiting.state,
        waiting.tries,
        waiting.detail,
    ) == (OrderState.WAITING, 0, "")
    assert ordered.auth.courier.deliver().sent == 1


def test_what_is_no_dead_letter_is_not_carried_again(ordered):
    waiting = order_of(ordered)
    while_waiting = ordered.auth.courier.requeue(waiting.id)
    ordered.auth.courier.deliver()

    assert while_waiting is False
    assert ordered.auth.courier.requeue(waiting.id) is False
    assert ordered.auth.courier.requeue("nobody's") is False
    assert ordered.auth.courier.deliver().sent == 0


class Overtaken:
    """An outbox in which another is always first to replace an order."""

    def __init__(self, inner) -> None:
        self._inner = inner

    def __getattr__(self, verb):
        return getattr(self._inner, verb)

    def replace(self, old, new, /):
        return False


class AsyncOvertaken(Overtaken):
    async def replace(self, old, new, /):
        return False


def test_of_two_who_requeue_one_dead_letter_one_does(colour):
    kind = AsyncOvertaken if colour == "async" else Overtaken
    wired = Wired(
        colour, wrap=lambda name, part: kind(part) if name == "outbox" else part
    )
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    order = order_of(wired)
    dead = order.settled(OrderState.REFUSED, at=order.at)
    wired.store.outbox.replace(order, dead)

    assert wired.auth.courier.requeue(dead.id) is False


def test_a_requeued_mail_that_is_not_to_be_sent_any_more_is_dropped(wired):
    register(wired, "bob@acme.example")
    link = wired.auth.links.issue(
        recipient="bob@acme.example",
        sender="ann@acme.example",
        message="m",
        tenant="acme",
    )
    wired.inbox.answer = REFUSED
    wired.auth.courier.deliver()
    wired.auth.links.recall(link.id)
    dead = next(
        one for one in wired.store.outbox._orders.values() if one.link == link.id
    )

    wired.auth.courier.requeue(dead.id)

    assert wired.auth.courier.deliver().dropped == 1
