"""The one way to the database, and the three verbs that most tables share.

The sync form of this file is made from the async one by `scripts/twins.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Generic, TypeVar

from sqlalchemy import Executable, literal, select
from sqlalchemy.engine import Connection, Engine

from securelogin.errors import Unavailable
from securelogin.stores.relational.columns import Caller, Row, Values, read_rows
from securelogin.stores.sql.connections import (
    Connections,
    Lender,
    Lent,
)
from securelogin.stores.sql.databases import Database, Step
from securelogin.stores.sql.engines import isolation_of
from securelogin.stores.sql.failures import (
    FAILURES,
    is_taken,
    may_repeat,
    unavailable,
)
from securelogin.stores.sql.statements import Keyed

__all__ = ["EngineDatabase", "Rows"]

K = TypeVar("K", bound=str)
V = TypeVar("V")
T = TypeVar("T")
C = TypeVar("C")


class EngineDatabase:
    """`Database` for any engine of SQLAlchemy's."""

    def __init__(self, engine: Engine, *, is_own: bool) -> None:
        # An engine made here commits by itself, without being told each time.
        self._engine = (
            engine if is_own else engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        self._connections: Connections = Connections(self._engine, is_own=is_own)
        self._transactions = engine.execution_options(
            isolation_level=isolation_of(engine.dialect)
        )

    def rows(
        self, statement: Executable, values: Values, /, *, by: Caller
    ) -> Sequence[Row]:
        """Run a statement; return all the rows it gives."""

        def _work(connection: Lent) -> Sequence[Row]:
            result = connection.execute(statement, values)
            return result.all()

        done = self._tried(self._connections, _work, taken=None, by=by)
        # What a crash report shows of this frame holds no row (threats F-36).
        values = {}
        return _answer(done)

    def changed(self, statement: Executable, values: Values, /, *, by: Caller) -> int:
        """Run a statement; return how many rows it has written, 0 if they are taken."""

        def _work(connection: Lent) -> int:
            result = connection.execute(statement, values)
            return result.rowcount

        done = self._tried(self._connections, _work, taken=0, by=by)
        values = {}
        return _answer(done)

    def versions(self, statement: Executable, /, *, by: Caller) -> Sequence[str]:
        """Return what the table of the version holds; nothing if there is none."""
        try:
            rows = self.rows(statement, {}, by=by)
        except Unavailable:
            # A database that is not there fails here as well.
            self.rows(select(literal(1)), {}, by=by)
            return ()
        return [row[0] for row in rows]

    def all_or_nothing(self, steps: Sequence[Step], /, *, by: Caller) -> bool:
        """Run statements in one transaction, each of which writes so many rows."""

        def _work(connection: Connection) -> bool:
            for statement, values, wanted in steps:
                result = connection.execute(statement, values)
                if wanted is not None and result.rowcount != wanted:
                    return False
            connection.commit()
            return True

        done = self._tried(self._transactions, _work, taken=False, by=by)
        steps = ()
        return _answer(done)

    def leased(
        self, statements: Sequence[Executable], values: Values, /, *, by: Caller
    ) -> Sequence[Row]:
        """Run the one statement; or find, write and read rows in one transaction."""
        find, *rest = statements
        if not rest:
            return self.rows(find, values, by=by)

        def _work(connection: Connection) -> Sequence[Row]:
            found = (connection.execute(find, values)).all()
            if not found:
                return found
            write, read = rest
            taken: Values = {**values, "taken": [row[0] for row in found]}
            connection.execute(write, taken)
            rows = (connection.execute(read, taken)).all()
            connection.commit()
            return rows

        done = self._tried(self._transactions, _work, taken=None, by=by)
        return _answer(done)

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()

    def _tried(
        self,
        lender: Lender[C],
        work: Callable[[C], T],
        *,
        taken: T | None,
        by: Caller,
    ) -> T | Unavailable:
        """Return what *work* returns, or *taken*; or what to raise."""
        turn = 1
        while True:
            try:
                with lender.connect() as connection:
                    return work(connection)
            except FAILURES as error:
                if taken is not None and is_taken(error):
                    return taken
                failure = unavailable(error, by=by)
                if not may_repeat(error, turn=turn):
                    return failure
            turn += 1


def _answer(done: T | Unavailable) -> T:
    if isinstance(done, Unavailable):
        raise done
    return done


class Rows(Generic[K, V]):
    """`get`, `add` and `replace` for values that know their key and version."""

    def __init__(
        self,
        database: Database,
        statements: Keyed,
        /,
        *,
        key: str,
        write: Callable[[V], Values],
        read: Callable[[Row], V],
        stand_in: V | None = None,
    ) -> None:
        self._database = database
        self._keyed = statements
        self._key = key
        self._key_of = attrgetter(key)
        self._version_of = attrgetter("version")
        self._write = write
        self._read = read
        # Read where nothing was found: what a stranger asks for takes the same time.
        self._stand_in = [] if stand_in is None else [tuple(write(stand_in).values())]
        self._name = type(self).__name__

    def get(self, key: K, /) -> V | None:
        """Return what is stored under this key."""
        by = Caller(self._name, "get")
        # Rows get no name here: a crash report would show it (threats F-36).
        return self._first(
            self._database.rows(self._keyed.get, {"wanted": key}, by=by), by=by
        )

    def add(self, value: V, /) -> bool:
        """Store a new value if its key is free; one of many callers gets True."""
        by = Caller(self._name, "add")
        return self._database.changed(self._keyed.add, self._write(value), by=by) == 1

    def replace(self, old: V, new: V, /) -> bool:
        """Store *new* if *old* is current; one of many callers gets True."""
        by = Caller(self._name, "replace")
        return (
            self._database.changed(
                self._keyed.replace, self._replacement(old, new), by=by
            )
            == 1
        )

    def _first(self, rows: Sequence[Row], /, *, by: Caller) -> V | None:
        is_there = bool(rows)
        handed = [rows or self._stand_in]
        # Rows keep no name here either, should one of them be malformed.
        del rows
        values = read_rows(self._read, handed.pop(), by=by)
        return values[0] if is_there else None

    def _replacement(self, old: V, new: V) -> Values:
        values = self._write(new)
        del values[self._key]
        values["old_key"] = self._key_of(old)
        values["old_version"] = self._version_of(old)
        return values
