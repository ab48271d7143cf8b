"""A SQLite file of the store's own, awaited: each verb is one hop to a thread.

A driver that is awaited hops for each of its calls: for the cursor, the statement, the
rows and the end. Here the whole verb goes to a thread, runs there as it does in the
sync store, and comes back with its answer; and no transaction waits for the event loop
while it holds the file's one lock. Several verbs in a row go there together.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from threading import Thread, local
from typing import TypeVar

from sqlalchemy import Engine, Executable

from securelogin.errors import WiringError
from securelogin.stores.relational.columns import Caller, Row, Values
from securelogin.stores.sql.databases import Step
from securelogin.stores.sql.sync_database import EngineDatabase
from securelogin.stores.sql.threads import Threads

__all__ = ["AsyncFileDatabase"]

T = TypeVar("T")

_THREADS = 4
"""As many as connections are kept at hand; writers take turns anyway."""


class _Here(local):
    """The thread that asks."""

    # Verbs are awaited in a thread of ours only by a stretch that runs there.
    is_ours = False


async def _now(calls: list[Callable[[], T]]) -> T:
    # No name for the call: it holds what is written (threats F-36).
    return calls.pop()()


class AsyncFileDatabase:
    """`AsyncDatabase` for an engine that was made here.

    What a crash report shows of its frames holds no row: each verb lets go of what it
    was given before it waits (threats F-36).
    """

    def __init__(self, engine: Engine, /) -> None:
        self._inner = EngineDatabase(engine, is_own=True)
        self._threads = Threads(_THREADS, name="securelogin-sqlite")
        self._here = _Here()

    async def rows(
        self, statement: Executable, values: Values, /, *, by: Caller
    ) -> Sequence[Row]:
        """Run a statement; return all the rows it gives."""
        done = self._begun(partial(self._inner.rows, statement, values, by=by))
        values = {}
        return await done

    async def changed(
        self, statement: Executable, values: Values, /, *, by: Caller
    ) -> int:
        """Run a statement; return how many rows it has written, 0 if they are taken."""
        done = self._begun(partial(self._inner.changed, statement, values, by=by))
        values = {}
        return await done

    async def versions(self, statement: Executable, /, *, by: Caller) -> Sequence[str]:
        """Return what the table of the version holds; nothing if there is none."""
        return await self._begun(partial(self._inner.versions, statement, by=by))

    async def all_or_nothing(self, steps: Sequence[Step], /, *, by: Caller) -> bool:
        """Run statements in one transaction, each of which writes so many rows."""
        done = self._begun(partial(self._inner.all_or_nothing, steps, by=by))
        steps = ()
        return await done

    async def leased(
        self, statements: Sequence[Executable], values: Values, /, *, by: Caller
    ) -> Sequence[Row]:
        """Run the statement that finds, writes and reads rows."""
        done = self._begun(partial(self._inner.leased, statements, values, by=by))
        values = {}
        return await done

    def together(self, stretch: Awaitable[T], /) -> Awaitable[T]:
        """Run a stretch of this file's verbs in one thread, one after the other."""
        return self._threads.run(partial(self._ended, stretch))

    def _begun(self, call: Callable[[], T], /) -> Awaitable[T]:
        """Let a thread make the call, which may be this one."""
        return _now([call]) if self._here.is_ours else self._threads.run(call)

    def _ended(self, stretch: Awaitable[T], /) -> T:
        """Run a stretch to its end here, where no event loop runs.

        Raises:
            WiringError: something in it waits for an event loop.
        """
        self._here.is_ours = True
        steps = stretch.__await__()
        try:
            next(steps)
        except StopIteration as ended:
            result: T = ended.value
            return result
        finally:
            steps.close()
        raise WiringError(
            "a verb of it waits for an event loop, and none runs in its threads.",
            setting="AsyncSQLStore",
            cure="Put an object of your own in the place of that part of the store.",
        )

    async def close(self) -> None:
        """Close every connection once the calls before are made, and end the threads.

        One whose task was cancelled may not have begun: made later, it would open the
        file anew, and nobody would close it.
        """
        ending = self._threads.close()
        await self._threads.run(partial(self._close_after, ending))
        self._threads.close()

    def _close_after(self, ending: Sequence[Thread], /) -> None:
        for thread in ending:
            thread.join()
        self._inner.close()
