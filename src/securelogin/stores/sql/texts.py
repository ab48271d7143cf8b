"""Columns for text: exact to the byte on every database, whatever the text is.

SQLite compares bytes by itself. PostgreSQL is told to (collation `C`: `=` would be
exact anyway, but an index in a language's order is larger and breaks when the system's
library changes). MariaDB would take "Ann", "ann" and "ann " for one person, and is told
not to fold and not to pad.

PostgreSQL has no NUL in its text; there it is written as `relational.nul` says.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from securelogin.stores.relational.nul import read_nul, write_nul

__all__ = ["Exact", "exact_text", "list_text"]

_CHARSET = "utf8mb4"
_EXACT = "utf8mb4_nopad_bin"


class Exact(TypeDecorator[str]):
    """Text in PostgreSQL: of a maximal length, in byte order, NUL included."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = postgresql.VARCHAR
    cache_ok: bool | None = True

    def __init__(self, length: int) -> None:
        super().__init__(length, collation="C")

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what is stored for a text."""
        del dialect
        return write_nul(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text behind what is stored."""
        del dialect
        return read_nul(value)


def exact_text(length: int, /) -> TypeEngine[str]:
    """Return the type of a text of up to so many characters."""
    return (
        String(length)
        .with_variant(sqlite.TEXT(), "sqlite")
        .with_variant(Exact(length), "postgresql")
        .with_variant(
            mysql.VARCHAR(length, charset=_CHARSET, collation=_EXACT),
            "mysql",
            "mariadb",
        )
    )


def list_text() -> TypeEngine[str]:
    """Return the type of a short list, which is JSON in ASCII and never compared."""
    return (
        Text()
        .with_variant(postgresql.TEXT(collation="C"), "postgresql")
        .with_variant(
            mysql.TEXT(charset=_CHARSET, collation=_EXACT), "mysql", "mariadb"
        )
    )
