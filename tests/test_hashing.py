"""The hashing pool: its bounds hold, whoever waits, leaves, fails or forks."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from securelogin import hashing
from securelogin.addresses import parse_address
from securelogin.errors import Unavailable, WiringError
from securelogin.hashing import AsyncHashing, Hashing, HashingPool, PoolState
from securelogin.hidden import Hidden
from securelogin.passwords import Argon2CFFI, Match
from securelogin.phc import Argon2Parameters
from tests.wiring import PASSWORD, cheap_hasher

LONG = timedelta(seconds=60)
SHORT = timedelta(milliseconds=1)
SECRET = Hidden(PASSWORD)
KEY = parse_address("ann@example.org").key("acme")

COLOURS = {
    "sync": lambda pool, work: pool.run(work),
    "async": lambda pool, work: asyncio.run(pool.run_async(work)),
}


@pytest.fixture(params=COLOURS.values(), ids=COLOURS)
def run(request) -> Callable[..., object]:
    return request.param


class Gate:
    """Work that has begun and does not end until it is let through."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.open = threading.Event()

    def __call__(self) -> str:
        self.begun.release()
        assert self.open.wait(60)
        return "through"


@contextlib.contextmanager
def occupied(pool: HashingPool) -> Iterator[None]:
    """Keep every thread of *pool* busy."""
    gate = Gate()
    # However short its wait is: what occupies it must have begun.
    wait, pool.wait = pool.wait, LONG
    with ThreadPoolExecutor(pool.size) as callers:
        running = [callers.submit(pool.run, gate) for _ in range(pool.size)]
        for _ in running:
            gate.begun.acquire()
        pool.wait = wait
        try:
            yield
        finally:
            gate.open.set()
        assert {call.result(60) for call in running} == {"through"}


def test_what_was_worked_out_comes_back(run):
    assert run(HashingPool(size=1), lambda: "done") == "done"


@pytest.mark.parametrize("size", [1, 3])
def test_C75_E11_F18_no_more_than_its_size_runs_at_once(run, size):
    pool = HashingPool(size=size, queue=64, wait=LONG)
    # Each run waits for as many others: all of them meet, or the test hangs.
    together = threading.Barrier(size)
    lock, running, peak, threads = threading.Lock(), 0, 0, set()

    def work() -> bool:
        nonlocal running, peak
        with lock:
            running += 1
            peak = max(peak, running)
            threads.add(threading.current_thread())
        together.wait(60)
        with lock:
            running -= 1
        return True

    with ThreadPoolExecutor(8 * size) as callers:
        calls = [callers.submit(run, pool, work) for _ in range(8 * size)]

        assert all(call.result(60) for call in calls)
    assert peak == size
    assert len(threads) == size
    assert pool.state == PoolState(running=0, waiting=0, shed=0)


def test_an_idle_thread_is_used_again(run):
    pool = HashingPool(size=8)

    threads = {run(pool, threading.current_thread) for _ in range(20)}

    assert len(threads) == 1


def test_the_threads_are_named_and_keep_no_process_alive():
    thread = HashingPool(size=1).run(threading.current_thread)

    assert thread is not None
    assert thread.name == "securelogin-argon2"
    assert thread.daemon


def test_the_work_is_never_done_in_the_callers_thread(run):
    assert run(HashingPool(size=1), threading.get_ident) != threading.get_ident()


def test_a_finished_caller_finds_room(run):
    pool = HashingPool(size=1, queue=0)

    assert [run(pool, lambda: "done") for _ in range(50)] == ["done"] * 50


def test_F18_beyond_the_queue_there_is_none_at_once(run):
    pool, done = HashingPool(size=2, queue=0, wait=LONG), []

    with occupied(pool):
        assert run(pool, lambda: done.append("work")) is None
        assert pool.state == PoolState(running=2, waiting=0, shed=1)

    assert run(pool, lambda: "done") == "done"
    assert done == []


