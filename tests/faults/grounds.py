"""What is broken: a store of one kind, which can be put back to what it was."""

from __future__ import annotations

from typing import Any

from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from tests.faults.seen import (
    TABLES,
    Seen,
    emptied,
    looking_at,
    seen_in_database,
    seen_in_memory,
)

BEGIN = "begin"
"""The slot for what is there before an operation."""

STRUCK = "struck"
"""The slot for what a fault has left."""


class Memory:
    """A store in memory."""

    is_database = False

    def __init__(self, *, is_async: bool) -> None:
        self.is_async = is_async
        self._sync = MemoryStore()
        self.store: Any = AsyncMemoryStore(self._sync) if is_async else self._sync
        self._parts = [
            part for name, part in vars(self._sync).items() if name != "retention"
        ]
        self._kept: dict[str, list[dict[str, Any]]] = {}

    def look(self) -> Seen:
        return seen_in_memory(self._sync)

    def keep(self, slot: str) -> None:
        self._kept[slot] = [
            {
                name: copied(held)
                for name, held in vars(part).items()
                if isinstance(held, dict | list)
            }
            for part in self._parts
        ]

    def put_back(self, slot: str) -> None:
        for part, kept in zip(self._parts, self._kept[slot], strict=True):
            for name, held in kept.items():
                now = getattr(part, name)
                now.clear()
                # In place: one part may know another's rows.
                (now.extend if isinstance(now, list) else now.update)(copied(held))

    def close(self) -> None: ...


def copied(held: Any) -> Any:
    if isinstance(held, list):
        return [*held]
    return {
        key: [*value] if isinstance(value, list) else value
        for key, value in held.items()
    }


class Database:
    """A database, with copies of its tables beside them."""

    is_database = True
    is_async = False

    def __init__(self, store: Any, place: Any, execute: Any) -> None:
        self.store, self.execute = store, execute
        self.url = place.text
        self._engine = looking_at(place.plain.url)
        emptied(self._engine)
        self._names = [table.name for table in TABLES.in_order]
        # Sequence numbers too, which PostgreSQL gives itself but where it is told.
        self._own = (
            " OVERRIDING SYSTEM VALUE"
            if self._engine.dialect.name == "postgresql"
            else ""
        )
        for slot in (BEGIN, STRUCK):
            self._run(
                f"CREATE TABLE IF NOT EXISTS {slot}_{name} AS "
                f"SELECT * FROM {name} WHERE 1 = 0"
                for name in self._names
            )

    def look(self) -> Seen:
        return seen_in_database(self._engine)

    def keep(self, slot: str) -> None:
        self._run(
            f"DELETE FROM {slot}_{name}; INSERT INTO {slot}_{name} SELECT * FROM {name}"
            for name in self._names
        )

    def put_back(self, slot: str) -> None:
        self._run(
            [
                *(f"DELETE FROM {name}" for name in reversed(self._names)),
                *(
                    f"INSERT INTO {name}{self._own} SELECT * FROM {slot}_{name}"
                    for name in self._names
                ),
            ]
        )

    # ruff: noqa: S608 -- the names are the library's own tables
    def _run(self, statements: Any) -> None:
        """Send all at once: hundreds of times, that is what takes the time."""
        text = ";\n".join(statements)
        with self._engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            if self._engine.dialect.name == "postgresql":
                raw.execute(f"BEGIN;\n{text};\nCOMMIT")
            else:
                raw.executescript(f"BEGIN IMMEDIATE;\n{text};\nCOMMIT")

    def close(self) -> None:
        self._engine.dispose()
