"""Pools that are busy: for the tests of the pool and of what hashes in it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from securelogin.hashing_pool import HashingPool

LONG = timedelta(seconds=60)
SHORT = timedelta(milliseconds=1)
COLOURS = {
    "sync": lambda pool, work: pool.run(work),
    "async": lambda pool, work: asyncio.run(pool.run_async(work)),
}


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


def counts(pool: HashingPool) -> tuple[int, int, int]:
    """Return what runs, what waits, and what was turned away."""
    seen = pool.metrics()
    return seen.running, seen.waiting, seen.shed
