"""Which orders are made, and what they name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from securelogin.accounts import Side
from securelogin.addresses import NO_TENANT
from securelogin.credentials import Credential
from securelogin.mail import MailKind, MailOrder
from securelogin.rules.courier import (
    address_orders,
    new_order,
    notification_orders,
    written_time,
)
from tests.rules.cases import (
    HOUR,
    TICK,
    account,
    change,
    credential,
    external,
    link,
    temporary,
)
from tests.rules.orders import KEY, WAITING
from tests.wiring import ACME, START


def test_order_for_an_account_names_it_and_its_tenant():
    assert new_order(
        MailKind.MESSAGE,
        id="order-1",
        at=START,
        account=external(tenant="globex"),
        lookup=KEY,
        portal=ACME,
        link=link(),
        side=Side.OLD,
        change="change-1",
        mark="M4RK",
    ) == MailOrder(
        id="order-1",
        kind=MailKind.MESSAGE,
        tenant="globex",
        at=START,
        due_at=START,
        account=external().id,
        lookup=KEY,
        portal=ACME.base,
        link="link-1",
        side=Side.OLD,
        change="change-1",
        mark="M4RK",
    )


@pytest.mark.parametrize(("lookup", "tenant"), [(KEY, "acme"), (None, NO_TENANT)])
def test_order_without_an_account_belongs_to_the_tenant_of_its_key(lookup, tenant):
    assert new_order(MailKind.MESSAGE, id="1", at=START, lookup=lookup) == MailOrder(
        id="1",
        kind=MailKind.MESSAGE,
        tenant=tenant,
        at=START,
        due_at=START,
        lookup=lookup,
    )


def test_order_for_an_account_names_nothing_that_it_was_not_given():
    assert new_order(
        MailKind.PASSWORD_CHANGED, id="1", at=START, account=account()
    ) == MailOrder(
        id="1",
        kind=MailKind.PASSWORD_CHANGED,
        tenant="acme",
        at=START,
        due_at=START,
        account=account().id,
    )


def notified(kept: Credential | None) -> list[tuple[MailKind, str]]:
    found = notification_orders(
        account=external(),
        credential=kept,
        link=link(),
        portal=ACME,
        ids=("one", "two"),
        mark="M4RK",
        at=START,
    )
    return [(each.kind, each.id) for each in found]


LINK_ONLY = [(MailKind.MESSAGE, "one")]
BOTH = [(MailKind.TEMPORARY_PASSWORD, "two"), (MailKind.MESSAGE, "one")]
NEVER = credential(password_hash=None)


@pytest.mark.parametrize(
    ("kept", "orders"),
    [
        (None, BOTH),
        (NEVER, BOTH),
        (credential(), LINK_ONLY),
        (credential(temporary=temporary(until=START - HOUR)), LINK_ONLY),
        (replace(NEVER, temporary=temporary(until=START - TICK)), BOTH),
        (replace(NEVER, temporary=temporary(until=START)), BOTH),
        (replace(NEVER, temporary=temporary(until=START + TICK)), LINK_ONLY),
    ],
)
def test_first_password_is_mailed_to_whoever_has_no_way_in(kept, orders):
    assert notified(kept) == orders


def test_orders_of_a_notification_say_all_the_courier_needs():
    password, message = notification_orders(
        account=external(),
        credential=None,
        link=link(),
        portal=ACME,
        ids=("one", "two"),
        mark="M4RK",
        at=START,
    )

    assert message == new_order(
        MailKind.MESSAGE,
        id="one",
        at=START,
        account=external(),
        portal=ACME,
        link=link(),
    )
    assert password == new_order(
        MailKind.TEMPORARY_PASSWORD,
        id="two",
        at=START,
        account=external(),
        portal=ACME,
        link=link(),
        mark="M4RK",
    )


@pytest.mark.parametrize(
    ("holder", "kind"),
    [(WAITING, MailKind.CONFIRM_ADDRESS), (account(), MailKind.ADDRESS_CHANGED)],
)
def test_both_mailboxes_are_asked_and_then_told_of_a_change(holder, kind):
    found = address_orders(holder, change(), ids=("one", "two"), at=START)

    assert found == tuple(
        new_order(kind, id=id_, at=START, account=holder, side=side, change="change-1")
        for id_, side in (("one", Side.OLD), ("two", Side.NEW))
    )


def test_change_of_address_needs_an_order_for_each_mailbox():
    with pytest.raises(ValueError, match="zip"):
        address_orders(account(), change(), ids=("one",), at=START)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 3, 2, 9, 5, 59, tzinfo=UTC), "2026-03-02 09:05 UTC"),
        (
            datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1))),
            "2025-12-31 23:30 UTC",
        ),
    ],
)
def test_mail_states_times_absolutely_and_with_their_zone(at, text):
    assert written_time(at) == text
