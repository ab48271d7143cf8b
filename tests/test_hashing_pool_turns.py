"""The hashing pool: its turns are fair between sources, and everybody is counted."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import partial
from queue import Empty

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin import hashing_pool
from securelogin.hashing_pool import HashingPool, PoolMetrics
from tests.pools import COLOURS, LONG, counts, occupied


@pytest.fixture(params=COLOURS.values(), ids=COLOURS)
def run(request) -> Callable[..., object]:
    return request.param


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
