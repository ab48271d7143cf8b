"""What a store carries: every part of it by name, each one an interface of its own."""

from __future__ import annotations

from typing import Protocol

from securelogin.adapters import (
    AccountRegistry,
    Accounts,
    AttemptErasure,
    AttemptLog,
    AttemptSearch,
    AuditLog,
    AuditRetention,
    Counters,
    Credentials,
    DeadLetters,
    Erasure,
    Links,
    Outbox,
    OutboxQueue,
    Purge,
    Sessions,
)
from securelogin.errors import WiringError

__all__ = ["Store", "require_parts"]


class _Accounts(Accounts, AccountRegistry, Protocol): ...


class _Attempts(AttemptLog, AttemptSearch, AttemptErasure, Protocol): ...


class _Outbox(Outbox, OutboxQueue, DeadLetters, Protocol): ...


class _Retention(Purge, Erasure, Protocol): ...


class _Audit(AuditLog, AuditRetention, Protocol): ...


class Store(Protocol):
    """All that is stored, as attributes of one object; see `adapters` for each."""

    @property
    def accounts(self) -> _Accounts:
        """Accounts the library keeps."""
        ...

    @property
    def credentials(self) -> Credentials:
        """One for each account."""
        ...

    @property
    def links(self) -> Links:
        """Recipient links."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Sessions by digest."""
        ...

    @property
    def counters(self) -> Counters:
        """What is counted."""
        ...

    @property
    def attempts(self) -> _Attempts:
        """The attempt log."""
        ...

    @property
    def outbox(self) -> _Outbox:
        """Orders for mails."""
        ...

    @property
    def retention(self) -> _Retention:
        """What purges and erases all that is stored."""
        ...

    @property
    def audit(self) -> _Audit:
        """The audit trail; empty where nobody hands an `AuditTrail` to `sinks`."""
        ...


def require_parts(store: Store, /) -> None:
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
            cure="A store carries every part of Store as an attribute.",
        )
