"""Connections at hand: a few stay open between two statements of a SQLite file.

Taking a connection from SQLAlchemy's pool and giving it back costs as much as a
statement on SQLite does, and so does each of SQLAlchemy's steps from a statement to
its rows. So a few stay taken, and run the texts that SQLAlchemy has made once. For
servers, shared engines and async ones its own way is right: there the journey costs
more than all of that.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    suppress,
)
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool

from securelogin.stores.relational.columns import Row, Values

__all__ = [
    "AsyncConnections",
    "AsyncLender",
    "Connections",
    "FileConnection",
    "Lender",
    "Lent",
]

C_co = TypeVar("C_co", covariant=True)

_KEPT = 4
"""Half of the pool's: the rest is for transactions. Writers take turns anyway."""
_WAIT = 10
"""Seconds to wait for one."""


class Ran(Protocol):
    """What a statement has done: the rows it gives, or how many it has written."""

    @property
    def rowcount(self) -> int:
        """So many rows were written."""
        ...

    def all(self) -> Sequence[Row]:
        """Return the rows; once."""
        ...


class Lent(Protocol):
    """What a statement is run on: a connection of SQLAlchemy's, or to a file."""

    def execute(self, statement: Executable, values: Values, /) -> Ran:
        """Run a statement."""
        ...


# Not in `__all__`: by its own name it is SQLAlchemy's; the twin needs this one.
AsyncLent = AsyncConnection


class Lender(Protocol[C_co]):
    """Whoever lends connections: these here, or an engine."""

    def connect(self) -> AbstractContextManager[C_co]:
        """Lend a connection."""
        ...


class AsyncLender(Protocol[C_co]):
    """The same for async connections."""

    def connect(self) -> AbstractAsyncContextManager[C_co]:
        """Lend a connection."""
        ...


class _Text(NamedTuple):
    """A statement as SQLite reads it, and those of its values that never change."""

    text: str
    fixed: dict[str, object]


class _Texts:
    """The texts of statements, each made when it is run for the first time."""

    def __init__(self) -> None:
        self._dialect = sqlite.dialect(paramstyle="named")
        self._made: dict[tuple[Executable, tuple[str, ...]], _Text | None] = {}

    def of(self, statement: Executable, values: Values, /) -> _Text | None:
        """Return the text; None where it is another one for each list of values."""
        # The names too: an INSERT has the columns that it is given values for.
        key = (statement, tuple(values))
        if key not in self._made:
            self._made[key] = self._text(statement, values)
        return self._made[key]

    def _text(self, statement: Executable, values: Values) -> _Text | None:
        # What can be executed can be compiled; SQLAlchemy's types do not say so.
        clause: Any = statement
        compiled = clause.compile(dialect=self._dialect, column_keys=list(values))
        if compiled.post_compile_params:
            return None
        made = compiled.params
        fixed = {name: made[name] for name in made if name not in values}
        return _Text(str(compiled), fixed)


class _Done(NamedTuple):
    """What a file's connection answers."""

    rows: Sequence[Row]
    rowcount: int

    def all(self) -> Sequence[Row]:
        """Return the rows."""
        return self.rows


class FileConnection:
    """One connection to a SQLite file, which runs texts that were made before."""

    __slots__ = ("_dispatch", "_errors", "_new_cursor", "_texts", "connection")

    def __init__(self, connection: Connection, texts: _Texts) -> None:
        self.connection: Connection = connection
        self._texts = texts
        self._dispatch: Any = connection.engine.dispatch
        driver: Any = connection.connection.driver_connection
        self._new_cursor = driver.cursor
        self._errors: type[Exception] = connection.dialect.loaded_dbapi.Error

    def execute(self, statement: Executable, values: Values, /) -> Ran:
        """Run a statement, and have all its rows.

        Raises:
            SQLAlchemyError: as SQLAlchemy would.
        """
        made = None if self._is_listened_to() else self._texts.of(statement, values)
        if made is None:
            return self.connection.execute(statement, values)
        cursor = self._new_cursor()
        try:
            cursor.execute(made.text, {**made.fixed, **values})
            rows = cursor.fetchall()
        except self._errors as error:
            raise DBAPIError.instance(
                None, None, error, self._errors, hide_parameters=True
            ) from None
        return _Done(rows, cursor.rowcount)

    def _is_listened_to(self) -> bool:
        # Whoever traces statements hears of all of them, or of none.
        told = self._dispatch
        return bool(told.before_cursor_execute or told.after_cursor_execute)

    def close(self) -> None:
        """Give the connection back to the pool."""
        self.connection.close()


