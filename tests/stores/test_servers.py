"""What a server may do to a store: go away, fall silent, be in somebody's way."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, DisconnectionError

from securelogin.accounts import AccountId
from securelogin.errors import Unavailable, WiringError
from securelogin.stores.sql import AsyncSQLStore, SQLStore, patience, servers
from securelogin.stores.sql.failures import is_taken, may_repeat
from securelogin.testing import Blocking, run
from securelogin.testing.races import call, race
from securelogin.testing.values import AT, HOUR, attempt, credential
from tests.stores.places import DRIVERS, done
from tests.stores.proxy import proxied
from tests.wiring import total

SERVERS = [name for name in DRIVERS if "sqlite" not in name]


@pytest.fixture(params=SERVERS)
def place(request, databases):
    databases.store(request.param)
    found = databases.place(request.param)
    found.empty()
    return found


@pytest.fixture
def own(place):
    """Return a store of this test's own, of either colour."""
    made = place.store()
    yield made
    done(made.close())


def faced(place, part: Any) -> Any:
    """Return a part of a store with a sync face."""
    return Blocking(part) if place.is_async else part


def answer(store: Any, text: str) -> Any:
    by: Any = ("Test", "ask")
    return done(store._database.rows(sa.text(text), {}, by=by))[0][0]


WAITS = {
    "postgresql": {
        "current_setting('lock_timeout')": "5s",
        "current_setting('statement_timeout')": "20s",
    },
    "mariadb": {
        "@@innodb_lock_wait_timeout": 5,
        "@@max_statement_time": 20,
        "@@tx_isolation": "READ-COMMITTED",
    },
}


def test_every_wait_has_an_end(place, own):
    for name, value in WAITS[place.kind].items():
        assert value == answer(own, f"SELECT {name}")


def test_a_crowd_that_comes_again_opens_no_connection_anew(place, own):
    opened: list[object] = []
    engine = getattr(own._engine, "sync_engine", own._engine)
    sa.event.listen(engine, "connect", lambda *told: opened.append(told))

    for _ in range(3):
        race(faced(place, own.credentials), [call("get", AccountId("ann"))] * 24)

    assert 1 < len(opened) <= 8


def test_text_that_does_not_fit_is_refused_and_never_cut(place, own):
    rows = faced(place, own.credentials)
    too_long = credential("x" * 65)

    with pytest.raises(Unavailable):
        rows.add(too_long)

    assert rows.get(too_long.account) is None
    assert rows.get(AccountId("x" * 64)) is None


def test_a_hit_and_a_record_survive_the_rollback_of_the_applications_own(place):
    engine = place.engine()
    store = place.store(engine)
    write = sa.text("INSERT INTO securelogin_counters VALUES ('own', 1, 1)")

    async def within() -> None:
        async with engine.connect() as own:
            await own.execute(write)
            await store.counters.hit({"key": HOUR}, at=AT)
            await store.attempts.record(attempt())
            await own.rollback()

    if place.is_async:
        run(within())
    else:
        with engine.connect() as own:
            own.execute(write)
            total(store.counters, "key", at=AT, window=HOUR)
            store.attempts.record(attempt())
            own.rollback()

    counters, attempts = faced(place, store.counters), faced(place, store.attempts)
    assert total(counters, "key", at=AT, window=HOUR) == 2
    assert total(counters, "own", at=AT, window=HOUR) == 1
    assert attempts.by_reference("REF") == attempt()
    done(store.close())
    done(engine.dispose())


def test_a_replace_that_changes_nothing_is_a_replace(place, own):
    # MariaDB counts changed rows unless it is asked for those found.
    rows = faced(place, own.credentials)
    rows.add(credential())

    assert rows.replace(credential(), credential()) is True


def test_a_server_that_falls_silent_is_unavailable_and_then_used_again(
    place, monkeypatch
):
    monkeypatch.setattr(servers, "_SILENCE", 1)
    monkeypatch.setattr(patience, "_SILENCE", 1.0)
    with proxied(place.url) as proxy:
        store = place.store(proxy.url())
        rows = faced(place, store.credentials)
        assert rows.add(credential()) is True
        let_go: list[object] = []
        engine = getattr(store._engine, "sync_engine", store._engine)
        sa.event.listen(engine, "invalidate", lambda *told: let_go.append(told))
        proxy.is_silent = True

        began = time.monotonic()
        with pytest.raises(Unavailable):
            rows.get(AccountId("ann"))

        assert time.monotonic() - began < 10
        # Its answer may come yet, and be taken for that to the next question.
        assert len(let_go) == 1
        proxy.is_silent = False
        assert rows.get(AccountId("ann")) == credential()
        done(store.close())


