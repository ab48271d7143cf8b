"""Mail as kind and fields, and the life of an order."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest

from securelogin.addresses import parse_address
from securelogin.hidden import Hidden
from securelogin.mail import (
    Delivery,
    DeliveryState,
    Mail,
    MailKind,
    MailOrder,
    OrderState,
)
from tests.wiring import ACME, START

LATER = START + timedelta(minutes=5)


@pytest.fixture
def order() -> MailOrder:
    return MailOrder(
        id="o1", kind=MailKind.MESSAGE, tenant="acme", at=START, due_at=START
    )


def test_an_order_in_a_couriers_hands_is_leased(order):
    leased = order.leased(until=LATER)

    assert (leased.leased_until, leased.version) == (LATER, order.version + 1)
    assert leased.tries == 0


@pytest.mark.parametrize("state", sorted({*OrderState} - {OrderState.WAITING}))
def test_an_order_ends_in_one_state(order, state):
    settled = order.leased(until=LATER).settled(state, at=LATER, detail="250 ok")

    assert (settled.state, settled.settled_at) == (state, LATER)
    assert (settled.tries, settled.leased_until) == (1, None)
    assert (settled.detail, settled.version) == ("250 ok", order.version + 2)


def test_a_postponed_order_waits_for_another_try(order):
    postponed = order.leased(until=LATER).postponed(until=LATER, detail="451 later")

    assert (postponed.state, postponed.due_at) == (OrderState.WAITING, LATER)
    assert (postponed.tries, postponed.leased_until) == (1, None)
    assert (postponed.detail, postponed.version) == ("451 later", order.version + 2)


def test_an_order_has_no_place_for_a_secret_or_a_text():
    names = {field.name for field in fields(MailOrder)}

    assert not names & {"secrets", "password", "text", "body", "subject", "to"}


@pytest.fixture
def parts() -> dict[str, dict]:
    return {"fields": {"portal": "Acme"}, "secrets": {"password": Hidden("p")}}


@pytest.fixture
def mail(parts) -> Mail:
    return Mail(
        id="m1",
        kind=MailKind.TEMPORARY_PASSWORD,
        portal=ACME,
        to=parse_address("ann@example.org"),
        language="en",
        at=START,
        **parts,
    )


@pytest.mark.parametrize("part", ["fields", "secrets"])
def test_a_mail_cannot_be_changed_in_place(mail, part):
    with pytest.raises(TypeError):
        getattr(mail, part)["more"] = "x"


def test_what_a_mail_was_made_of_can_change_without_it(mail, parts):
    parts["fields"].clear()
    parts["secrets"].clear()

    assert dict(mail.fields) == {"portal": "Acme"}
    assert dict(mail.secrets) == {"password": Hidden("p")}


@pytest.mark.parametrize(
    ("told", "error"), [({"state": "gone"}, ValueError), ({"detail": None}, TypeError)]
)
def test_an_answer_that_could_not_be_settled_is_none(told, error):
    with pytest.raises(error):
        Delivery(**({"state": DeliveryState.ACCEPTED} | told))


def test_C59_C64_F28_a_mail_has_exactly_one_recipient(mail):
    assert str(mail.to) == "ann@example.org"
    assert {field.name for field in fields(Mail)} & {"cc", "bcc", "recipients"} == set()
