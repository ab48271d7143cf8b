"""A store in memory: the reference. Read it before you write your own.

Good for tests, demos and one process; everything is gone when that ends. Every verb is
one short step under one lock, which is the whole of the concurrency promise. There is
no limit on attempts and sessions kept: use a database for a real portal.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar, cast

from securelogin.accounts import Account, AccountId
from securelogin.adapters import (
    AsyncAccountRegistry,
    AsyncAccounts,
    AsyncAttemptErasure,
    AsyncAttemptLog,
    AsyncAttemptSearch,
    AsyncCounters,
    AsyncCredentials,
    AsyncLinks,
    AsyncOutbox,
    AsyncOutboxQueue,
    AsyncSessions,
)
from securelogin.addresses import AddressKey, Tenant
from securelogin.attempts import AttemptRecord, Span
from securelogin.credentials import Credential
from securelogin.evidence import CounterKey, Windows
from securelogin.links import LinkId, RecipientLink
from securelogin.mail import MailOrder, OrderState
from securelogin.sessions import Session, SessionDigest

__all__ = ["AsyncMemoryStore", "MemoryStore"]

_MOST_COUNTERS = 100_000


class _Versioned(Protocol):
    @property
    def version(self) -> int: ...


K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=_Versioned)


class _Rows(Generic[K, V]):
    """`get`, `add` and `replace` for values that know their key and version."""

    def __init__(self, key: Callable[[V], K], lock: threading.RLock) -> None:
        self._key = key
        self._lock = lock
        self._rows: dict[K, V] = {}

    def get(self, key: K, /) -> V | None:
        with self._lock:
            return self._rows.get(key)

    def add(self, value: V, /) -> bool:
        with self._lock:
            if self._key(value) in self._rows:
                return False
            self._rows[self._key(value)] = value
            return True

    def replace(self, old: V, new: V, /) -> bool:
        with self._lock:
            current = self._rows.get(self._key(old))
            if current is None or current.version != old.version:
                return False
            self._rows[self._key(old)] = new
            return True


class MemoryAccounts(_Rows[AccountId, Account]):
    """`Accounts` and `AccountRegistry`."""

    def __init__(self, lock: threading.RLock) -> None:
        super().__init__(lambda account: account.id, lock)
        self._holders: dict[AddressKey, AccountId] = {}

    def find(self, key: AddressKey, /) -> Account | None:
        """Return the account whose primary address or alias has this key."""
        with self._lock:
            holder = self._holders.get(key)
            return None if holder is None else self._rows.get(holder)

    def add(self, account: Account, /) -> bool:
        """Store a new account if its id and every one of its keys are free."""
        with self._lock:
            if any(key in self._holders for key in account.keys):
                return False
            if not super().add(account):
                return False
            self._holders.update(dict.fromkeys(account.keys, account.id))
            return True

    def replace(self, old: Account, new: Account, /) -> bool:
        """Store *new* if *old* is current and no key of *new* is another account's."""
        with self._lock:
            if any(self._holders.get(key, new.id) != new.id for key in new.keys):
                return False
            if not super().replace(old, new):
                return False
            for key in old.keys:
                del self._holders[key]
            self._holders.update(dict.fromkeys(new.keys, new.id))
            return True


class MemorySessions(_Rows[SessionDigest, Session]):
    """`Sessions`."""

    def __init__(self, lock: threading.RLock) -> None:
        super().__init__(lambda session: session.digest, lock)
        self._digests: dict[AccountId, list[SessionDigest]] = {}

    def add(self, session: Session, /) -> bool:
        """Store a new session."""
        with self._lock:
            if not super().add(session):
                return False
            self._digests.setdefault(session.account, []).append(session.digest)
            return True

    def held_by(self, account: AccountId, /) -> Sequence[Session]:
        """Return the account's newest 100 sessions, newest first, ended ones too."""
        with self._lock:
            newest = self._digests.get(account, [])[-100:]
            return tuple(self._rows[digest] for digest in reversed(newest))


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
        # Ended windows go first; if none has ended, the half that ends soonest.
        by_end = sorted(self._totals, key=lambda key: self._totals[key][1])
        ended = [key for key in by_end if self._totals[key][1] <= at]
        for key in ended or by_end[: _MOST_COUNTERS // 2]:
            del self._totals[key]

    def reset(self, keys: Sequence[CounterKey], /) -> None:
        """Forget these keys."""
        with self._lock:
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
                or (record.tenant == tenant and record.lookup in lookups)
            ]
            for place in places:
                self._records[place] = self._records[place].erased()
            return len(places)


class MemoryOutbox:
    """`Outbox` and `OutboxQueue`."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._orders: dict[str, MailOrder] = {}

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

    def replace(self, old: MailOrder, new: MailOrder, /) -> bool:
        """Store *new* if *old* is current."""
        with self._lock:
            current = self._orders.get(old.id)
            if current is None or current.version != old.version:
                return False
            self._orders[old.id] = new
            return True

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


class MemoryStore:
    """All storage interfaces over one lock, for the sync flows."""

    def __init__(self) -> None:
        lock = threading.RLock()
        self.accounts = MemoryAccounts(lock)
        self.credentials: _Rows[AccountId, Credential] = _Rows(
            lambda credential: credential.account, lock
        )
        self.links: _Rows[LinkId, RecipientLink] = _Rows(lambda link: link.id, lock)
        self.sessions = MemorySessions(lock)
        self.counters = MemoryCounters(lock)
        self.attempts = MemoryAttempts(lock)
        self.outbox = MemoryOutbox(lock)


class _AsyncAccounts(AsyncAccounts, AsyncAccountRegistry, Protocol): ...


class _AsyncAttempts(
    AsyncAttemptLog, AsyncAttemptSearch, AsyncAttemptErasure, Protocol
): ...


class _AsyncOutbox(AsyncOutbox, AsyncOutboxQueue, Protocol): ...


class AsyncMemoryStore:
    """The same store for the async flows; `sync` is the store behind it."""

    def __init__(self, sync: MemoryStore | None = None) -> None:
        self.sync = sync or MemoryStore()
        self.accounts = cast("_AsyncAccounts", _in_async(self.sync.accounts))
        self.credentials = cast("AsyncCredentials", _in_async(self.sync.credentials))
        self.links = cast("AsyncLinks", _in_async(self.sync.links))
        self.sessions = cast("AsyncSessions", _in_async(self.sync.sessions))
        self.counters = cast("AsyncCounters", _in_async(self.sync.counters))
        self.attempts = cast("_AsyncAttempts", _in_async(self.sync.attempts))
        self.outbox = cast("_AsyncOutbox", _in_async(self.sync.outbox))


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
