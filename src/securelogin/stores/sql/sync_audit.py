"""The audit trail over SQLAlchemy.

The sync form of this file is made from the async one by `scripts/twins.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from securelogin.accounts import AccountId
from securelogin.audit import AuditRecord, ChainHead
from securelogin.stores.relational.audit_rows import audit_of, audit_row
from securelogin.stores.relational.columns import (
    Caller,
    Values,
    microseconds,
    read_rows,
)
from securelogin.stores.sql.auditing import AuditStatements
from securelogin.stores.sql.databases import Database
from securelogin.stores.sql.tables import Tables

__all__ = ["SQLAudit"]


class SQLAudit:
    """`AuditLog` and `AuditRetention`."""

    def __init__(self, database: Database, tables: Tables, /, *, dialect: str) -> None:
        self._database = database
        self._statements = AuditStatements(tables, dialect=dialect)
        self._name = type(self).__name__

    def append(self, records: Sequence[AuditRecord], /) -> None:
        """Append all or none; a batch that is there already stays as it is."""
        rows = [audit_row(record) for record in records]
        self._database.all_or_nothing(
            [(self._statements.append, rows, None)], by=Caller(self._name, "append")
        )

    def page(self, after: ChainHead, /, *, limit: int) -> Sequence[AuditRecord]:
        """Return up to *limit* records after a place: by chain, then by number."""
        by = Caller(self._name, "page")
        place: Values = {"chain_": after.chain, "number_": after.number, "most": limit}
        rows = self._database.rows(self._statements.page, place, by=by)
        return read_rows(audit_of, rows, by=by)

    def heads(self, *, before: datetime, limit: int) -> Sequence[AuditRecord]:
        """Return of each chain the last record written before a moment."""
        by = Caller(self._name, "heads")
        asked: Values = {"before": microseconds(before), "most": limit}
        rows = self._database.rows(self._statements.heads, asked, by=by)
        return read_rows(audit_of, rows, by=by)

    def purge(self, chain: str, /, *, through: int, limit: int) -> int:
        """Delete up to *limit* records of a chain up to a number; return how many."""
        by = Caller(self._name, "purge")
        rows = self._database.rows(
            self._statements.oldest,
            # To SQLite a negative limit is none at all.
            {"chain_": chain, "through": through, "most": max(limit, 0)},
            by=by,
        )
        taken: Values = {"chain_": chain, "taken": [row[0] for row in rows]}
        return self._database.changed(self._statements.purge, taken, by=by)

    def erase(self, account: AccountId, subjects: Sequence[str], /) -> int:
        """Blank what tells who it was; return the number of records."""
        return self._database.changed(
            self._statements.erase,
            {"whose": account, "subjects": list(subjects)},
            by=Caller(self._name, "erase"),
        )
