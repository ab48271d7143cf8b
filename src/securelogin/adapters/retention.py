"""What is asked of a store so that nothing stays longer than it is needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from securelogin.accounts import AccountId
from securelogin.addresses import Tenant
from securelogin.retention import Kept

__all__ = [
    "AsyncErasure",
    "AsyncPurge",
    "Erasure",
    "Purge",
]


class Purge(Protocol):
    """Delete what is old. `Kept` says what there is, and since when it is over."""

    def overdue(self, kept: Kept, /, *, before: datetime) -> int:
        """Return how many were over before that moment."""
        ...

    def purge(self, kept: Kept, /, *, before: datetime, limit: int) -> int:
        """Delete up to *limit* that were over before that moment; return how many.

        Those longest over go first. Durable on return; what is written meanwhile by
        others stays whole. Each is deleted, and counted, by one of many callers.
        """
        ...


class AsyncPurge(Protocol):
    """`Purge`, awaited."""

    async def overdue(self, kept: Kept, /, *, before: datetime) -> int: ...

    async def purge(self, kept: Kept, /, *, before: datetime, limit: int) -> int: ...


class Erasure(Protocol):
    """Take a person's data out of sessions, links and the outbox; the records stay."""

    def erase(
        self, account: AccountId, lookups: Sequence[str], /, *, tenant: Tenant
    ) -> int:
        """Blank what tells who it was, as `erased()` of each value does.

        Sessions and links of the account; orders of the account, and those of the
        tenant with one of the look-up keys. Links whose sender has one of the keys in
        the tenant (`sender_key`) lose the sender, as `without_sender` does it. Versions
        rise: a courier that has an order in hand must not write the address back. Doing
        it twice is as good as once.

        Returns:
            The number of records; a link that somebody sent to themselves may count
            twice.
        """
        ...


class AsyncErasure(Protocol):
    """`Erasure`, awaited."""

    async def erase(
        self, account: AccountId, lookups: Sequence[str], /, *, tenant: Tenant
    ) -> int: ...
