"""Which of a store's verbs may be done together, and by which database."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import TypeVar

from securelogin.stores.sql.databases import AsyncDatabase, Database

__all__ = ["AsyncJoinedVerbs", "JoinedVerbs"]

T = TypeVar("T")


class JoinedVerbs:
    """`Together`."""

    def __init__(self, database: Database, /, *, joins: Sequence[object]) -> None:
        self._database = database
        self._joins = joins

    @property
    def joins(self) -> Sequence[object]:
        """The parts whose verbs are the database's and wait for nothing else."""
        return self._joins

    def run(self, stretch: T, /) -> T:
        """Return what the stretch came to."""
        return self._database.together(stretch)


class AsyncJoinedVerbs:
    """`AsyncTogether`."""

    def __init__(self, database: AsyncDatabase, /, *, joins: Sequence[object]) -> None:
        self._database = database
        self._joins = joins

    @property
    def joins(self) -> Sequence[object]:
        """The parts whose verbs are the database's and wait for nothing else."""
        return self._joins

    def run(self, stretch: Awaitable[T], /) -> Awaitable[T]:
        """Run the stretch in one journey, where the database has one for each verb."""
        return self._database.together(stretch)
