"""The audit trail: takes events from every flow, seals them, stores them, reads them.

Off every request's path: an event is put into a queue, and a worker seals and stores
what has gathered (`audit_writing`). So the trail costs a log-in no way to the database,
and serialises nobody: each process has a chain of its own.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

from securelogin.accounts import AccountId
from securelogin.adapters import AsyncAuditLog, AsyncAuditRetention
from securelogin.audit import START, AuditRecord, AuditReport, ChainHead
from securelogin.events import Event, EventKind
from securelogin.guards import guarded
from securelogin.identifiers import make_id
from securelogin.installation import system_clock
from securelogin.keyring import KeyRing
from securelogin.random_bytes import full_draws
from securelogin.retention import Retention
from securelogin.rules.audit import (
    ChainReading,
    beginnings_in,
    ends_event,
    lost_event,
    persons_gone,
    sealed,
)

__all__ = ["AsyncAuditTrail"]


class _AsyncAudit(AsyncAuditLog, AsyncAuditRetention, Protocol): ...


_AT_ONCE = 100
_PAGE = 500
_ENDS = 100
_EVER = datetime.max.replace(tzinfo=UTC)
_NEVER = datetime.min.replace(tzinfo=UTC)


class AsyncAuditTrail:
    """A sink that keeps events so that nobody can change them unseen.

    Hand it to `sinks` beside others, and let `audit_writing` run it. Between an event
    and its storing lies what the worker waits: what a killed process had not stored
    yet is lost, and its chain stays open. The attempt log has those attempts all the
    same. Safe for concurrent callers; after a fork, each process begins a chain.

    Args:
        log: where it is kept, such as `store.audit`.
        keys: seal the records. Keep older keys for as long as records they sealed.
        retention: says how long records stay (`Retention.audit`).
        most_waiting: what does not fit into the queue is counted, and the count goes
            into the chain.

    Raises:
        WiringError: the log is unfit, or of the other colour.
    """

    def __init__(
        self,
        *,
        log: _AsyncAudit,
        keys: KeyRing,
        retention: Retention | None = None,
        clock: Callable[[], datetime] = system_clock,
        random: Callable[[int], bytes] = secrets.token_bytes,
        most_waiting: int = 10_000,
    ) -> None:
        self._adapter = guarded(log, AsyncAuditLog, setting="audit")
        self._kept: AsyncAuditRetention = guarded(
            log, AsyncAuditRetention, setting="audit"
        )
        self._keys = keys
        self._retention = retention or Retention()
        self._clock = clock
        self._random = full_draws(random)
        self._most_waiting = most_waiting
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._turn = threading.Lock()
        self._waiting: deque[Event] = deque()
        self._lost = 0
        self._unstored: tuple[AuditRecord, ...] = ()
        self._gone: dict[AccountId, tuple[str, ...]] = {}
        self._head: ChainHead | None = None
        self._sealed_at = _NEVER

    def __call__(self, event: Event, /) -> None:
        """Put an event into the queue; counts it as lost if there is no room."""
        self._begin_after_fork()
        if len(self._waiting) < self._most_waiting:
            self._waiting.append(event)
        else:
            self._lost += 1

    def _begin_after_fork(self) -> None:
        if self._process != os.getpid():
            # What waits is the parent's to store, and so is its chain.
            self._begin()

    def _put(self, event: Event) -> None:
        """Put in what the trail itself has to say: a full queue has room for it."""
        self._begin_after_fork()
        self._waiting.append(event)

    async def write(self) -> int:
        """Seal and store what waits; return how many records that were.

        Only one at a time: 0 if somebody else is at it.

        Raises:
            Unavailable: the store is away. Nothing is lost by that but room.
        """
        if not self._turn.acquire(blocking=False):
            return 0
        try:
            return await self._write()
        finally:
            self._turn.release()

    async def _write(self) -> int:
        if self._head is None and self._waiting:
            # The ends of other chains: whoever cuts one off later is found out.
            ends = await self._adapter.heads(before=_EVER, limit=_ENDS)
            self._head = ChainHead(chain=make_id(self._random), number=0)
            seen = [end.head for end in ends]
            self._waiting.appendleft(
                ends_event(EventKind.SYS_STARTUP, seen, at=self._clock())
            )
        stored = 0
        await self._blank()
        while self._head is not None and (batch := self._batch(self._head)):
            await self._adapter.append(batch)
            self._head, self._unstored = batch[-1].head, ()
            self._sealed_at = batch[-1].written_at
            stored += len(batch)
            self._gone |= persons_gone(batch)
            await self._blank()
        return stored

    async def _blank(self) -> None:
        """Blank whoever was erased while what they did still waited here."""
        for account, subjects in tuple(self._gone.items()):
            await self._kept.erase(account, subjects)
            del self._gone[account]

    def _batch(self, head: ChainHead) -> tuple[AuditRecord, ...]:
        """Return what is to be stored next: what could not be stored before, first."""
        if not self._unstored:
            count = min(_AT_ONCE, len(self._waiting))
            events = [self._waiting.popleft() for _ in range(count)]
            lost, self._lost = self._lost, 0
            if lost:
                events.append(lost_event(lost, at=self._clock()))
            self._unstored = sealed(
                events,
                after=head,
                # A clock may be set back; within a chain, stores order by time.
                at=max(self._clock(), self._sealed_at),
                keys=self._keys,
                random=self._random,
            )
        return self._unstored

    async def close(self) -> int:
        """Store what waits, and end the chain; a later event begins a new one."""
        if self._head is not None or self._waiting:
            self._put(ends_event(EventKind.SYS_SHUTDOWN, (), at=self._clock()))
        stored = await self.write()
        self._head = None
        return stored

    async def verify(self, *, kept: Iterable[ChainHead] = ()) -> AuditReport:
        """Read the whole trail, and say what is forged, missing or open.

        May run while others write. What another process purges meanwhile may look
        missing: then verify once more.

        Args:
            kept: heads of an earlier report that were kept elsewhere; what has been
                cut off since then is found even where no later chain has seen it.
        """
        reading = ChainReading(self._keys)
        place = START
        while page := await self._adapter.page(place, limit=_PAGE):
            reading.read(page)
            place = page[-1].head
        for end in reading.behind():
            await self._read_on(reading, end)
        return reading.report(kept)

    async def _read_on(self, reading: ChainReading, end: ChainHead) -> None:
        """Read what a chain has grown by since it was passed."""
        while grown := [
            record
            for record in await self._adapter.page(end, limit=_PAGE)
            if record.chain == end.chain
        ]:
            reading.read(grown)
            end = grown[-1].head

    async def purge(self, *, limit: int = 100_000) -> int:
        """Delete up to *limit* records that are old enough; return how many went.

        Before anything goes, a record says of each chain up to where: that is its new
        beginning. Goes on where it was, if it is stopped.
        """
        before = self._clock() - self._retention.audit
        gone = 0
        while gone < limit:
            old = await self._adapter.heads(before=before, limit=_ENDS)
            ends = [end.head for end in old]
            # order matters: the anchor is stored before what it stands for goes
            # (test_audit_trail: what is purged is not missing).
            if not ends or not await self._anchor(ends):
                break
            for end in ends:
                gone += await self._kept.purge(
                    end.chain, through=end.number, limit=limit - gone
                )
        return gone

    async def _anchor(self, ends: list[ChainHead]) -> bool:
        for begun in (ends, await self._said_by(ends)):
            for n in range(0, len(begun), _ENDS):
                named = begun[n : n + _ENDS]
                self._put(ends_event(EventKind.AUDIT_PURGED, named, at=self._clock()))
        return await self.write() > 0

    async def _said_by(self, ends: list[ChainHead]) -> list[ChainHead]:
        """Return the beginnings that only records say which go themselves.

        Of chains that still have records: the others need none any more.
        """
        said: dict[str, ChainHead] = {}
        for end in ends:
            place = ChainHead(chain=end.chain, number=0)
            while place.number < end.number:
                rest = end.number - place.number
                page = await self._adapter.page(place, limit=min(_PAGE, rest))
                said = beginnings_in(page, through=end, keys=self._keys, known=said)
                # A purge beside this one may have taken the rest.
                is_over = not page or page[-1].chain != end.chain
                place = end if is_over else page[-1].head
        moved = {end.chain for end in ends}
        return [
            begun
            for chain, begun in said.items()
            if chain not in moved and await self._goes_on(begun)
        ]

    async def _goes_on(self, begun: ChainHead) -> bool:
        page = await self._adapter.page(begun, limit=1)
        return bool(page) and page[0].chain == begun.chain
