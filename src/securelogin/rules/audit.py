"""How audit records are sealed, and what a trail shows when it is read again.

A seal is HMAC-SHA-256 under a key of its own, derived from the key ring: whoever can
write to the database, and has no key, can neither change a record, nor put one in, nor
take one out of the middle. The end of a chain is vouched for by its closing record, by
the first record of every later chain, which names the ends it found, and by heads that
somebody has kept elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from securelogin.accounts import AccountId
from securelogin.addresses import Tenant
from securelogin.audit import AuditRecord, AuditReport, ChainHead, Discrepancy, Flaw
from securelogin.events import Event, EventKind
from securelogin.keyring import KeyRing

__all__ = [
    "ChainReading",
    "beginnings_in",
    "ends_event",
    "is_sealed",
    "lost_event",
    "persons_gone",
    "sealed",
]

_PURPOSE = "audit"
_SALT_BYTES = 16
_NOWHERE = ChainHead(chain="", number=0)


def sealed(
    events: Iterable[Event],
    /,
    *,
    after: ChainHead,
    at: datetime,
    keys: KeyRing,
    random: Callable[[int], bytes],
) -> tuple[AuditRecord, ...]:
    """Return the records of some events, each sealed over the one before."""
    records: list[AuditRecord] = []
    for event in events:
        record = _record(event, after=after, at=at, keys=keys, random=random)
        records.append(record)
        after = record.head
    return tuple(records)


def _record(
    event: Event,
    *,
    after: ChainHead,
    at: datetime,
    keys: KeyRing,
    random: Callable[[int], bytes],
) -> AuditRecord:
    salt = urlsafe_b64encode(random(_SALT_BYTES)).decode("ascii")
    person = _json({"salt": salt, "ip": event.ip, "user_agent": event.user_agent})
    values: dict[str, Any] = {
        "chain": after.chain,
        "number": after.number + 1,
        "written_at": at,
        "kind": event.kind.value,
        "tenant": Tenant(event.tenant),
        "account": event.account,
        "facts": _json(event.without_person()),
        "commitment": _commitment(event.address, person),
        "previous": after.seal,
    }
    seal = _seal(keys.derived(_PURPOSE)[0], values)
    return AuditRecord(**values, subject=event.address, person=person, seal=seal)


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _commitment(subject: str, person: str) -> str:
    return hashlib.sha256(_json([subject, person]).encode("ascii")).hexdigest()


def _seal(key: bytes, values: Mapping[str, Any]) -> str:
    told = [
        values["chain"],
        values["number"],
        values["written_at"].isoformat(),
        values["kind"],
        values["tenant"],
        values["account"],
        values["facts"],
        values["commitment"],
        values["previous"],
    ]
    return hmac.new(key, _json(told).encode("ascii"), hashlib.sha256).hexdigest()


def is_sealed(record: AuditRecord, /, *, keys: KeyRing) -> bool:
    """Tell whether a record is as it was written, or as erasure has left it."""
    values = {name: getattr(record, name) for name in AuditRecord.__slots__}
    is_erased = (record.subject, record.person) == ("", "")
    is_committed = record.commitment == _commitment(record.subject, record.person)
    return (is_erased or is_committed) and any(
        hmac.compare_digest(record.seal.encode(), _seal(key, values).encode())
        for key in keys.derived(_PURPOSE)
    )


def ends_event(kind: EventKind, ends: Sequence[ChainHead], /, *, at: datetime) -> Event:
    """Return the event that names ends of chains: as found, or as purged through."""
    return Event(
        kind=kind,
        at=at,
        operation="audit",
        facts={end.chain: f"{end.number}.{end.seal}" for end in ends},
    )


def lost_event(count: int, /, *, at: datetime) -> Event:
    """Return the event that says how many others there was no room for."""
    return Event(
        kind=EventKind.AUDIT_LOST, at=at, operation="audit", facts={"count": count}
    )


def persons_gone(batch: Iterable[AuditRecord], /) -> dict[AccountId, tuple[str, ...]]:
    """Return whom a batch says to be erased, with the subjects it has of theirs.

    What they did before waited beside it, and was not there yet when all else of them
    was blanked.
    """
    told = tuple(batch)
    gone = {
        record.account
        for record in told
        if record.kind == EventKind.USER_DELETED and record.account is not None
    }
    return {
        account: tuple(
            {one.subject for one in told if one.account == account and one.subject}
        )
        for account in gone
    }


def beginnings_in(
    records: Iterable[AuditRecord],
    /,
    *,
    through: ChainHead,
    keys: KeyRing,
    known: Mapping[str, ChainHead],
) -> dict[str, ChainHead]:
    """Return up to where chains were purged, as sealed records of one chain say.

    Args:
        through: the last record that is asked.
        known: what others have said; of two beginnings of a chain, the later is right.
    """
    begun = dict(known)
    for record in records:
        if record.chain != through.chain or record.number > through.number:
            break
        if record.kind == EventKind.AUDIT_PURGED and is_sealed(record, keys=keys):
            for end in _ends_in(record):
                if end.number > begun.get(end.chain, _NOWHERE).number:
                    begun[end.chain] = end
    return begun


def _ends_in(record: AuditRecord) -> Iterator[ChainHead]:
    facts: Mapping[str, str] = json.loads(record.facts)["facts"]
    for chain, told in facts.items():
        number, _, seal = told.partition(".")
        yield ChainHead(chain=chain, number=int(number), seal=seal)


class ChainReading:
    """Reads a trail in order, chain by chain, and finds what is wrong with it.

    Not frozen, as rules are: a trail is longer than a memory. Same records in the same
    order, same report.
    """

    def __init__(self, keys: KeyRing, /) -> None:
        self._keys = keys
        self._records = self._erased = 0
        self._forged: list[Discrepancy] = []
        self._gaps: list[Discrepancy] = []
        self._heads: dict[str, ChainHead] = {}
        self._closed: set[str] = set()
        self._seen: dict[str, ChainHead] = {}
        self._purged: dict[str, int] = {}

    def read(self, records: Iterable[AuditRecord], /) -> None:
        """Take the next records."""
        for record in records:
            self._records += 1
            self._erased += record.person == ""
            self._note_gap(record)
            if is_sealed(record, keys=self._keys) and self._follows(record):
                self._trust(record)
            else:
                self._note_forged(record)
            self._heads[record.chain] = record.head

    def _note_gap(self, record: AuditRecord) -> None:
        before = self._heads.get(record.chain)
        expected = 1 if before is None else before.number + 1
        if record.number > expected:
            self._gaps.append(
                _found(Flaw.MISSING, record.chain, expected, record.number - 1)
            )

    def _note_forged(self, record: AuditRecord) -> None:
        # Neighbours are one: without its key, all of a trail is forged.
        if self._is_forged_at(record.chain, record.number - 1):
            begun = self._forged.pop()
            self._forged.append(replace(begun, last=record.number))
        else:
            self._forged.append(_found(Flaw.FORGED, record.chain, record.number))

    def _follows(self, record: AuditRecord) -> bool:
        before = self._heads.get(record.chain)
        if before is None or before.number != record.number - 1:
            # Of what is not there, the seal is not known; `_note_gap` has seen to it.
            return record.number > 1 or record.previous == ""
        # A forged one before has been found already: its seal says nothing of this.
        return record.previous == before.seal or self._is_forged_at(
            before.chain, before.number
        )

    def _is_forged_at(self, chain: str, number: int) -> bool:
        """Tell whether the record found forged last is this one."""
        last = self._forged[-1] if self._forged else None
        return last is not None and (last.chain, last.last) == (chain, number)

    def _trust(self, record: AuditRecord) -> None:
        """Believe what a record says of other chains; it is sealed."""
        match record.kind:
            case EventKind.SYS_SHUTDOWN:
                self._closed.add(record.chain)
            case EventKind.SYS_STARTUP:
                self._see(_ends_in(record))
            case EventKind.AUDIT_PURGED:
                for end in _ends_in(record):
                    through = max(end.number, self._purged.get(end.chain, 0))
                    self._purged[end.chain] = through
            case _:
                pass

    def _see(self, ends: Iterable[ChainHead]) -> None:
        for end in ends:
            known = self._seen.get(end.chain)
            if known is None or known.number < end.number:
                self._seen[end.chain] = end

    def behind(self) -> tuple[ChainHead, ...]:
        """Return where chains have to be read on: they have grown meanwhile.

        Each of these was seen by another chain, at a later place than was read here.
        """
        return tuple(
            self._heads[chain]
            for chain, seen in self._seen.items()
            if chain in self._heads and self._heads[chain].number < seen.number
        )

    def report(self, kept: Iterable[ChainHead] = (), /) -> AuditReport:
        """Return what was found; *kept* are heads that somebody has kept elsewhere."""
        self._see(kept)
        cut = [
            _found(Flaw.MISSING, chain, last + 1, seen.number)
            for chain, seen in self._seen.items()
            if (last := self._last(chain)) < seen.number
        ]
        missing = [gap for gap in (*self._gaps, *cut) if not self._was_purged(gap)]
        still_open = [
            _found(Flaw.OPEN, head.chain, head.number)
            for head in self._heads.values()
            if head.chain not in self._closed
        ]
        return AuditReport(
            records=self._records,
            chains=len(self._heads),
            erased=self._erased,
            discrepancies=(*self._forged, *missing, *still_open),
            heads=tuple(self._heads.values()),
        )

    def _last(self, chain: str) -> int:
        head = self._heads.get(chain)
        return 0 if head is None else head.number

    def _was_purged(self, gap: Discrepancy) -> bool:
        return gap.last <= self._purged.get(gap.chain, 0)


def _found(flaw: Flaw, chain: str, first: int, last: int | None = None) -> Discrepancy:
    return Discrepancy(
        flaw=flaw, chain=chain, first=first, last=first if last is None else last
    )
