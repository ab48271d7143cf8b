"""What is told of each thing that happens: to logs, to hooks, to the audit trail.

The names are those of OWASP's Logging Vocabulary Cheat Sheet, where it has one; the
others stand apart below. Not in here: which of them an operation ends with
(`rules.events`), and who is told (`sinks`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from securelogin.accounts import AccountId
from securelogin.outcomes import Cause

__all__ = ["NO_FACTS", "OWASP", "Event", "EventKind", "Sink"]

NO_FACTS: Mapping[str, str | int] = MappingProxyType({})


class EventKind(StrEnum):
    """What happened. Stable words, fit for dashboards and alerts."""

    LOGIN_SUCCESS = "authn_login_success"
    LOGIN_SUCCESS_AFTER_FAIL = "authn_login_successafterfail"
    LOGIN_FAIL = "authn_login_fail"
    LOGIN_FAIL_MAX = "authn_login_fail_max"
    LOGIN_LOCK = "authn_login_lock"
    PASSWORD_CHANGE = "authn_password_change"  # noqa: S105 -- an event, not a secret
    PASSWORD_CHANGE_FAIL = "authn_password_change_fail"  # noqa: S105 -- an event
    TOKEN_CREATED = "authn_token_created"  # noqa: S105 -- an event, not a secret
    TOKEN_REVOKED = "authn_token_revoked"  # noqa: S105 -- an event, not a secret
    TOKEN_REUSE = "authn_token_reuse"  # noqa: S105 -- an event, not a secret
    AUTHZ_FAIL = "authz_fail"
    AUTHZ_ADMIN = "authz_admin"
    RATE_LIMIT_EXCEEDED = "excess_rate_limit_exceeded"
    INPUT_FAIL = "input_validation_fail"
    SENSITIVE_READ = "sensitive_read"
    SEQUENCE_FAIL = "sequence_fail"
    SESSION_CREATED = "session_created"
    SESSION_RENEWED = "session_renewed"
    SESSION_EXPIRED = "session_expired"
    SESSION_USE_AFTER_EXPIRE = "session_use_after_expire"
    SYS_STARTUP = "sys_startup"
    SYS_SHUTDOWN = "sys_shutdown"
    USER_CREATED = "user_created"
    USER_UPDATED = "user_updated"
    USER_DELETED = "user_deleted"
    LINK_OPENED = "link_opened"
    RESET_REQUESTED = "reset_requested"
    MAIL_SETTLED = "mail_settled"
    MAIL_POSTPONED = "mail_postponed"
    AUDIT_LOST = "audit_lost"
    AUDIT_PURGED = "audit_purged"


OWASP = frozenset(EventKind) - {
    EventKind.LINK_OPENED,
    EventKind.RESET_REQUESTED,
    EventKind.MAIL_SETTLED,
    EventKind.MAIL_POSTPONED,
    EventKind.AUDIT_LOST,
    EventKind.AUDIT_PURGED,
}
"""The names that are OWASP's; the others have none there, and are our own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. Holds no secret, no token and no password.

    When, where, who and what (ASVS 16.2.1), in one form for every kind (16.2.4).

    Attributes:
        at: when it was judged, in UTC (ASVS 16.2.2).
        operation: what was asked for, such as "login" or "accounts.disable".
        causes: why it was refused, as in the attempt log; empty if it was not.
        address: keyed hash of the address that was looked up; "" if there was none.
        typed: that address as typed, if it is one; shown only where a sink is told to.
        facts: what belongs to this kind, such as "retries" or "reason".
    """

    kind: EventKind
    at: datetime
    operation: str
    tenant: str = ""
    account: AccountId | None = None
    causes: tuple[Cause, ...] = ()
    reference: str = ""
    address: str = ""
    typed: str = field(default="", repr=False)
    portal: str = ""
    link: str = ""
    ip: str = field(default="", repr=False)
    user_agent: str = field(default="", repr=False)
    facts: Mapping[str, str | int] = field(default_factory=lambda: NO_FACTS)

    @property
    def who(self) -> str:
        """Whom it is about: the account if it is known, else the address's hash."""
        return self.account or self.address

    def without_person(self) -> dict[str, Any]:
        """Return what tells nobody's address, place or browser, as plain data."""
        return {
            "event": self.kind.value,
            "at": self.at.isoformat(),
            "operation": self.operation,
            "tenant": self.tenant,
            "account": self.account or "",
            "causes": [cause.value for cause in self.causes],
            "reference": self.reference,
            "portal": self.portal,
            "link": self.link,
            "facts": dict(self.facts),
        }


Sink = Callable[[Event], object]
"""Is told each event, at once and in the caller's thread: it must not wait."""
