"""What is kept, and for how long after it is over.

Two reasons pull: support and an audit want evidence, and a person's data may be kept
no longer than it is needed (GDPR article 5(1)(e); ASVS 14.2.7). Not in here: the
deleting (`aio.data_retention`), and taking one person out (`accounts.erase`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum

from securelogin.errors import WiringError

__all__ = ["Kept", "Retention"]

_LONGEST = timedelta(days=3_660)
_SHORTEST = timedelta(days=1)


class Kept(StrEnum):
    """What a store keeps that grows; each is over at one moment.

    A session and a link at their `until`; an attempt when it was made; an order for a
    mail when it was settled, a waiting one never; a counter when its window ends. Of a
    temporary password only the hash goes, when it has expired: the credential stays.
    """

    SESSIONS = "sessions"
    COUNTERS = "counters"
    LINKS = "links"
    ATTEMPTS = "attempts"
    MAILS = "mails"
    TEMPORARIES = "temporaries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long what is over stays before `purge` deletes it; a day to ten years.

    Attributes:
        sessions: sessions that have ended, for support.
        counters: counts whose window has ended; nobody asks for them any more.
        links: recipient links that have expired; support sees that there was one.
        attempts: the attempt log; after that a reference leads nowhere.
        mails: what became of a mail that was sent or given up.
        temporaries: hashes of temporary passwords that were never used.
        audit: records of the audit trail; it is shortened by `AuditTrail.purge`.

    Raises:
        WiringError: a time is no timedelta, or out of these bounds.
    """

    sessions: timedelta = timedelta(days=90)
    counters: timedelta = timedelta(days=1)
    links: timedelta = timedelta(days=90)
    attempts: timedelta = timedelta(days=90)
    mails: timedelta = timedelta(days=90)
    temporaries: timedelta = timedelta(days=30)
    audit: timedelta = timedelta(days=365)

    def __post_init__(self) -> None:
        """Refuse to forget at once, or never."""
        for setting in fields(self):
            value = getattr(self, setting.name)
            if not isinstance(value, timedelta) or not _SHORTEST <= value <= _LONGEST:
                raise WiringError(
                    "expected a timedelta of a day to ten years.",
                    setting=f"Retention({setting.name}=…)",
                    cure="Leave it out for the default.",
                )
