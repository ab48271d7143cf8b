"""Connections at hand: a few stay open between two statements of a SQLite file.

Taking a connection from SQLAlchemy's pool and giving it back costs as much as a
statement on SQLite does. So a few stay taken. For servers, shared engines and async
ones the pool's own way is right: there the journey costs more than the pool.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from queue import Empty, LifoQueue

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool

__all__ = ["AsyncConnections", "Connections"]

_KEPT = 4
"""Half of the pool's: the rest is for transactions. Writers take turns anyway."""
_WAIT = 10
"""Seconds to wait for one."""


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
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._idle: LifoQueue[Connection | None] = LifoQueue()
        for _ in range(_KEPT):
            self._idle.put(None)

    def connect(self) -> AbstractContextManager[Connection]:
        """Lend a connection for one statement."""
        return self._lent() if self._keeps else self._engine.connect()

    @contextmanager
    def _lent(self) -> Iterator[Connection]:
        if self._process != os.getpid():
            self._begin()
        try:
            connection = self._idle.get(timeout=_WAIT)
        except Empty:
            message = "all connections are lent"
            raise NoConnection(message) from None
        kept = None
        try:
            connection = connection or self._engine.connect()
            yield connection
            kept = connection
        finally:
            # One that failed goes back to the pool, which knows what to do with it.
            if kept is None and connection is not None:
                with suppress(SQLAlchemyError):
                    connection.close()
            self._idle.put(kept)

    def close(self) -> None:
        """Give back what is kept, and close the pool."""
        for connection in [self._idle.get(timeout=_WAIT) for _ in range(_KEPT)]:
            if connection is not None:
                connection.close()
            self._idle.put(None)
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
