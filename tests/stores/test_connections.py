"""Connections at hand: lent to one caller at a time, given back whatever happens."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    insert,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import NullPool

from securelogin.stores.sql import connections
from securelogin.stores.sql.connections import Connections


@pytest.fixture
def engine(tmp_path):
    made = create_engine(
        f"sqlite:///{tmp_path / 'x.db'}",
        isolation_level="AUTOCOMMIT",
        pool_size=8,
        max_overflow=0,
    )
    yield made
    made.dispose()


@pytest.fixture
def lending(engine):
    made = Connections(engine, is_own=True)
    yield made
    made.close()


def driver_of(connection) -> object:
    return connection.connection.connection.driver_connection


def test_a_connection_is_used_again(lending):
    with lending.connect() as first:
        one = driver_of(first)
    with lending.connect() as second:
        assert driver_of(second) is one


def test_two_callers_never_share_one(lending):
    with lending.connect() as first, lending.connect() as second:
        assert driver_of(first) is not driver_of(second)


def test_the_one_used_last_is_lent_next(lending):
    with lending.connect() as first, lending.connect():
        pass

    # Its pages are in its cache; any other would read them anew.
    for _ in range(5):
        with lending.connect() as again:
            assert again is first


def test_a_connection_that_failed_is_not_lent_again(lending):
    with pytest.raises(ZeroDivisionError), lending.connect() as first:
        raise ZeroDivisionError
    with lending.connect() as second:
        assert second is not first


def test_a_connection_that_cannot_be_made_costs_no_place(tmp_path):
    nowhere = create_engine(f"sqlite:///{tmp_path / 'no' / 'folder.db'}", pool_size=8)
    lending = Connections(nowhere, is_own=True)

    for _ in range(10):
        with pytest.raises(Exception, match="unable to open"), lending.connect():
            pass

    lending.close()


def test_closing_gives_every_one_back(engine):
    lending = Connections(engine, is_own=True)
    with lending.connect() as first, lending.connect() as second:
        pass

    lending.close()

    assert (first.connection.closed, second.connection.closed) == (True, True)


def test_who_waits_gets_the_next_free_one(lending):
    held = [lending.connect() for _ in range(4)]
    for one in held:
        one.__enter__()
    got = threading.Event()

    def wait() -> None:
        with lending.connect() as connection:
            connection.execute(text("SELECT 1"), {})
            got.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    for one in held:
        one.__exit__(None, None, None)
    waiting.join()

    assert got.is_set()


def test_who_waits_too_long_is_told(lending, monkeypatch):
    monkeypatch.setattr(connections, "_WAIT", 0.01)
    held = [lending.connect() for _ in range(4)]
    for one in held:
        one.__enter__()

    with pytest.raises(NoConnection), lending.connect():
        pass

    for one in held:
        one.__exit__(None, None, None)


def test_F68_a_forked_child_takes_none_of_its_parents(lending):
    with lending.connect() as parents:
        pass

    # What a child sees: the same object, under another process id.
    lending._process = -1
    with lending.connect() as own:
        assert own is not parents
    parents.close()


@pytest.mark.parametrize("is_own", [True, False])
def test_shared_engines_and_other_pools_lend_by_themselves(tmp_path, is_own):
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}", poolclass=NullPool)
    lending = Connections(engine, is_own=is_own)

    with lending.connect() as first:
        pass

    assert first.closed
    lending.close()


THINGS = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(8), nullable=False),
    Column("note", String(8), server_default="none"),
)


@pytest.fixture
def connection(engine, lending):
    THINGS.create(engine)
    with lending.connect() as lent:
        yield lent


def test_rows_and_counts_are_those_of_sqlalchemy(connection):
    added = connection.execute(insert(THINGS), {"id": 1, "name": "one"})
    found = connection.execute(
        select(THINGS.c.name).where(THINGS.c.id == bindparam("wanted")).limit(1),
        {"wanted": 1},
    )

    assert added.rowcount == 1
    assert found.all() == [("one",)]


def test_one_insert_with_other_columns_is_another_text(connection):
    adding = insert(THINGS)
    connection.execute(adding, {"id": 1, "name": "one"})
    connection.execute(adding, {"id": 2, "name": "two", "note": "last"})

    notes = connection.execute(select(THINGS.c.note).order_by(THINGS.c.id), {})

    assert notes.all() == [("none",), ("last",)]


@pytest.mark.parametrize("wanted", [[1], [1, 2], []])
def test_a_list_may_have_any_length(connection, wanted):
    for number in (1, 2, 3):
        connection.execute(insert(THINGS), {"id": number, "name": "x"})
    of_list = THINGS.c.id.in_(bindparam("wanted", expanding=True))

    found = connection.execute(select(THINGS.c.id).where(of_list), {"wanted": wanted})

    assert [row[0] for row in found.all()] == wanted


def test_an_error_is_sqlalchemys_and_shows_no_value(connection):
    connection.execute(insert(THINGS), {"id": 1, "name": "one"})

    with pytest.raises(IntegrityError) as caught:
        connection.execute(insert(THINGS), {"id": 1, "name": "a secret"})

    assert "a secret" not in f"{caught.value!r} {caught.value}"


def test_what_failed_leaves_no_lock_behind(connection, engine):
    connection.execute(insert(THINGS), {"id": 1, "name": "one"})
    with pytest.raises(IntegrityError):
        connection.execute(insert(THINGS), {"id": 1, "name": "two"})

    with engine.connect() as other:
        assert other.execute(insert(THINGS), {"id": 2, "name": "two"}).rowcount == 1


@pytest.mark.parametrize("moment", ["before_cursor_execute", "after_cursor_execute"])
def test_who_traces_the_engine_hears_every_statement(connection, engine, moment):
    connection.execute(insert(THINGS), {"id": 1, "name": "one"})
    heard = []
    event.listen(engine, moment, lambda *told: heard.append(told[2]))

    connection.execute(insert(THINGS), {"id": 2, "name": "two"})

    assert [text.partition(" (")[0] for text in heard] == ["INSERT INTO things"]
