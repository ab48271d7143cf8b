"""A store in memory: the reference. Read it before you write your own.

Good for tests, demos and one process; everything is gone when that ends. Every verb is
one short step under one lock, which is the whole of the concurrency promise. There is
no limit on attempts and sessions kept: use a database for a real portal.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Protocol, cast

from securelogin.accounts import AccountId
from securelogin.adapters import (
    AsyncAccountRegistry,
    AsyncAccounts,
    AsyncAttemptErasure,
    AsyncAttemptLog,
    AsyncAttemptSearch,
    AsyncAuditLog,
    AsyncAuditRetention,
    AsyncCounters,
    AsyncCredentials,
    AsyncDeadLetters,
    AsyncErasure,
    AsyncLinks,
    AsyncOutbox,
    AsyncOutboxQueue,
    AsyncPurge,
    AsyncSessions,
)
from securelogin.addresses import NO_TENANT, AddressKey, Tenant
from securelogin.attempts import AttemptRecord, Span
from securelogin.evidence import CounterKey, Windows
from securelogin.links import LinkId, RecipientLink
from securelogin.mail import MailOrder, OrderState
from securelogin.sessions import MOST_HELD, Session, SessionDigest
from securelogin.stores.memory_accounts import (
    MemoryAccounts,
    MemoryCredentials,
)
from securelogin.stores.memory_audit import MemoryAudit
from securelogin.stores.memory_reads import (
    AsyncMemoryLoginReads,
    AsyncMemorySessionReads,
    MemoryLoginReads,
    MemorySessionReads,
)
from securelogin.stores.memory_retention import MemoryRetention
from securelogin.stores.memory_rows import MemoryRows, longest_over

__all__ = ["AsyncMemoryStore", "MemoryStore"]

_MOST_COUNTERS = 100_000


class MemorySessions(MemoryRows[SessionDigest, Session]):
    """`Sessions`."""

    def __init__(self, lock: threading.RLock) -> None:
        super().__init__(
            lambda session: session.digest, lock, ends=lambda session: session.until
        )
        self._digests: dict[AccountId, list[SessionDigest]] = {}

    def add(self, session: Session, /) -> bool:
        """Store a new session."""
        with self._lock:
            if not super().add(session):
                return False
            self._digests.setdefault(session.account, []).append(session.digest)
            return True

    def drop(self, keys: Sequence[SessionDigest], /) -> None:
        """Delete these, in the accounts' lists too."""
        gone = frozenset(keys)
        for account in {self._rows[key].account for key in gone}:
            held = self._digests[account]
            self._digests[account] = [key for key in held if key not in gone]
        super().drop(keys)

    def held_by(self, account: AccountId, /) -> Sequence[Session]:
        """Return the newest 100 of the account's sessions that have not ended."""
        with self._lock:
            newest = map(
                self._rows.__getitem__, reversed(self._digests.get(account, []))
            )
            lasting = (session for session in newest if session.ended_at is None)
            return tuple(islice(lasting, MOST_HELD))


