"""Threads and processes at once: one winner each time, every number once."""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import chain

import pytest
import sqlalchemy as sa

from securelogin.stores.memory import MemoryStore
from securelogin.stores.sql.tables import make_tables
from securelogin.testing.races import call
from securelogin.testing.races import race as race_of_threads
from securelogin.testing.values import AT, HOUR, order
from tests.stores.crowds import CROWD, ROUNDS, count, issue_and_redeem
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


@pytest.mark.slow
@pytest.mark.crowd
def test_of_eight_processes_one_spends_and_every_hit_counts(store, processes, place):
    store.credentials.add(version(1))

    answers = race(processes, spend_and_count, place, ROUNDS)

    totals, won = ([*chain(*lists)] for lists in zip(*answers, strict=True))
    assert list(range(1, 8 * ROUNDS + 1)) == sorted(totals)
    assert list(range(1, ROUNDS + 1)) == sorted(won)
    assert store.credentials.get("ann") == version(ROUNDS + 1)


@pytest.mark.slow
@pytest.mark.crowd
def test_of_temporary_passwords_one_lives_and_is_redeemed_once(store, processes, place):
    store.credentials.add(version(1))

    redeemed = [*chain(*race(processes, issue_and_spend, place, ROUNDS))]

    assert 0 < len(redeemed) == len(set(redeemed)) <= 8 * ROUNDS


@pytest.mark.slow
@pytest.mark.crowd
def test_eight_processes_make_the_tables_at_once(databases, processes, place):
    with place.plain.connect() as connection:
        # With their version: a store that finds it makes nothing.
        for table in reversed(make_tables().in_order):
            connection.execute(sa.schema.DropTable(table))

    try:
        assert [*chain(*race(processes, create, place, 2))] == []
    finally:
        databases.store(place.name).create()


@pytest.fixture(params=["memory", *SHARED])
def crowded(request, databases):
    """Return each store, as it is made from a URL."""
    if request.param == "memory":
        return MemoryStore()
    store = databases.store(request.param)
    databases.place(request.param).empty()
    return store


@pytest.mark.slow
@pytest.mark.crowd
def test_sixty_four_threads_get_every_number_once(crowded):
    count(crowded.counters, ROUNDS)


@pytest.mark.slow
@pytest.mark.crowd
def test_of_sixty_four_threads_one_issues_and_one_redeems(crowded):
    issue_and_redeem(crowded.credentials, ROUNDS)


@pytest.mark.slow
@pytest.mark.crowd
def test_sixty_four_threads_lease_each_order_once(crowded):
    for n in range(200):
        crowded.outbox.record(order(f"{n}"))

    answers = race_of_threads(
        crowded.outbox, [call("lease", at=AT, until=AT + HOUR, limit=4)] * CROWD
    )

    leased = sorted(one.id for answer in answers for one in answer)
    assert sorted(f"{n}" for n in range(200)) == leased
