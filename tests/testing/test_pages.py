"""The adapters of the how-to pages pass their contracts."""

from __future__ import annotations

import pytest

from securelogin.testing import ErasureContract, PurgeContract
from securelogin.testing.retention import Shelves
from tests.testing.pages import framework, mail, storage, stores


class TestBoxCredentials(storage.TestBoxCredentials):
    rounds = 20


class TestBoxCounters(storage.TestBoxCounters):
    rounds = 20

    @pytest.fixture
    def rollback(self, counters):
        opened = storage.sqlite3.connect(counters._box.path, isolation_level=None)
        with storage.closing(opened):
            yield _RolledBack(opened)


class TestBoxRetention(storage.TestBoxRetention):
    rounds = 20


class TestSessionsElsewhere(PurgeContract, ErasureContract):
    rounds = 20

    @pytest.fixture
    def store(self):
        here, there = stores.MemoryStore(), stores.MemoryStore()
        here.sessions = there.sessions
        here.retention = stores.SessionsElsewhere(there.retention, here.retention)
        return here

    @pytest.fixture
    def witness(self, store):
        parts = (store.sessions, store.links, store.outbox)
        return lambda: repr([part._rows for part in parts])


def test_a_part_beside_the_retention_of_another_store_is_caught():
    store = stores.MemoryStore()
    store.sessions = stores.MemoryStore().sessions

    with pytest.raises(AssertionError, match="erase"):
        ErasureContract().test_a_person_is_taken_out_and_the_records_stay(
            store.retention, Shelves(store)
        )


class TestServiceMailer(mail.TestServiceMailer):
    pass


class TestAiohttp(framework.TestAiohttp):
    pass


class _RolledBack:
    """A transaction of the application's, in the same file."""

    def __init__(self, opened):
        self.opened = opened

    def __enter__(self):
        self.opened.execute("BEGIN")

    def __exit__(self, *_):
        self.opened.execute("ROLLBACK")