def test_F18_the_queue_holds_as_many_as_it_says():
    pool = HashingPool(size=1, queue=3, wait=LONG)

    async def crowd() -> list[object]:
        with occupied(pool):
            waiting = [asyncio.create_task(pool.run_async(lambda: 1)) for _ in range(3)]
            await asyncio.sleep(0)
            assert pool.state == PoolState(running=1, waiting=3, shed=0)
            assert await pool.run_async(lambda: 2) is None
            assert pool.run(lambda: 2) is None
            assert pool.state == PoolState(running=1, waiting=3, shed=2)
        return await asyncio.gather(*waiting)

    assert asyncio.run(crowd()) == [1, 1, 1]


def test_F18_who_waits_too_long_goes_without_its_work_being_done(run):
    pool, done = HashingPool(size=1, queue=9, wait=SHORT), []

    with occupied(pool):
        assert run(pool, lambda: done.append("work")) is None
        assert pool.state == PoolState(running=1, waiting=0, shed=1)

    # Whatever still lay in the queue would come before this one.
    patient = HashingPool(size=1, queue=9, wait=LONG)
    assert run(patient, lambda: "done") == "done"
    pool.wait = LONG
    assert run(pool, lambda: "done") == "done"
    assert done == []


def test_who_gives_up_leaves_its_place_to_others():
    pool = HashingPool(size=1, queue=1, wait=SHORT)

    with occupied(pool):
        assert [pool.run(lambda: 1) for _ in range(5)] == [None] * 5
        assert pool.state.waiting == 0
    assert pool.state.shed == 5


class Watched(HashingPool):
    """A pool in which one waits only for work that has begun, and then gives up."""

    def _begin(self) -> None:
        super()._begin()
        self.begun, self.given_up = threading.Event(), threading.Event()

    def _enter(self, job):
        entered = super()._enter(job)
        assert self.begun.wait(60)
        return entered

    def _abandon(self, job):
        verdict = super()._abandon(job)
        self.given_up.set()
        return verdict


def test_F18_F66_work_that_has_begun_is_waited_for(run):
    pool = Watched(size=1, wait=SHORT)

    def work() -> bool:
        pool.begun.set()
        return pool.given_up.wait(60)

    assert run(pool, work) is True
    assert pool.state == PoolState(running=0, waiting=0, shed=0)


def test_F66_a_cancelled_task_gives_up_its_place():
    pool, done = HashingPool(size=1, queue=1, wait=LONG), []

    async def cancel() -> None:
        with occupied(pool):
            task = asyncio.create_task(pool.run_async(lambda: done.append("work")))
            await asyncio.sleep(0)
            assert pool.state.waiting == 1
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert pool.state == PoolState(running=1, waiting=0, shed=1)
        assert await pool.run_async(lambda: "done") == "done"

    asyncio.run(cancel())
    assert done == []


def test_F18_F66_work_begun_keeps_its_permit_when_its_task_is_cancelled():
    pool, gate = HashingPool(size=1, queue=1, wait=LONG), Gate()

    async def cancel() -> None:
        task = asyncio.create_task(pool.run_async(gate))
        await asyncio.sleep(0)
        gate.begun.acquire()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert pool.state == PoolState(running=1, waiting=0, shed=0)

        following = asyncio.create_task(pool.run_async(lambda: pool.state.running))
        await asyncio.sleep(0)
        assert pool.state.waiting == 1
        gate.open.set()
        assert await following == 1

    asyncio.run(cancel())


def test_F66_a_loop_that_closed_meanwhile_does_no_harm():
    pool, gate = HashingPool(size=1, queue=1, wait=LONG), Gate()

    async def leave() -> None:
        task = asyncio.create_task(pool.run_async(gate))
        await asyncio.sleep(0)
        gate.begun.acquire()
        task.cancel()

    asyncio.run(leave())
    gate.open.set()

    assert pool.run(lambda: "done") == "done"
    assert pool.state == PoolState(running=0, waiting=0, shed=0)


