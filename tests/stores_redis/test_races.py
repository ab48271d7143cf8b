"""Threads and processes at once: one winner each time, every number once."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from itertools import chain

import pytest

from securelogin.stores.redis import RedisStore
from securelogin.testing.values import AT, HOUR, session
from tests.stores.crowds import CROWD, ROUNDS, count, one_winner
from tests.stores_redis.racing import HITS, NAMES, race
from tests.stores_redis.servers import (
    URL,
)
from tests.wiring import total


def test_sixteen_threads_get_every_number_once(inside):
    store = RedisStore(URL, prefix=inside.prefix)
    start = threading.Barrier(16)

    def hits(_) -> list[int]:
        start.wait(30)
        return [total(store.counters, "key", at=AT, window=HOUR) for _ in range(50)]

    with ThreadPoolExecutor(16) as threads:
        totals = [*chain(*threads.map(hits, range(16)))]
    store.close()

    assert list(range(1, 801)) == sorted(totals)


def test_of_sixteen_threads_one_adds_and_one_replaces(inside):
    store = RedisStore(URL, prefix=inside.prefix)
    start = threading.Barrier(16)

    def wins(_) -> list[tuple[str, int]]:
        won = []
        for n in range(50):
            one = session(f"s{n}")
            start.wait(30)
            if store.sessions.add(one):
                won.append(("added", n))
            start.wait(30)
            if store.sessions.replace(one, one.ended(at=AT)):
                won.append(("ended", n))
        return won

    with ThreadPoolExecutor(16) as threads:
        won = [*chain(*threads.map(wins, range(16)))]
    held = store.sessions.held_by("ann")
    store.close()

    assert [(what, n) for what in ("added", "ended") for n in range(50)] == sorted(won)
    assert list(held) == []


@pytest.fixture
def crowded(inside):
    store = RedisStore(URL, prefix=inside.prefix)
    yield store
    store.close()


@pytest.mark.slow
@pytest.mark.crowd
def test_sixty_four_threads_get_every_number_once(crowded):
    count(crowded.counters, ROUNDS)


@pytest.mark.slow
@pytest.mark.crowd
def test_of_sixty_four_threads_one_replaces(crowded):
    current = session("s")
    assert crowded.sessions.add(current) is True
    for _ in range(ROUNDS):
        seen = replace(current, version=current.version + 1)
        current = one_winner(crowded.sessions, current, [seen] * CROWD)


@pytest.mark.slow
@pytest.mark.crowd
def test_of_eight_processes_one_wins_each_time(inside):
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(8, mp_context=context) as processes:
        answers = list(processes.map(race, [URL] * 8, [inside.prefix] * 8))

    totals, added, ended = ([*chain(*lists)] for lists in zip(*answers, strict=True))
    names = sorted(f"s{n}" for n in range(NAMES))
    assert list(range(1, 8 * HITS + 1)) == sorted(totals)
    assert names == sorted(added)
    assert names == sorted(ended)
