"""Connections at hand: lent to one caller at a time, given back whatever happens."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import create_engine, text
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
    return connection.connection.driver_connection


def test_a_connection_is_used_again(lending):
    with lending.connect() as first:
        one = driver_of(first)
    with lending.connect() as second:
        assert driver_of(second) is one


def test_two_callers_never_share_one(lending):
    with lending.connect() as first, lending.connect() as second:
        assert driver_of(first) is not driver_of(second)


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

    assert (first.closed, second.closed) == (True, True)


def test_who_waits_gets_the_next_free_one(lending):
    held = [lending.connect() for _ in range(4)]
    for one in held:
        one.__enter__()
    got = threading.Event()

    def wait() -> None:
        with lending.connect() as connection:
            connection.execute(text("SELECT 1"))
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
