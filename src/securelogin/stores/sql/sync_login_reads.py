"""What a log-in is judged by, in one query.

The sync form of this file is made from the async one by `scripts/twins.py`.
"""

from __future__ import annotations

from securelogin.accounts import AccountId
from securelogin.addresses import AddressKey
from securelogin.evidence import LoginRows
from securelogin.links import LinkId
from securelogin.stores.relational.columns import Caller, read_rows
from securelogin.stores.relational.joined import login_rows_of
from securelogin.stores.sql.databases import Database
from securelogin.stores.sql.statements import Statements

__all__ = ["SQLLoginReads"]


class SQLLoginReads:
    """`LoginReads`: one statement, and one row whatever is found."""

    def __init__(
        self,
        database: Database,
        statements: Statements,
        /,
        *,
        joins: tuple[object, object, object],
    ) -> None:
        self._database = database
        self._login = statements.login
        self._joins = joins
        self._name = type(self).__name__

    @property
    def joins(self) -> tuple[object, object, object]:
        """The accounts, credentials and links that are read."""
        return self._joins

    def read(self, key: AddressKey, stand_in: AccountId, link: LinkId, /) -> LoginRows:
        """Return the three as of one moment."""
        del stand_in  # there is somebody's row to read instead
        by = Caller(self._name, "read")
        # Rows get no name here: a crash report would show it (threats F-36).
        (rows,) = read_rows(
            login_rows_of,
            self._database.rows(
                self._login,
                {
                    "tenant": key.tenant,
                    "key": key.value,
                    "link": link,
                },
                by=by,
            ),
            by=by,
        )
        return rows
