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


def test_if_none_has_ended_the_half_that_ends_soonest_goes(counters):
    for n in range(10):
        total(counters, f"{n}", at=AT, window=HOUR + n * TICK)

    total(counters, "new", at=AT, window=HOUR)

    totals = [total(counters, f"{n}", at=AT, window=HOUR) for n in (9, 8, 7, 6, 5, 4)]
    assert totals == [2, 2, 2, 2, 2, 1]
