"""The dead letters that support sees, and what it does with them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from securelogin import Audience, Client, InvalidInput, Viewer
from securelogin.attempts import Operation
from securelogin.mail import Delivery, DeliveryState, MailKind, OrderState
from securelogin.rules.advice import Action
from securelogin.rules.dead_letters import DeadLetter
from securelogin.viewers import OPERATOR
from tests.flows.viewers import ANN, CAROL, recorded
from tests.wiring import START, URL


def undelivered(wired, address, tenant="acme", state=DeliveryState.REFUSED):
    """Register somebody whom no mail reaches; return the order's id."""
    wired.auth.accounts.register(address, tenant=tenant, audience=Audience.INTERNAL)
    order = [*wired.store.outbox._orders][-1]
    wired.inbox.answer = Delivery(state=state, detail="550 5.1.1 unknown")
    wired.auth.courier.deliver()
    wired.clock.move(timedelta(minutes=1))
    return order


def test_a_dead_letter_says_whom_it_was_for_why_and_what_to_call(wired):
    order = undelivered(wired, "ann@acme.example")

    (letter,) = wired.auth.support.dead_letters(by=CAROL)

    assert letter == DeadLetter(
        order=order,
        kind=MailKind.TEMPORARY_PASSWORD,
        tenant="acme",
        person="ann@acme.example",
        ordered_at=START,
        ended_at=START,
        state=OrderState.REFUSED,
        tries=1,
        why="550 5.1.1 unknown",
        action=Action(
            label="Send the mail again", call="courier.requeue", argument=order
        ),
    )


def test_a_dead_letter_that_was_requeued_is_none_any_more(wired):
    undelivered(wired, "ann@acme.example")
    (letter,) = wired.auth.support.dead_letters(by=CAROL)

    wired.auth.courier.requeue(letter.action.argument)

    assert wired.auth.support.dead_letters(by=CAROL) == ()


def test_dead_letters_are_shown_to_those_who_may_see_their_tenant(wired):
    orders = [
        undelivered(wired, "ann@acme.example"),
        undelivered(wired, "ann@globex.example", "globex"),
    ]
    dave = Viewer.administrator("dave", tenant="globex")

    def shown(**asked):
        return [one.order for one in wired.auth.support.dead_letters(**asked)]

    assert shown(by=OPERATOR) == orders[::-1]
    assert shown(by=OPERATOR, tenant="acme") == orders[:1]
    assert shown(by=CAROL) == orders[:1]
    assert shown(by=CAROL, tenant="globex") == orders[:1]
    assert shown(by=dave) == orders[1:]
    assert shown(by=ANN) == []


def test_older_dead_letters_come_after_the_last_one_shown(wired):
    orders = [undelivered(wired, f"person.{n}@acme.example") for n in range(21)]

    first = wired.auth.support.dead_letters(by=CAROL)
    rest = wired.auth.support.dead_letters(by=CAROL, before=first[-1].ended_at)

    assert [one.order for one in (*first, *rest)] == orders[::-1]
    assert len(rest) == 1


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"tenant": "nobodys"}, "tenant_unknown"),
        ({"before": datetime(2026, 3, 2, 9)}, "time_naive"),
    ],
    ids=["tenant", "time"],
)
def test_dead_letters_are_asked_for_with_a_tenant_there_is_and_a_zone(
    wired, asked, code
):
    with pytest.raises(InvalidInput) as caught:
        wired.auth.support.dead_letters(by=OPERATOR, **asked)

    assert caught.value.code == code


def test_a_letter_to_whoever_has_gone_cannot_be_sent_again(wired):
    undelivered(wired, "ann@acme.example")
    (account,) = wired.store.accounts._rows
    wired.auth.accounts.disable(account)

    (letter,) = wired.auth.support.dead_letters(by=CAROL)

    assert letter.action is None


def test_a_letter_by_a_key_alone_tells_the_key(wired):
    wired.auth.reset.request(address="ann@acme.example", url=URL, client=Client())
    (order,) = wired.store.outbox._orders.values()
    wired.store.outbox.replace(
        order, order.settled(OrderState.GIVEN_UP, at=order.at, detail="451")
    )

    (letter,) = wired.auth.support.dead_letters(by=CAROL)

    assert letter.person == "ann@acme.example"


def test_looking_through_dead_letters_is_recorded(wired):
    undelivered(wired, "ann@acme.example")

    wired.auth.support.dead_letters(by=CAROL)

    (note,) = [
        one.note for one in recorded(wired) if one.operation is Operation.SUPPORT_LISTED
    ]
    assert note == "administrator carol looked for dead letters; shown: 1"


def test_a_diagnosis_offers_to_send_a_dead_letter_again(wired):
    order = undelivered(wired, "ann@acme.example")
    reference = wired.check("ann@acme.example", "wrong wrong wrong").public.reference

    diagnosis = wired.auth.support.find(reference, by=CAROL)

    assert diagnosis.evidence["tries to send"] == "1"
    assert [one.argument for one in diagnosis.actions if "requeue" in one.call] == [
        order
    ]


def test_a_diagnosis_says_when_a_mail_is_tried_next(wired):
    undelivered(wired, "ann@acme.example", state=DeliveryState.POSTPONED)
    reference = wired.check("ann@acme.example", "wrong wrong wrong").public.reference

    evidence = wired.auth.support.find(reference, by=CAROL).evidence

    assert evidence["delivery"] == "waiting 550 5.1.1 unknown"
    assert evidence["next try"].startswith("2026-03-02 09:30:")
