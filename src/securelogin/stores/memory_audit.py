"""The audit trail in memory: chains as lists, under the store's one lock."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from securelogin.accounts import AccountId
from securelogin.audit import AuditRecord, ChainHead

__all__ = ["MemoryAudit"]


class MemoryAudit:
    """`AuditLog` and `AuditRetention`."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._records: dict[tuple[str, int], AuditRecord] = {}

    def append(self, records: Sequence[AuditRecord], /) -> None:
        """Append; one that is there already stays as it is."""
        with self._lock:
            for record in records:
                self._records.setdefault((record.chain, record.number), record)

    def page(self, after: ChainHead, /, *, limit: int) -> Sequence[AuditRecord]:
        """Return up to *limit* records after a place: by chain, then by number."""
        place = (after.chain, after.number)
        with self._lock:
            later = sorted(key for key in self._records if key > place)
            return tuple(self._records[key] for key in later[:limit])

    def heads(self, *, before: datetime, limit: int) -> Sequence[AuditRecord]:
        """Return of each chain the last record written before a moment."""
        last: dict[str, AuditRecord] = {}
        with self._lock:
            for key in sorted(self._records):
                if self._records[key].written_at < before:
                    last[key[0]] = self._records[key]
        newest = sorted(last.values(), key=lambda one: one.written_at, reverse=True)
        return tuple(newest[:limit])

    def purge(self, chain: str, /, *, through: int, limit: int) -> int:
        """Delete up to *limit* records of a chain up to a number; return how many."""
        with self._lock:
            old = sorted(
                key for key in self._records if key[0] == chain and key[1] <= through
            )
            gone = old[: max(limit, 0)]
            for key in gone:
                del self._records[key]
            return len(gone)

    def erase(self, account: AccountId, subjects: Sequence[str], /) -> int:
        """Blank what tells who it was; return the number of records."""
        with self._lock:
            found = {
                key: record.erased()
                for key, record in self._records.items()
                if record.account == account or record.subject in subjects
            }
            self._records.update(found)
            return len(found)
