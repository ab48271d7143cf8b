"""The public API as a customer's type checker sees it. Checked, never run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import assert_never, assert_type

from securelogin import (
    Account,
    AsyncSecureLogin,
    Attempt,
    Audience,
    Changed,
    ChangeRequired,
    Client,
    Granted,
    KeyRing,
    Limits,
    LinkOpened,
    Overloaded,
    PasswordRejected,
    Policy,
    Portal,
    PublicFailure,
    Refused,
    SecureLogin,
)
from securelogin.accounts import AccountId
from securelogin.addresses import AddressKey
from securelogin.evidence import Evidence
from securelogin.hidden import Hidden
from securelogin.mailers.memory import AsyncMemoryMailer, MemoryMailer
from securelogin.outcomes import AddressRequested, LoggedIn
from securelogin.rules.diagnosis import Diagnosis
from securelogin.stores.combined import CombinedStore
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from securelogin.stores.redis import RedisStore
from securelogin.stores.sql import AsyncSQLStore, SQLStore
from securelogin.viewers import OPERATOR

PORTALS = [
    Portal(
        tenant="acme",
        name="Acme",
        url="https://portal.acme.example/",
        contact="it@acme.example",
    )
]


def own_check(evidence: Evidence) -> str | None:
    """Refuse on Sundays."""
    return "closed on Sundays" if evidence.at.weekday() == 6 else None


class OwnTable:
    """A portal's own user table."""

    def find(self, key: AddressKey, /) -> Account | None:
        """Find by key."""
        return None

    def get(self, account: AccountId, /) -> Account | None:
        """Find by id."""
        return None


def wired_portal(database: str) -> SecureLogin:
    """Wire every kind of store in the sync colour."""
    auth = SecureLogin(
        portals=PORTALS,
        keys=KeyRing(KeyRing.new_key()),
        store=MemoryStore(),
        mailer=MemoryMailer(),
        policy=Policy(limits=Limits(sessions=3), checks=(own_check,)),
        own_accounts=OwnTable(),
        clock=lambda: datetime.now(UTC),
    )
    SecureLogin(
        portals=PORTALS,
        keys=KeyRing(KeyRing.new_key()),
        store=SQLStore(database),
        mailer=MemoryMailer(),
    )
    SecureLogin(
        portals=PORTALS,
        keys=KeyRing(KeyRing.new_key()),
        store=CombinedStore(
            SQLStore(database),
            sessions=RedisStore("redis://localhost").sessions,
            counters=RedisStore("redis://localhost").counters,
        ),
        mailer=MemoryMailer(),
    )
    return auth


def sync_portal(database: str) -> None:
    """Use every part in the sync colour."""
    auth = wired_portal(database)
    auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    outcome = auth.login.check(
        Attempt(
            address="ann@acme.example",
            password="a quiet harbour",
            url="https://portal.acme.example/",
            client=Client(ip="192.0.2.7"),
        )
    )
    match outcome:
        case Granted(session=session, account=account):
            assert_type(session.token, Hidden)
            assert_type(account, Account)
        case ChangeRequired(ticket=ticket):
            match auth.passwords.complete(ticket, "another quiet harbour"):
                case Changed() | PasswordRejected() | Refused() | Overloaded():
                    pass
        case Refused(public=public) | Overloaded(public=public):
            assert_type(public, PublicFailure)
            assert_type(
                auth.support.find(public.reference, by=OPERATOR), Diagnosis | None
            )
        case _:
            assert_never(outcome)
    assert_type(auth.sessions.resolve("token"), LoggedIn | None)
    assert_type(
        auth.addresses.request(
            "token", current="a quiet harbour", address="ann@new.example"
        ),
        AddressRequested | Refused | Overloaded,
    )
    assert_type(auth.links.open("token", url="https://x/"), LinkOpened | Refused)


async def async_portal(database: str) -> None:
    """Use a part of it in the async colour."""
    auth = AsyncSecureLogin(
        portals=PORTALS,
        keys=KeyRing(KeyRing.new_key()),
        store=AsyncMemoryStore(),
        mailer=AsyncMemoryMailer(),
    )
    AsyncSecureLogin(
        portals=PORTALS,
        keys=KeyRing(KeyRing.new_key()),
        store=AsyncSQLStore(database),
        mailer=AsyncMemoryMailer(),
    )
    assert_type(await auth.sessions.resolve(None), LoggedIn | None)


def refused_by_type_checkers() -> None:
    """Each of these lines must be an error; an unused ignore would be one itself."""
    SecureLogin(
        portals=PORTALS,
        keys=KeyRing(KeyRing.new_key()),
        # A coroutine is true: the wrong colour would fail open.
        store=AsyncMemoryStore(),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        mailer=AsyncMemoryMailer(),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    )
    refused = Refused(
        public=PublicFailure(code="", message="", advice="", reference="")
    )
    # A page cannot reach the cause.
    _ = refused.cause  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
