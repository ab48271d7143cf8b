"""Which databases and engines a store takes, and what it makes of them."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import StaticPool

from securelogin import WiringError
from securelogin.accounts import AccountId
from securelogin.stores.sql import AsyncSQLStore, SQLStore, make_tables
from securelogin.stores.sql.engines import isolation_of
from securelogin.stores.sql.statements import Statements
from securelogin.testing.values import AT, HOUR, account, credential
from tests.stores.backends import SQLBackend
from tests.wiring import LOOP, total

PREFIXED = [
    "securelogin_accounts",
    "securelogin_addresses",
    "securelogin_attempts",
    "securelogin_audit",
    "securelogin_counters",
    "securelogin_credentials",
    "securelogin_links",
    "securelogin_outbox",
    "securelogin_sessions",
    "securelogin_version",
]


def names(path) -> list[str]:
    raw = sqlite3.connect(path)
    found = raw.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table'"
    ).fetchall()
    raw.close()
    return sorted(name for (name,) in found)


def engine_of(colour: str, url: str, **options: Any) -> Any:
    if colour == "sync":
        return sa.create_engine(url, **options)
    return create_async_engine(url.replace("sqlite:", "sqlite+aiosqlite:"), **options)


def dispose(colour: str, engine: Any) -> None:
    done = engine.dispose()
    if colour == "async":
        LOOP.run(done)


@pytest.mark.parametrize(
    "source",
    [
        "no url",
        "",
        "nothing://x",
        "sqlite+nothing:///x",
        "postgresql+pg8000://u:canary@h/d",
        "http://h:port/",
        None,
        7,
        b"sqlite://",
        sqlite3,
    ],
    ids=repr,
)
def test_what_is_no_database_is_refused_and_not_repeated(colour, source):
    with pytest.raises(WiringError) as caught:
        SQLBackend(source, colour=colour)

    assert caught.value.setting == "store"
    assert caught.value.__context__ is None
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("dialect", ["mysql", "oracle", ""])
def test_a_kind_of_database_without_statements_is_refused(dialect):
    with pytest.raises(WiringError, match=f"no statements for {dialect}"):
        Statements(make_tables(), dialect=dialect)


def test_an_engine_of_the_other_colour_is_refused(tmp_path):
    url = f"sqlite:///{tmp_path}/portal.db"
    engine, other = engine_of("sync", url), engine_of("async", url)

    for kind, source in (
        (SQLStore, other),
        (SQLStore, other.sync_engine),
        (SQLStore, other.url),
        (AsyncSQLStore, engine),
        (AsyncSQLStore, "sqlite+pysqlite:///x.db"),
    ):
        with pytest.raises(WiringError):
            kind(source)


def test_a_url_may_name_its_driver(colour, tmp_path):
    driver = {"sync": "pysqlite", "async": "aiosqlite"}[colour]
    backend = SQLBackend(f"sqlite+{driver}:///{tmp_path}/x.db", colour=colour).create()

    assert backend.credentials.add(credential()) is True
    backend.close()


@pytest.mark.parametrize("prefix", ["", "1x", "a-b", "x; DROP", "Ä", "x" * 33, "A_"])
def test_a_prefix_that_cannot_begin_a_name_is_refused(colour, prefix):
    with pytest.raises(WiringError, match="prefix"):
        SQLBackend("sqlite://", colour=colour, prefix=prefix)


def test_tables_have_their_prefix(colour, tmp_path):
    for prefix in ("securelogin_", "other_"):
        url = f"sqlite:///{tmp_path}/x.db"
        SQLBackend(url, colour=colour, prefix=prefix).create().close()

    others = [name.replace("securelogin_", "other_") for name in PREFIXED]
    assert sorted(PREFIXED + others) == names(tmp_path / "x.db")


def test_two_stores_in_one_database_share_nothing(colour, tmp_path):
    url = f"sqlite:///{tmp_path}/x.db"
    one = SQLBackend(url, colour=colour, prefix="one_").create()
    two = SQLBackend(url, colour=colour, prefix="two_").create()

    one.credentials.add(credential())

    assert two.credentials.get(AccountId("ann")) is None
    one.close()
    two.close()


def test_tables_can_be_put_into_an_application_s_own_metadata(colour, tmp_path):
    metadata = sa.MetaData()
    make_tables(metadata, prefix="app_", schema="main")
    engine = sa.create_engine(f"sqlite:///{tmp_path}/x.db")
    metadata.create_all(engine)
    engine.dispose()

    backend = SQLBackend(
        f"sqlite:///{tmp_path}/x.db", colour=colour, prefix="app_", schema="main"
    )

    assert backend.accounts.add(account()) is True
    assert backend.accounts.find(account().key) == account()
    backend.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("busy_timeout", 5000),
        ("journal_mode", "wal"),
        ("synchronous", 1),
        ("wal_autocheckpoint", 4000),
        ("foreign_keys", 1),
    ],
)
def test_sqlite_is_set_up_on_every_connection(database, pragma, value):
    statement = sa.text(f"PRAGMA {pragma}")

    with database.store._engine.connect() as connection:
        assert value == connection.execute(statement).scalar_one()


def test_C10_parameters_are_hidden_in_logs_and_errors(database):
    engine = getattr(database.store._engine, "sync_engine", database.store._engine)

    assert engine.hide_parameters is True


def test_an_engine_of_the_application_is_used_and_left_open(colour, tmp_path):
    engine = engine_of(colour, f"sqlite:///{tmp_path}/x.db")
    backend = SQLBackend(engine, colour=colour).create()

    assert backend.accounts.add(account()) is True
    assert [total(backend.counters, "k", at=AT, window=HOUR) for _ in range(2)] == [
        1,
        2,
    ]
    backend.close()
    assert backend.accounts.find(account().key) == account()
    dispose(colour, engine)


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"]
)
@pytest.mark.filterwarnings("ignore:.*pool.*")
def test_an_application_s_engine_in_memory_is_refused(colour, url):
    engine = engine_of(colour, url, poolclass=StaticPool)

    with pytest.raises(WiringError, match="in memory"):
        SQLBackend(engine, colour=colour)


def test_a_database_in_memory_is_one_for_everybody(colour):
    one, two = (SQLBackend("sqlite://", colour=colour).create() for _ in range(2))
    one.credentials.add(credential())

    answers = one.race(lambda _: ("credentials", "get", (AccountId("ann"),), {}))

    assert {credential()} == set(answers)
    assert two.credentials.get(AccountId("ann")) is None
    one.close()
    two.close()


def test_other_databases_are_told_to_compare_exactly():
    key = make_tables().addresses.c.key.type

    assert "utf8mb4_nopad_bin" in key.compile(dialect=mysql.dialect())
    assert key.compile(dialect=postgresql.dialect()) == 'VARCHAR(320) COLLATE "C"'
    assert key.compile(dialect=sqlite.dialect()) == "TEXT"


def test_the_one_transaction_is_isolated_as_the_database_can():
    assert isolation_of(postgresql.dialect()) == "READ COMMITTED"
    assert isolation_of(sqlite.dialect()) == "SERIALIZABLE"
