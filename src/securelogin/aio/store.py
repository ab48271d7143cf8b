"""What a store carries: every part of it by name, each one an interface of its own."""

from __future__ import annotations

from typing import Protocol

from securelogin.adapters import (
    AsyncAccountRegistry,
    AsyncAccounts,
    AsyncAttemptErasure,
    AsyncAttemptLog,
    AsyncAttemptSearch,
    AsyncAuditLog,
    AsyncAuditRetention,
    AsyncCounters,
    AsyncCredentials,
    AsyncDeadLetters,
    AsyncErasure,
    AsyncLinks,
    AsyncOutbox,
    AsyncOutboxQueue,
    AsyncPurge,
    AsyncSessions,
)
from securelogin.errors import WiringError

__all__ = ["AsyncStore", "require_parts"]


class _AsyncAccounts(AsyncAccounts, AsyncAccountRegistry, Protocol): ...


class _AsyncAttempts(
    AsyncAttemptLog, AsyncAttemptSearch, AsyncAttemptErasure, Protocol
): ...


class _AsyncOutbox(AsyncOutbox, AsyncOutboxQueue, AsyncDeadLetters, Protocol): ...


class _AsyncRetention(AsyncPurge, AsyncErasure, Protocol): ...


class _AsyncAudit(AsyncAuditLog, AsyncAuditRetention, Protocol): ...


class AsyncStore(Protocol):
    """All that is stored, as attributes of one object; see `adapters` for each."""

    @property
    def accounts(self) -> _AsyncAccounts:
        """Accounts the library keeps."""
        ...

    @property
    def credentials(self) -> AsyncCredentials:
        """One for each account."""
        ...

    @property
    def links(self) -> AsyncLinks:
        """Recipient links."""
        ...

    @property
    def sessions(self) -> AsyncSessions:
        """Sessions by digest."""
        ...

    @property
    def counters(self) -> AsyncCounters:
        """What is counted."""
        ...

    @property
    def attempts(self) -> _AsyncAttempts:
        """The attempt log."""
        ...

    @property
    def outbox(self) -> _AsyncOutbox:
        """Orders for mails."""
        ...

    @property
    def retention(self) -> _AsyncRetention:
        """What purges and erases all that is stored."""
        ...

    @property
    def audit(self) -> _AsyncAudit:
        """The audit trail; empty where nobody hands an `AuditTrail` to `sinks`."""
        ...


def require_parts(store: AsyncStore, /) -> None:
    """Refuse a store that lacks a part, by name.

    Raises:
        WiringError: a part is missing.
    """
    parts = ("accounts", "credentials", "links", "sessions", "counters", "attempts")
    missing = [
        part
        for part in (*parts, "outbox", "retention", "audit")
        if not hasattr(store, part)
    ]
    if missing:
        raise WiringError(
            f"{type(store).__name__} has no {', '.join(missing)}.",
            setting="store",
            cure="A store carries every part of AsyncStore as an attribute.",
        )