def test_a_server_that_never_greets_is_unavailable(place, monkeypatch):
    monkeypatch.setattr(servers, "_CONNECT", 1)
    # MariaDB's drivers wait for the greeting as for any answer.
    monkeypatch.setattr(servers, "_SILENCE", 1)
    with proxied(place.url) as proxy:
        proxy.is_silent = True
        store = place.store(proxy.url())

        began = time.monotonic()
        with pytest.raises(Unavailable):
            faced(place, store.credentials).get(AccountId("ann"))

        assert time.monotonic() - began < 10
        done(store.close())


@pytest.mark.parametrize("name", ["psycopg", "pymysql"])
def test_F68_a_forked_child_leaves_its_parents_connections_alone(databases, name):
    databases.store(name)
    store = databases.place(name).store()
    store.credentials.get(AccountId("ann"))
    held = []

    def be_the_child(connection, record, proxy) -> None:
        # What a child sees: the same pool, under another process id.
        if not held:
            record.info["securelogin.process"] = -1
        held.append(connection)

    sa.event.listen(store._engine.pool, "checkout", be_the_child, insert=True)
    assert total(store.counters, "key", at=AT, window=HOUR) > 0

    parents, own = held
    assert parents is not own
    with parents.cursor() as cursor:
        cursor.execute("SELECT 1")
    parents.close()
    store.close()


class Told(Exception):
    """An error of a driver's, with its number or state."""

    def __init__(self, *args: object, sqlstate: str | None = None) -> None:
        super().__init__(*args)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "repeats"),
    [
        (Told("x", sqlstate="40001"), True),
        (Told("x", sqlstate="40P01"), True),
        (Told("x", sqlstate="57014"), False),
        (Told(1213, "deadlock"), True),
        (Told(1020, "changed"), True),
        (Told(1205, "lock wait"), False),
        (Told(2013, "lost"), False),
        (Told(), False),
    ],
)
def test_only_what_has_been_undone_is_begun_again(error, repeats):
    wrapped = DBAPIError("statement", {}, error)

    assert may_repeat(wrapped, turn=1) is repeats
    assert may_repeat(wrapped, turn=7) is repeats
    assert may_repeat(wrapped, turn=8) is False


def test_a_taken_key_is_told_by_its_number():
    assert is_taken(DBAPIError("statement", {}, Told(1062, "duplicate"))) is True
    assert is_taken(DBAPIError("statement", {}, Told(1452, "no parent"))) is False
    assert is_taken(DisconnectionError("gone")) is False
    assert is_taken(OSError()) is False


@pytest.mark.parametrize(
    ("url", "cure"),
    [
        ("mysql+pymysql://u:canary@h/d", "mariadb+pymysql"),
        ("mysql://u:canary@h/d", "mariadb+pymysql"),
        ("mariadb+mysqldb://u:canary@h/d", "mariadb+pymysql"),
        ("postgresql+psycopg2://u:canary@h/d", "postgresql+psycopg"),
        ("postgresql+pg8000://u:canary@h/d", "postgresql+psycopg"),
        ("oracle://u:canary@h/d", "sqlite:///"),
    ],
)
def test_a_driver_that_is_not_tested_is_refused_with_its_cure(url, cure):
    for kind in (SQLStore, AsyncSQLStore):
        with pytest.raises(WiringError) as caught:
            kind(url)

        assert cure in caught.value.cure
        assert "canary" not in str(caught.value)


def test_asyncpg_is_refused_where_its_errors_would_escape(monkeypatch):
    monkeypatch.setattr(sa, "__version__", "2.0.46")

    with pytest.raises(WiringError, match=r"SQLAlchemy 2\.1"):
        AsyncSQLStore("postgresql+asyncpg://u@h/d")


def test_a_mysql_engine_is_refused_with_its_cure():
    engine = sa.create_engine("mysql+pymysql://u@h/d")

    with pytest.raises(WiringError, match="mysql") as caught:
        SQLStore(engine)

    assert "mariadb+pymysql" in caught.value.cure


def test_a_driver_that_is_not_installed_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "securelogin.stores.sql.patience", raising=False)

    for kind in (SQLStore, AsyncSQLStore):
        with pytest.raises(WiringError, match="cannot be used here") as caught:
            kind("postgresql://u@h/d")
        assert "securelogin[postgres]" in caught.value.cure


def test_what_a_url_says_of_waiting_goes_first(databases):
    databases.store("psycopg")
    url = databases.place("psycopg").url.update_query_dict(
        {"options": "-c statement_timeout=7000"}
    )
    store = SQLStore(url)

    assert answer(store, "SELECT current_setting('statement_timeout')") == "7s"
    store.close()
