"""What the first release has written is read for ever; what nobody wrote is refused.

The files in `data` are frozen. They hold one row at least of every kind, and every word
there is for a state, a cause or an operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from securelogin import Granted, KeyRing, SecureLogin
from securelogin.accounts import Audience, Side, Status
from securelogin.addresses import AddressKey
from securelogin.attempts import Form, Operation
from securelogin.credentials import Death
from securelogin.errors import AdapterError
from securelogin.mail import MailKind, OrderState
from securelogin.outcomes import Cause
from securelogin.stores.relational import credential_rows, rows
from securelogin.stores.sql import SQLStore, make_tables, schema
from securelogin.testing.values import ACME, AT, HOUR, TICK
from tests.schema.databases import Database
from tests.wiring import PASSWORD, POOL, PORTALS, Clock, Inbox, Wired, cheap_hasher

READERS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], dict[str, object]]]] = {
    "accounts": (rows.account_of, rows.account_row),
    "credentials": (credential_rows.credential_of, credential_rows.credential_row),
    "links": (rows.link_of, rows.link_row),
    "sessions": (rows.session_of, rows.session_row),
    "attempts": (rows.attempt_of, rows.attempt_row),
    "outbox": (rows.order_of, rows.order_row),
}


@pytest.fixture
def upgraded(database, longer) -> Database:
    """Return a database of the first release that was brought one version further."""
    database.load_first_release()
    schema.upgrade(database.url, history=longer)
    return database


@pytest.fixture
def store(upgraded) -> Iterator[SQLStore]:
    store = SQLStore(upgraded.url)
    yield store
    store.close()


def stored(database: Database, name: str) -> list[dict[str, object]]:
    table = getattr(make_tables(), name)
    columns = [column for column in table.c if column.name != "seq"]
    with database.engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(sa.select(*columns))]


def test_F16_every_row_of_the_first_release_is_read_and_would_be_written_the_same(
    upgraded,
):
    for name, (read, write) in READERS.items():
        found = stored(upgraded, name)

        assert found, name
        for row in found:
            assert write(read(tuple(row.values()))) == row


@pytest.mark.parametrize(
    ("name", "column", "words"),
    [
        ("accounts", "audience", Audience),
        ("accounts", "status", Status),
        ("accounts", "change_confirmed", Side),
        ("credentials", "dead", Death),
        ("attempts", "operation", Operation),
        ("attempts", "causes", Cause),
        ("attempts", "form", Form),
        ("outbox", "kind", MailKind),
        ("outbox", "state", OrderState),
    ],
)
def test_every_word_of_the_first_version_is_in_the_frozen_rows(
    file, name, column, words
):
    # Once there is a second version, its new words are not: then say here which.
    file.load_first_release()
    told = str([row[column] for row in stored(file, name)])

    assert [word.value for word in words if f"{word.value}" not in told] == []


def test_values_are_what_they_were_and_whoever_had_a_password_gets_in(store):
    bob = store.accounts.find(AddressKey(tenant=ACME, value="bob1@x.example"))
    held = store.credentials.get("id of bob")

    assert (bob.id, bob.version, bob.language) == (
        "id of bob",
        2**53 + 1,
        "zh-Hant-TW",
    )
    assert (bob.change.until, bob.change.confirmed) == (AT + HOUR, {Side.NEW})
    assert (held.temporary.mark, held.generation) == ("blue – 😀", 7)
    assert [gone.death for gone in held.dead] == list(Death)
    assert store.links.get("recalled").recalled_at == AT - TICK
    assert store.sessions.get("full").user_agent == "Firefox/140 \ufffd"
    assert store.attempts.by_reference("full").causes == tuple(Cause)
    assert store.counters.hit({"counted": HOUR}, at=AT) == {"counted": 3}
    assert isinstance(check(store), Granted)


def portal(store: SQLStore) -> SecureLogin:
    return SecureLogin(
        portals=PORTALS,
        keys=KeyRing(KeyRing.new_key()),
        store=store,
        mailer=Inbox(),
        hasher=cheap_hasher(),
        pool=POOL,
        clock=Clock(),
    )


def check(store: SQLStore) -> object:
    return portal(store).login.check(
        Wired("sync").attempt("ann@acme.example", PASSWORD)
    )


UNKNOWN = (
    ("accounts", "status", "'vetted'"),
    ("accounts", "audience", "'anybody'"),
    ("accounts", "aliases", "'none'"),
    ("accounts", "change_id", "'half'"),
    ("credentials", "must_change", "2"),
    ("credentials", "dead", '\'[["f", "retired", 1, 1]]\''),
    ("credentials", "temporary_hash", "'half'"),
)


def test_F16_a_state_that_is_not_known_lets_nobody_in(upgraded, store):
    for table, column, value in UNKNOWN:
        key = {"accounts": "id", "credentials": "account"}[table]
        row = f"securelogin_{table} WHERE {key} = 'id of ann'"
        ((before,),) = upgraded.run(f"SELECT {column} FROM {row}")  # noqa: S608 -- ours
        known = "NULL" if before is None else repr(before)
        change = f"UPDATE securelogin_{table} SET {column} ="  # noqa: S608 -- ours
        upgraded.run(f"{change} {value} WHERE {key} = 'id of ann'")

        with pytest.raises(AdapterError, match="malformed") as caught:
            check(store)

        assert value.strip("'") not in str(caught.value)
        upgraded.run(f"{change} {known} WHERE {key} = 'id of ann'")
    assert isinstance(check(store), Granted)
