"""The kit applied to a store that other processes share."""

from __future__ import annotations

from functools import partial

import pytest

from securelogin.stores.sql import SQLStore
from securelogin.testing import AttemptsContract


def open_attempts(url: str):
    return SQLStore(url).attempts


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
