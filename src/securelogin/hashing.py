"""One bounded pool of threads for Argon2, in both colours.

Argon2 takes 64 MiB and a tenth of a second a run. So it runs in threads of our own, as
many as cores (each keeps its block), never on the event loop, with a bounded queue in
front; what does not fit is answered at once and the same for everybody (threats C75,
E11, F-18). A permit belongs to the worker, not to the request: whoever goes away leaves
nothing behind that runs beside the bound.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import partial
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from securelogin.accounts import AccountId
from securelogin.addresses import AddressKey
from securelogin.errors import WiringError
from securelogin.hidden import Hidden
from securelogin.passwords import Match, PasswordHasher

__all__ = ["AsyncHashing", "Hashing", "HashingPool", "PoolState"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolState:
    """A pool at one moment: what runs, what waits, what was turned away so far."""

    running: int
    waiting: int
    shed: int


class _Stage(Enum):
    WAITING = 1
    TAKEN = 2
    ABANDONED = 3


class _Job(Generic[T]):
    """One piece of work. Its stage changes under the pool's lock only."""

    __slots__ = ("error", "result", "stage", "tell", "work")

    def __init__(self, work: Callable[[], T], tell: Callable[[], object]) -> None:
        self.work: Callable[[], T] | None = work
        self.tell = tell
        self.stage = _Stage.WAITING
        self.result: T | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        work, self.work = self.work, None
        try:
            self.result = None if work is None else work()
        except BaseException as error:  # noqa: BLE001 -- raised again in the caller
            self.error = error

    def outcome(self) -> T | None:
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        return self.result


class HashingPool:
    """So many threads, so many waiting, so long; beyond that, None.

    Args:
        size: threads, and so runs at once; as many as cores by default.
        queue: how many may wait.
        wait: how long one waits before it is turned away.

    Raises:
        WiringError: a number makes no sense.

    Make one for each process and hand it to whatever hashes there. Safe between
    threads and event loops; after a fork the child begins with an empty pool.
    """

    def __init__(
        self,
        *,
        size: int | None = None,
        queue: int = 64,
        wait: timedelta = timedelta(seconds=5),
    ) -> None:
        self.size = (os.cpu_count() or 1) if size is None else size
        self.queue = queue
        self.wait = wait
        makes_sense = (
            type(self.size) is int
            and type(queue) is int
            and isinstance(wait, timedelta)
            and self.size > 0
            and queue >= 0
            and wait > timedelta(0)
        )
        if not makes_sense:
            raise WiringError(
                "a pool has at least one thread, and a wait above zero.",
                setting="HashingPool(size=…, queue=…, wait=…)",
                cure="Leave them out for the defaults.",
            )
        self._begin()
        os.register_at_fork(
            after_in_child=partial(_begin_again, weakref.WeakMethod(self._begin))
        )

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._jobs: SimpleQueue[_Job[Any]] = SimpleQueue()
        self._threads = 0
        self._waiting = 0
        self._running = 0
        self._shed = 0

    @property
    def state(self) -> PoolState:
        """How much is running, is waiting and has been turned away."""
        with self._lock:
            return PoolState(
                running=self._running, waiting=self._waiting, shed=self._shed
            )

    def run(self, work: Callable[[], T], /) -> T | None:
        """Run *work* in the pool and return its result; None if there is no room."""
        woken = threading.Lock()
        woken.acquire()
        job = _Job(work, woken.release)
        if not self._enter(job):
            return None
        if not woken.acquire(timeout=self.wait.total_seconds()):
            # Either it gives up its place, or the work has begun and will end.
            if self._abandon(job):
                return None
            woken.acquire()
        return job.outcome()

    async def run_async(self, work: Callable[[], T], /) -> T | None:
        """Do the same without holding up the event loop.

        A task that is cancelled while it waits gives up its place; work that has begun
        ends in its thread and keeps its permit until then.
        """
        loop = asyncio.get_running_loop()
        woken = loop.create_future()
        job = _Job(work, partial(_tell_loop, loop, woken))
        if not self._enter(job):
            return None
        timer = loop.call_later(
            self.wait.total_seconds(),
            lambda: _wake(woken) if self._abandon(job) else None,
        )
        try:
            await woken
        except asyncio.CancelledError:
            self._abandon(job)
            raise
        finally:
            timer.cancel()
        return job.outcome()

    def _enter(self, job: _Job[T]) -> bool:
        with self._lock:
            if self._running + self._waiting >= self.size + self.queue:
                self._shed += 1
                return False
            self._waiting += 1
            if self._waiting + self._running > self._threads < self.size:
                self._begin_thread()
            if not self._threads:
                self._waiting -= 1
                self._shed += 1
                return False
            self._jobs.put(job)
        return True

    def _begin_thread(self) -> None:
        thread = threading.Thread(
            target=self._serve, name="securelogin-argon2", daemon=True
        )
        # The system may have no thread left to give: then those there are have to do.
        with contextlib.suppress(RuntimeError):
            thread.start()
            self._threads += 1

    def _abandon(self, job: _Job[T]) -> bool:
        """Give up a place in the queue; False if the work has begun."""
        with self._lock:
            if job.stage is not _Stage.WAITING:
                return False
            job.stage = _Stage.ABANDONED
            job.work = None
            self._waiting -= 1
            self._shed += 1
            return True

    def _take(self, job: _Job[T]) -> bool:
        """Take a job off the queue; False if it was abandoned there."""
        with self._lock:
            if job.stage is not _Stage.WAITING:
                return False
            job.stage = _Stage.TAKEN
            self._waiting -= 1
            self._running += 1
            return True

    def _serve(self) -> None:
        while True:
            job = self._jobs.get()
            if self._take(job):
                job.run()
                with self._lock:
                    self._running -= 1
                # order matters: the permit is free before the caller goes on
                # (test_hashing: a finished caller finds room).
                job.tell()
            del job


