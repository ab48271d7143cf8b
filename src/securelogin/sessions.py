"""Sessions: an opaque random token outside, its digest in the store.

A session ends when idle too long, when too old, when told to, or when the
credential's generation has moved on (ASVS 7.2.3, 7.3.1, 7.3.2, 7.4.1).
"""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NewType

from securelogin.accounts import Account, AccountId
from securelogin.addresses import Tenant
from securelogin.hidden import Hidden

__all__ = [
    "MOST_HELD",
    "TOKEN_BYTES",
    "NewSession",
    "Session",
    "SessionDigest",
    "SessionRows",
    "make_session_token",
    "session_digest",
]

SessionDigest = NewType("SessionDigest", str)
"""SHA-256 of a session token, in hex. Says nothing about the token."""

MOST_HELD = 100
"""So many sessions of an account a store gives at once; see `Sessions.held_by`."""

TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One log-in that goes on, as the store keeps it; it holds no secret.

    Attributes:
        digest: names the session; also the handle to end one of several.
        generation: of the credential when the session began.
        seen_at: when it was last used, to within `Lifetimes.seen_every`.
        until: it ends then, however busy it is.
        browser: digest of the user agent, to tell a new browser from a known one.
    """

    digest: SessionDigest
    account: AccountId
    tenant: Tenant
    generation: int
    began_at: datetime
    seen_at: datetime
    until: datetime
    browser: str
    user_agent: str = ""
    ip: str = ""
    ended_at: datetime | None = None
    version: int = 1

    def seen(self, *, at: datetime) -> Session:
        """Return the session after it was used."""
        return replace(self, seen_at=at, version=self.version + 1)

    def ended(self, *, at: datetime) -> Session:
        """Return the session after it was ended; an ended one stays as it is."""
        if self.ended_at is not None:
            return self
        return replace(self, ended_at=at, version=self.version + 1)

    def erased(self) -> Session:
        """Return the session without what tells from where it was used."""
        return replace(self, browser="", user_agent="", ip="", version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRows:
    """What is stored about one session, and about whoever it logs in.

    Attributes:
        account: the session's; None where there is none any more.
        generation: of that account's credential; 0 where there is none.
    """

    session: Session
    account: Account | None
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session just begun, with the token that goes into the cookie."""

    token: Hidden = field(repr=False)
    session: Session


def make_session_token(random: Callable[[int], bytes], /) -> Hidden:
    """Return a new token of 256 random bits (ASVS 7.2.3 asks for 128)."""
    raw = random(TOKEN_BYTES)
    return Hidden(urlsafe_b64encode(raw).rstrip(b"=").decode("ascii"))


def session_digest(token: object, /) -> SessionDigest | None:
    """Return the digest a token is stored under, or None if it is no token.

    Anything may come in a cookie: what has not the form of a token never reaches a
    store (threats C06, C45).
    """
    if isinstance(token, Hidden):
        token = token.reveal()
    if not isinstance(token, str):
        return None
    token = str.__str__(token)
    if _TOKEN.fullmatch(token) is None:
        return None
    return SessionDigest(hashlib.sha256(token.encode("ascii")).hexdigest())
