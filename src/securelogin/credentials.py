"""What an account proves itself with: one row, and every step that row can take.

Password hash, temporary password and both counters live in one value with one
version. So "issue and supersede", "spend" and "change and end everything" are each
one `replace`, and no race can leave half of a step behind.

The life of a temporary password: none → live → used, superseded or expired.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from securelogin.accounts import AccountId

__all__ = [
    "KEPT_BROWSERS",
    "KEPT_MARKS",
    "Credential",
    "DeadTemporary",
    "Death",
    "Temporary",
    "first_credential",
    "generation_of",
    "with_revoked_password",
    "with_temporary_cancelled",
]

KEPT_MARKS = 5
"""So many dead temporary passwords are remembered, for a diagnosis."""


KEPT_BROWSERS = 10
"""So many browsers are remembered for each account, to tell a new one."""


class Death(StrEnum):
    """Why a temporary password no longer opens anything."""

    USED = "used"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Temporary:
    """A live temporary password: hashed, with its dates.

    Attributes:
        hash: PHC string, as for a lasting password (ASVS 6.5.2).
        fingerprint: 16 keyed bits that tell support which one was typed. Too few to
            help a guesser: 44 unknown bits remain behind Argon2.
        mark: the public pairing mark that stands on the page and in the mail.
        issued_at: when it was asked for.
    """

    hash: str = field(repr=False)
    fingerprint: str = field(repr=False)
    mark: str
    issued_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadTemporary:
    """What is remembered of a temporary password that opens nothing any more."""

    fingerprint: str = field(repr=False)
    death: Death
    issued_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What one account proves itself with.

    Attributes:
        password_hash: PHC string of the lasting password; None before the first, and
            once it has been revoked.
        temporary: the one live temporary password.
        dead: the last few that died, newest first.
        browsers: the last few that the account logged in from, newest first.
        must_change: the lasting password is good for nothing but a change.
        generation: rises when older secrets must die (password changed or revoked,
            account disabled). Sessions carry it.
        version: rises with every write; `replace` compares it.
    """

    account: AccountId
    password_hash: str | None = field(default=None, repr=False)
    temporary: Temporary | None = None
    dead: tuple[DeadTemporary, ...] = ()
    browsers: tuple[str, ...] = ()
    must_change: bool = False
    changed_at: datetime | None = None
    generation: int = 1
    version: int = 1

    def with_temporary(self, temporary: Temporary, /, *, at: datetime) -> Credential:
        """Return the credential with a new temporary password; an older one dies."""
        return replace(
            _buried(self, Death.SUPERSEDED, at=at),
            temporary=temporary,
            version=self.version + 1,
        )

    def with_password(self, password_hash: str, /, *, at: datetime) -> Credential:
        """Return the credential after a completed change of password.

        The temporary password is spent, and every session and ticket dies.
        """
        return replace(
            _buried(self, Death.USED, at=at),
            password_hash=password_hash,
            must_change=False,
            changed_at=at,
            generation=self.generation + 1,
            version=self.version + 1,
        )

    def after_login(
        self, *, password_hash: str | None, browser: str, at: datetime
    ) -> Credential:
        """Return the credential after a log-in with the lasting password.

        The hash may be a stronger one of the same password. A pending temporary
        password is cancelled: the person has shown that they need none. Itself if
        nothing changes.
        """
        is_known = browser in self.browsers
        if is_known and self.temporary is None and password_hash == self.password_hash:
            return self
        newest = () if is_known else (browser,)
        return replace(
            _buried(self, Death.CANCELLED, at=at),
            password_hash=password_hash,
            browsers=(*newest, *self.browsers)[:KEPT_BROWSERS],
            version=self.version + 1,
        )

    def with_forced_change(self) -> Credential:
        """Return the credential whose owner must change the password; sessions die."""
        return replace(
            self,
            must_change=True,
            generation=self.generation + 1,
            version=self.version + 1,
        )

    def with_everything_ended(self, *, at: datetime) -> Credential:
        """Return the credential after which no session, ticket or temporary lives."""
        return replace(
            _buried(self, Death.CANCELLED, at=at),
            generation=self.generation + 1,
            version=self.version + 1,
        )

    def without_temporary(self) -> Credential:
        """Return the credential without a temporary password that expired long ago."""
        return replace(self, temporary=None, version=self.version + 1)

    def erased(self) -> Credential:
        """Return what is left once the person's data is gone: nothing that opens."""
        return Credential(
            account=self.account,
            generation=self.generation + 1,
            version=self.version + 1,
        )


def with_revoked_password(credential: Credential, /, *, at: datetime) -> Credential:
    """Return the credential whose lasting password somebody else may know.

    It is gone, and everything has ended that came of it: no secret is left, and only a
    newer temporary password leads to one. When it was set is kept.
    """
    return replace(
        credential.with_everything_ended(at=at), password_hash=None, must_change=False
    )


def with_temporary_cancelled(credential: Credential, /, *, at: datetime) -> Credential:
    """Return the credential after which no mailed secret opens it; sessions live.

    Tickets that came of the temporary password die with it. Itself if there is none:
    then no ticket is left that came of a mail.
    """
    if credential.temporary is None:
        return credential
    return replace(
        _buried(credential, Death.CANCELLED, at=at), version=credential.version + 1
    )


def first_credential(account: AccountId, /) -> Credential:
    """Return the credential of an account that has had none; nothing opens by it.

    It ends no session of somebody who was let in without one, by another authority.
    """
    return Credential(account=account, generation=generation_of(None))


def generation_of(credential: Credential | None, /) -> int:
    """Return the generation that secrets are bound to; 0 without a credential."""
    return 0 if credential is None else credential.generation


def _buried(credential: Credential, death: Death, /, *, at: datetime) -> Credential:
    """Return the credential without its live temporary password, which it remembers."""
    if credential.temporary is None:
        return credential
    gone = DeadTemporary(
        fingerprint=credential.temporary.fingerprint,
        death=death,
        issued_at=credential.temporary.issued_at,
        at=at,
    )
    return replace(
        credential, temporary=None, dead=(gone, *credential.dead)[:KEPT_MARKS]
    )
