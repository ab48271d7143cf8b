"""Stores of every kind and colour behind one sync face."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from securelogin.stores.sql import AsyncSQLStore, SQLStore
from tests.wiring import LOOP, Blocking

PARTS = (
    "accounts",
    "credentials",
    "links",
    "login_reads",
    "sessions",
    "session_reads",
    "counters",
    "attempts",
    "outbox",
)
THREADS = ThreadPoolExecutor(8)
TASKS = 16
Call = tuple[str, str, tuple[object, ...], dict[str, object]]


class Backend:
    """One store, sync to look at whatever its colour."""

    def __init__(self, store: Any, *, colour: str) -> None:
        self.store = store
        self.colour = colour
        # Tasks of one loop meet in the same places every time; threads do not.
        self.rounds = 40 if colour == "sync" else 10
        for part in PARTS:
            plain = getattr(store, part)
            setattr(self, part, plain if colour == "sync" else Blocking(plain))

    def race(self, make: Callable[[int], Call]) -> list[Any]:
        """Make one call for each runner, let all go at once, return the answers."""
        if self.colour == "async":
            return list(LOOP.run(self._tasks([make(n) for n in range(TASKS)])))
        calls = [make(n) for n in range(8)]
        barrier = threading.Barrier(len(calls))
        return list(THREADS.map(lambda one: self._at_once(one, barrier), calls))

    async def _tasks(self, calls: Sequence[Call]) -> list[Any]:
        return await asyncio.gather(*(self._begin(one) for one in calls))

    def _at_once(self, one: Call, barrier: threading.Barrier) -> Any:
        barrier.wait(30)
        return self._begin(one)

    def _begin(self, one: Call) -> Any:
        part, verb, args, options = one
        return getattr(getattr(self.store, part), verb)(*args, **options)


class SQLBackend(Backend):
    """A store over a SQLite file of its own, or in memory."""

    def __init__(self, url: str, *, colour: str, **options: Any) -> None:
        kind: Any = SQLStore if colour == "sync" else AsyncSQLStore
        store = kind(url, **options)
        super().__init__(store, colour=colour)
        self.url = url

    def create(self) -> SQLBackend:
        self._done(self.store.create())
        return self

    def close(self) -> None:
        self._done(self.store.close())

    def _done(self, answer: Any) -> None:
        if self.colour == "async":
            LOOP.run(answer)


def memory(colour: str) -> Backend:
    store: Any = MemoryStore() if colour == "sync" else AsyncMemoryStore()
    return Backend(store, colour=colour)


def sqlite(folder: Path, colour: str) -> SQLBackend:
    return SQLBackend(f"sqlite:///{folder}/portal.db", colour=colour)
