"""What a delivery makes of its order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin import Limits
from securelogin.mail import Delivery, DeliveryState, OrderState
from securelogin.rules.courier import after_delivery
from tests.rules.cases import HOUR, MINUTE, SECOND
from tests.rules.orders import order
from tests.wiring import START

DONE = {"settled_at": START, "tries": 1, "version": 2, "detail": "said"}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (DeliveryState.ACCEPTED, OrderState.SENT),
        (DeliveryState.REFUSED, OrderState.REFUSED),
    ],
)
def test_answer_of_a_mail_server_settles_an_order(answer, state):
    leased = order(leased_until=START + MINUTE)

    after = after_delivery(
        leased,
        Delivery(state=answer, detail="said"),
        at=START,
        limits=Limits(),
        chance=1,
    )

    assert after == replace(leased, state=state, leased_until=None, **DONE)


@pytest.mark.parametrize("answer", DeliveryState)
def test_what_a_mailer_says_is_kept_printable_and_short(answer):
    told = Delivery(state=answer, detail="250\r\n\u2400" + "x" * 600)

    after = after_delivery(order(), told, at=START, limits=Limits(), chance=1)

    assert after.detail == "250\ufffd\ufffd\ufffd" + "x" * 250


LATER = Delivery(state=DeliveryState.POSTPONED, detail="busy")


@pytest.mark.parametrize(
    ("tries", "wait"),
    [
        (0, 30 * SECOND),
        (1, MINUTE),
        (2, 2 * MINUTE),
        (6, 32 * MINUTE),
        (7, HOUR),
        (8, HOUR),
        (20, HOUR),
    ],
)
def test_wait_before_the_next_try_doubles_up_to_an_hour(tries, wait):
    waiting = order(tries=tries, leased_until=START + MINUTE)

    after = after_delivery(
        waiting, LATER, at=START, limits=Limits(mail_tries=50), chance=1
    )

    assert after == replace(
        waiting,
        due_at=START + wait,
        leased_until=None,
        tries=tries + 1,
        version=2,
        detail="busy",
    )


@pytest.mark.parametrize(
    ("tries", "state"),
    [
        (0, OrderState.WAITING),
        (1, OrderState.WAITING),
        (2, OrderState.GIVEN_UP),
        (3, OrderState.GIVEN_UP),
    ],
)
def test_order_is_given_up_after_so_many_tries(tries, state):
    after = after_delivery(
        order(tries=tries), LATER, at=START, limits=Limits(mail_tries=3), chance=1
    )

    assert after.state is state
    assert after.tries == tries + 1
    assert after.detail == "busy"
    assert (after.settled_at == START) is (state is OrderState.GIVEN_UP)


@given(st.integers(0, 5_000), st.floats(0, 1))
def test_wait_stays_in_bounds_however_patient_the_portal_is(tries, chance):
    after = after_delivery(
        order(tries=tries),
        LATER,
        at=START,
        limits=Limits(mail_tries=10_000),
        chance=chance,
    )

    assert 15 * SECOND <= after.due_at - START <= HOUR
