"""Accounts of another portal are taken over once, and nothing of them is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from securelogin.accounts import Audience, Status
from securelogin.addresses import parse_address
from securelogin.credentials import Credential
from securelogin.imports import (
    Moved,
    Rejected,
    read_record,
)
from securelogin.stores.memory import MemoryStore
from tests.imports.moves import HASH, HOME, PORTALS, kept, moved, record
from tests.wiring import cheap_hasher

# -- what a record says --


@pytest.mark.parametrize(
    ("found", "name", "code"),
    [
        ({"address": "no address"}, "address", "address_malformed"),
        ({"address": None}, "address", "address_malformed"),
        ({"address": 7}, "address", "text_expected"),
        ({"tenant": "elsewhere"}, "tenant", "tenant_unknown"),
        ({"tenant": "NO!"}, "tenant", "tenant_malformed"),
        ({"audience": "both"}, "audience", "audience_unknown"),
        ({"language": "English"}, "language", "language_malformed"),
        ({"active": "perhaps"}, "active", "active_malformed"),
        # CSV has no NULL: nobody knows what was meant.
        ({"active": ""}, "active", "active_malformed"),
        ({"confirmed": "perhaps"}, "confirmed", "confirmed_malformed"),
        ({"confirmed": "0000-00-00 00:00:00"}, "confirmed", "confirmed_malformed"),
        ({"password_hash": ["x"]}, "password_hash", "text_expected"),
    ],
)
def test_what_cannot_be_used_is_named(found, name, code):
    person = read_record(record(**found), home=HOME, portals=PORTALS)

    assert isinstance(person, Rejected)
    assert (person.name, person.code) == (name, code)


def test_a_record_goes_before_the_home_of_all():
    person = read_record(
        record(tenant="globex", audience="External", language="de", active="f"),
        home=HOME,
        portals=PORTALS,
    )

    assert (person.tenant, person.audience, person.language, person.status) == (
        "globex",
        Audience.EXTERNAL,
        "de",
        Status.DISABLED,
    )


@pytest.mark.parametrize(
    "said", [{}, {"active": 1}, {"active": True}, {"active": "t"}, {"active": " Yes "}]
)
def test_who_is_active_or_in_no_such_column_is_active(said):
    person = read_record(record(**said), home=HOME, portals=PORTALS)

    assert person.status is Status.ACTIVE


def test_null_in_active_lets_nobody_in():
    person = read_record(record(active=None), home=HOME, portals=PORTALS)

    assert person.status is Status.DISABLED


@pytest.mark.parametrize(
    ("said", "confirmed"),
    [
        ({}, True),
        ({"confirmed": True}, True),
        ({"confirmed": "t"}, True),
        ({"confirmed": datetime(2020, 1, 1, tzinfo=UTC)}, True),
        ({"confirmed": "2020-01-01 10:00:00.12345+00"}, True),
        ({"confirmed": None}, False),
        ({"confirmed": ""}, False),
        ({"confirmed": 0}, False),
    ],
)
def test_an_address_is_confirmed_by_a_date_or_a_word(said, confirmed):
    person = read_record(record(**said), home=HOME, portals=PORTALS)

    assert person.confirmed is confirmed


# -- what becomes of it --


def test_somebody_moves_with_their_password_once():
    store = MemoryStore()

    first = moved(store, record(password_hash=HASH))
    account = kept(store)
    second = moved(store, record(password_hash=HASH))

    assert (first, second) == ([Moved.WITH_PASSWORD], [Moved.ALREADY_THERE])
    assert kept(store) == account
    assert store.credentials.get(account.id).password_hash == HASH


def test_the_same_address_in_two_tenants_is_two_people():
    store = MemoryStore()

    done = moved(store, record(), record(tenant="globex"))

    assert done == [Moved.WITHOUT_PASSWORD] * 2
    assert kept(store).id != kept(store, tenant="globex").id


def test_a_run_that_was_cut_short_is_made_whole_by_the_next():
    store = MemoryStore()
    moved(store, record())
    account = kept(store).id

    assert moved(store, record(password_hash=HASH)) == [Moved.WITH_PASSWORD]
    assert store.credentials.get(account).password_hash == HASH


def test_who_has_a_password_here_keeps_it():
    store = MemoryStore()
    moved(store, record())
    store.credentials.add(Credential(account=kept(store).id, password_hash="theirs"))

    assert moved(store, record(password_hash=HASH)) == [Moved.ALREADY_THERE]
    assert store.credentials.get(kept(store).id).password_hash == "theirs"


def test_nobody_gets_a_password_by_an_alias():
    store = MemoryStore()
    moved(store, record())
    old = kept(store)
    store.accounts.replace(old, old.with_alias(parse_address("bob@acme.example")))
    bob = record(address="bob@acme.example", password_hash=HASH)

    assert moved(store, bob) == [Moved.ALREADY_THERE]
    assert moved(store, bob, dry_run=True) == [Moved.ALREADY_THERE]
    assert store.credentials.get(old.id) is None


def test_a_hash_that_cannot_be_checked_is_rejected_and_can_be_imported_later():
    store = MemoryStore()
    plain = cheap_hasher()

    done, rejected = moved(store, record(password_hash=HASH), hasher=plain)

    assert done is Moved.WITHOUT_PASSWORD
    assert (rejected.name, rejected.code) == ("password_hash", "hash_unusable")
    assert rejected.record.found["password_hash"] == HASH
    assert moved(store, record(password_hash=HASH)) == [Moved.WITH_PASSWORD]


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_hash_that_cannot_be_checked_is_rejected_by_every_run(dry_run):
    store = MemoryStore()
    plain = cheap_hasher()
    moved(store, record(password_hash=HASH), hasher=plain)

    done, rejected = moved(
        store, record(password_hash=HASH), hasher=plain, dry_run=dry_run
    )

    assert done is Moved.ALREADY_THERE
    assert rejected.code == "hash_unusable"


@pytest.mark.parametrize("dry_run", [False, True])
def test_no_hash_is_missed_by_who_has_a_password_here(dry_run):
    store = MemoryStore()
    moved(store, record())
    store.credentials.add(Credential(account=kept(store).id, password_hash="theirs"))

    done = moved(
        store, record(password_hash=HASH), hasher=cheap_hasher(), dry_run=dry_run
    )

    assert done == [Moved.ALREADY_THERE]


def test_who_never_confirmed_the_address_brings_no_password():
    store = MemoryStore()
    squatter = record(password_hash=HASH, confirmed=None)

    done, rejected = moved(store, squatter)

    assert done is Moved.WITHOUT_PASSWORD
    assert (rejected.name, rejected.code) == ("confirmed", "address_unconfirmed")
    assert store.credentials.get(kept(store).id) is None
    assert [getattr(one, "code", one) for one in moved(store, squatter)] == [
        Moved.ALREADY_THERE,
        "address_unconfirmed",
    ]


def test_an_old_portal_that_asked_nobody_to_confirm_can_be_trusted():
    store = MemoryStore()
    ann = record(password_hash=HASH, confirmed=None)

    assert moved(store, ann, trust_unconfirmed=True) == [Moved.WITH_PASSWORD]


def test_who_never_confirmed_and_has_no_password_there_is_not_rejected():
    assert moved(MemoryStore(), record(confirmed=None)) == [Moved.WITHOUT_PASSWORD]


@pytest.mark.parametrize("stored", ["", None, "!", "!xyz", "  "])
def test_who_has_no_password_there_has_none_here(stored):
    store = MemoryStore()

    assert moved(store, record(password_hash=stored)) == [Moved.WITHOUT_PASSWORD]
    assert moved(store, record(password_hash=stored)) == [Moved.ALREADY_THERE]
    assert store.credentials.get(kept(store).id) is None


def test_a_dry_run_says_the_same_and_stores_nothing():
    store = MemoryStore()
    ann = record(password_hash=HASH)
    bob = record(address="bob@acme.example")
    cut = record(address="cut@acme.example", password_hash=HASH)
    moved(store, record(address="cut@acme.example"))
    late = record(address="bob@acme.example", password_hash=HASH)
    unconfirmed = record(
        address="eve@acme.example", password_hash=HASH, confirmed=False
    )
    records = (ann, bob, cut, ann, late, late, unconfirmed, record(address="x"))
    records += (unconfirmed, record(address="cut@acme.example", confirmed=False))

    tried = moved(store, *records, dry_run=True)

    assert kept(store) is None
    assert store.credentials.get(kept(store, "cut@acme.example").id) is None
    assert [getattr(one, "code", one) for one in tried] == [
        getattr(one, "code", one) for one in moved(store, *records)
    ]


def test_hashes_are_not_shown():
    assert HASH not in repr(record(password_hash=HASH))
    assert HASH not in repr(
        read_record(record(password_hash=HASH), home=HOME, portals=PORTALS)
    )
