"""Fixtures for the tests of a portal: a wired `auth`, its mails, a clock to move.

Switch them on in the `conftest.py` at the top of your tests::

    pytest_plugins = ["securelogin.testing.plugin"]

Nothing is switched on by itself: a pytest run that does not ask for them neither
imports this library nor sees these names. Each fixture can be overridden by one of your
own with the same name; `portals` and `policy` are there for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from securelogin.aio.secure_login import AsyncSecureLogin
from securelogin.flows.secure_login import SecureLogin
from securelogin.hashing_pool import HashingPool
from securelogin.keyring import KeyRing
from securelogin.mail import Mail, MailKind
from securelogin.mailers.memory import AsyncMemoryMailer, MemoryMailer
from securelogin.passwords import PasswordHasher
from securelogin.phc import Argon2Parameters, HashBounds
from securelogin.policy import Policy
from securelogin.portals import Portal
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore

__all__ = [
    "Clock",
    "Mailbox",
    "async_auth",
    "auth",
    "cheap_hasher",
    "clock",
    "hashing_pool",
    "keys",
    "mailbox",
    "policy",
    "portals",
    "store",
]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)) -> None:
        self.at: datetime = at

    def __call__(self) -> datetime:
        """Return the time."""
        return self.at

    def move(self, by: timedelta, /) -> None:
        """Let time pass."""
        self.at = self.at + by


class Mailbox:
    """What people were sent, once the courier has delivered it."""

    def __init__(self) -> None:
        self.mailer: MemoryMailer = MemoryMailer()

    @property
    def mails(self) -> tuple[Mail, ...]:
        """All mails, oldest first."""
        return self.mailer.mails

    def last(self, kind: MailKind, /, *, to: str | None = None) -> Mail:
        """Return the newest mail of a kind (and to an address).

        Raises:
            LookupError: there is none. Did the courier deliver?
        """
        for mail in reversed(self.mails):
            if mail.kind is kind and to in (None, mail.to.text):
                return mail
        message = f"no mail of kind {kind.value}; did you call auth.courier.deliver()?"
        raise LookupError(message)

    def temporary_password(self, *, to: str | None = None) -> str:
        """Return the newest temporary password that was mailed."""
        return (
            self.last(MailKind.TEMPORARY_PASSWORD, to=to).secrets["password"].reveal()
        )

    def link(self, kind: MailKind = MailKind.MESSAGE, *, to: str | None = None) -> str:
        """Return the URL in the newest mail of a kind."""
        return self.last(kind, to=to).secrets["link"].reveal()


def cheap_hasher() -> PasswordHasher:
    """Return a hasher that costs next to nothing, and protects nothing."""
    return PasswordHasher(
        Argon2Parameters(memory=8, passes=1), bounds=HashBounds(floor=())
    )


@pytest.fixture
def portals() -> Sequence[Portal]:
    """Your portals; override it with the ones that you declare."""
    return (
        Portal(
            tenant="acme",
            name="Acme Secure Messaging",
            url="https://portal.acme.example/secure/",
            contact="it@acme.example",
        ),
    )


@pytest.fixture
def policy() -> Policy:
    """Your settings; override it with the ones that you use."""
    return Policy()


@pytest.fixture
def keys() -> KeyRing:
    """A new key for each test."""
    return KeyRing(KeyRing.new_key())


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still: `clock.move(timedelta(minutes=31))`."""
    return Clock()


@pytest.fixture
def mailbox() -> Mailbox:
    """What people were sent: `mailbox.temporary_password(to=…)`."""
    return Mailbox()


@pytest.fixture
def store() -> MemoryStore:
    """A store in memory, new for each test, behind `auth` and `async_auth`."""
    return MemoryStore()


@pytest.fixture(scope="session")
def hashing_pool() -> HashingPool:
    """Threads that hash, for the whole run."""
    return HashingPool(size=2, queue=256)


@pytest.fixture
def auth(
    *,
    portals: Sequence[Portal],
    policy: Policy,
    keys: KeyRing,
    clock: Clock,
    mailbox: Mailbox,
    store: MemoryStore,
    hashing_pool: HashingPool,
) -> SecureLogin:
    """The whole library for sync portals, wired with all of the others."""
    return SecureLogin(
        portals=portals,
        keys=keys,
        store=store,
        mailer=mailbox.mailer,
        policy=policy,
        hasher=cheap_hasher(),
        pool=hashing_pool,
        clock=clock,
    )


@pytest.fixture
def async_auth(
    *,
    portals: Sequence[Portal],
    policy: Policy,
    keys: KeyRing,
    clock: Clock,
    mailbox: Mailbox,
    store: MemoryStore,
    hashing_pool: HashingPool,
) -> AsyncSecureLogin:
    """The same for async portals, over the same store."""
    return AsyncSecureLogin(
        portals=portals,
        keys=keys,
        store=AsyncMemoryStore(store),
        mailer=AsyncMemoryMailer(mailbox.mailer),
        policy=policy,
        hasher=cheap_hasher(),
        pool=hashing_pool,
        clock=clock,
    )
