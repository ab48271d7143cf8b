"""What holds for any values in any order: windows, rows, and stores as dictionaries."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from types import NoneType
from typing import Any, NewType, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    rule,
    run_state_machine_as_test,
)

from securelogin.accounts import Account
from securelogin.addresses import Address, stored_address
from securelogin.attempts import AttemptRecord
from securelogin.credentials import Credential
from securelogin.links import RecipientLink
from securelogin.mail import MailOrder
from securelogin.sessions import Session
from securelogin.stores.sql import make_tables
from securelogin.stores.sql.columns import Caller, microseconds, read_rows, time_of
from securelogin.stores.sql.rows import (
    account_of,
    account_row,
    attempt_of,
    attempt_row,
    credential_of,
    credential_row,
    link_of,
    link_row,
    order_of,
    order_row,
    session_of,
    session_row,
)
from tests.stores import values
from tests.stores.values import AT, credential
from tests.wiring import total as counted

BY = Caller("SQLStore", "get")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TIMES = st.datetimes(timezones=st.just(UTC))
ADDRESSES = st.builds(lambda a, b: stored_address(f"{a}@{b}"), TEXTS, TEXTS)
KINDS = {
    "accounts": (Account, account_row, account_of),
    "credentials": (Credential, credential_row, credential_of),
    "links": (RecipientLink, link_row, link_of),
    "sessions": (Session, session_row, session_of),
    "attempts": (AttemptRecord, attempt_row, attempt_of),
    "outbox": (MailOrder, order_row, order_of),
}
EXAMPLES = {
    "accounts": values.ACCOUNTS[0],
    "credentials": values.CREDENTIALS[0],
    "links": values.LINKS[0],
    "sessions": values.SESSIONS[0],
    "attempts": values.ATTEMPTS[0],
    "outbox": values.ORDERS[0],
}
NUMBERS = count()

PLAIN = {
    str: TEXTS,
    int: st.integers(),
    bool: st.booleans(),
    datetime: TIMES,
    Address: ADDRESSES,
    NoneType: st.none(),
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Return values of a type, every field of a dataclass drawn."""
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, NewType):
        return any_of(kind.__supertype__)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{f.name: any_of(hints[f.name]) for f in fields(kind)})
    inner = [any_of(part) for part in get_args(kind) if part is not Ellipsis]
    if get_origin(kind) is tuple:
        return st.lists(*inner, max_size=3).map(tuple)
    if get_origin(kind) is frozenset:
        return st.frozensets(*inner)
    return st.one_of(inner) if inner else st.sampled_from(kind)


@pytest.mark.parametrize("table", KINDS)
@given(data=st.data())
def test_a_value_comes_back_from_its_row(table, data):
    kind, to_row, of_row = KINDS[table]
    value = data.draw(any_of(kind))

    row = tuple(to_row(value).values())

    assert (value,) == read_rows(of_row, [row], by=BY)


@pytest.mark.parametrize("table", KINDS)
def test_a_row_has_the_columns_of_its_table_in_their_order(table):
    _, to_row, _ = KINDS[table]
    columns = [c.name for c in getattr(make_tables(), table).c if c.name != "seq"]

    assert columns == list(to_row(EXAMPLES[table]))


@given(at=TIMES, zone=st.timezones())
def test_a_time_is_kept_to_the_microsecond_whatever_its_zone(at, zone):
    try:
        there = at.astimezone(zone)
    except OverflowError:
        there = at

    assert (at, UTC) == (time_of(microseconds(there)), time_of(0).tzinfo)


@given(one=TIMES, other=TIMES)
def test_stored_times_are_in_the_order_of_times(one, other):
    assert (one < other) == (microseconds(one) < microseconds(other))


def test_hits_follow_the_law_of_windows(backend):
    gaps = st.timedeltas(timedelta(), timedelta(hours=2))
    windows = st.timedeltas(timedelta(microseconds=1), timedelta(hours=1))

    @given(steps=st.lists(st.tuples(gaps, windows), min_size=1, max_size=12))
    def law(steps):
        key, at = f"law {next(NUMBERS)}", AT
        total, until = 0, AT
        for gap, window in steps:
            at += gap
            if until <= at:
                total, until = 0, at + window
            total += 1

            assert total == counted(backend.counters, key, at=at, window=window)

    law()


class LikeADictionary(RuleBasedStateMachine):
    """`get`, `add` and `replace` beside the dictionary they have to behave like."""

    def __init__(self, rows: Any) -> None:
        super().__init__()
        self.rows = rows
        self.run = next(NUMBERS)
        self.model: dict[str, Credential] = {}

    def value(self, name: str, version: int) -> Credential:
        return credential(f"{self.run} {name}", version=version)

    NAMES = st.sampled_from(["a", "A", "a "])
    VERSIONS = st.integers(1, 4)

    @rule(name=NAMES, version=VERSIONS)
    def add(self, name, version):
        value = self.value(name, version)
        free = value.account not in self.model

        assert self.rows.add(value) is free
        self.model.setdefault(value.account, value)

    @rule(name=NAMES, version=VERSIONS, must_change=st.booleans())
    def replace(self, name, version, must_change):
        old = self.value(name, version)
        new = replace(old, version=version + 1, must_change=must_change)
        current = self.model.get(old.account)
        fits = current is not None and current.version == version

        assert self.rows.replace(old, new) is fits
        if fits:
            self.model[old.account] = new

    @rule(name=NAMES)
    def get(self, name):
        key = self.value(name, 1).account

        assert self.model.get(key) == self.rows.get(key)


def test_a_store_behaves_like_a_dictionary(backend):
    run_state_machine_as_test(
        lambda: LikeADictionary(backend.credentials),
        settings=settings(max_examples=25, stateful_step_count=15, deadline=None),
    )
