"""What is asked of a store that keeps the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from securelogin.accounts import AccountId
from securelogin.audit import AuditRecord, ChainHead

__all__ = ["AsyncAuditLog", "AsyncAuditRetention", "AuditLog", "AuditRetention"]


class AuditLog(Protocol):
    """Keep the records of the audit trail, in chains."""

    def append(self, records: Sequence[AuditRecord], /) -> None:
        """Append all or none, durable on return.

        Records of one chain come from one writer, in order. One that is there already
        stays as it is: who does not know whether it was stored may append it again.
        """
        ...

    def page(self, after: ChainHead, /, *, limit: int) -> Sequence[AuditRecord]:
        """Return up to *limit* records after a place: by chain, then by number.

        Chains are in any order that stays the same.
        """
        ...

    def heads(self, *, before: datetime, limit: int) -> Sequence[AuditRecord]:
        """Return of each chain the last record written before a moment.

        Those written last come first, *limit* at most; chains without one do not come.
        Within a chain time never goes back, so the last by time is the last by number.
        """
        ...


class AsyncAuditLog(Protocol):
    """`AuditLog`, awaited."""

    async def append(self, records: Sequence[AuditRecord], /) -> None: ...

    async def page(
        self, after: ChainHead, /, *, limit: int
    ) -> Sequence[AuditRecord]: ...

    async def heads(self, *, before: datetime, limit: int) -> Sequence[AuditRecord]: ...


class AuditRetention(Protocol):
    """Shorten chains from their beginning, and take persons out of records."""

    def purge(self, chain: str, /, *, through: int, limit: int) -> int:
        """Delete up to *limit* records of a chain up to a number; return how many.

        The lowest numbers go first. Each is deleted, and counted, by one of many
        callers.
        """
        ...

    def erase(self, account: AccountId, subjects: Sequence[str], /) -> int:
        """Blank what tells who it was, as `AuditRecord.erased` does.

        In records of the account, and in those of one of the subjects; how many.
        """
        ...


class AsyncAuditRetention(Protocol):
    """`AuditRetention`, awaited."""

    async def purge(self, chain: str, /, *, through: int, limit: int) -> int: ...

    async def erase(self, account: AccountId, subjects: Sequence[str], /) -> int: ...
