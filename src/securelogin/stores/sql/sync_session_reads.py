"""What a session is judged by, in one query.

The sync form of this file is made from the async one by `scripts/twins.py`.
"""

from __future__ import annotations

from securelogin.sessions import SessionDigest, SessionRows
from securelogin.stores.relational.columns import Caller, read_rows
from securelogin.stores.relational.joined import session_rows_of
from securelogin.stores.sql.databases import Database
from securelogin.stores.sql.statements import Statements

__all__ = ["SQLSessionReads"]


class SQLSessionReads:
    """`SessionReads`: one statement; one row, or none without the session."""

    def __init__(
        self,
        database: Database,
        statements: Statements,
        /,
        *,
        joins: tuple[object, object, object],
    ) -> None:
        self._database = database
        self._session = statements.session
        self._joins = joins
        self._by = Caller(type(self).__name__, "read")

    @property
    def joins(self) -> tuple[object, object, object]:
        """The sessions, accounts and credentials that are read."""
        return self._joins

    def read(self, digest: SessionDigest, /) -> SessionRows | None:
        """Return the three as of one moment."""
        # Rows get no name here: a crash report would show it (threats F-36).
        found = read_rows(
            session_rows_of,
            self._database.rows(self._session, {"wanted": digest}, by=self._by),
            by=self._by,
        )
        return found[0] if found else None
