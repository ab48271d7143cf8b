"""What holds for any value: it comes back from its row, and times keep their order."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from types import NoneType
from typing import Any, NewType, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.accounts import Account
from securelogin.addresses import Address, stored_address
from securelogin.attempts import AttemptRecord
from securelogin.credentials import Credential
from securelogin.links import RecipientLink
from securelogin.mail import MailOrder
from securelogin.sessions import Session
from securelogin.stores.relational import joined
from securelogin.stores.relational.columns import (
    Caller,
    list_of,
    microseconds,
    read_rows,
    time_of,
)
from securelogin.stores.relational.credential_rows import (
    credential_of,
    credential_row,
)
from securelogin.stores.relational.joined import session_rows_of
from securelogin.stores.relational.rows import (
    account_of,
    account_row,
    attempt_of,
    attempt_row,
    link_of,
    link_row,
    order_of,
    order_row,
    session_of,
    session_row,
)
from securelogin.stores.sql import make_tables
from securelogin.testing import values

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

PLAIN = {
    str: TEXTS,
    int: st.integers(),
    bool: st.booleans(),
    datetime: TIMES,
    Address: ADDRESSES,
    NoneType: st.none(),
}


@cache
def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Return values of a type, every given field of a dataclass drawn."""
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, NewType):
        return any_of(kind.__supertype__)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(
            kind, **{f.name: any_of(hints[f.name]) for f in fields(kind) if f.init}
        )
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


@pytest.mark.parametrize("text", ["", "x", " []", "[] ", "[]]", "[", "{}", "null"])
def test_a_list_is_read_as_it_was_written_and_nothing_else_is_one(text):
    with pytest.raises((TypeError, ValueError)):
        list_of(text)

    assert list_of('["a",1]') == ["a", 1]


def test_what_a_sessions_row_means_is_remembered_for_so_many_rows():
    held = tuple(session_row(EXAMPLES["sessions"]).values())
    someone = tuple(account_row(EXAMPLES["accounts"]).values())
    row = (*held, 3, *someone)

    rows = session_rows_of(row)

    assert rows == session_rows_of([*row])
    assert (rows.session, rows.account) == (session_of(held), account_of(someone))
    assert session_rows_of((*held, 4, *someone)).generation == 4
    assert joined._session_rows.cache_info().maxsize == 4_096