class _Shelf:
    """So many connections at most, the one used last on top.

    Turns and connections are kept apart: a queue in C waits for one, and a stack in C
    holds the others. `LifoQueue` is both in Python, and costs a third of a statement.
    The last one used has its pages in its cache; any other would read them anew.
    """

    def __init__(self, engine: Engine, texts: _Texts) -> None:
        self._engine = engine
        self._texts = texts
        self._idle: deque[FileConnection] = deque()
        self._turns: SimpleQueue[None] = SimpleQueue()
        self._add_turns()

    def _add_turns(self) -> None:
        for _ in range(_KEPT):
            self._turns.put(None)

    def take(self) -> FileConnection:
        """Return one for the caller alone, made if none is at hand."""
        self._wait()
        try:
            return self._idle.pop()
        except IndexError:
            return self._made()

    def _made(self) -> FileConnection:
        try:
            return FileConnection(self._engine.connect(), self._texts)
        except BaseException:
            self._turns.put(None)
            raise

    def give(self, connection: FileConnection, /) -> None:
        """Have one back, for whoever comes next."""
        self._idle.append(connection)
        self._turns.put(None)

    def drop(self, connection: FileConnection, /) -> None:
        """Let go of one that failed: the pool knows what to do with it."""
        with suppress(SQLAlchemyError):
            connection.close()
        self._turns.put(None)

    def clear(self) -> None:
        """Close all of them, once each has come back."""
        for _ in range(_KEPT):
            self._wait()
        for connection in self._idle:
            connection.close()
        self._idle.clear()
        self._add_turns()

    def _wait(self) -> None:
        try:
            self._turns.get(timeout=_WAIT)
        except Empty:
            message = "all connections are lent"
            raise NoConnection(message) from None


class _Loan:
    """One connection for one statement; it goes back whatever happens."""

    __slots__ = ("_connection", "_shelf")

    _connection: FileConnection

    def __init__(self, shelf: _Shelf) -> None:
        self._shelf = shelf

    def __enter__(self) -> FileConnection:
        self._connection = self._shelf.take()
        return self._connection

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        put = self._shelf.give if kind is None else self._shelf.drop
        put(self._connection)


class Connections:
    """Lend connections of one engine, each to one caller at a time.

    Safe between threads; a forked child begins with none.
    """

    def __init__(self, engine: Engine, *, is_own: bool) -> None:
        self._engine = engine
        pool = engine.pool
        self._keeps = (
            is_own
            and engine.dialect.name == "sqlite"
            and isinstance(pool, QueuePool)
            and pool.size() > _KEPT
        )
        self._texts = _Texts()
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._shelf = _Shelf(self._engine, self._texts)

    def connect(self) -> AbstractContextManager[Lent]:
        """Lend a connection for one statement."""
        if not self._keeps:
            return self._engine.connect()
        if self._process != os.getpid():
            self._begin()
        return _Loan(self._shelf)

    def close(self) -> None:
        """Give back what is kept, and close the pool."""
        self._shelf.clear()
        self._engine.dispose()


class AsyncConnections:
    """The same face over an async engine, which keeps none."""

    def __init__(self, engine: AsyncEngine, *, is_own: bool) -> None:
        del is_own
        self._engine = engine

    def connect(self) -> AsyncConnection:
        """Lend a connection for one statement."""
        return self._engine.connect()

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()
