"""Argon2's memory is bounded by the pool's threads, however many ask at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

SIZE = 2
CROWD = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from securelogin import argon2_backends
from securelogin.hashing_pool import HashingPool
from securelogin.phc import Argon2Parameters

backend = getattr(argon2_backends, sys.argv[1])()
size, callers, memory = map(int, sys.argv[2:])
pool = HashingPool(size=size, queue=callers, wait=timedelta(minutes=5))
block = Argon2Parameters(memory=memory, passes=1)

def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])

def work():
    return backend.run(b"x", salt=b"s" * 16, parameters=block, length=32)

async def crowd():
    # Each has its own source: the queue is at its widest.
    return await asyncio.gather(
        *(pool.run_async(work, source=str(n)) for n in range(callers))
    )

base = peak()
assert len(set(asyncio.run(crowd()))) == 1
seen = pool.metrics()
assert (seen.runs, seen.shed, seen.most_running) == (callers, 0, size)
print(base, peak())
"""


def peak_over_base(backend: str, *, callers: int, memory: int) -> int:
    """Return the KiB that a crowd added to the highest mark of a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", CROWD, backend, *map(str, (SIZE, callers, memory))],
        check=True,
        capture_output=True,
        timeout=300,
    )
    base, peak = map(int, done.stdout.split())
    return peak - base


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's own high-water mark")
@pytest.mark.parametrize("backend", ["Argon2CFFI", "Libsodium"])
def test_C75_E11_64_at_once_take_a_block_for_each_thread_and_no_more(backend):
    added = peak_over_base(backend, callers=64, memory=65_536)

    assert added <= SIZE * 65_536 + 20 * 1_024


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's own high-water mark")
def test_C75_E11_a_thousand_at_once_take_no_more_than_64():
    # A smaller block, to be done in time: a thousand of them would be 4 GiB.
    added = peak_over_base("Argon2CFFI", callers=1_000, memory=4_096)

    assert added <= SIZE * 4_096 + 20 * 1_024
