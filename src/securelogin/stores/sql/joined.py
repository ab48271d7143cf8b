"""What does verbs of a store together: only a SQLite file that is awaited has any."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from securelogin.stores.sql.file_database import AsyncFileDatabase

__all__ = ["Joined", "joined"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Joined:
    """`AsyncTogether` for these parts of the store over a file."""

    database: AsyncFileDatabase
    joins: tuple[object, ...]

    def run(self, stretch: Awaitable[T], /) -> Awaitable[T]:
        """Run the stretch in one hop to a thread."""
        return self.database.together(stretch)


def joined(database: object, /, *parts: object) -> Joined | None:
    """Return what does verbs of *parts* together; None where no verb is a hop."""
    if isinstance(database, AsyncFileDatabase):
        return Joined(database, parts)
    return None
