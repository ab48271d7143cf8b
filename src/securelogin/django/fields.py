"""Columns for text: exact to the byte on every database, whatever the text is.

The same as `securelogin.stores.sql.texts`, in Django's words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from securelogin.stores.relational.nul import read_nul, write_nul

__all__ = ["ExactText"]

_POSTGRES = "postgresql"
# SQLite compares bytes by itself. MariaDB would fold and pad.
_COLLATIONS = {_POSTGRES: "C", "mysql": "utf8mb4_nopad_bin"}


if TYPE_CHECKING:
    _CharField = models.CharField[Any, Any]
else:
    # Django's own takes no parameters at run time.
    _CharField = models.CharField


class ExactText(_CharField):
    """Text of up to so many characters, compared byte for byte, NUL included."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """Return the type; spelt so that PostgreSQL gets no second index for LIKE."""
        if connection.vendor == _POSTGRES:
            return f"character varying({self.max_length})"
        return super().db_type(connection)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:  # noqa: ANN401 -- django-stubs has a private type
        """Return the type with the collation of this kind of database."""
        collation = _COLLATIONS.get(connection.vendor)
        return {**super().db_parameters(connection), "collation": collation}

    def get_db_prep_value(
        self,
        value: Any,  # noqa: ANN401 -- as Django has it
        connection: BaseDatabaseWrapper,
        prepared: bool = False,  # noqa: FBT001, FBT002 -- as Django has it
    ) -> Any:  # noqa: ANN401 -- the same
        """Return what is stored for a text."""
        found = super().get_db_prep_value(value, connection, prepared)
        return write_nul(found) if connection.vendor == _POSTGRES else found

    def from_db_value(
        self, value: str | None, expression: object, connection: BaseDatabaseWrapper
    ) -> str | None:
        """Return the text behind what is stored."""
        del expression
        return read_nul(value) if connection.vendor == _POSTGRES else value
