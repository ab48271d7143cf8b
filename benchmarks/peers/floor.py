"""The floor: argon2-cffi and sqlite3, one look-up and one verification."""

from __future__ import annotations

import asyncio
import sqlite3
import threading

import argon2

from benchmarks.peers.sides import PASSWORD, STATES, Place, people

__all__ = ["AsyncFloor", "Floor"]


class Floor:
    """What no log-in can do without. It records, counts and hides nothing."""

    def __init__(self, place: Place, each: int, /) -> None:
        cost = place.cost
        self._hasher = argon2.PasswordHasher(
            time_cost=cost.passes, memory_cost=cost.memory, parallelism=cost.lanes or 1
        )
        self._path = str(place.folder / "floor.db")
        self._local = threading.local()
        stored = self._hasher.hash(PASSWORD)
        raw = sqlite3.connect(self._path)
        raw.execute("CREATE TABLE people (address TEXT PRIMARY KEY, hash TEXT)")
        raw.executemany(
            "INSERT INTO people VALUES (?, ?)",
            [(address, stored) for state in STATES for address in people(state, each)],
        )
        raw.commit()
        raw.close()

    def login(self, address: str, password: str, /) -> bool:
        """Look one up and verify."""
        raw = getattr(self._local, "raw", None)
        if raw is None:
            raw = self._local.raw = sqlite3.connect(self._path)
        row = raw.execute(
            "SELECT hash FROM people WHERE address = ?", (address,)
        ).fetchone()
        if row is None:
            return False
        try:
            return bool(self._hasher.verify(row[0], password))
        except argon2.exceptions.VerifyMismatchError:
            return False


class AsyncFloor:
    """The same off the event loop: one thread for the look-up and the run of Argon2."""

    def __init__(self, place: Place, each: int, /) -> None:
        self._floor = Floor(place, each)

    async def login(self, address: str, password: str, /) -> bool:
        """Look one up and verify, while the loop goes on."""
        return await asyncio.to_thread(self._floor.login, address, password)
