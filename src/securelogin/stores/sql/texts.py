"""Columns for text: exact to the byte on every database, whatever the text is.

SQLite compares bytes by itself. PostgreSQL is told to (collation `C`: `=` would be
exact anyway, but an index in a language's order is larger and breaks when the system's
library changes). MariaDB would take "Ann", "ann" and "ann " for one person, and is told
not to fold and not to pad.

PostgreSQL has no NUL in its text. So there, and only there, it is written as two
characters that no other text is written as; see `Exact`.
"""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

__all__ = ["Exact", "exact_text", "list_text"]

_CHARSET = "utf8mb4"
_EXACT = "utf8mb4_nopad_bin"
# The sign for NUL stands for itself only if it is followed by a 1.
_SIGN = "\u2400"
_NUL, _ITSELF = f"{_SIGN}0", f"{_SIGN}1"


class Exact(TypeDecorator[str]):
    """Text in PostgreSQL: of a maximal length, in byte order, NUL included."""

    impl = postgresql.VARCHAR
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length, collation="C")

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what is stored for a text."""
        del dialect
        if value is None or (value.isascii() and "\x00" not in value):
            return value
        return value.replace(_SIGN, _ITSELF).replace("\x00", _NUL)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text behind what is stored."""
        del dialect
        if value is None or _SIGN not in value:
            return value
        return value.replace(_NUL, "\x00").replace(_ITSELF, _SIGN)


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
