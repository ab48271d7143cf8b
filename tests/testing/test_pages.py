"""The adapters of the how-to pages pass their contracts."""

from __future__ import annotations

import pytest

from tests.testing.pages import framework, mail, storage


class TestBoxCredentials(storage.TestBoxCredentials):
    rounds = 20


class TestBoxCounters(storage.TestBoxCounters):
    rounds = 20

    @pytest.fixture
    def rollback(self, counters):
        opened = storage.sqlite3.connect(counters._box.path, isolation_level=None)
        with storage.closing(opened):
            yield _RolledBack(opened)


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
