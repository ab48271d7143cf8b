"""The database store's outages: each is told by its verb, and takes no row along."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from securelogin import Unavailable
from securelogin.accounts import AccountId
from securelogin.attempts import Span
from securelogin.stores.sql import AsyncSQLStore, make_tables
from securelogin.testing.values import (
    ACME,
    AT,
    HOUR,
    account,
    attempt,
    credential,
    link,
    order,
    session,
)
from tests.stores.backends import SQLBackend, sqlite
from tests.stores.sqlite_files import CANARY, file_of, locals_of, run

VERBS = {
    "accounts.find": (account().key,),
    "accounts.get": (AccountId(CANARY),),
    "accounts.add": (account(CANARY),),
    "accounts.replace": (account(CANARY), account(CANARY)),
    "credentials.get": (AccountId(CANARY),),
    "credentials.add": (credential(password_hash=CANARY),),
    "credentials.replace": (credential(), credential(password_hash=CANARY)),
    "links.get": (CANARY,),
    "links.add": (link(CANARY),),
    "links.replace": (link(CANARY), link(CANARY)),
    "login_reads.read": (account(CANARY).key, AccountId(CANARY), CANARY),
    "sessions.get": (CANARY,),
    "sessions.add": (session(CANARY),),
    "sessions.replace": (session(CANARY), session(CANARY)),
    "sessions.held_by": (CANARY,),
    "session_reads.read": (CANARY,),
    "counters.hit": ({CANARY: HOUR}, {"at": AT}),
    "counters.reset": ([CANARY],),
    "attempts.record": (attempt(CANARY),),
    "attempts.by_reference": (CANARY,),
    "attempts.near": (Span(tenant=ACME, after=AT, before=AT, lookup=CANARY),),
    "attempts.erase": (AccountId(CANARY), [CANARY], {"tenant": ACME}),
    "outbox.record": (order(CANARY),),
    "outbox.lease": ({"at": AT, "until": AT, "limit": 1},),
    "outbox.replace": (order(CANARY), order(CANARY)),
    "outbox.about": (AccountId(CANARY), None),
}


def ask(backend: SQLBackend, verb: str) -> Any:
    part, _, name = verb.partition(".")
    *args, last = VERBS[verb]
    options = last if isinstance(last, dict) else {}
    args = args if options else [*args, last]
    return getattr(getattr(backend, part), name)(*args, **options)


def without_tables(backend: SQLBackend) -> None:
    tables = reversed(make_tables().in_order)
    run(backend, "BEGIN", *(f"DROP TABLE {table.name}" for table in tables), "COMMIT")


@pytest.mark.parametrize("verb", VERBS)
def test_an_outage_is_unavailable_and_names_the_verb(database, verb):
    ask(database, verb)
    without_tables(database)

    with pytest.raises(Unavailable) as caught:
        ask(database, verb)

    part, _, name = verb.partition(".")
    adapter = type(getattr(database.store, part)).__name__
    assert (adapter, name) == (caught.value.adapter, caught.value.verb)
    assert str(caught.value).endswith("failed with OperationalError")


@pytest.mark.parametrize("verb", VERBS)
def test_F37_an_outage_takes_no_row_along(database, verb):
    without_tables(database)

    with pytest.raises(Unavailable) as caught:
        ask(database, verb)

    error = caught.value
    assert (error.__cause__, error.__context__) == (None, None)
    assert CANARY not in f"{error} {error!r} {error.args}"
    assert CANARY not in locals_of(error)


def test_F37_a_text_that_is_no_text_is_not_repeated(database):
    with pytest.raises(Unavailable, match="UnicodeEncodeError") as caught:
        database.links.add(link(message=f"{CANARY}\ud800"))

    assert (caught.value.__context__, caught.value.__cause__) == (None, None)
    assert CANARY not in locals_of(caught.value)


def test_a_number_too_large_for_a_column_is_unavailable(database):
    with pytest.raises(Unavailable, match="OverflowError"):
        database.credentials.add(credential(version=2**63))


def test_a_file_that_cannot_be_written_is_unavailable(database):
    database.credentials.add(credential())
    url = f"sqlite:///file:{file_of(database)}?mode=ro&uri=true"
    reading = SQLBackend(url, colour=database.colour)

    with pytest.raises(Unavailable, match="OperationalError"):
        reading.credentials.add(credential("bob"))

    assert database.credentials.get(AccountId("bob")) is None
    reading.close()


def test_making_the_tables_where_nothing_can_be_made_is_unavailable(colour, tmp_path):
    backend = sqlite(tmp_path / "missing", colour)

    with pytest.raises(Unavailable, match="OperationalError") as caught:
        backend.create()

    assert (type(backend.store).__name__, "create") == (
        caught.value.adapter,
        caught.value.verb,
    )
    backend.close()


@contextmanager
def giving_in(backend: SQLBackend, times: int) -> Iterator[None]:
    """Let so many statements fail as a deadlock does, in one of PostgreSQL's words."""
    engine = getattr(backend.store._engine, "sync_engine", backend.store._engine)
    left = [times]

    class Deadlock(Exception):
        sqlstate = "40P01"

    def fail(*_: object) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise sa.exc.DBAPIError("", {}, Deadlock())

    sa.event.listen(engine, "before_cursor_execute", fail)
    yield
    sa.event.remove(engine, "before_cursor_execute", fail)


def test_who_gave_in_to_another_begins_again(database):
    with giving_in(database, 7):
        assert database.credentials.add(credential()) is True

    assert database.credentials.get(AccountId("ann")) == credential()


def test_who_gave_in_on_an_applications_own_engine_begins_again(tmp_path):
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'portal.db'}")
    store = AsyncSQLStore(engine)

    async def story():
        await store.create()
        with giving_in(SimpleNamespace(store=store), 7):
            assert await store.credentials.add(credential()) is True
        found = await store.credentials.get(AccountId("ann"))
        await engine.dispose()
        return found

    assert asyncio.run(story()) == credential()


def test_who_always_gives_in_is_unavailable(database):
    with giving_in(database, 8), pytest.raises(Unavailable, match="Deadlock"):
        database.credentials.add(credential())

    assert database.credentials.get(AccountId("ann")) is None
