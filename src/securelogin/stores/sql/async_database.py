"""The one way to the database, and the three verbs that most tables share.

The sync form of this file is made from the async one by `scripts/twins.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from operator import attrgetter
from typing import Generic, TypeVar

from sqlalchemy import Executable, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from securelogin.errors import Unavailable
from securelogin.stores.relational.columns import Caller, Row, Values, read_rows
from securelogin.stores.sql.connections import (
    AsyncConnections,
    AsyncLender,
    AsyncLent,
)
from securelogin.stores.sql.databases import AsyncDatabase, Step
from securelogin.stores.sql.engines import isolation_of
from securelogin.stores.sql.failures import (
    FAILURES,
    is_taken,
    may_repeat,
    unavailable,
)
from securelogin.stores.sql.statements import Keyed

__all__ = ["AsyncEngineDatabase", "AsyncRows"]

K = TypeVar("K", bound=str)
V = TypeVar("V")
T = TypeVar("T")
C = TypeVar("C")


class AsyncEngineDatabase:
    """`AsyncDatabase` for any engine of SQLAlchemy's."""

    def __init__(self, engine: AsyncEngine, *, is_own: bool) -> None:
        # An engine made here commits by itself, without being told each time.
        self._engine = (
            engine if is_own else engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        self._connections: AsyncConnections = AsyncConnections(
            self._engine, is_own=is_own
        )
        self._transactions = engine.execution_options(
            isolation_level=isolation_of(engine.dialect)
        )

    async def rows(
        self, statement: Executable, values: Values, /, *, by: Caller
    ) -> Sequence[Row]:
        """Run a statement; return all the rows it gives."""

        async def _work(connection: AsyncLent) -> Sequence[Row]:
            result = await connection.execute(statement, values)
            return result.all()

        done = await self._tried(self._connections, _work, taken=None, by=by)
        # What a crash report shows of this frame holds no row (threats F-36).
        values = {}
        return _answer(done)

    async def changed(
        self, statement: Executable, values: Values, /, *, by: Caller
    ) -> int:
        """Run a statement; return how many rows it has written, 0 if they are taken."""

        async def _work(connection: AsyncLent) -> int:
            result = await connection.execute(statement, values)
            return result.rowcount

        done = await self._tried(self._connections, _work, taken=0, by=by)
        values = {}
        return _answer(done)

    async def versions(self, statement: Executable, /, *, by: Caller) -> Sequence[str]:
        """Return what the table of the version holds; nothing if there is none."""
        try:
            rows = await self.rows(statement, {}, by=by)
        except Unavailable:
            # A database that is not there fails here as well.
            await self.rows(select(literal(1)), {}, by=by)
            return ()
        return [row[0] for row in rows]

    async def all_or_nothing(self, steps: Sequence[Step], /, *, by: Caller) -> bool:
        """Run statements in one transaction, each of which writes so many rows."""

        async def _work(connection: AsyncConnection) -> bool:
            for statement, values, wanted in steps:
                result = await connection.execute(statement, values)
                if wanted is not None and result.rowcount != wanted:
                    return False
            await connection.commit()
            return True

        done = await self._tried(self._transactions, _work, taken=False, by=by)
        steps = ()
        return _answer(done)

    async def leased(
        self, statements: Sequence[Executable], values: Values, /, *, by: Caller
    ) -> Sequence[Row]:
        """Run the one statement; or find, write and read rows in one transaction."""
        find, *rest = statements
        if not rest:
            return await self.rows(find, values, by=by)

        async def _work(connection: AsyncConnection) -> Sequence[Row]:
            found = (await connection.execute(find, values)).all()
            if not found:
                return found
            write, read = rest
            taken: Values = {**values, "taken": [row[0] for row in found]}
            await connection.execute(write, taken)
            rows = (await connection.execute(read, taken)).all()
            await connection.commit()
            return rows

        done = await self._tried(self._transactions, _work, taken=None, by=by)
        return _answer(done)

    async def close(self) -> None:
        """Close every connection."""
        await self._connections.close()

    async def _tried(
        self,
        lender: AsyncLender[C],
        work: Callable[[C], Awaitable[T]],
        *,
        taken: T | None,
        by: Caller,
    ) -> T | Unavailable:
        """Return what *work* returns, or *taken*; or what to raise."""
        turn = 1
        while True:
            try:
                async with lender.connect() as connection:
                    return await work(connection)
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


class AsyncRows(Generic[K, V]):
    """`get`, `add` and `replace` for values that know their key and version."""

    def __init__(
        self,
        database: AsyncDatabase,
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

    async def get(self, key: K, /) -> V | None:
        """Return what is stored under this key."""
        by = Caller(self._name, "get")
        # Rows get no name here: a crash report would show it (threats F-36).
        return self._first(
            await self._database.rows(self._keyed.get, {"wanted": key}, by=by), by=by
        )

    async def add(self, value: V, /) -> bool:
        """Store a new value if its key is free; one of many callers gets True."""
        by = Caller(self._name, "add")
        return (
            await self._database.changed(self._keyed.add, self._write(value), by=by)
            == 1
        )

    async def replace(self, old: V, new: V, /) -> bool:
        """Store *new* if *old* is current; one of many callers gets True."""
        by = Caller(self._name, "replace")
        return (
            await self._database.changed(
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
