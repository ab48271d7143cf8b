"""Which mail an order becomes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from securelogin.accounts import Side, Status
from securelogin.hidden import Hidden
from securelogin.links import read_link
from securelogin.mail import MailKind
from securelogin.rules.courier import Draft, Drop, finished
from securelogin.tickets import AddressProof, read_address_proof
from tests.rules.cases import (
    CANARY,
    HOUR,
    KEYS,
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
from tests.rules.orders import CONFIRM, GOOD, NOTICES, WAITING, drafted, order, token_in
from tests.wiring import ACME, START


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


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("domain", ["example.org", "other.example"])
def test_only_a_temporary_password_is_withheld_from_another_authoritys_people(
    kind, domain
):
    made = drafted(**GOOD[kind], elsewhere={domain})

    is_withheld = made == Drop(
        why="another authority checks the password of this address"
    )
    is_theirs = domain == WAITING.primary.domain
    assert is_withheld is (is_theirs and kind is MailKind.TEMPORARY_PASSWORD)


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


@pytest.mark.parametrize(
    ("secret", "until"), [(None, None), (Hidden("x"), None), (None, START)]
)
def test_mail_without_a_stored_temporary_password_is_as_drafted(secret, until):
    made = drafted(order(MailKind.MESSAGE), held=link())
    assert isinstance(made, Draft)

    mail = finished(made, at=START, temporary=secret, until=until)

    assert mail.fields == made.fields
    assert mail.secrets == made.secrets
