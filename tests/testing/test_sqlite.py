"""The kit applied to a store that other processes share."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from securelogin.stores.sql import SQLStore
from securelogin.testing import AttemptsContract


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
