"""Threads for calls that block: one hop, whatever becomes of who waits."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import threading
import weakref

import pytest
import sqlalchemy as sa

from securelogin.stores.relational.columns import Caller
from securelogin.stores.sql import AsyncSQLStore
from securelogin.stores.sql.threads import Threads

NAME = "test-threads"


@pytest.fixture
def threads():
    made = Threads(2, name=NAME)
    yield made
    made.close()


def running() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == NAME]


def ended() -> bool:
    for thread in running():
        thread.join(10)
    return not running()


async def awaited(threads, call):
    return await threads.run(call)


def test_a_call_is_made_in_another_thread(threads):
    found = asyncio.run(awaited(threads, threading.current_thread))

    assert (found.name, found.daemon) == (NAME, True)


def test_the_loop_goes_on_while_a_call_blocks(threads):
    opened = threading.Event()

    async def both() -> bool:
        blocked = threads.run(lambda: opened.wait(10))
        await asyncio.sleep(0)
        opened.set()
        return await blocked

    assert asyncio.run(both()) is True


def test_there_are_never_more_than_were_wanted(threads):
    async def many() -> None:
        await asyncio.gather(*(threads.run(lambda: None) for _ in range(20)))

    asyncio.run(many())

    assert len(running()) == 2


def test_what_a_call_raises_is_raised_to_who_waits(threads):
    def fail() -> None:
        raise LookupError("here")

    with pytest.raises(LookupError, match="here"):
        asyncio.run(awaited(threads, fail))


def test_F36_no_frame_of_an_error_holds_the_call(threads):
    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError) as caught:
        asyncio.run(awaited(threads, fail))

    step, shown = caught.value.__traceback__, []
    while step is not None:
        if "threads.py" in step.tb_frame.f_code.co_filename.rpartition("/")[2]:
            shown += [step.tb_frame.f_locals.get("call")]
        step = step.tb_next
    assert None in shown


def test_a_call_whose_task_was_cancelled_ends_by_itself(threads):
    begun, opened, made = threading.Event(), threading.Event(), threading.Event()

    def call() -> None:
        begun.set()
        opened.wait(10)
        made.set()

    async def cancel() -> None:
        task = asyncio.ensure_future(awaited(threads, call))
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        opened.set()
        await asyncio.to_thread(made.wait, 10)
        # Its answer comes to nobody, and disturbs nobody.
        assert await threads.run(lambda: "next") == "next"

    asyncio.run(cancel())


def test_a_call_that_outlives_its_loop_leaves_the_thread_fit_for_the_next(threads):
    opened = threading.Event()

    async def leave() -> None:
        threads.run(lambda: opened.wait(10))

    asyncio.run(leave())
    opened.set()

    assert asyncio.run(awaited(threads, lambda: "next")) == "next"


def test_F68_a_forked_child_begins_with_no_thread(threads):
    asyncio.run(awaited(threads, lambda: None))
    parents = running()

    # What a child sees: the same object, under another process id.
    threads._process = -1
    own = asyncio.run(awaited(threads, threading.current_thread))

    assert own not in parents


def test_F68_a_child_forked_while_a_thread_was_begun_is_not_held_up(threads):
    # The lock as another thread of the parent's held it: nobody frees it in the child.
    threads._lock.acquire()
    threads._process = -1

    made = []
    child = threading.Thread(
        target=lambda: made.append(asyncio.run(awaited(threads, lambda: "made"))),
        daemon=True,
    )
    child.start()
    child.join(5)

    assert made == ["made"]


def test_closing_ends_them_and_a_later_call_begins_anew(threads):
    asyncio.run(awaited(threads, lambda: None))
    threads.close()

    assert ended()
    assert asyncio.run(awaited(threads, lambda: "again")) == "again"


def test_they_end_when_nobody_holds_their_owner():
    threads = Threads(2, name=NAME)
    asyncio.run(awaited(threads, lambda: None))
    gone = weakref.ref(threads)

    del threads
    gc.collect()

    assert gone() is None
    assert ended()


@pytest.mark.parametrize("before", [0, 1])
def test_where_no_thread_is_left_those_there_are_have_to_do(
    threads, monkeypatch, before
):
    for _ in range(before):
        asyncio.run(awaited(threads, lambda: None))

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    if before:
        assert asyncio.run(awaited(threads, lambda: "done")) == "done"
    else:
        with pytest.raises(RuntimeError, match="can't start"):
            asyncio.run(awaited(threads, lambda: None))


def test_two_loops_at_once_begin_no_thread_too_many(threads):
    # As if another loop had begun the last one between the look and the lock.
    asyncio.run(awaited(threads, lambda: None))
    asyncio.run(awaited(threads, lambda: None))
    threads._begin_one()

    assert len(running()) == 2


def test_a_store_closes_after_the_calls_that_nobody_waits_for_any_more(tmp_path):
    store = AsyncSQLStore(f"sqlite:///{tmp_path}/portal.db")
    connections, begun, goes_on = [], threading.Event(), threading.Event()
    sa.event.listen(store._engine, "connect", lambda one, _: connections.append(one))

    def late() -> object:
        begun.set()
        goes_on.wait(10)
        by = Caller("test", "late")
        return store._database._inner.rows(sa.select(sa.literal(1)), {}, by=by)

    async def close_while_one_is_late() -> bool:
        await store.create()
        store._database._threads.run(late).cancel()
        closing = asyncio.create_task(store.close())
        await asyncio.to_thread(begun.wait, 10)
        await asyncio.sleep(0.1)
        was_closed = closing.done()
        goes_on.set()
        await closing
        return was_closed

    assert asyncio.run(close_while_one_is_late()) is False
    for connection in connections:
        with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
            connection.execute("SELECT 1")
