"""The audit trail is written: by one or by many, through outages, beside a portal."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import threading
from datetime import timedelta

import pytest

from securelogin import Unavailable
from securelogin.audit_writing import async_writing, writing
from securelogin.events import EventKind
from securelogin.stores.memory import MemoryStore
from tests.flows.trails import DAY, Kept
from tests.wiring import LOOP
from tests.wiring import START as NOW


def with_append(kept, append):
    """Let the wired log append in another way."""

    async def awaited(records, /):
        append(records)

    is_sync = kept.inner is kept.trail
    kept.inner._adapter.append = append if is_sync else awaited


def away(records, /):
    raise Unavailable("down", adapter="audit", verb="append")


def test_what_cannot_be_stored_waits_and_loses_nothing(kept):
    with_append(kept, away)
    kept.tell(3)
    with pytest.raises(Unavailable):
        kept.trail.write()
    kept.tell(2)
    with_append(kept, kept.store.audit.append)

    assert kept.trail.write() == 6
    assert kept.flaws() == []


def test_a_batch_that_was_stored_without_an_answer_is_stored_once(kept):
    def stored_but_silent(records, /):
        kept.store.audit.append(records)
        away(records)

    with_append(kept, stored_but_silent)
    kept.tell(3)
    with pytest.raises(Unavailable):
        kept.trail.write()
    with_append(kept, kept.store.audit.append)
    kept.trail.close()

    assert [number for _, number in kept.rows] == [1, 2, 3, 4, 5]
    assert kept.flaws() == []


def test_what_there_is_no_room_for_is_counted_in_the_chain(colour):
    kept = Kept(colour, most_waiting=3)
    kept.tell(5)
    kept.trail.write()
    last = list(kept.rows.values())[-1]

    assert last.kind == EventKind.AUDIT_LOST
    assert json.loads(last.facts)["facts"] == {"count": 2}
    assert kept.flaws() == []


def test_time_does_not_go_back_within_a_chain_when_the_clock_does(kept):
    kept.written(2)
    kept.clock.move(-DAY)
    kept.written(1)
    kept.clock.move(2 * DAY)
    kept.written(1)

    times = [record.written_at for record in kept.rows.values()]
    assert times == [NOW] * 4 + [NOW + DAY]
    assert kept.flaws() == []


def test_one_writes_at_a_time(kept):
    kept.tell()
    with kept.inner._turn:
        assert kept.trail.write() == 0
    assert kept.trail.write() == 2


def test_where_nothing_was_told_nothing_is_written(kept):
    assert kept.trail.write() == kept.trail.close() == 0
    assert kept.rows == {}


def test_F68_a_forked_child_begins_a_chain_of_its_own(kept, monkeypatch):
    kept.written(2)
    kept.tell(3)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    kept.tell(1)
    kept.trail.write()

    ends = {
        chain: max(n for other, n in kept.rows if other == chain)
        for chain, _ in kept.rows
    }
    # The parent's two and their beginning; the child's one and its own.
    assert sorted(ends.values()) == [2, 3]
    assert kept.flaws() == []


def test_many_tell_at_once_and_nothing_is_lost(kept):
    threads = [
        threading.Thread(target=kept.tell, args=(50,), daemon=True) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept.trail.write()

    assert kept.trail.verify().records == 401
    assert kept.flaws() == []


def test_writers_at_once_have_a_chain_each(colour):
    store = MemoryStore()
    writers = [Kept(colour, store) for _ in range(4)]
    threads = [
        threading.Thread(target=one.written, args=(60,), daemon=True) for one in writers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = writers[0].trail.verify()

    assert (report.chains, report.records) == (4, 4 * 61)
    assert report.is_whole


QUICK = timedelta(milliseconds=5)


def test_a_worker_writes_while_the_portal_runs_and_ends_the_chain():
    kept = Kept("sync")
    with writing(kept.inner, every=QUICK):
        kept.tell()
        deadline = threading.Event()
        while not kept.rows:
            deadline.wait(0.005)

    assert list(kept.rows.values())[-1].kind == EventKind.SYS_SHUTDOWN


def test_an_async_worker_does_the_same():
    kept = Kept("async")

    async def serve():
        async with async_writing(kept.inner, every=QUICK):
            kept.tell()
            while not kept.rows:  # noqa: ASYNC110 -- the store tells nobody
                await asyncio.sleep(0.005)

    LOOP.run(serve())

    assert list(kept.rows.values())[-1].kind == EventKind.SYS_SHUTDOWN


class Broken:
    """A trail whose store is away."""

    def __init__(self):
        self.asked = threading.Event()

    def write(self):
        self.asked.set()
        raise Unavailable("down", adapter="audit", verb="append")

    close = write


class AsyncBroken(Broken):
    async def write(self):
        super().write()

    async def close(self):
        super().write()


def test_a_worker_survives_an_outage_and_tells_it(caplog):
    trail, waited = Broken(), AsyncBroken()

    async def serve():
        async with async_writing(waited, every=QUICK):
            while not waited.asked.is_set():  # noqa: ASYNC110 -- shared by colours
                await asyncio.sleep(0.005)

    with caplog.at_level(logging.ERROR, logger="securelogin.audit"):
        with writing(trail, every=QUICK):
            assert trail.asked.wait(5)
        LOOP.run(serve())

    told = [one for one in caplog.records if one.name == "securelogin.audit"]
    assert len(told) >= 4
    assert "down" in told[0].getMessage()
