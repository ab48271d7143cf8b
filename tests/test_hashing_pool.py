"""The hashing pool: its bounds hold, whoever waits, leaves, fails or forks."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import timedelta
from functools import partial
from queue import Empty

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from securelogin import hashing_pool
from securelogin.errors import Unavailable, WiringError
from securelogin.hashing_pool import HashingPool, PoolMetrics
from tests.pools import LONG, SHORT, Gate, occupied

COLOURS = {
    "sync": lambda pool, work: pool.run(work),
    "async": lambda pool, work: asyncio.run(pool.run_async(work)),
}


@pytest.fixture(params=COLOURS.values(), ids=COLOURS)
def run(request) -> Callable[..., object]:
    return request.param


def counts(pool: HashingPool) -> tuple[int, int, int]:
    """Return what runs, what waits, and what was turned away."""
    seen = pool.metrics()
    return seen.running, seen.waiting, seen.shed


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
    assert counts(pool) == (0, 0, 0)


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
        assert counts(pool) == (2, 0, 1)

    assert run(pool, lambda: "done") == "done"
    assert done == []


def test_F18_the_queue_holds_as_many_as_it_says():
    pool = HashingPool(size=1, queue=3, wait=LONG)

    async def crowd() -> list[object]:
        with occupied(pool):
            waiting = [asyncio.create_task(pool.run_async(lambda: 1)) for _ in range(3)]
            await asyncio.sleep(0)
            assert counts(pool) == (1, 3, 0)
            assert await pool.run_async(lambda: 2) is None
            assert pool.run(lambda: 2) is None
            assert counts(pool) == (1, 3, 2)
        return await asyncio.gather(*waiting)

    assert asyncio.run(crowd()) == [1, 1, 1]


def test_F18_who_waits_too_long_goes_without_its_work_being_done(run):
    pool, done = HashingPool(size=1, queue=9, wait=SHORT), []

    with occupied(pool):
        assert run(pool, lambda: done.append("work")) is None
        assert counts(pool) == (1, 0, 1)

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
        assert pool.metrics().waiting == 0
    assert pool.metrics().shed == 5


class Watched(HashingPool):
    """A pool in which one waits only for work that has begun, and then gives up."""

    def _begin(self) -> None:
        super()._begin()
        self.begun, self.given_up = threading.Event(), threading.Event()

    def _enter(self, job):
        entered = super()._enter(job)
        assert self.begun.wait(60)
        return entered

    def _give_up(self, job):
        verdict = super()._give_up(job)
        self.given_up.set()
        return verdict


def test_F18_F66_work_that_has_begun_is_waited_for(run):
    pool = Watched(size=1, wait=SHORT)

    def work() -> bool:
        pool.begun.set()
        return pool.given_up.wait(60)

    assert run(pool, work) is True
    assert counts(pool) == (0, 0, 0)


def test_F66_a_cancelled_task_gives_up_its_place():
    pool, done = HashingPool(size=1, queue=1, wait=LONG), []

    async def cancel() -> None:
        with occupied(pool):
            task = asyncio.create_task(pool.run_async(lambda: done.append("work")))
            await asyncio.sleep(0)
            assert pool.metrics().waiting == 1
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert counts(pool) == (1, 0, 0)
            assert pool.metrics().cancelled == 1
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
        assert counts(pool) == (1, 0, 0)

        following = asyncio.create_task(pool.run_async(lambda: pool.metrics().running))
        await asyncio.sleep(0)
        assert pool.metrics().waiting == 1
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
    assert counts(pool) == (0, 0, 0)


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

    assert (pool.metrics().running, pool.metrics().waiting) == (0, 0)
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


@pytest.mark.parametrize(
    "wrong",
    [
        *({"memory_budget": 65_535}, {"memory_budget": 0}, {"memory_budget": 1e6}),
        *({"memory_budget": 65_536, "block": 0}, {"memory_budget": 9, "block": "8"}),
    ],
    ids=str,
)
def test_C62_a_budget_that_holds_no_block_is_refused(wrong):
    with pytest.raises(WiringError, match="memory_budget"):
        HashingPool(**wrong)


def test_there_are_as_many_threads_as_usable_cores(monkeypatch):
    monkeypatch.setattr(hashing_pool, "usable_cores", lambda: 3)

    assert HashingPool().size == 3


@given(
    size=st.integers(1, 64),
    budget=st.integers(1, 1 << 24),
    block=st.integers(1, 1 << 18),
)
def test_C75_E11_all_blocks_together_stay_within_the_budget(size, budget, block):
    assume(block <= budget)

    pool = HashingPool(size=size, memory_budget=budget, block=block)

    assert pool.size * block <= budget
    assert pool.size == size or (pool.size + 1) * block > budget


# -- fair between sources --


async def gathered(pool: HashingPool, sources: list[str]) -> list[str]:
    """Let all wait behind a busy pool; return the sources as their turns came."""
    order: list[str] = []
    with occupied(pool):
        tasks = [
            asyncio.create_task(
                pool.run_async(partial(order.append, source), source=source)
            )
            for source in sources
        ]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    return order


def test_C75_sources_run_in_turn_however_many_one_sends():
    pool = HashingPool(size=1, queue=64, wait=LONG)

    order = asyncio.run(gathered(pool, ["flood"] * 9 + ["ann", "bob", "ann"]))

    assert order == ["flood", "ann", "bob", "flood", "ann", *["flood"] * 7]


def test_C75_F18_a_flood_gives_way_to_others_when_the_queue_is_full(run):
    pool, done = HashingPool(size=1, queue=3, wait=LONG), []

    async def flooded() -> list[object]:
        with occupied(pool):
            flood = [
                asyncio.create_task(
                    pool.run_async(partial(done.append, n), source="flood")
                )
                for n in range(3)
            ]
            await asyncio.sleep(0)
            # More of the same finds no room.
            assert pool.run(lambda: done.append("more"), source="flood") is None
            others = [
                asyncio.create_task(
                    pool.run_async(partial(done.append, name), source=name)
                )
                for name in ("ann", "bob", "cy")
            ]
            await asyncio.sleep(0)
            # Ann and Bob took the places of the flood's newest; then all are even.
            assert await flood[2] is await flood[1] is await others[2] is None
            assert counts(pool) == (1, 3, 4)
        return await asyncio.gather(flood[0], *others[:2])

    asyncio.run(flooded())
    assert done == [0, "ann", "bob"]


def test_F18_who_is_pushed_out_in_another_thread_hears_it_at_once():
    pool = HashingPool(size=1, queue=2, wait=LONG)

    with ThreadPoolExecutor(3) as callers, occupied(pool):
        flood = [
            callers.submit(pool.run, lambda: "done", source="flood") for _ in range(2)
        ]
        while pool.metrics().waiting < 2:
            time.sleep(0.001)
        other = callers.submit(pool.run, lambda: "done", source="ann")
        pushed, _ = wait(flood, timeout=60, return_when=FIRST_COMPLETED)

        assert [call.result() for call in pushed] == [None]
    assert {call.result(60) for call in flood} == {None, "done"}
    assert other.result(60) == "done"


def test_C75_no_source_starves_while_another_floods():
    pool = HashingPool(size=2, queue=8, wait=LONG)
    stop = threading.Event()

    def flood() -> None:
        while not stop.is_set():
            pool.run(partial(time.sleep, 0.001), source="flood")

    with ThreadPoolExecutor(16) as callers:
        for _ in range(16):
            callers.submit(flood)
        try:
            served = [pool.run(lambda: "served", source="ann") for _ in range(50)]
        finally:
            stop.set()

    assert served == ["served"] * 50
    assert pool.metrics().shed > 0


def test_what_was_counted_stays_counted():
    pool = HashingPool(size=2, queue=4, wait=LONG)

    with occupied(pool):
        asyncio.run(asyncio.wait_for(waiting_and_gone(pool), 60))
    pool.run(lambda: "done")

    assert pool.metrics() == PoolMetrics(
        size=2, runs=3, shed=1, cancelled=4, most_running=2, most_waiting=4
    )


async def waiting_and_gone(pool: HashingPool) -> None:
    tasks = [asyncio.create_task(pool.run_async(lambda: 1)) for _ in range(5)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_F66_crowds_that_come_and_go_leave_nothing_in_the_queue():
    pool = HashingPool(size=1, queue=64, wait=LONG)

    async def crowds() -> None:
        for _ in range(20):
            tasks = [asyncio.create_task(pool.run_async(lambda: 1)) for _ in range(64)]
            await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    with occupied(pool):
        asyncio.run(crowds())
        assert (pool._wake_ups.qsize(), len(pool._jobs)) == (0, 0)
    assert pool.metrics().cancelled == 20 * 64


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer")
def test_F66_a_caller_that_is_interrupted_gives_up_its_place():
    pool, done = HashingPool(size=1, queue=1, wait=LONG), []

    class Interrupted(BaseException):
        pass

    def interrupt(_number, _frame) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with occupied(pool):
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            with pytest.raises(Interrupted):
                pool.run(lambda: done.append("work"))
            assert counts(pool) == (1, 0, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    assert pool.run(lambda: "done") == "done"
    assert (done, pool.metrics().cancelled) == ([], 1)


def test_F66_a_wake_up_without_work_does_no_harm(run):
    pool = HashingPool(size=1)
    assert run(pool, lambda: 1) == 1

    pool._wake_ups.put(None)

    assert run(pool, lambda: 2) == 2
    assert pool.metrics().runs == 2


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from("abcd")),
        st.tuples(st.just("leave"), st.integers(0, 40)),
        st.tuples(st.just("finish"), st.just(0)),
    ),
    max_size=60,
)


@given(size=st.integers(1, 3), queue=st.integers(0, 6), steps=STEPS)
def test_C75_F18_whatever_comes_and_goes_nothing_exceeds_a_bound_or_is_lost(
    size, queue, steps
):
    pool = HashingPool(size=size, queue=queue, wait=LONG)
    # No thread: the test takes the threads' part, one step at a time.
    pool._threads = size
    jobs = []
    for step, value in steps:
        if step == "add":
            job = hashing_pool._Job(lambda: 1, lambda: None, value)
            pool._enter(job)
            jobs.append(job)
            if pool.metrics().running < size:
                pool._wake_ups.get_nowait()
                assert pool._take() is not None
        elif step == "leave" and jobs:
            pool._cancel(jobs[value % len(jobs)])
        elif pool.metrics().running:
            pool._running -= 1
            with contextlib.suppress(Empty):
                pool._wake_ups.get_nowait()
                assert pool._take() is not None
        seen = pool.metrics()
        assert seen.running <= size
        assert seen.waiting <= queue
        assert seen.waiting == pool._wake_ups.qsize()
        assert seen.running == size or not seen.waiting
        assert len(jobs) == seen.runs + seen.waiting + seen.shed + seen.cancelled


ENDING = """
import atexit, sys, threading, time
from securelogin.hashing_pool import HashingPool

