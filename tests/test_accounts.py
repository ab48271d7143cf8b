"""Accounts: every step makes a new value, with a higher version."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from securelogin.accounts import Account, AddressChange, Audience, Side, Status
from securelogin.addresses import parse_address
from tests.wiring import START

ANN = parse_address("ann@example.org")
NEW = parse_address("ann.new@example.org")
ALIAS = parse_address("a@example.org")


@pytest.fixture
def account() -> Account:
    return Account(id="a1", tenant="acme", audience=Audience.INTERNAL, primary=ANN)


def test_an_account_cannot_be_changed_in_place(account):
    with pytest.raises(FrozenInstanceError):
        account.status = Status.DISABLED


def test_the_primary_address_comes_first_among_the_keys(account):
    both = account.with_alias(ALIAS)

    assert both.key == ANN.key("acme")
    assert both.keys == (ANN.key("acme"), ALIAS.key("acme"))
    assert both.version == account.version + 1


def test_an_alias_is_kept_once(account):
    both = account.with_alias(ALIAS)

    assert both.with_alias(parse_address("A@EXAMPLE.ORG")) is both
    assert account.with_alias(ANN) is account


def test_a_status_is_one_step(account):
    disabled = account.with_status(Status.DISABLED)

    assert disabled.status is Status.DISABLED
    assert disabled.version == account.version + 1


def test_an_erased_account_is_found_by_no_key_and_names_nobody(account):
    erased = account.with_alias(ALIAS).with_change(change()).erased()

    assert erased.keys == ()
    assert erased.status is Status.ERASED
    assert "ann" not in repr(erased)
    assert (erased.aliases, erased.change) == ((), None)


def test_an_erased_account_takes_no_new_alias(account):
    erased = account.erased()

    assert erased.with_alias(ALIAS).aliases == ()


def change() -> AddressChange:
    return AddressChange(id="c1", address=NEW, until=START)


def test_one_mailbox_alone_changes_nothing_but_its_confirmation(account):
    changing = account.with_change(change())

    halfway = changing.with_confirmation(Side.NEW)

    assert halfway.primary == ANN
    assert halfway.change is not None
    assert halfway.change.confirmed == {Side.NEW}
    assert halfway.version == changing.version + 1


@pytest.mark.parametrize("first", list(Side))
def test_both_mailboxes_make_the_new_address_the_primary_one(account, first):
    (second,) = set(Side) - {first}
    changing = account.with_alias(ALIAS).with_change(change())

    changed = changing.with_confirmation(first).with_confirmation(second)

    assert changed.primary == NEW
    assert changed.aliases == (ANN, ALIAS)
    assert changed.change is None


def test_confirming_twice_is_confirming_once(account):
    halfway = account.with_change(change()).with_confirmation(Side.OLD)

    assert halfway.with_confirmation(Side.OLD) is halfway


def test_without_a_change_there_is_nothing_to_confirm(account):
    assert account.with_confirmation(Side.OLD) is account


def test_an_alias_that_becomes_primary_is_no_alias_any_more(account):
    changing = account.with_alias(NEW).with_change(change())

    changed = changing.with_confirmation(Side.OLD).with_confirmation(Side.NEW)

    assert changed.aliases == (ANN,)


def test_a_change_can_be_dropped(account):
    assert account.with_change(change()).with_change(None).change is None
