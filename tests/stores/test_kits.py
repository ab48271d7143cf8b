"""What every store promises holds for each database by each driver."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

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
    LoginReadsContract,
    PurgeContract,
    SessionReadsContract,
    SessionsContract,
)
from securelogin.testing.values import GLOBEX, account
from tests.stores.places import done


@pytest.fixture
def reopen(place):
    # Processes race in `TestCredentials` and in test_races: to begin one takes long.
    return at_home(place.opener)


def at_home(opener):
    """Return the opener in a form that is sent to no process."""

    def open_here():
        return opener()

    return open_here


@pytest.fixture
def witness(place):
    return place.dump


@pytest.fixture
def unreachable(place):
    store = place.away()
    yield store
    done(store.close())


@pytest.fixture
def rollback(place):
    @contextmanager
    def transaction() -> Iterator[None]:
        level = "SERIALIZABLE" if place.kind == "sqlite" else "READ COMMITTED"
        engine = place.plain.execution_options(isolation_level=level)
        with engine.connect() as own:
            own.execute(sa.text("SELECT * FROM securelogin_counters")).all()
            yield
            own.rollback()

    return transaction()


class Modest:
    """Seven drivers make seven times as many rounds."""

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
        assert all(done(store.accounts.add(one)) for one in known)
        return store.accounts


class TestCredentials(Modest, HashSampleContract):
    processes = 2

    @pytest.fixture
    def reopen(self, place):
        return at_home(place.opener) if place.is_async else place.opener


class TestLinks(Modest, LinksContract):
    pass


class TestLoginReads(Modest, LoginReadsContract):
    pass


class TestSessionReads(Modest, SessionReadsContract):
    pass


class TestSessions(Modest, SessionsContract):
    pass


class TestCounters(Modest, CountersContract):
    most_keys = 200

    @pytest.fixture
    def counted(self, place):
        return place.counters


class TestAttempts(Modest, AttemptsContract):
    pass


class TestOutbox(Modest, DeadLettersContract):
    pass


class TestPurge(Modest, PurgeContract):
    pass


class TestErasure(Modest, ErasureContract):
    pass


class TestAudit(Modest, AuditLogContract):
    pass


class TestAuditRetention(Modest, AuditRetentionContract):
    pass
