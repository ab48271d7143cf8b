"""The hashing pool, when callers leave it, and when processes end or fork."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable

import pytest

from securelogin import hashing_pool
from securelogin.hashing_pool import HashingPool
from tests.pools import COLOURS, LONG, SHORT, Gate, counts, occupied


@pytest.fixture(params=COLOURS.values(), ids=COLOURS)
def run(request) -> Callable[..., object]:
    return request.param


def test_who_gives_up_leaves_its_place_to_others():
    pool = HashingPool(size=1, queue=1, wait=SHORT)

    with occupied(pool):
        assert [pool.run(lambda: 1) for _ in range(5)] == [None] * 5
        assert pool.metrics().waiting == 0
    assert pool.metrics().shed == 5


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


# -- fair between sources --


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
