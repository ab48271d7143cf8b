"""One store out of two: sessions and counters from here, the rest from there.

For either colour: it only carries the parts, and each is checked when it is wired.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Generic, Protocol, TypeVar

__all__ = ["CombinedStore"]

Accounts_co = TypeVar("Accounts_co", covariant=True)
Credentials_co = TypeVar("Credentials_co", covariant=True)
Links_co = TypeVar("Links_co", covariant=True)
Attempts_co = TypeVar("Attempts_co", covariant=True)
Outbox_co = TypeVar("Outbox_co", covariant=True)
Sessions_co = TypeVar("Sessions_co", covariant=True)
Counters_co = TypeVar("Counters_co", covariant=True)
Retention_co = TypeVar("Retention_co", covariant=True)
Audit_co = TypeVar("Audit_co", covariant=True)


class _Rest(
    Protocol[
        Accounts_co,
        Credentials_co,
        Links_co,
        Attempts_co,
        Outbox_co,
        Retention_co,
        Audit_co,
    ]
):
    @property
    def accounts(self) -> Accounts_co: ...

    @property
    def credentials(self) -> Credentials_co: ...

    @property
    def links(self) -> Links_co: ...

    @property
    def attempts(self) -> Attempts_co: ...

    @property
    def outbox(self) -> Outbox_co: ...

    @property
    def retention(self) -> Retention_co: ...

    @property
    def audit(self) -> Audit_co: ...


@dataclass(frozen=True, slots=True)
class CombinedStore(
    Generic[
        Accounts_co,
        Credentials_co,
        Links_co,
        Attempts_co,
        Outbox_co,
        Retention_co,
        Audit_co,
        Sessions_co,
        Counters_co,
    ]
):
    """Carry sessions and counters beside the parts of another store.

    Args:
        rest: a store; its own sessions and counters, if it has any, are left alone.
        sessions: kept instead of those of *rest*; `rest.sessions` for no change.
        counters: likewise.
    """

    rest: _Rest[
        Accounts_co,
        Credentials_co,
        Links_co,
        Attempts_co,
        Outbox_co,
        Retention_co,
        Audit_co,
    ]
    _: KW_ONLY
    sessions: Sessions_co
    counters: Counters_co

    @property
    def accounts(self) -> Accounts_co:
        """Accounts of *rest*."""
        return self.rest.accounts

    @property
    def credentials(self) -> Credentials_co:
        """Credentials of *rest*."""
        return self.rest.credentials

    @property
    def links(self) -> Links_co:
        """Recipient links of *rest*."""
        return self.rest.links

    @property
    def attempts(self) -> Attempts_co:
        """The attempt log of *rest*."""
        return self.rest.attempts

    @property
    def outbox(self) -> Outbox_co:
        """The outbox of *rest*."""
        return self.rest.outbox

    @property
    def retention(self) -> Retention_co:
        """What purges and erases *rest*; see to the other store's retention there."""
        return self.rest.retention

    @property
    def audit(self) -> Audit_co:
        """The audit trail of *rest*."""
        return self.rest.audit

    @property
    def login_reads(self) -> object:
        """What reads for a log-in at once, if *rest* can."""
        return getattr(self.rest, "login_reads", None)

    @property
    def session_reads(self) -> object:
        """What reads a session at once, if *rest* can; used for its own sessions."""
        return getattr(self.rest, "session_reads", None)

    @property
    def together(self) -> object:
        """What does verbs together, if *rest* can; used for its own parts alone."""
        return getattr(self.rest, "together", None)
