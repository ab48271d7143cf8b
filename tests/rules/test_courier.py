"""Which mail an order becomes, and what a delivery makes of the order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin import Limits, Portal
from securelogin.accounts import Account, Side, Status
from securelogin.addresses import NO_TENANT
from securelogin.credentials import Credential
from securelogin.hidden import Hidden
from securelogin.links import RecipientLink, read_link
from securelogin.mail import (
    Delivery,
    DeliveryState,
    Mail,
    MailKind,
    MailOrder,
    OrderState,
)
from securelogin.rules.courier import (
    Draft,
    Drop,
    address_orders,
    after_delivery,
    draft,
    finished,
    new_order,
    notification_orders,
    written_time,
)
from securelogin.tickets import AddressProof, read_address_proof
from tests.rules.cases import (
    CANARY,
    HOUR,
    KEYS,
    MINUTE,
    SECOND,
    TICK,
    account,
    address,
    change,
    claim,
    credential,
    external,
    link,
    temporary,
)
from tests.wiring import ACME, PASSWORD, START, URL, Wired

KEY = address().key("acme")
NOTICES = (
    MailKind.PASSWORD_CHANGED,
    MailKind.ADDRESS_CHANGED,
    MailKind.NEW_BROWSER,
)
WAITING = account(change=change())


def order(kind: MailKind = MailKind.PASSWORD_CHANGED, **changes: Any) -> MailOrder:
    given_values: dict[str, Any] = {
        "id": "order-1",
        "kind": kind,
        "tenant": "acme",
        "at": START,
        "due_at": START,
        "mark": "M4RK",
    }
    return MailOrder(**(given_values | changes))


def drafted(
    given_order: MailOrder,
    *,
    holder: Account | None = WAITING,
    kept: Credential | None = None,
    held: RecipientLink | None = None,
    portal: Portal | None = ACME,
    at: datetime = START,
) -> Draft | Drop:
    return draft(
        given_order,
        account=holder,
        credential=kept,
        link=held,
        portal=portal,
        keys=KEYS,
        at=at,
    )


def token_in(made: Draft | Drop) -> Hidden:
    assert isinstance(made, Draft)
    return Hidden(made.secrets["link"].reveal().rpartition("?t=")[2])


CONFIRM = order(MailKind.CONFIRM_ADDRESS, change="change-1", side=Side.NEW)
GOOD: dict[MailKind, dict[str, Any]] = {
    MailKind.TEMPORARY_PASSWORD: {"given_order": order(MailKind.TEMPORARY_PASSWORD)},
    MailKind.MESSAGE: {"given_order": order(MailKind.MESSAGE), "held": link()},
    MailKind.CONFIRM_ADDRESS: {"given_order": CONFIRM},
    **{kind: {"given_order": order(kind)} for kind in NOTICES},
}


def test_every_kind_of_mail_has_a_case_here():
    assert GOOD.keys() == {*MailKind}


@pytest.mark.parametrize("kind", MailKind)
def test_good_order_becomes_a_mail_to_an_address_of_the_account(kind):
    made = drafted(**GOOD[kind])

    assert isinstance(made, Draft)
    assert made.order == GOOD[kind]["given_order"]
    assert made.portal is ACME
    assert made.account is WAITING
    assert made.needs_temporary is (kind is MailKind.TEMPORARY_PASSWORD)
    assert made.to in {WAITING.primary, change().address}


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"portal": None}, "the tenant has no portal"),
        ({"holder": None}, "no account has this address"),
        (
            {"holder": account(change=change(), status=Status.DISABLED)},
            "the account is not active",
        ),
        ({"holder": account().erased()}, "the account is not active"),
    ],
)
def test_C35_F73_no_mail_goes_to_nobody_or_to_a_closed_account(kind, changes, why):
    assert drafted(**(GOOD[kind] | changes)) == Drop(why=why)


@pytest.mark.parametrize("kind", MailKind)
def test_F34_draft_shows_no_secret(kind):
    made = drafted(**GOOD[kind], kept=credential(temporary=temporary()))

    assert isinstance(made, Draft)
    assert CANARY not in repr(made)
    for secret in made.secrets.values():
        assert secret.reveal() not in repr(made)


# -- temporary passwords --


def of_temporary(**changes: Any) -> Draft | Drop:
    how = {name: changes.pop(name) for name in ("holder", "kept") if name in changes}
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

    assert (
        made == Drop(why="a temporary password was asked for again meanwhile")
    ) is is_dropped


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


# -- messages --


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (None, "the link was recalled or has expired"),
        (link(recalled_at=START), "the link was recalled or has expired"),
        (link(until=START), "the link was recalled or has expired"),
        (link(until=START - TICK), "the link was recalled or has expired"),
        (
            link(address=address("old@example.org").key("acme")),
            "the account has another address now",
        ),
    ],
)
def test_F11_link_that_opens_nothing_is_not_mailed(held, why):
    assert drafted(order(MailKind.MESSAGE), held=held) == Drop(why=why)


def test_message_mail_brings_the_link_to_the_portal_and_names_the_sender():
    made = drafted(order(MailKind.MESSAGE), held=link(), holder=external())

    assert isinstance(made, Draft)
    assert made.to == address()
    assert made.fields == {
        "sender": "sam@sender.example",
        "until": "2026-03-03 09:30 UTC",
        "address": "ann@example.org",
    }
    assert made.secrets.keys() == {"link"}
    assert made.secrets["link"].reveal().startswith(f"{ACME.base}link?t=")
    assert read_link(token_in(made), tenants={"acme"}, keys=KEYS) == claim()


def test_link_is_mailed_until_its_very_end():
    made = drafted(order(MailKind.MESSAGE), held=link(until=START + TICK))

    assert isinstance(made, Draft)


# -- changes of address --

OVER = Drop(why="the change of address is over")


@pytest.mark.parametrize(
    "holder",
    [
        account(),
        account(change=change(id="change-2")),
        account(change=change(until=START)),
        account(change=change(until=START - TICK)),
    ],
)
def test_C43_F11_change_that_is_over_asks_nobody(holder):
    assert drafted(CONFIRM, holder=holder) == OVER


def test_change_asks_until_its_very_end():
    last = account(change=change(until=START + TICK))

    assert isinstance(drafted(CONFIRM, holder=last), Draft)


@pytest.mark.parametrize(
    ("side", "to", "asked"),
    [
        (Side.OLD, "ann@example.org", Side.OLD),
        (Side.NEW, "ann.new@example.org", Side.NEW),
        (None, "ann.new@example.org", Side.NEW),
    ],
)
def test_each_mailbox_is_asked_with_a_proof_of_its_own(side, to, asked):
    made = drafted(replace(CONFIRM, side=side, at=START + TICK), holder=WAITING)

    assert isinstance(made, Draft)
    assert made.to.text == to
    assert made.fields == {
        "until": "2026-03-02 10:30 UTC",
        "new": "ann.new@example.org",
    }
    assert made.secrets.keys() == {"link"}
    assert made.secrets["link"].reveal().startswith(f"{ACME.base}address?t=")
    assert read_address_proof(
        token_in(made), tenants={"acme"}, keys=KEYS
    ) == AddressProof(
        account=WAITING.id,
        tenant="acme",
        change="change-1",
        side=asked,
        issued_at=START,
        until=START + HOUR,
    )


def test_new_mailbox_cannot_say_yes_for_the_old_one():
    tokens = {token_in(drafted(replace(CONFIRM, side=side))).reveal() for side in Side}

    assert len(tokens) == 2


# -- notices --

FORMER = address("ann.old@example.org")
MOVED = account(aliases=(FORMER, address("ann.older@example.org")))


@pytest.mark.parametrize("kind", NOTICES)
@pytest.mark.parametrize(
    ("side", "holder", "to"),
    [
        (None, MOVED, address()),
        (Side.NEW, MOVED, address()),
        (Side.OLD, MOVED, FORMER),
        (Side.OLD, account(), address()),
    ],
)
def test_notice_goes_to_the_primary_address_and_to_the_former_one(
    kind, side, holder, to
):
    made = drafted(order(kind, side=side), holder=holder, at=START + HOUR)

    assert isinstance(made, Draft)
    assert made.to == to
    assert made.fields == {"at": "2026-03-02 09:30 UTC"}
    assert made.secrets == {}


# -- the mail --


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


@pytest.mark.parametrize(
    ("secret", "until"), [(None, None), (Hidden("x"), None), (None, START)]
)
def test_mail_without_a_stored_temporary_password_is_as_drafted(secret, until):
    made = drafted(order(MailKind.MESSAGE), held=link())
    assert isinstance(made, Draft)

    mail = finished(made, at=START, temporary=secret, until=until)

    assert mail.fields == made.fields
    assert mail.secrets == made.secrets


# -- what becomes of an order --

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


# -- making orders --


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
