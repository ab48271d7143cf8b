"""One process after the other: a lock around every change of the tables.

The lock is the database's own, so it holds between hosts, and ends with the process
that has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from math import ceil

from sqlalchemy import Connection, text

from securelogin.errors import Unavailable, WiringError
from securelogin.stores.sql.failures import FAILURES
from securelogin.stores.sql.migrations.names import Names

__all__ = ["one_at_a_time"]

_PATIENCE = timedelta(seconds=60)
_MILLISECOND = timedelta(milliseconds=1)


@contextmanager
def one_at_a_time(
    connection: Connection, names: Names, /, *, patience: timedelta = _PATIENCE
) -> Iterator[None]:
    """Wait until nobody else changes these tables, and keep others waiting.

    SQLite and PostgreSQL keep the lock until the transaction ends, which is the
    caller's to end. MariaDB ends a transaction at each change of a table: there, the
    block begins and ends with a commit, and the lock with the block.

    Args:
        connection: one that is in a transaction, or begins one with what it is told.
        names: of the tables; those of other names need not wait.
        patience: how long to wait for a turn, and within the block for each table
            that is in use.

    Raises:
        WiringError: the connection is in autocommit, and so can hold no transaction.
        Unavailable: it took too long.
    """
    dialect = connection.dialect
    driven = connection.connection.dbapi_connection
    if driven is None or dialect.detect_autocommit_setting(driven):
        raise WiringError(
            "the connection is in autocommit.",
            setting="connection",
            cure="Pass one that is in a transaction of yours, or a URL.",
        )
    turn = {"sqlite": _in_sqlite, "postgresql": _in_postgresql}
    with turn.get(dialect.name, _in_mariadb)(connection, names, patience):
        yield


@contextmanager
def _in_sqlite(
    connection: Connection, names: Names, patience: timedelta
) -> Iterator[None]:
    del names
    before = connection.scalar(text("PRAGMA busy_timeout"))
    connection.execute(text(f"PRAGMA busy_timeout = {patience // _MILLISECOND}"))
    # The driver begins a transaction before it writes a row, not before it makes a
    # table; and what begins with reading may be refused when it comes to writing.
    if not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
        connection.execute(text("BEGIN IMMEDIATE"))
    connection.execute(text(f"PRAGMA busy_timeout = {int(before)}"))
    yield


@contextmanager
def _in_postgresql(
    connection: Connection, names: Names, patience: timedelta
) -> Iterator[None]:
    set_patience = text("SELECT set_config('lock_timeout', :patience, true)")
    before = connection.scalar(text("SELECT current_setting('lock_timeout')"))
    # A table in use by a long report would else keep us waiting, and behind us, all.
    connection.execute(set_patience, {"patience": f"{patience // _MILLISECOND}ms"})
    lock = int.from_bytes(names.lock(_database(connection))[:8], signed=True)
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
    yield
    # If the block failed, the transaction has to be rolled back, and this with it.
    connection.execute(set_patience, {"patience": before})


@contextmanager
def _in_mariadb(
    connection: Connection, names: Names, patience: timedelta
) -> Iterator[None]:
    # These locks are the server's, not the database's: its name is in the lock's.
    before = connection.scalar(text("SELECT @@lock_wait_timeout"))
    set_patience = text("SET SESSION lock_wait_timeout = :patience")
    lock = {"lock": names.lock(_database(connection)).hex()[:60]}
    has_turn = connection.scalar(
        text("SELECT GET_LOCK(:lock, :patience)"),
        {**lock, "patience": patience.total_seconds()},
    )
    if has_turn != 1:
        raise Unavailable(
            "another process is still changing the tables",
            adapter="schema",
            verb="turn",
        )
    try:
        # Its default is a day.
        connection.execute(set_patience, {"patience": ceil(patience.total_seconds())})
        # What was read before the turn came may be out of date.
        connection.execute(text("COMMIT"))
        yield
        # order matters: whoever is next has to see the version that was written
        # (test_of_many_that_upgrade_at_once_one_does_it).
        connection.execute(text("COMMIT"))
    finally:
        # Should this fail, the lock ends with the connection.
        with suppress(*FAILURES):
            connection.execute(text("SELECT RELEASE_LOCK(:lock)"), lock)
            connection.execute(set_patience, {"patience": before})


def _database(connection: Connection) -> str:
    return connection.engine.url.database or ""
