"""When "Forgot your password" orders a mail."""

from __future__ import annotations

import inspect

import pytest

from securelogin.accounts import Account
from securelogin.mail import MailKind, MailOrder, OrderState
from securelogin.outcomes import Cause
from securelogin.rules.reset import judge_reset, reset_orders
from tests.rules.cases import address, counts, in_order
from tests.wiring import ACME, START

KEY = address().key("acme")


def judged(typed=None, portal=ACME, hits=(1, 1)):
    return judge_reset(address=typed, portal=portal, counts=counts(20, 3), hits=hits)


def ordered(*causes: Cause, portal=ACME):
    return reset_orders(
        causes, key=KEY, portal=portal, mark="M4RK", id="order-1", at=START
    )


@pytest.mark.parametrize(
    ("typed", "portal", "hits", "causes"),
    [
        (address(), ACME, (1, 1), []),
        (address(), ACME, (20, 3), []),
        (address(), ACME, (21, 1), [Cause.THROTTLED]),
        (address(), ACME, (1, 4), [Cause.THROTTLED]),
        (None, ACME, (1, 1), [Cause.MALFORMED_ADDRESS]),
        (address(), None, (1, 1), [Cause.WRONG_PORTAL]),
        (
            None,
            None,
            (21, 4),
            [Cause.WRONG_PORTAL, Cause.THROTTLED, Cause.MALFORMED_ADDRESS],
        ),
    ],
)
def test_F52_reset_is_refused_with_every_cause_in_order(typed, portal, hits, causes):
    found = judged(typed, portal, hits)

    assert list(found) == causes
    assert in_order(found)


def test_F57_F60_reset_is_judged_and_ordered_without_looking_at_an_account():
    asked = [
        parameter.annotation
        for rule in (judge_reset, reset_orders)
        for parameter in inspect.signature(rule, eval_str=True).parameters.values()
    ]

    assert asked
    assert not [kind for kind in asked if Account.__name__ in str(kind)]


def test_good_request_orders_one_temporary_password_for_whoever_has_the_key():
    assert ordered() == (
        MailOrder(
            id="order-1",
            kind=MailKind.TEMPORARY_PASSWORD,
            tenant="acme",
            at=START,
            due_at=START,
            lookup=KEY,
            portal=ACME.base,
            mark="M4RK",
        ),
    )
    assert ordered()[0].state is OrderState.WAITING


@pytest.mark.parametrize(
    "cause", [Cause.WRONG_PORTAL, Cause.THROTTLED, Cause.MALFORMED_ADDRESS]
)
def test_C07_refused_request_orders_nothing(cause):
    assert ordered(cause) == ()