def test_F66_a_task_that_is_cancelled_as_its_work_ends_does_no_harm():
    pool, gate = HashingPool(size=1, queue=1, wait=LONG), Gate()

    async def cancel() -> None:
        task = asyncio.create_task(pool.run_async(gate))
        await asyncio.sleep(0)
        gate.begun.acquire()
        task.cancel()
        gate.open.set()
        # The work ends and tells this very loop, where nobody waits any more.
        assert await pool.run_async(lambda: "done") == "done"
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())


@pytest.mark.parametrize(
    "error",
    [ValueError("x"), Unavailable("MemoryError", adapter="A", verb="run"), Ellipsis],
    ids=["ValueError", "Unavailable", "BaseException"],
)
def test_an_error_arrives_unchanged(run, error):
    class Stopped(BaseException):
        pass

    raised = Stopped() if error is Ellipsis else error

    def fail() -> None:
        raise raised

    pool = HashingPool(size=1, queue=0)
    with pytest.raises(type(raised)) as caught:
        run(pool, fail)

    assert caught.value is raised
    assert run(pool, lambda: "done") == "done"


def test_F18_a_thread_that_cannot_start_does_not_cost_its_place(run, monkeypatch):
    pool = HashingPool(size=1, queue=0, wait=timedelta(seconds=1))

    def cannot(_thread) -> None:
        message = "can't start new thread"
        raise RuntimeError(message)

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", cannot)
        with contextlib.suppress(RuntimeError):
            assert pool.run(lambda: "done") is None

    assert (pool.state.running, pool.state.waiting) == (0, 0)
    assert run(pool, lambda: "done") == "done"


def test_F18_one_thread_serves_all_when_no_other_can_start(monkeypatch):
    pool, gate = HashingPool(size=2, queue=1, wait=LONG), Gate()

    def cannot(_thread) -> None:
        message = "can't start new thread"
        raise RuntimeError(message)

    async def crowd() -> list[object]:
        first = asyncio.create_task(pool.run_async(gate))
        await asyncio.sleep(0)
        gate.begun.acquire()
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", cannot)
            second = asyncio.create_task(pool.run_async(lambda: "done"))
            await asyncio.sleep(0)
        gate.open.set()
        return await asyncio.gather(first, second)

    assert asyncio.run(crowd()) == ["through", "done"]


@pytest.mark.parametrize(
    "wrong",
    [
        *({"size": 0}, {"size": -1}, {"queue": -1}, {"size": "2"}, {"queue": None}),
        *({"wait": timedelta(0)}, {"wait": -SHORT}, {"wait": 5}, {"wait": None}),
    ],
    ids=str,
)
def test_C62_a_number_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(WiringError, match="HashingPool"):
        HashingPool(**wrong)


@pytest.mark.parametrize(("cores", "size"), [(3, 3), (None, 1)])
def test_there_are_as_many_threads_as_cores(monkeypatch, cores, size):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)

    assert HashingPool().size == size