class MemoryCounters:
    """`Counters`."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._totals: dict[CounterKey, tuple[int, datetime]] = {}

    def hit(self, windows: Windows, /, *, at: datetime) -> Mapping[CounterKey, int]:
        """Add one to each key; return the new totals."""
        totals = {}
        with self._lock:
            for key, window in windows.items():
                total, until = self._totals.get(key, (0, at))
                if until <= at:
                    total, until = 0, at + window
                    self._make_room(at)
                self._totals[key] = (total + 1, until)
                totals[key] = total + 1
        return totals

    def _make_room(self, at: datetime) -> None:
        if len(self._totals) < _MOST_COUNTERS:
            return
        # Ended windows go first; if none has ended, the half that ends last.
        by_end = sorted(self._totals, key=lambda key: self._totals[key][1])
        ended = [key for key in by_end if self._totals[key][1] <= at]
        for key in ended or by_end[_MOST_COUNTERS // 2 :]:
            del self._totals[key]

    def reset(self, keys: Sequence[CounterKey], /) -> None:
        """Forget these keys."""
        with self._lock:
            self.drop(keys)

    def over(self, before: datetime, /) -> list[CounterKey]:
        """Return the keys whose window was over before a moment."""
        ends = ((key, until) for key, (_, until) in self._totals.items())
        return longest_over(ends, before)

    def drop(self, keys: Sequence[CounterKey], /) -> None:
        """Delete these."""
        for key in keys:
            self._totals.pop(key, None)


class MemoryAttempts:
    """`AttemptLog`, `AttemptSearch` and `AttemptErasure`."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._records: list[AttemptRecord] = []
        self._places: dict[str, int] = {}

    def record(self, record: AttemptRecord, /) -> None:
        """Append."""
        with self._lock:
            self._places[record.reference] = len(self._records)
            self._records.append(record)

    def by_reference(self, reference: str, /) -> AttemptRecord | None:
        """Return the attempt that was answered with this reference."""
        with self._lock:
            place = self._places.get(reference)
            return None if place is None else self._records[place]

    def near(self, span: Span, /) -> Sequence[AttemptRecord]:
        """Return the newest 100 attempts that the span holds, newest first."""
        with self._lock:
            found = [record for record in self._records if span.holds(record)]
        found.reverse()  # of two at one moment the later one comes first
        return tuple(sorted(found, key=lambda record: record.at, reverse=True)[:100])

    def erase(
        self, account: AccountId, lookups: Sequence[str], /, *, tenant: Tenant
    ) -> int:
        """Blank typed address, key, IP and browser; return the number of records."""
        with self._lock:
            places = [
                place
                for place, record in enumerate(self._records)
                if record.account == account
                or (record.tenant in (tenant, NO_TENANT) and record.lookup in lookups)
            ]
            for place in places:
                self._records[place] = self._records[place].erased()
            return len(places)

    def over(self, before: datetime, /) -> list[int]:
        """Return the places of attempts made before a moment."""
        return longest_over(
            ((place, record.at) for place, record in enumerate(self._records)), before
        )

    def drop(self, places: Sequence[int], /) -> None:
        """Delete the attempts at these places."""
        gone = frozenset(places)
        kept = [one for place, one in enumerate(self._records) if place not in gone]
        self._records = kept
        self._places = {record.reference: place for place, record in enumerate(kept)}


class MemoryOutbox(MemoryRows[str, MailOrder]):
    """`Outbox`, `OutboxQueue` and `DeadLetters`."""

    def __init__(self, lock: threading.RLock) -> None:
        super().__init__(
            lambda order: order.id, lock, ends=lambda order: order.settled_at
        )
        self._orders = self._rows

    def record(self, order: MailOrder, /) -> None:
        """Append; one whose id is there already stays as it is."""
        with self._lock:
            self._orders.setdefault(order.id, order)

    def lease(
        self, *, at: datetime, until: datetime, limit: int
    ) -> Sequence[MailOrder]:
        """Take up to *limit* waiting orders that are due and not leased."""
        with self._lock:
            due = [
                order
                for order in self._orders.values()
                if order.state is OrderState.WAITING
                and order.due_at <= at
                and (order.leased_until is None or order.leased_until <= at)
            ]
            due.sort(key=lambda order: order.due_at)
            taken = tuple(order.leased(until=until) for order in due[:limit])
            self._orders.update({order.id: order for order in taken})
            return taken

    def about(
        self, account: AccountId | None, lookup: AddressKey | None, /
    ) -> Sequence[MailOrder]:
        """Return the newest 20 orders for an account or a look-up key."""
        with self._lock:
            found = [
                order
                for order in self._orders.values()
                if (account is not None and order.account == account)
                or (lookup is not None and order.lookup == lookup)
            ]
        found.reverse()  # of two at one moment the later one comes first
        return tuple(sorted(found, key=lambda order: order.at, reverse=True)[:20])

    def dead(
        self, tenant: Tenant | None, /, *, before: datetime
    ) -> Sequence[MailOrder]:
        """Return the newest 20 orders that were refused or given up before a moment."""
        with self._lock:
            ended = [
                (order.settled_at, order)
                for order in self._orders.values()
                if order.is_dead
                and order.settled_at is not None
                and order.settled_at < before
                and tenant in {None, order.tenant}
            ]
        ended.reverse()  # of two at one moment the later one comes first
        ended.sort(key=itemgetter(0), reverse=True)
        return tuple(order for _, order in ended[:20])


