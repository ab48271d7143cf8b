"""The audit trail on Django's ORM.

Each query reads as many rows as it returns, or a few for each chain: a trail is long,
and a worker that starts asks for its heads.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connections
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from securelogin.accounts import AccountId
from securelogin.audit import AuditRecord, ChainHead
from securelogin.django.database import Database, Rows
from securelogin.django.stored import StoredAudit
from securelogin.stores.relational.audit_rows import audit_of, audit_row
from securelogin.stores.relational.columns import Caller, microseconds

__all__ = ["DjangoAudit"]

# By jumps from chain to chain, which the ORM has no words for: a DISTINCT would read
# every record to tell which chains there are. Within a chain time never goes back: the
# last one by time is the last by number.
_ENDS = """
WITH RECURSIVE chains(chain) AS (
    SELECT MIN(chain) FROM {table}
    UNION ALL
    SELECT (SELECT MIN(later.chain) FROM {table} later
            WHERE later.chain > chains.chain)
    FROM chains WHERE chains.chain IS NOT NULL
)
SELECT (SELECT ended.seq FROM {table} ended
        WHERE ended.chain = chains.chain AND ended.written_at < %s
        ORDER BY ended.written_at DESC, ended.number DESC LIMIT 1)
FROM chains WHERE chains.chain IS NOT NULL
"""


class DjangoAudit:
    """`AuditLog` and `AuditRetention`."""

    def __init__(self, database: Database, /) -> None:
        self._database = database
        self._name = type(self).__name__
        self._reader: Rows[str, AuditRecord] = Rows(
            database, StoredAudit, key="chain", write=audit_row, read=audit_of
        )

    @property
    def _rows(self) -> QuerySet[Any]:
        return self._database.rows(StoredAudit)

    def append(self, records: Sequence[AuditRecord], /) -> None:
        """Append all or none; a batch that is there already stays as it is."""
        rows = [StoredAudit(**audit_row(record)) for record in records]
        self._database.run(
            lambda: self._rows.bulk_create(rows, ignore_conflicts=True),
            by=Caller(self._name, "append"),
        )

    def page(self, after: ChainHead, /, *, limit: int) -> Sequence[AuditRecord]:
        """Return up to *limit* records after a place: by chain, then by number."""
        by = Caller(self._name, "page")
        # Two questions, for one with OR begins at the index's beginning.
        rest = self._rows.filter(chain=after.chain, number__gt=after.number)
        found = self._reader.read_all(rest.order_by("number")[:limit], by=by)
        if len(found) == limit:
            return found
        later = self._rows.filter(chain__gt=after.chain).order_by("chain", "number")
        return found + self._reader.read_all(later[: limit - len(found)], by=by)

    def heads(self, *, before: datetime, limit: int) -> Sequence[AuditRecord]:
        """Return of each chain the last record written before a moment."""
        quoted = connections[self._database.alias].ops.quote_name
        table = quoted(StoredAudit._meta.db_table)  # noqa: SLF001 -- documented
        ends = RawSQL(_ENDS.format(table=table), (microseconds(before),))  # noqa: S611 -- our own text
        found = self._rows.filter(seq__in=ends).order_by("-written_at", "chain")
        return self._reader.read_all(found[:limit], by=Caller(self._name, "heads"))

    def purge(self, chain: str, /, *, through: int, limit: int) -> int:
        """Delete up to *limit* records of a chain up to a number; return how many."""
        old = self._rows.filter(chain=chain, number__lte=through).order_by("number")
        return self._database.run(
            lambda: self._deleted(old, most=max(limit, 0)),
            by=Caller(self._name, "purge"),
        )

    def _deleted(self, old: QuerySet[Any], *, most: int) -> int:
        lowest = list(old.values_list("seq", flat=True)[:most])
        return self._rows.filter(seq__in=lowest).delete()[0]

    def erase(self, account: AccountId, subjects: Sequence[str], /) -> int:
        """Blank what tells who it was; return the number of records."""
        # As `AuditRecord.erased` (AuditRetentionContract: both blank the same).
        theirs = self._rows.filter(Q(account=account) | Q(subject__in=subjects))
        return self._database.run(
            lambda: theirs.update(subject="", person=""),
            by=Caller(self._name, "erase"),
        )
