"""The hashing pool: its bounds hold, whoever waits or fails."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from securelogin import hashing_pool
from securelogin.errors import Unavailable, WiringError
from securelogin.hashing_pool import HashingPool
from tests.pools import COLOURS, LONG, SHORT, Gate, counts, occupied


@pytest.fixture(params=COLOURS.values(), ids=COLOURS)
def run(request) -> Callable[..., object]:
    return request.param


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
