"""What the store's parts ask of a database, in either colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Executable

from securelogin.stores.relational.columns import Caller, Row, Values

__all__ = ["AsyncDatabase", "Database", "Step"]

Step = tuple[Executable, Values | list[Values], int | None]
"""A statement, what it is run with, and how many rows it has to write (None: any).

With a list of values it is run once for each.
"""


class Database(Protocol):
    """Run statements, each its own durable transaction; what fails is `Unavailable`."""

    def rows(
        self, statement: Executable, values: Values, /, *, by: Caller
    ) -> Sequence[Row]:
        """Run a statement; return all the rows it gives."""
        ...

    def changed(self, statement: Executable, values: Values, /, *, by: Caller) -> int:
        """Run a statement; return how many rows it has written, 0 if they are taken."""
        ...

    def versions(self, statement: Executable, /, *, by: Caller) -> Sequence[str]:
        """Return what the table of the version holds; nothing if there is none."""
        ...

    def all_or_nothing(self, steps: Sequence[Step], /, *, by: Caller) -> bool:
        """Run statements in one transaction, each of which writes so many rows."""
        ...

    def leased(
        self, statements: Sequence[Executable], values: Values, /, *, by: Caller
    ) -> Sequence[Row]:
        """Run the one statement; or find, write and read rows in one transaction."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class AsyncDatabase(Protocol):
    """`Database`, awaited."""

    async def rows(
        self, statement: Executable, values: Values, /, *, by: Caller
    ) -> Sequence[Row]: ...

    async def changed(
        self, statement: Executable, values: Values, /, *, by: Caller
    ) -> int: ...

    async def versions(
        self, statement: Executable, /, *, by: Caller
    ) -> Sequence[str]: ...

    async def all_or_nothing(self, steps: Sequence[Step], /, *, by: Caller) -> bool: ...

    async def leased(
        self, statements: Sequence[Executable], values: Values, /, *, by: Caller
    ) -> Sequence[Row]: ...

    async def close(self) -> None: ...
