"""A portal with a person in it, over a store that can be made to fail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from securelogin import (
    AsyncSecureLogin,
    Attempt,
    Audience,
    ChangeRequired,
    Client,
    Granted,
    KeyRing,
    SecureLogin,
)
from securelogin.accounts import AccountId
from securelogin.links import sign_link
from securelogin.mail import MailKind
from tests.faults.injecting import Failing, Injector
from tests.faults.seen import Seen
from tests.wiring import (
    PASSWORD,
    POOL,
    PORTALS,
    URL,
    AsyncInbox,
    Blocking,
    Clock,
    Inbox,
    cheap_hasher,
)

ADDRESS = "ann@acme.example"
CLIENT = Client(ip="192.0.2.7", user_agent="Firefox/140")
WAIT = timedelta(minutes=6)
"""Longer than a courier's lease."""


@dataclass
class Person:
    """What one person has in hand: plain text, fit to be handed to a process."""

    account: str = ""
    addresses: list[str] = field(default_factory=lambda: [ADDRESS])
    passwords: list[str] = field(default_factory=lambda: [PASSWORD])
    sessions: list[str] = field(default_factory=list)
    dead_sessions: list[str] = field(default_factory=list)
    ticket: str = ""
    link: str = ""
    link_token: str = ""
    temporary: str = ""
    proofs: list[str] = field(default_factory=list)
    reference: str = ""
    order: str = ""
    may_have_none: bool = False


class Chance:
    """Random numbers that come in one order, so that the same can come again."""

    def __init__(self) -> None:
        self.taken = 0

    def __call__(self, size: int) -> bytes:
        self.taken += 1
        return hashlib.shake_128(f"{self.taken}".encode()).digest(size)

    def skip(self) -> None:
        """Pass over those that another process has taken."""
        self.taken += 10_000


class World:
    """One library in one colour over one store."""

    def __init__(
        self,
        store: Any,
        look: Callable[[], Seen],
        *,
        key: str | None = None,
        is_async: bool = False,
        injector: Injector | None = None,
    ) -> None:
        self.clock = Clock()
        self.injector = injector or Injector()
        self.inbox = AsyncInbox() if is_async else Inbox()
        self.store, self.look = store, look
        self.chance = Chance()
        self.key = key or KeyRing.new_key()
        self.keys = KeyRing(self.key)
        kind: Any = AsyncSecureLogin if is_async else SecureLogin
        auth = kind(
            portals=PORTALS,
            keys=self.keys,
            store=Failing(store, self.injector),
            mailer=self.injector.wrap("mailer", self.inbox),
            hasher=cheap_hasher(random=self.chance),
            pool=POOL,
            clock=self.clock,
            random=self.chance,
        )
        self.auth: Any = Blocking(auth) if is_async else auth
        self.person = Person()

    # -- moments --

    def kept(self) -> Any:
        """Return all that is here and not in the store, for `put_back`."""
        mails = [*self.inbox.mails]
        return self.clock.at, self.chance.taken, mails, deepcopy(self.person)

    def put_back(self, kept: Any) -> None:
        self.clock.at, self.chance.taken, mails, person = kept
        self.inbox.mails[:] = mails
        self.person = deepcopy(person)

    # -- steps --

    def check(self, password: str, address: str = "", link: str | None = None) -> Any:
        return self.auth.login.check(
            Attempt(
                address=address or self.person.addresses[0],
                password=password,
                url=URL,
                link=link,
                client=CLIENT,
            )
        )

    def mailed(self, kind: MailKind, secret: str) -> list[str]:
        """Return the secrets of this kind mailed so far, the newest last."""
        return [
            mail.secrets[secret].reveal()
            for mail in self.inbox.mails
            if mail.kind is kind
        ]

    def newest_temporary(self) -> str:
        return self.mailed(MailKind.TEMPORARY_PASSWORD, "password")[-1]

    def settle(self) -> Any:
        """Let leases end, and the courier do what it has left."""
        self.clock.move(WAIT)
        return self.auth.courier.deliver()

    def log_in(self, password: str = "") -> None:
        granted = self.check(password or self.person.passwords[-1])
        assert isinstance(granted, Granted), granted
        self.person.sessions.append(granted.session.token.reveal())
        self.person.account = granted.account.id

    def ticket(self) -> str:
        required = self.check(self.newest_temporary())
        assert isinstance(required, ChangeRequired), required
        return str(required.ticket.reveal())

    def settle_in(self) -> None:
        """Register the person, let them choose a password and log in."""
        self.auth.accounts.register(ADDRESS, tenant="acme", audience=Audience.INTERNAL)
        self.auth.courier.deliver()
        self.auth.passwords.complete(self.ticket(), PASSWORD, client=CLIENT)
        self.auth.courier.deliver()
        self.log_in()
        self.clock.move(timedelta(minutes=1))

    def send_link(self) -> None:
        link = self.auth.links.issue(
            recipient=ADDRESS, sender="boss@acme.example", message="m-1", tenant="acme"
        )
        self.person.link = link.id
        self.person.link_token = sign_link(link, keys=self.keys).reveal()

    @property
    def id(self) -> AccountId:
        return AccountId(self.person.account)
