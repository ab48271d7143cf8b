"""Purge and erasure over SQLAlchemy.

The sync form of this file is made from the async one by `scripts/twins.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from securelogin.accounts import AccountId
from securelogin.addresses import Tenant
from securelogin.retention import Kept
from securelogin.stores.relational.columns import Caller, Values, microseconds
from securelogin.stores.sql.databases import Database
from securelogin.stores.sql.retention import RetentionStatements
from securelogin.stores.sql.tables import Tables

__all__ = ["SQLRetention"]


class SQLRetention:
    """`Purge` and `Erasure`."""

    def __init__(self, database: Database, tables: Tables, /) -> None:
        self._database = database
        self._statements = RetentionStatements(tables)
        self._name = type(self).__name__

    def overdue(self, kept: Kept, /, *, before: datetime) -> int:
        """Return how many were over before that moment."""
        rows = self._database.rows(
            self._statements.overdue[kept],
            {"before": microseconds(before)},
            by=Caller(self._name, "overdue"),
        )
        count: int = rows[0][0]
        return count

    def purge(self, kept: Kept, /, *, before: datetime, limit: int) -> int:
        """Delete up to *limit* that were over before that moment; return how many."""
        by = Caller(self._name, "purge")
        values: Values = {"before": microseconds(before)}
        rows = self._database.rows(
            self._statements.longest_over[kept],
            # To SQLite a negative limit is none at all.
            {**values, "most": max(limit, 0)},
            by=by,
        )
        values["taken"] = [row[0] for row in rows]
        return self._database.changed(self._statements.purge[kept], values, by=by)

    def erase(
        self, account: AccountId, lookups: Sequence[str], /, *, tenant: Tenant
    ) -> int:
        """Blank what tells who it was; return the number of records."""
        # Four short transactions, not one: each can be done again.
        statements, by = self._statements, Caller(self._name, "erase")
        whose: Values = {"whose": account}
        keys: Values = {"lookups": list(lookups), "of_tenant": tenant}
        counts = [
            self._database.changed(statement, values, by=by)
            for statement, values in (
                *((one, whose) for one in statements.erase_account),
                (statements.erase_sender, keys),
                (statements.erase_orders, whose | keys),
            )
        ]
        return sum(counts)
