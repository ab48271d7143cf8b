"""The kit applied to what the library ships for memory, in both colours."""

from __future__ import annotations

import pytest

from securelogin.addresses import stored_address
from securelogin.defaults import (
    AsyncLoginReadsInTurn,
    AsyncSessionReadsInTurn,
    LoginReadsInTurn,
    SessionReadsInTurn,
)
from securelogin.mailers.memory import AsyncMemoryMailer, MemoryMailer
from securelogin.stores import memory
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from securelogin.testing import (
    AccountRegistryContract,
    AccountsContract,
    Arrived,
    AttemptsContract,
    AuditLogContract,
    AuditRetentionContract,
    CountersContract,
    DeadLettersContract,
    ErasureContract,
    HashSampleContract,
    LinksContract,
    LoginReadsContract,
    MailerContract,
    PurgeContract,
    SessionReadsContract,
    SessionsContract,
)
from securelogin.testing.values import GLOBEX, account

COLOURS = {
    "sync": (MemoryStore, MemoryMailer),
    "async": (AsyncMemoryStore, AsyncMemoryMailer),
}


@pytest.fixture(params=COLOURS)
def colour(request):
    return COLOURS[request.param]


@pytest.fixture
def store(colour):
    return colour[0]()


@pytest.fixture
def reopen(store):
    # Another view of the same data, which lives in this process only.
    if isinstance(store, AsyncMemoryStore):
        return lambda: AsyncMemoryStore(store.sync)
    return lambda: store


@pytest.fixture
def witness(store):
    inner = getattr(store, "sync", store)

    def rows() -> str:
        parts = (
            inner.credentials,
            inner.accounts,
            inner.attempts,
            inner.sessions,
            inner.links,
            inner.outbox,
            inner.audit,
        )
        return "".join(
            f"{getattr(row, 'password_hash', '')}{getattr(row, 'person', '')}{row}"
            for part in parts
            for held in (vars(part).get("_rows"), vars(part).get("_records"))
            for row in (held.values() if isinstance(held, dict) else held or ())
        ) + repr(inner.accounts._holders)

    return rows


class TestAccounts(AccountRegistryContract):
    pass


class TestOwnAccounts(AccountsContract):
    @pytest.fixture
    def known(self):
        return [
            account(),
            # Look-alikes that are there are somebody, and so no look-alikes.
            account(id="id of ann ", primary=stored_address("ann@Acme.exampl_")),
            account("both"),
            account("both", tenant=GLOBEX, id="there"),
        ]

    @pytest.fixture
    def accounts(self, known):
        store = MemoryStore()
        assert all(store.accounts.add(one) for one in known)
        return store.accounts


class TestCredentials(HashSampleContract):
    pass


class TestLinks(LinksContract):
    pass


class TestLoginReads(LoginReadsContract):
    pass


class TestLoginReadsInTurn(LoginReadsContract):
    @pytest.fixture
    def login_reads(self, store):
        parts = (store.accounts, store.credentials, store.links)
        if isinstance(store, AsyncMemoryStore):
            return AsyncLoginReadsInTurn(*parts)
        return LoginReadsInTurn(*parts)


class TestSessionReads(SessionReadsContract):
    pass


class TestSessionReadsInTurn(SessionReadsContract):
    @pytest.fixture
    def session_reads(self, store):
        parts = (store.sessions, store.accounts, store.credentials)
        if isinstance(store, AsyncMemoryStore):
            return AsyncSessionReadsInTurn(*parts)
        return SessionReadsInTurn(*parts)


class TestSessions(SessionsContract):
    pass


class TestCounters(CountersContract):
    most_keys = 20

    @pytest.fixture
    def counted(self, store, monkeypatch):
        monkeypatch.setattr(memory, "_MOST_COUNTERS", 10)
        return lambda: len(getattr(store, "sync", store).counters._totals)


class TestAttempts(AttemptsContract):
    pass


class TestOutbox(DeadLettersContract):
    pass


class TestPurge(PurgeContract):
    pass


class TestErasure(ErasureContract):
    pass


class TestAudit(AuditLogContract):
    pass


class TestAuditRetention(AuditRetentionContract):
    pass


class TestMailer(MailerContract):
    @pytest.fixture
    def mailer(self, colour):
        return colour[1]()

    @pytest.fixture
    def arrived(self, mailer):
        def read() -> list[Arrived]:
            return [
                Arrived(
                    to=mail.to.text,
                    id=mail.id,
                    text="".join(secret.reveal() for secret in mail.secrets.values()),
                )
                for mail in mailer.mails
            ]

        return read
