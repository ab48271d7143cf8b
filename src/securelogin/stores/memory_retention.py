"""Purge and erasure for the store in memory: each under its one lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from securelogin.accounts import AccountId
from securelogin.addresses import AddressKey, Tenant
from securelogin.links import RecipientLink
from securelogin.mail import MailOrder
from securelogin.retention import Kept
from securelogin.sessions import Session

__all__ = ["MemoryRetention"]


class _Over(Protocol):
    """Something of which what is over can be dropped."""

    def over(self, before: datetime, /) -> list[Any]: ...

    def drop(self, keys: Sequence[Any], /) -> None: ...


V_co = TypeVar("V_co", covariant=True)


class _Rows(_Over, Protocol[V_co]):
    def rewrite(
        self, fits: Callable[[V_co], bool], step: Callable[[V_co], Any], /
    ) -> int: ...


class MemoryRetention:
    """`Purge` and `Erasure`."""

    def __init__(
        self,
        lock: threading.RLock,
        /,
        *,
        sessions: _Rows[Session],
        links: _Rows[RecipientLink],
        mails: _Rows[MailOrder],
        **others: _Over,
    ) -> None:
        self._lock = lock
        self._sessions, self._links, self._mails = sessions, links, mails
        parts: dict[str, _Over] = {
            "sessions": sessions,
            "links": links,
            "mails": mails,
            **others,
        }
        self._parts = {kept: parts[kept.value] for kept in Kept}

    def overdue(self, kept: Kept, /, *, before: datetime) -> int:
        """Return how many were over before that moment."""
        with self._lock:
            return len(self._parts[kept].over(before))

    def purge(self, kept: Kept, /, *, before: datetime, limit: int) -> int:
        """Delete up to *limit* that were over before that moment; return how many."""
        with self._lock:
            over = self._parts[kept].over(before)[: max(limit, 0)]
            self._parts[kept].drop(over)
            return len(over)

    def erase(
        self, account: AccountId, lookups: Sequence[str], /, *, tenant: Tenant
    ) -> int:
        """Blank what tells who it was; return the number of records."""
        keys = {AddressKey(tenant=tenant, value=value) for value in lookups}
        with self._lock:
            return (
                self._sessions.rewrite(
                    lambda session: session.account == account, Session.erased
                )
                + self._links.rewrite(
                    lambda link: link.recipient == account, RecipientLink.erased
                )
                + self._links.rewrite(
                    lambda link: link.sender_key in keys, RecipientLink.without_sender
                )
                + self._mails.rewrite(
                    lambda order: order.account == account or order.lookup in keys,
                    MailOrder.erased,
                )
            )
