"""Reading for a log-in is the same work, whoever it is about and in whatever state.

Where clocks tell by microseconds, rows that are fetched tell exactly, and steps of the
interpreter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from securelogin.accounts import Account, AccountId
from securelogin.credentials import KEPT_MARKS, Credential, DeadTemporary, Death
from securelogin.outcomes import Cause
from securelogin.stores.memory import MemoryStore
from securelogin.stores.relational.columns import Caller
from securelogin.stores.relational.credential_rows import (
    BLANKS,
    credential_of,
    credential_row,
)
from securelogin.stores.relational.rows import account_row, attempt_row
from securelogin.testing.values import (
    AT,
    GLOBEX,
    TEMPORARY,
    account,
    attempt,
    credential,
)
from tests.flows.test_uniformity import steps_of
from tests.stores.places import done

ONE = (Cause.WRONG_PASSWORD,)
TWO = (Cause.DISABLED, Cause.WRONG_PASSWORD)
WHO = AccountId("somebody")
GONE = DeadTemporary(fingerprint="f", death=Death.SUPERSEDED, issued_at=AT, at=AT)
WHOLE = Credential(account=WHO, password_hash="$hash", changed_at=AT)
CREDENTIALS = {
    "no password": Credential(account=WHO),
    "a password": WHOLE,
    "a temporary password": replace(WHOLE, temporary=TEMPORARY),
    "a dead one": replace(WHOLE, dead=(GONE,)),
    "many dead ones": replace(WHOLE, dead=(GONE,) * KEPT_MARKS),
    "to be changed": replace(WHOLE, must_change=True),
}


UNKNOWN = pytest.mark.parametrize(
    "unknown", ["aa", "m", "zz"], ids=["first", "between", "last"]
)


def fill(store: Any, *names: str) -> None:
    for name in names:
        done(store.accounts.add(account(name)))
        done(store.credentials.add(credential(f"id of {name}", password_hash="$hash")))


@UNKNOWN
def test_C09_a_database_fetches_rows_for_an_unknown_address_too(store, unknown):
    fill(store, "b", "k", "n", "y")
    key = account(unknown).key
    asked = {"tenant": key.tenant, "key": key.value, "link": "no link"}

    ((held, *row),) = done(
        store._database.rows(store.login_reads._login, asked, by=Caller("", ""))
    )

    width = len(account_row(account()))
    someone, secret = row[0], row[width : width + 2]
    assert held is None
    assert someone in {f"id of {name}" for name in "bkny"}
    assert [*secret] == [someone, "$hash"]


@pytest.mark.parametrize("state", CREDENTIALS)
def test_C09_a_database_hands_over_a_text_for_each_password_there_may_be(store, state):
    done(store.accounts.add(account("k", id=WHO)))
    done(store.credentials.add(CREDENTIALS[state]))
    key = account("k").key
    asked = {"tenant": key.tenant, "key": key.value, "link": "no link"}

    ((_, *row),) = done(
        store._database.rows(store.login_reads._login, asked, by=Caller("", ""))
    )

    width = len(account_row(account()))
    fetched = row[width : width + len(credential_row(WHOLE))]
    assert None not in fetched
    rows = done(store.login_reads.read(key, AccountId("x"), "no link"))
    assert rows.credential == CREDENTIALS[state]


@UNKNOWN
def test_what_is_fetched_of_somebody_else_is_given_to_nobody(store, unknown):
    fill(store, "b", "k", "n", "y")
    key = account(unknown).key

    rows = done(store.login_reads.read(key, AccountId("id of k"), "no link"))

    assert (rows.account, rows.credential, rows.link) == (None, None, None)


def test_nobody_is_found_in_another_tenant(store):
    fill(store, "k")
    elsewhere = replace(account("k").key, tenant=GLOBEX)

    rows = done(store.login_reads.read(elsewhere, AccountId("id of k"), "no link"))

    assert (rows.account, rows.credential) == (None, None)


class Touched:
    """A value that notes who is read."""

    def __init__(self, inner: object, noted: list[object]) -> None:
        self._inner = inner
        self._noted = noted

    def __getattr__(self, name: str) -> object:
        self._noted.append(type(self._inner))
        return getattr(self._inner, name)


@pytest.mark.parametrize("name", ["k", "unknown"])
def test_C09_a_store_in_memory_touches_rows_for_an_unknown_address_too(name):
    store = MemoryStore()
    fill(store, "k")
    noted: list[object] = []
    for part in (store.accounts, store.credentials):
        part._rows = {key: Touched(row, noted) for key, row in part._rows.items()}

    store.login_reads.read(account(name).key, AccountId("x"), "no link")

    assert set(noted) == {Account, Credential}


@pytest.mark.parametrize("state", CREDENTIALS)
def test_C09_a_credential_is_read_in_as_many_steps_in_every_state(state):
    rows = {
        name: tuple(credential_row(CREDENTIALS[name]).values())
        for name in (state, "a password")
    }
    for row in rows.values():
        credential_of(row)  # what is remembered from the first time takes fewer steps

    taken = {
        name: steps_of(lambda row=row: credential_of(row)) for name, row in rows.items()
    }

    assert taken[state] == pytest.approx(taken["a password"], abs=60, rel=0)
    assert credential_of(rows[state]) == CREDENTIALS[state]


def with_a_stand_in(name: str) -> tuple[object, ...]:
    row = credential_row(replace(WHOLE, temporary=TEMPORARY))
    return tuple((row | {name: BLANKS[name]}).values())


@pytest.mark.parametrize("part", [one for one in BLANKS if one.startswith("temporary")])
def test_a_stand_in_for_a_part_leaves_half_a_temporary_password(part):
    with pytest.raises(ValueError, match="half a temporary password"):
        credential_of(with_a_stand_in(part))


@pytest.mark.parametrize("name", ["password_hash", "changed_at"])
def test_a_stand_in_is_read_as_nothing(name):
    assert getattr(credential_of(with_a_stand_in(name)), name) is None


def test_C09_two_causes_are_written_in_as_many_steps_as_one():
    rows = [attempt_row(attempt(causes=causes)) for causes in (ONE, TWO)]

    steps = {
        steps_of(lambda causes=causes: attempt_row(attempt(causes=causes)))
        for causes in (ONE, TWO)
    }

    assert [row["causes"] for row in rows] == [
        '["wrong_password"]',
        '["disabled","wrong_password"]',
    ]
    assert len(steps) == 1
