"""The kit applied to a store that other processes share."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from securelogin.stores.sql import AsyncSQLStore, SQLStore
from securelogin.testing import AttemptsContract, ErasureContract, PurgeContract
from tests.wiring import LOOP


def open_attempts(url: str):
    # Nobody closes what the kit opens: so no connection is kept.
    return SQLStore(create_engine(url, poolclass=NullPool)).attempts


class TestAttempts(AttemptsContract):
    rounds = 10

    @pytest.fixture
    def url(self, tmp_path):
        return f"sqlite:///{tmp_path}/portal.db"

    @pytest.fixture
    def attempts(self, url):
        store = SQLStore(url)
        store.create()
        yield store.attempts
        store.close()

    @pytest.fixture
    def reopen(self, url):
        return partial(open_attempts, url)


class Kept:
    rounds = 10

    @pytest.fixture(params=["sync", "async"])
    def store(self, request, tmp_path):
        url = f"sqlite:///{tmp_path}/portal.db"
        if request.param == "sync":
            store = SQLStore(url)
            store.create()
            yield store
            store.close()
        else:
            waited = AsyncSQLStore(url)
            LOOP.run(waited.create())
            yield waited
            LOOP.run(waited.close())

    @pytest.fixture
    def witness(self, store, tmp_path):
        def dump() -> str:
            with closing(sqlite3.connect(tmp_path / "portal.db")) as connection:
                return "".join(connection.iterdump())

        return dump

    @pytest.fixture
    def unreachable(self, tmp_path):
        store = SQLStore(f"sqlite:///{tmp_path}/none/portal.db")
        yield store
        store.close()


class TestPurge(Kept, PurgeContract):
    pass


class TestErasure(Kept, ErasureContract):
    pass
