"""The audit trail's words: records in chains, each sealed over the one before.

One chain for each process that writes: nobody waits for anybody, and a chain has no
branches. What tells who it was stands apart from the rest, and the seal covers a
commitment to it only: a person can be erased, and the chain still holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from securelogin.accounts import AccountId
from securelogin.addresses import Tenant

__all__ = ["START", "AuditRecord", "AuditReport", "ChainHead", "Discrepancy", "Flaw"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainHead:
    """A place in a chain; `seal` is that of the record there, "" before the first."""

    chain: str
    number: int
    seal: str = ""


START = ChainHead(chain="", number=0)
"""Before every record of every chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One event, as the trail keeps it.

    Attributes:
        number: its place in the chain, from 1 on, without holes.
        written_at: when it was sealed, and never before the record in front of it; an
            event's own time stands in its facts.
        subject: keyed hash of the address it is about, to erase it by; "" if erased.
        kind: value of an `EventKind`; read as it stands, so that a forged one is found.
        facts: the event without what tells who it was, as JSON.
        person: IP address, browser and a random salt, as JSON; "" if erased.
        commitment: digest of subject and person; says nothing once the salt is gone.
        previous: seal of the record before; "" for the first one of a chain.
        seal: keyed hash over all of this but subject and person.
    """

    chain: str
    number: int
    written_at: datetime
    kind: str
    tenant: Tenant
    account: AccountId | None
    subject: str
    facts: str
    person: str = field(repr=False)
    commitment: str
    previous: str
    seal: str

    @property
    def head(self) -> ChainHead:
        """Where it stands."""
        return ChainHead(chain=self.chain, number=self.number, seal=self.seal)

    def erased(self) -> AuditRecord:
        """Return the record without what tells who it was; its seal still holds."""
        return replace(self, subject="", person="")


class Flaw(StrEnum):
    """What can be wrong with a trail."""

    FORGED = "forged"
    MISSING = "missing"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """Something in a chain that is not as it was written.

    Attributes:
        flaw: FORGED: the record was changed or put in, or its key is not in the ring.
            MISSING: records were there, and no purge has taken them. OPEN: the chain
            has no end, because its process still runs, or was killed; or its last
            records were cut off, and no other chain has seen them.
        first, last: numbers of the records it is about.
    """

    flaw: Flaw
    chain: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What reading the whole trail has shown.

    Attributes:
        erased: records without a person any more. How many there should be is told
            by the `user_deleted` events.
        heads: the last record of each chain. Kept elsewhere and handed to a later
            `verify`, they show that nothing was cut off.
    """

    records: int
    chains: int
    erased: int
    discrepancies: tuple[Discrepancy, ...]
    heads: tuple[ChainHead, ...]

    @property
    def is_whole(self) -> bool:
        """Nothing is forged or missing. An open chain alone is no proof of either."""
        return all(one.flaw is Flaw.OPEN for one in self.discrepancies)
