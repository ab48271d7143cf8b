"""What every store promises holds for Django's ORM, on each database."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connections, transaction

from securelogin.django import store as module
from securelogin.django.database import Database
from securelogin.django.store import DjangoStore
from securelogin.errors import WiringError
from securelogin.stores.relational import clearing
from securelogin.testing import (
    AccountRegistryContract,
    AccountsContract,
    AttemptsContract,
    AuditLogContract,
    AuditRetentionContract,
    CountersContract,
    DeadLettersContract,
    ErasureContract,
    HashSampleContract,
    LinksContract,
    PurgeContract,
    SessionsContract,
)
from securelogin.testing.values import AT, GLOBEX, HOUR, TICK, account, credential
from tests.django.databases import dumped, emptied, opened, served
from tests.wiring import total


class Closing(Database):
    """Lets no thread of a race end with its connections open."""

    def run(self, *given, **options):
        try:
            return super().run(*given, **options)
        finally:
            if threading.current_thread() is not threading.main_thread():
                connections.close_all()


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def alias(request, tmp_path_factory):
    with served(request.param, tmp_path_factory.mktemp("db")) as alias:
        yield alias


@pytest.fixture
def store(alias, monkeypatch):
    monkeypatch.setattr(module, "Database", Closing)
    emptied(alias)
    return DjangoStore(using=alias)


@pytest.fixture
def reopen(store, alias):
    def open_here():
        return DjangoStore(using=alias)

    return open_here


@pytest.fixture
def witness(alias):
    return lambda: dumped(alias)


@pytest.fixture
def unreachable():
    return DjangoStore(using="away")


@pytest.fixture
def rollback(alias):
    @contextmanager
    def taken_back():
        with transaction.atomic(using=alias):
            dumped(alias)
            yield
            transaction.set_rollback(True, using=alias)

    return taken_back()


class Modest:
    """Two databases make twice as many rounds."""

    rounds = 5


class TestAccounts(Modest, AccountRegistryContract):
    pass


class TestOwnAccounts(Modest, AccountsContract):
    @pytest.fixture
    def known(self):
        return [
            account(aliases=()),
            account("both"),
            account("both", tenant=GLOBEX, id="there"),
        ]

    @pytest.fixture
    def accounts(self, store, known):
        assert all(store.accounts.add(one) for one in known)
        return store.accounts


class TestCredentials(Modest, HashSampleContract):
    processes = 2

    @pytest.fixture
    def reopen(self, alias):
        return partial(opened, alias, {**connections.settings[alias]})


class TestLinks(Modest, LinksContract):
    pass


class TestSessions(Modest, SessionsContract):
    pass


class TestCounters(Modest, CountersContract):
    most_keys = 200

    @pytest.fixture
    def counted(self, alias):
        def count():
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT count(*) FROM securelogin_storedcounter")
                return cursor.fetchone()[0]

        return count


class TestAttempts(Modest, AttemptsContract):
    pass


class TestOutbox(Modest, DeadLettersContract):
    pass


class TestPurge(Modest, PurgeContract):
    pass


class TestAudit(Modest, AuditLogContract):
    pass


class TestAuditRetention(Modest, AuditRetentionContract):
    pass


class TestErasure(Modest, ErasureContract):
    pass


def test_a_database_that_is_not_in_the_settings_is_refused():
    with pytest.raises(WiringError, match="no database 'nowhere'"):
        DjangoStore(using="nowhere")


def test_the_sample_is_of_the_first_ids_that_have_a_password(store):
    for name, stored in (("c", "3"), ("a", "1"), ("b", None), ("d", "4")):
        store.credentials.add(credential(name, password_hash=stored))

    assert store.credentials.sample(limit=2) == ("1", "3")


def test_counters_whose_window_is_over_are_cleared_while_others_come(store, alias):
    for n in range(100):
        total(store.counters, f"old {n}", at=AT, window=TICK)
    for n in range(150):
        total(store.counters, f"new {n}", at=AT + HOUR, window=HOUR)

    # One new key in 64 takes up to 256 old ones along.
    assert "old" not in dumped(alias)
    assert total(store.counters, "new 0", at=AT + HOUR, window=HOUR) == 2


def test_the_number_of_counters_has_an_end(store, alias, monkeypatch):
    monkeypatch.setattr(module, "MOST_COUNTERS", 20)
    monkeypatch.setattr(clearing, "_CLEARS_SURPLUS", 4)
    for n in range(100):
        total(store.counters, f"key {n}", at=AT, window=HOUR + n * TICK)

    assert len(dumped(alias).splitlines()) < 60
    # What ends first is kept.
    assert total(store.counters, "key 0", at=AT, window=HOUR) == 2


def test_a_counter_that_is_cleared_away_in_the_middle_of_a_hit_is_made_anew(
    store, alias
):
    if connections[alias].vendor == "sqlite":
        pytest.skip("one writes at a time")
    total(store.counters, "key", at=AT, window=TICK)

    def clear(execute, sql, *given):
        if "FOR UPDATE" in sql:
            with connections[alias].cursor() as cursor:
                cursor.execute("DELETE FROM securelogin_storedcounter WHERE total > 0")
        return execute(sql, *given)

    with connections[f"securelogin:{alias}"].execute_wrapper(clear):
        assert total(store.counters, "key", at=AT + HOUR, window=HOUR) == 1
    assert total(store.counters, "key", at=AT + HOUR, window=HOUR) == 2


def waits(cursor) -> bool:
    """Tell whether somebody waits for a lock in this database."""
    # A transaction sees what it saw first.
    cursor.execute("SELECT pg_stat_clear_snapshot()")
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return cursor.fetchone() != (0,)


def test_of_two_in_each_other_s_way_the_one_that_gives_in_begins_again(store, alias):
    if connections[alias].vendor == "sqlite":
        pytest.skip("one writes at a time")
    store.counters.hit({"a": HOUR, "b": HOUR}, at=AT)
    with ThreadPoolExecutor(1) as beside, transaction.atomic(using=alias):
        with connections[alias].cursor() as cursor:
            # It is the store that finds out first, and gives in.
            cursor.execute("SET LOCAL deadlock_timeout = '30s'")
            lock = "SELECT FROM securelogin_storedcounter WHERE key = %s FOR UPDATE"
            cursor.execute(lock, ["b"])
            hit = beside.submit(store.counters.hit, {"a": HOUR, "b": HOUR}, at=AT)
            while not waits(cursor):
                time.sleep(0.01)
            cursor.execute(lock, ["a"])
        transaction.set_rollback(True, using=alias)

    assert hit.result() == {"a": 2, "b": 2}


def test_a_connection_that_the_server_has_cut_is_made_anew(store, alias):
    total(store.counters, "key", at=AT, window=HOUR)
    connections[f"securelogin:{alias}"].connection.close()
    with pytest.raises(Exception, match="database failed"):
        total(store.counters, "key", at=AT, window=HOUR)

    assert total(store.counters, "key", at=AT, window=HOUR) == 2