FORKING = """
import gc, os, sys, threading
from securelogin.hashing import HashingPool, PoolState

pool, gone = HashingPool(size=1, queue=1), HashingPool(size=1)
assert gone.run(lambda: 1) == pool.run(lambda: 1) == 1
del gone
gc.collect()
begun, go_on = threading.Event(), threading.Event()

def busy():
    begun.set()
    assert go_on.wait(60)

caller = threading.Thread(target=pool.run, args=(busy,))
caller.start()
assert begun.wait(60)
# The worst moment: some thread holds the pool's lock, and will never let go.
pool._lock.acquire()
child = os.fork()
if child == 0:
    empty = pool.state == PoolState(running=0, waiting=0, shed=0)
    os._exit(0 if empty and pool.run(lambda: 2) == 2 else 1)
pool._lock.release()
_, status = os.waitpid(child, 0)
go_on.set()
caller.join(60)
assert pool.run(lambda: 3) == 3
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_F68_a_forked_child_begins_with_an_empty_pool():
    done = subprocess.run(
        [sys.executable, "-c", FORKING], check=False, capture_output=True, timeout=120
    )

    assert done.returncode == 0, done.stderr.decode()


# What the test above does in another process, for those who count lines in this one.


def test_F68_a_pool_that_begins_again_is_empty_and_works():
    pool = HashingPool(size=1, queue=0)

    with occupied(pool):
        assert pool.run(lambda: "done") is None
        busy = pool.state
    hashing._begin_again(weakref.WeakMethod(pool._begin))

    assert busy == PoolState(running=1, waiting=0, shed=1)
    assert pool.state == PoolState(running=0, waiting=0, shed=0)
    assert pool.run(lambda: "done") == "done"


def test_F68_a_pool_that_is_gone_is_not_begun_again():
    pool = HashingPool(size=1)
    begin = weakref.WeakMethod(pool._begin)
    del pool
    gc.collect()

    assert begin() is None
    hashing._begin_again(begin)


# -- a hasher behind a pool --


class Counting(Argon2CFFI):
    """The real backend, which counts."""

    def __init__(self) -> None:
        self.runs = 0

    def run(self, secret, /, **options):
        self.runs += 1
        return super().run(secret, **options)


@pytest.fixture
def backend() -> Counting:
    return Counting()


@pytest.fixture
def pool() -> HashingPool:
    return HashingPool(size=1, queue=0)


@pytest.fixture(params=[Hashing, AsyncHashing], ids=["sync", "async"])
def plain(request, pool, backend):
    return Plain(request.param(cheap_hasher(backend=backend), pool))


class Plain:
    """Either colour with the face of the sync one."""

    def __init__(self, inner) -> None:
        self._inner = inner

    def __getattr__(self, name):
        def call(*args, **options):
            answer = getattr(self._inner, name)(*args, **options)
            return asyncio.run(answer) if inspect.iscoroutine(answer) else answer

        return call


@pytest.mark.parametrize(
    ("typed", "match"), [(SECRET, Match.RIGHT), (Hidden("x"), Match.WRONG)]
)
def test_C16_a_secret_is_checked_in_one_run(plain, backend, typed, match):
    stored = plain.hash(SECRET, account="a1")

    found = plain.check(typed, stored=stored, account="a1", address=KEY)

    assert found is match
    assert backend.runs == 2


def test_F18_without_room_nothing_is_checked_or_hashed(plain, pool, backend):
    with occupied(pool):
        match = plain.check(SECRET, stored=None, account="a1", address=KEY)

        assert match is Match.NOT_RUN
        assert plain.hash(SECRET, account="a1") is None
    assert backend.runs == 0


def test_a_hash_of_today_is_kept_without_a_run(plain, backend):
    stored = plain.hash(SECRET, account="a1")

    assert plain.upgraded(SECRET, stored=stored, account="a1") == stored
    assert backend.runs == 1


OLDER = cheap_hasher().hash(SECRET, account="a1").replace("t=1,", "t=2,")


def test_F17_an_older_hash_is_made_anew(plain):
    renewed = plain.upgraded(SECRET, stored=OLDER, account="a1")

    assert renewed != OLDER
    match = plain.check(SECRET, stored=renewed, account="a1", address=KEY)
    assert match is Match.RIGHT


def test_F17_without_room_an_older_hash_stays(plain, pool):
    with occupied(pool):
        assert plain.upgraded(SECRET, stored=OLDER, account="a1") == OLDER


def test_F01_a_backend_that_cannot_run_is_not_a_wrong_password(pool, run):
    class Broken:
        def run(self, _secret, /, *, salt, parameters: Argon2Parameters, length):
            raise Unavailable("MemoryError", adapter="Broken", verb="run")

    hasher = cheap_hasher(backend=Broken())
    plain = Plain((Hashing if run is COLOURS["sync"] else AsyncHashing)(hasher, pool))

    with pytest.raises(Unavailable):
        plain.check(SECRET, stored=None, account="a1", address=KEY)
