"""Verbs done together on a SQLite file: one hop, in order, and otherwise as alone."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest

from securelogin import AsyncSecureLogin, Attempt, Client, KeyRing, Unavailable
from securelogin.accounts import Audience
from securelogin.addresses import parse_address
from securelogin.errors import WiringError
from securelogin.hidden import Hidden
from securelogin.mailers.memory import AsyncMemoryMailer, MemoryMailer
from securelogin.stores.combined import CombinedStore
from securelogin.stores.sql import AsyncSQLStore, SQLStore
from securelogin.testing.values import (
    AT,
    HOUR,
    account,
    attempt,
    credential,
    session,
)
from securelogin.together import AsyncVerbByVerb, VerbByVerb
from tests.stores.sqlite_files import locals_of
from tests.wiring import ACME, PASSWORD, POOL, URL, cheap_hasher

ANN = account(audience=Audience.INTERNAL, primary=parse_address("ann@acme.example"))
CANARY = "canary-key-5d20"


@asynccontextmanager
async def opened(folder: Any) -> AsyncIterator[AsyncSQLStore]:
    store = AsyncSQLStore(f"sqlite:///{folder / 'one.db'}")
    await store.create()
    try:
        yield store
    finally:
        await store.close()


async def counted(store: AsyncSQLStore, key: str = "key") -> int:
    return (await store.counters.hit({key: HOUR}, at=AT))[key]


def in_a_file(test: Any, folder: Any) -> Any:
    async def whole() -> Any:
        async with opened(folder) as store:
            return await test(store)

    return asyncio.run(whole())


def test_a_stretch_gives_what_its_verbs_give_in_their_order(tmp_path):
    async def stretch(store):
        first = await store.sessions.add(session("one"))
        return first, await store.sessions.add(session("one")), await counted(store)

    found = in_a_file(lambda store: store.together.run(stretch(store)), tmp_path)

    assert found == (True, False, 1)


def test_its_verbs_run_in_one_thread_that_is_not_the_loops(tmp_path):
    seen = []

    async def stretch(store):
        for _ in range(3):
            await counted(store)
            seen.append(threading.get_ident())

    in_a_file(lambda store: store.together.run(stretch(store)), tmp_path)

    assert len({*seen}) == 1
    assert threading.get_ident() not in seen


def test_what_a_verb_raises_is_raised_and_the_verbs_after_it_are_not_called(tmp_path):
    async def test(store):
        async def stretch():
            await counted(store, "before")
            await store.sessions.add(session("\ud800"))
            await counted(store, "after")

        with pytest.raises(Unavailable) as caught:
            await store.together.run(stretch())
        assert caught.value.verb == "add"
        return await counted(store, "before"), await counted(store, "after")

    assert in_a_file(test, tmp_path) == (2, 1)


def test_each_verb_of_a_stretch_is_durable_before_the_next_begins(tmp_path):
    found = []

    async def stretch(store):
        await store.sessions.add(session("one"))
        with closing(sqlite3.connect(tmp_path / "one.db")) as raw:
            (row,) = raw.execute("SELECT count(*) FROM securelogin_sessions")
        found.append(row[0])
        await counted(store)

    in_a_file(lambda store: store.together.run(stretch(store)), tmp_path)

    assert found == [1]


def test_the_loop_goes_on_while_a_stretch_waits_for_a_writer(tmp_path):
    async def test(store):
        with closing(
            sqlite3.connect(tmp_path / "one.db", isolation_level=None)
        ) as other:
            other.execute("BEGIN IMMEDIATE")
            waits = asyncio.ensure_future(store.together.run(counted(store)))
            for _ in range(20):
                await asyncio.sleep(0.001)
            is_done = waits.done()
            other.execute("ROLLBACK")
            return is_done, await waits

    assert in_a_file(test, tmp_path) == (False, 1)


def test_a_stretch_whose_task_is_cancelled_is_done_to_its_end(tmp_path):
    begun, free, over = threading.Event(), threading.Event(), threading.Event()

    async def test(store):
        async def stretch():
            begun.set()
            free.wait(10)
            await counted(store)
            await store.attempts.record(attempt("one"))
            over.set()

        async def waits():
            await store.together.run(stretch())

        task = asyncio.ensure_future(waits())
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        free.set()
        await asyncio.to_thread(over.wait, 10)
        return await counted(store), await store.attempts.by_reference("one")

    total, record = in_a_file(test, tmp_path)

    assert (total, record) == (2, attempt("one"))


def test_what_waits_for_the_event_loop_is_refused_by_name_and_ended(tmp_path):
    ended = []

    async def test(store):
        async def stretch():
            try:
                await asyncio.sleep(0)
            finally:
                ended.append(True)

        with pytest.raises(WiringError, match=r"AsyncSQLStore.*waits for an"):
            await store.together.run(stretch())
        # The thread is fit for others.
        return await store.together.run(counted(store))

    assert in_a_file(test, tmp_path) == 1
    assert ended == [True]


def test_F36_no_frame_of_an_error_holds_what_is_written(tmp_path):
    async def test(store):
        async def stretch():
            await store.sessions.add(session(CANARY, user_agent="\ud800"))

        with pytest.raises(Unavailable) as caught:
            await store.together.run(stretch())
        return locals_of(caught.value)

    assert CANARY not in in_a_file(test, tmp_path)


def test_a_store_whose_verbs_are_no_hops_has_none_to_save(tmp_path):
    store = SQLStore(f"sqlite:///{tmp_path / 'one.db'}")
    server = AsyncSQLStore("postgresql+psycopg://nobody@127.0.0.1/none")

    assert (store.together, server.together) == (None, None)
    store.close()


def test_verb_by_verb_a_stretch_is_what_it_is():
    stretch = asyncio.sleep(0)

    assert AsyncVerbByVerb().run(stretch) is stretch
    assert VerbByVerb().run("what it came to") == "what it came to"
    stretch.close()


# -- What a log-in makes of it --


class Loop(asyncio.SelectorEventLoop):
    """A loop that knows how often a thread has called it."""

    calls = 0

    def call_soon_threadsafe(self, *arguments: Any, **options: Any) -> Any:
        self.calls += 1
        return super().call_soon_threadsafe(*arguments, **options)


class Awaited:
    """A part in front of another, that waits for the event loop first."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, verb: str) -> Any:
        inner = getattr(self._inner, verb)

        async def call(*arguments: Any, **options: Any) -> Any:
            await asyncio.sleep(0.001)
            return await inner(*arguments, **options)

        return call