def _begin_again(begin: weakref.WeakMethod[Callable[[], None]]) -> None:
    """Empty a forked child's pool, if it is still there: its threads are not."""
    pool_begin = begin()
    if pool_begin is not None:
        pool_begin()


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)


def _tell_loop(loop: asyncio.AbstractEventLoop, woken: asyncio.Future[None]) -> None:
    try:
        loop.call_soon_threadsafe(_wake, woken)
    except RuntimeError:
        # The loop was closed while the work went on: nobody waits any more.
        return


class Hashing:
    """A hasher behind a pool, for the sync flows; it is a `PasswordCheck`."""

    def __init__(self, hasher: PasswordHasher, pool: HashingPool, /) -> None:
        self._hasher = hasher
        self._pool = pool

    def check(
        self,
        secret: Hidden,
        /,
        *,
        stored: str | None,
        account: AccountId,
        address: AddressKey,  # noqa: ARG002 -- other authorities go by the address
    ) -> Match:
        """Check a secret in one run; `Match.NOT_RUN` if the pool has no room."""
        work = partial(self._hasher.check, secret, stored=stored, account=account)
        return self._pool.run(work) or Match.NOT_RUN

    def hash(self, secret: Hidden, /, *, account: AccountId) -> str | None:
        """Hash a new secret; None if the pool has no room."""
        return self._pool.run(partial(self._hasher.hash, secret, account=account))

    def upgraded(self, secret: Hidden, /, *, stored: str, account: AccountId) -> str:
        """Return *stored*, or a hash with today's parameters if it has older ones.

        Call it with the right secret only. Without room the old hash stays.
        """
        if not self._hasher.needs_rehash(stored):
            return stored
        return self.hash(secret, account=account) or stored


class AsyncHashing:
    """A hasher behind a pool, for the async flows; it is an `AsyncPasswordCheck`."""

    def __init__(self, hasher: PasswordHasher, pool: HashingPool, /) -> None:
        self._hasher = hasher
        self._pool = pool

    async def check(
        self,
        secret: Hidden,
        /,
        *,
        stored: str | None,
        account: AccountId,
        address: AddressKey,  # noqa: ARG002 -- other authorities go by the address
    ) -> Match:
        """Check a secret in one run; `Match.NOT_RUN` if the pool has no room."""
        work = partial(self._hasher.check, secret, stored=stored, account=account)
        return await self._pool.run_async(work) or Match.NOT_RUN

    async def hash(self, secret: Hidden, /, *, account: AccountId) -> str | None:
        """Hash a new secret; None if the pool has no room."""
        work = partial(self._hasher.hash, secret, account=account)
        return await self._pool.run_async(work)

    async def upgraded(
        self, secret: Hidden, /, *, stored: str, account: AccountId
    ) -> str:
        """Return *stored*, or a hash with today's parameters if it has older ones.

        Call it with the right secret only. Without room the old hash stays.
        """
        if not self._hasher.needs_rehash(stored):
            return stored
        return await self.hash(secret, account=account) or stored
