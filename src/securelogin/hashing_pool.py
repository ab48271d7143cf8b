"""One bounded pool of threads for Argon2.

Argon2 takes 64 MiB and a tenth of a second a run. So it runs in threads of our own, as
many as cores (each keeps its block), never on the event loop, with a bounded queue in
front that is fair between sources; what does not fit is answered at once and the same
for every account (threats C75, E11, F-18). A permit belongs to the worker, not to the
request: whoever goes away leaves nothing behind that runs beside the bound.
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
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from securelogin.errors import WiringError
from securelogin.fair_queue import FairQueue
from securelogin.machine import usable_cores
from securelogin.phc import RECOMMENDED

__all__ = ["HashingPool", "PoolMetrics"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolMetrics:
    """A pool at one moment; all but the first three count since the process began.

    Attributes:
        size: threads it may have.
        running: in flight now.
        waiting: in the queue now.
        runs: begun, those in flight included.
        shed: turned away: no room, pushed out by another source, or waited too long.
        cancelled: gave up their place themselves.
        most_running, most_waiting: high-water marks.
    """

    size: int
    running: int = 0
    waiting: int = 0
    runs: int = 0
    shed: int = 0
    cancelled: int = 0
    most_running: int = 0
    most_waiting: int = 0


class _Stage(Enum):
    WAITING = 1
    TAKEN = 2
    GONE = 3


class _Job(Generic[T]):
    """One piece of work. Its stage changes under the pool's lock only."""

    __slots__ = ("error", "result", "source", "stage", "tell", "work")

    def __init__(
        self, work: Callable[[], T], tell: Callable[[], object], source: str
    ) -> None:
        self.work: Callable[[], T] | None = work
        self.tell = tell
        self.source = source
        self.stage = _Stage.WAITING
        self.result: T | None = None
        self.error: BaseException | None = None

    def drop(self) -> None:
        """Let go of the work, which holds a secret, however long the job is held."""
        self.stage = _Stage.GONE
        self.work = None

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
        size: threads, and so runs at once; as many as the process has cores by default
            (affinity and container quota included).
        queue: how many may wait. Sources wait in turn; where the queue is full, the
            source with most in it gives way to one with less.
        wait: how long one waits before it is turned away.
        memory_budget: KiB that all runs together may take: there are never more
            threads than blocks that fit.
        block: KiB of one run: the largest `Argon2Parameters.memory` in use.

    Raises:
        WiringError: a number makes no sense, or not even one block fits.

    Make one for each process and hand it to whatever hashes there. Safe between
    threads and event loops; after a fork the child begins with an empty pool.
    """

    def __init__(
        self,
        *,
        size: int | None = None,
        queue: int = 64,
        wait: timedelta = timedelta(seconds=5),
        memory_budget: int | None = None,
        block: int = RECOMMENDED.memory,
    ) -> None:
        self.size: int = usable_cores() if size is None else size
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
        if memory_budget is not None:
            self.size = min(self.size, _blocks(memory_budget, block))
        self._begin()
        os.register_at_fork(
            after_in_child=partial(_begin_again, weakref.WeakMethod(self._begin))
        )

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._jobs: FairQueue[_Job[Any]] = FairQueue()
        # One for each job that waits: threads sleep here, in C, and not on the lock.
        self._wake_ups: SimpleQueue[None] = SimpleQueue()
        self._threads = 0
        self._running = 0
        self._runs = 0
        self._shed = 0
        self._cancelled = 0
        self._most_running = 0
        self._most_waiting = 0

    def metrics(self) -> PoolMetrics:
        """Return what is going on and what has been; as cheap as a few additions."""
        with self._lock:
            return PoolMetrics(
                size=self.size,
                running=self._running,
                waiting=len(self._jobs),
                runs=self._runs,
                shed=self._shed,
                cancelled=self._cancelled,
                most_running=self._most_running,
                most_waiting=self._most_waiting,
            )

    def run(self, work: Callable[[], T], /, *, source: str = "") -> T | None:
        """Run *work* in the pool and return its result; None if there is no room.

        *source* is where the request came from (`Client.source`); what the portal does
        of its own accord has none, and is one source among the others.
        """
        woken = threading.Lock()
        woken.acquire()
        job = _Job(work, woken.release, source)
        if not self._enter(job):
            return None
        try:
            in_time = woken.acquire(timeout=self.wait.total_seconds())
        except BaseException:
            # A signal's handler, or a framework's timeout, took the thread away.
            self._cancel(job)
            raise
        if not in_time:
            # Either it gives up its place, or the work has begun and will end.
            if self._give_up(job):
                return None
            woken.acquire()
        return job.outcome()

    async def run_async(
        self, work: Callable[[], T], /, *, source: str = ""
    ) -> T | None:
        """Do the same without holding up the event loop.

        A task that is cancelled while it waits gives up its place; work that has begun
        ends in its thread and keeps its permit until then.
        """
        loop = asyncio.get_running_loop()
        woken = loop.create_future()
        job = _Job(work, partial(_tell_loop, loop, woken), source)
        if not self._enter(job):
            return None
        timer = loop.call_later(
            self.wait.total_seconds(),
            lambda: _wake(woken) if self._give_up(job) else None,
        )
        try:
            await woken
        except asyncio.CancelledError:
            self._cancel(job)
            raise
        finally:
            timer.cancel()
        return job.outcome()

    def _enter(self, job: _Job[T]) -> bool:
        """Let a job wait; False if it was turned away."""
        with self._lock:
            room = self.size - self._running + self.queue
            gone = self._jobs.add(job, source=job.source, room=room)
            if gone is None and not self._has_thread():
                self._jobs.remove(job, source=job.source)
                gone = job
            if gone is None:
                self._wake_ups.put(None)
                self._most_waiting = max(self._most_waiting, len(self._jobs))
                return True
            gone.drop()
            self._shed += 1
        if gone is job:
            return False
        # The newcomer goes by the wake-up of the one that it pushed out.
        gone.tell()
        return True

    def _has_thread(self) -> bool:
        """Begin a thread if all are busy; False if there is none at all."""
        if len(self._jobs) + self._running > self._threads < self.size:
            thread = threading.Thread(
                target=self._serve, name="securelogin-argon2", daemon=True
            )
            # The system may have no thread left to give: then those there are have to
            # do.
            with contextlib.suppress(RuntimeError):
                thread.start()
                self._threads += 1
        return self._threads > 0

    def _give_up(self, job: _Job[T]) -> bool:
        """Turn away what waited too long; False if it does not wait any more."""
        with self._lock:
            left = self._leave(job)
            self._shed += left
        return left

    def _cancel(self, job: _Job[T]) -> None:
        with self._lock:
            self._cancelled += self._leave(job)

    def _leave(self, job: _Job[T]) -> bool:
        """Give up a place in the queue; False if it was left already."""
        if job.stage is not _Stage.WAITING:
            return False
        self._jobs.remove(job, source=job.source)
        job.drop()
        # If a thread has it already, that one will find nothing to do.
        with contextlib.suppress(Empty):
            self._wake_ups.get_nowait()
        return True

    def _take(self) -> _Job[Any] | None:
        with self._lock:
            job = self._jobs.take()
            if job is not None:
                job.stage = _Stage.TAKEN
                self._runs += 1
                self._running += 1
                self._most_running = max(self._most_running, self._running)
            return job

    def _serve(self) -> None:
        while True:
            self._wake_ups.get()
            job = self._take()
            if job is not None:
                job.run()
                with self._lock:
                    self._running -= 1
                # order matters: the permit is free before the caller goes on
                # (test_hashing_pool: a finished caller finds room).
                job.tell()
            del job


def _blocks(memory_budget: int, block: int) -> int:
    """Return how many blocks the budget holds."""
    both = (memory_budget, block)
    if (
        any(type(amount) is not int for amount in both)
        or not 0 < block <= memory_budget
    ):
        raise WiringError(
            "the budget holds not even one block.",
            setting="HashingPool(memory_budget=…, block=…)",
            cure="Both are KiB, as in Argon2Parameters; one run needs one block.",
        )
    return memory_budget // block


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