def untouched(store: Any) -> Any:
    return store


def combined(store: Any) -> Any:
    return CombinedStore(store, sessions=store.sessions, counters=store.counters)


def log_in(folder: Any, typed: str, change: Any = untouched) -> tuple[str, int]:
    """Return what a log-in came to, and how often it waited for a thread."""
    asked = Attempt(
        address="ann@acme.example",
        password=typed,
        url=URL,
        client=Client(ip="192.0.2.7", user_agent="Firefox/140"),
    )

    async def whole() -> tuple[str, int]:
        async with opened(folder) as store:
            hasher = cheap_hasher()
            auth = AsyncSecureLogin(
                portals=[ACME],
                keys=KeyRing(KeyRing.new_key()),
                store=change(store),
                mailer=AsyncMemoryMailer(MemoryMailer()),
                hasher=hasher,
                pool=POOL,
                clock=lambda: AT,
            )
            await store.accounts.add(ANN)
            hashed = hasher.hash(Hidden(PASSWORD), account=ANN.id)
            await store.credentials.add(credential(ANN.id, password_hash=hashed))
            # The first one of a browser remembers it besides.
            await auth.login.check(asked)
            loop: Any = asyncio.get_running_loop()
            before = loop.calls
            outcome = await auth.login.check(asked)
            return type(outcome).__name__, loop.calls - before

    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(whole())


@pytest.mark.parametrize("change", [untouched, combined])
@pytest.mark.parametrize(
    ("typed", "outcome"), [(PASSWORD, "Granted"), ("wrong", "Refused")]
)
def test_a_log_in_waits_for_threads_three_times(tmp_path, change, typed, outcome):
    # To count and read, to hash, and for what it leaves behind.
    assert log_in(tmp_path, typed, change) == (outcome, 3)


@pytest.mark.parametrize(
    ("part", "hops"),
    # One for each verb; account, credential and link are no longer read at once.
    {"counters": 6, "sessions": 6, "attempts": 6, "accounts": 8}.items(),
)
def test_a_part_in_anothers_place_may_wait_for_the_loop(tmp_path, part, hops):
    def change(store: Any) -> Any:
        setattr(store, part, Awaited(getattr(store, part)))
        return store

    assert log_in(tmp_path, PASSWORD, change) == ("Granted", hops)
