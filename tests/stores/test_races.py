"""Threads and processes at once: one winner each time, every number once."""

from __future__ import annotations

import multiprocessing
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import chain

import pytest
import sqlalchemy as sa

from securelogin.stores.sql.tables import make_tables
from securelogin.testing.values import AT, HOUR, order
from tests.stores.racing import create, issue_and_spend, spend_and_count, version

SHARED = ["sqlite", "psycopg", "pymysql"]


@pytest.fixture(scope="module")
def processes():
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(8, mp_context=context) as pool:
        yield pool


@pytest.fixture(params=SHARED)
def place(request, databases):
    databases.store(request.param)
    found = databases.place(request.param)
    found.empty()
    return found


@pytest.fixture
def store(place, databases):
    return databases.store(place.name)


def race(processes, work, place, rounds):
    start = time.time() + 0.3
    waiting = [
        processes.submit(work, place.text, who, rounds, start) for who in range(8)
    ]
    return [one.result(300) for one in waiting]


def one_winner_each(store, processes, place, rounds):
    store.credentials.add(version(1))

    answers = race(processes, spend_and_count, place, rounds)

    totals, won = ([*chain(*lists)] for lists in zip(*answers, strict=True))
    assert list(range(1, 8 * rounds + 1)) == sorted(totals)
    assert list(range(1, rounds + 1)) == sorted(won)
    assert store.credentials.get("ann") == version(rounds + 1)


def each_redeemed_once(store, processes, place, rounds):
    store.credentials.add(version(1))

    redeemed = [*chain(*race(processes, issue_and_spend, place, rounds))]

    assert 0 < len(redeemed) == len(set(redeemed)) <= 8 * rounds


def test_of_eight_processes_one_spends_and_every_hit_counts(store, processes, place):
    one_winner_each(store, processes, place, 20)


def test_of_temporary_passwords_one_lives_and_is_redeemed_once(store, processes, place):
    each_redeemed_once(store, processes, place, 20)


@pytest.mark.slow
def test_of_eight_processes_one_spends_two_hundred_times(store, processes, place):
    one_winner_each(store, processes, place, 200)


@pytest.mark.slow
def test_temporary_passwords_are_redeemed_once_two_hundred_times(
    store, processes, place
):
    each_redeemed_once(store, processes, place, 200)


def test_eight_processes_make_the_tables_at_once(databases, processes, place):
    with place.plain.connect() as connection:
        # With their version: a store that finds it makes nothing.
        for table in reversed(make_tables().in_order):
            connection.execute(sa.schema.DropTable(table))

    try:
        assert [*chain(*race(processes, create, place, 2))] == []
    finally:
        databases.store(place.name).create()


def threads_at_once(number, work):
    barrier = threading.Barrier(number)

    def begin(who):
        barrier.wait(30)
        return work(who)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(begin, range(number)))


@pytest.mark.slow
def test_sixty_four_threads_spend_count_and_lease(store):
    store.credentials.add(version(1))
    for n in range(200):
        store.outbox.record(order(f"{n}"))

    def work(who):
        won = [
            n
            for n in range(1, 21)
            if store.credentials.replace(version(n), version(n + 1))
        ]
        totals = [store.counters.hit({"key": HOUR}, at=AT)["key"] for _ in range(20)]
        leased = store.outbox.lease(at=AT, until=AT + HOUR, limit=4)
        return won, totals, [one.id for one in leased]

    won, totals, leased = (
        [*chain(*lists)] for lists in zip(*threads_at_once(64, work), strict=True)
    )
    assert sorted(set(won)) == sorted(won)
    assert list(range(1, 64 * 20 + 1)) == sorted(totals)
    assert sorted(f"{n}" for n in range(200)) == sorted(leased)
