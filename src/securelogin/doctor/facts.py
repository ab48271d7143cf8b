"""What the doctor has seen: plain values, so that every check is a pure rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from securelogin.argon2_build import Build
from securelogin.phc import Argon2Parameters
from securelogin.policy import Policy
from securelogin.portals import Portal

__all__ = [
    "Certainty",
    "DomainFacts",
    "Facts",
    "FileFacts",
    "MachineFacts",
    "MailFacts",
    "RedisFacts",
    "StoreFacts",
]


class Certainty(StrEnum):
    """What an answer from DNS is worth."""

    THERE = "there"
    NOT_THERE = "not there"
    NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineFacts:
    """The machine that this runs on, and what one hash takes there.

    Attributes:
        memory: KiB that this process may use; None where the system does not tell.
        threads: of the hashing pool.
        budget: KiB that all hashes together may take; None: no bound.
        run: how long one hash with the configured parameters took.
        backend: what runs Argon2.
    """

    cores: int
    memory: int | None
    threads: int
    budget: int | None
    parameters: Argon2Parameters
    run: timedelta
    backend: str
    build: Build


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFacts:
    """The database.

    Attributes:
        kind: such as "postgresql".
        problem: why it could not be asked; "" if it could.
        differences: between its tables and those this version expects; None where that
            could not be looked at (extra `migrations`).
        isolation: the level of its transactions, as it calls it.
        durable: what is committed survives a crash of the machine.
        skew: how far its clock is ahead of this machine's; None if it has none of its
            own, or could not be asked.
        encrypted: the connection is, or does not leave the machine.
    """

    kind: str
    problem: str = ""
    differences: tuple[str, ...] | None = None
    isolation: str = ""
    durable: bool | None = None
    skew: timedelta | None = None
    encrypted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisFacts:
    """Redis or Valkey, where it keeps counters and sessions.

    Attributes:
        problem: why it could not be asked; "" if it could.
        policy: what it evicts when its memory is full, as it calls it; None if we may
            not ask.
        limit: bytes that it may hold, 0 for no bound; None if we may not ask.
        encrypted: TLS with a certificate that was checked, or the connection does not
            leave the machine.
    """

    problem: str = ""
    policy: str | None = None
    limit: int | None = None
    encrypted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """A file that settings came from.

    Attributes:
        path: its name, as it was given.
        is_secret: it holds one secret, and is not the configuration itself.
        is_readable, is_writable: for others than its owner and group.
    """

    path: str
    is_secret: bool
    is_readable: bool
    is_writable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFacts:
    """The mail server.

    Attributes:
        problem: why no connection was made; "" if one was.
        encrypted: TLS with a certificate that was checked, or loopback.
        sender: the address that mails come from.
    """

    problem: str = ""
    encrypted: bool = False
    sender: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainFacts:
    """What DNS says of the domain that mails come from (RFC 7208, 6376, 7489).

    Attributes:
        spf: the record, "" if there is none.
        dmarc: the record that counts, "" if there is none; None if DNS did not tell.
        dmarc_of: the name that has it: this one, or a name above it.
        dkim: whether there are names below `_domainkey`: a selector cannot be guessed.
    """

    name: str
    reached: Certainty
    spf: str = ""
    dmarc: str | None = ""
    dmarc_of: str = ""
    dkim: Certainty = Certainty.NOT_REACHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is judged. None: there is no such thing in the configuration.

    Attributes:
        keys: how many sign and verify; 0 if none are set.
        peppered: a pepper stands before the hashes.
        files: that settings came from; none where the system has no modes.
    """

    portals: tuple[Portal, ...]
    policy: Policy
    keys: int
    peppered: bool
    machine: MachineFacts
    store: StoreFacts | None
    mail: MailFacts | None
    domain: DomainFacts | None
    redis: RedisFacts | None = None
    files: tuple[FileFacts, ...] = ()

    def __post_init__(self) -> None:
        """Take portals and files once: they are read several times."""
        object.__setattr__(self, "portals", tuple(self.portals))
        object.__setattr__(self, "files", tuple(self.files))
