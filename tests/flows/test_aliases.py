"""Further addresses of a person: each belongs to one account of a tenant."""

from __future__ import annotations

import pytest

from securelogin import Audience, Unavailable
from securelogin.accounts import AccountId
from securelogin.outcomes import AddressTaken
from tests.flows.interrupting import interrupted, over
from tests.flows.overtaking import AsyncOvertaking, Overtaking

ALIAS = "a.nobody@acme.example"


def test_an_alias_of_somebody_else_is_taken(wired, ann):
    stored = wired.auth.accounts.register(
        "ben@acme.example", tenant="acme", audience=Audience.INTERNAL
    )

    assert wired.auth.addresses.add_alias(ann, "ben@acme.example") == AddressTaken()
    own = wired.auth.addresses.add_alias(stored.account.id, "ben@acme.example")
    assert own.account == stored.account


def test_an_alias_cannot_be_registered_again(wired, ann):
    wired.auth.addresses.add_alias(ann, "a.nobody@acme.example")

    taken = wired.auth.accounts.register(
        "a.nobody@acme.example", tenant="acme", audience=Audience.INTERNAL
    )

    assert taken == AddressTaken()


def test_one_that_somebody_gets_meanwhile_is_taken(wired, ann, beside):
    def get_it():
        beside.auth.accounts.register(ALIAS, tenant="acme", audience=Audience.INTERNAL)

    racing = interrupted(wired, "accounts.replace", get_it)

    assert racing.auth.addresses.add_alias(ann, ALIAS) == AddressTaken()
    assert wired.store.accounts.get(AccountId(ann)).aliases == ()


def test_who_never_gets_to_write_it_down_is_told(wired, ann):
    losing = Overtaking if wired.colour == "sync" else AsyncOvertaking
    racing = over(
        wired, lambda name, part: losing(part) if name == "accounts" else part
    )

    with pytest.raises(Unavailable, match="written to all the time"):
        racing.auth.addresses.add_alias(ann, ALIAS)
