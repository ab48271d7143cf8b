"""What is the memory store's own: how it stays within bounds."""

from __future__ import annotations

import pytest

from securelogin.stores import memory
from securelogin.stores.memory import MemoryStore
from securelogin.testing.values import AT, HOUR, TICK
from tests.wiring import total


@pytest.fixture
def counters(monkeypatch):
    monkeypatch.setattr(memory, "_MOST_COUNTERS", 10)
    return MemoryStore().counters


def test_ended_windows_make_room_first(counters):
    for n in range(5):
        total(counters, f"ended {n}", at=AT, window=TICK)
        total(counters, f"open {n}", at=AT, window=HOUR)

    total(counters, "new", at=AT + TICK, window=HOUR)

    totals = [total(counters, f"open {n}", at=AT + TICK, window=HOUR) for n in range(5)]
    assert {2} == set(totals)


def test_if_none_has_ended_the_half_that_ends_last_goes(counters):
    for n in range(10):
        total(counters, f"{n}", at=AT, window=HOUR + n * TICK)

    total(counters, "new", at=AT, window=HOUR)

    totals = [total(counters, f"{n}", at=AT, window=HOUR) for n in (0, 1, 2, 3, 4, 5)]
    assert totals == [2, 2, 2, 2, 2, 1]


def test_a_flood_of_made_up_addresses_leaves_the_counts_of_a_guessed_one(counters):
    totals = []
    for n in range(60):
        totals.append(total(counters, "tries of ann", at=AT, window=HOUR))
        for flood in range(5):
            total(counters, f"row {n} {flood}", at=AT, window=9_000 * HOUR)

    assert totals == list(range(1, 61))