class MemoryStore:
    """All storage interfaces over one lock, for the sync flows."""

    def __init__(self) -> None:
        lock = threading.RLock()
        self.accounts: MemoryAccounts = MemoryAccounts(lock)
        self.credentials: MemoryCredentials = MemoryCredentials(lock)
        self.links: MemoryRows[LinkId, RecipientLink] = MemoryRows(
            lambda link: link.id, lock, ends=lambda link: link.until
        )
        self.login_reads: MemoryLoginReads = MemoryLoginReads(
            lock,
            accounts=self.accounts,
            credentials=self.credentials,
            links=self.links,
        )
        self.sessions: MemorySessions = MemorySessions(lock)
        self.session_reads: MemorySessionReads = MemorySessionReads(
            lock,
            sessions=self.sessions,
            accounts=self.accounts,
            credentials=self.credentials,
        )
        self.counters: MemoryCounters = MemoryCounters(lock)
        self.attempts: MemoryAttempts = MemoryAttempts(lock)
        self.outbox: MemoryOutbox = MemoryOutbox(lock)
        self.audit: MemoryAudit = MemoryAudit(lock)
        self.retention: MemoryRetention = MemoryRetention(
            lock,
            sessions=self.sessions,
            counters=self.counters,
            links=self.links,
            attempts=self.attempts,
            mails=self.outbox,
            temporaries=self.credentials,
        )


class _AsyncCredentials(AsyncCredentials, Protocol):
    async def sample(self, *, limit: int) -> Sequence[str]: ...


class _AsyncAccounts(AsyncAccounts, AsyncAccountRegistry, Protocol): ...


class _AsyncAttempts(
    AsyncAttemptLog, AsyncAttemptSearch, AsyncAttemptErasure, Protocol
): ...


class _AsyncOutbox(AsyncOutbox, AsyncOutboxQueue, AsyncDeadLetters, Protocol): ...


class _AsyncRetention(AsyncPurge, AsyncErasure, Protocol): ...


class _AsyncAudit(AsyncAuditLog, AsyncAuditRetention, Protocol): ...


class AsyncMemoryStore:
    """The same store for the async flows; `sync` is the store behind it."""

    def __init__(self, sync: MemoryStore | None = None) -> None:
        self.sync: MemoryStore = sync or MemoryStore()
        self.accounts: _AsyncAccounts = cast(
            "_AsyncAccounts", _in_async(self.sync.accounts)
        )
        self.credentials: _AsyncCredentials = cast(
            "_AsyncCredentials", _in_async(self.sync.credentials)
        )
        self.links: AsyncLinks = cast("AsyncLinks", _in_async(self.sync.links))
        self.login_reads: AsyncMemoryLoginReads = AsyncMemoryLoginReads(
            self.sync.login_reads, (self.accounts, self.credentials, self.links)
        )
        self.sessions: AsyncSessions = cast(
            "AsyncSessions", _in_async(self.sync.sessions)
        )
        self.session_reads: AsyncMemorySessionReads = AsyncMemorySessionReads(
            self.sync.session_reads, (self.sessions, self.accounts, self.credentials)
        )
        self.counters: AsyncCounters = cast(
            "AsyncCounters", _in_async(self.sync.counters)
        )
        self.attempts: _AsyncAttempts = cast(
            "_AsyncAttempts", _in_async(self.sync.attempts)
        )
        self.outbox: _AsyncOutbox = cast("_AsyncOutbox", _in_async(self.sync.outbox))
        self.retention: _AsyncRetention = cast(
            "_AsyncRetention", _in_async(self.sync.retention)
        )
        self.audit: _AsyncAudit = cast("_AsyncAudit", _in_async(self.sync.audit))


def _in_async(part: object) -> object:
    """Return an object with the methods of *part* as coroutine functions.

    A dictionary look-up blocks no event loop: there is nothing to hand to a thread.
    """
    methods = {
        name: _coroutine(getattr(part, name))
        for name in dir(part)
        if not name.startswith("_")
    }
    return type(f"Async{type(part).__name__.strip('_')}", (), methods)()


def _coroutine(method: Callable[..., object]) -> object:
    async def call(*args: object, **options: object) -> object:
        return method(*args, **options)

    return staticmethod(call)