pool = HashingPool(size=1)
begun = threading.Event()

def endless():
    begun.set()
    time.sleep(3600)

def at_exit():
    # Behind work that never ends: turned away, not waited for.
    from datetime import timedelta
    pool.wait = timedelta(milliseconds=10)
    late = HashingPool(size=1)
    late.run(lambda: 1)
    sys.stdout.write(f"{pool.run(lambda: 1)}")

for _ in range(3):
    threading.Thread(target=pool.run, args=(endless,), daemon=True).start()
assert begun.wait(60)
atexit.register(at_exit)
"""


def test_F68_a_process_ends_whatever_still_runs_or_waits():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ENDING],
        check=False,
        capture_output=True,
        timeout=60,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"None", b"")


FORKING = """
import gc, os, sys, threading
from securelogin.hashing_pool import HashingPool

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
    seen = pool.metrics()
    empty = (seen.running, seen.waiting, seen.runs) == (0, 0, 0)
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
        busy = counts(pool)
    hashing_pool._begin_again(weakref.WeakMethod(pool._begin))

    assert busy == (1, 0, 1)
    assert counts(pool) == (0, 0, 0)
    assert pool.run(lambda: "done") == "done"


def test_F68_a_pool_that_is_gone_is_not_begun_again():
    pool = HashingPool(size=1)
    begin = weakref.WeakMethod(pool._begin)
    del pool
    gc.collect()

    assert begin() is None
    hashing_pool._begin_again(begin)
