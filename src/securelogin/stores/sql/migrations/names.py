"""What the tables are called in one database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

__all__ = ["Names"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The prefix and the schema that every name has."""

    prefix: str
    schema: str | None

    def table(self, name: str, /) -> str:
        """Return the table's name, without the schema."""
        return f"{self.prefix}{name}"

    def column(self, table: str, column: str, /) -> str:
        """Return what a foreign key calls a column."""
        schema = "" if self.schema is None else f"{self.schema}."
        return f"{schema}{self.table(table)}.{column}"

    def lock(self, database: str, /) -> bytes:
        """Return what is locked while these tables change: the same for all who do."""
        place = f"securelogin\0{database}\0{self.schema or ''}\0{self.prefix}"
        return hashlib.sha256(place.encode()).digest()
