"""A portal in memory that does the same each time: fixed keys, clock and chance.

So two adapters that are asked the same give the same answers, to the byte.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from securelogin.accounts import Account, Audience
from securelogin.aio.secure_login import AsyncSecureLogin
from securelogin.attempts import Attempt, AttemptRecord
from securelogin.errors import Unavailable
from securelogin.evidence import CounterKey
from securelogin.flows.secure_login import SecureLogin
from securelogin.hashing_pool import HashingPool
from securelogin.keyring import KeyRing
from securelogin.links import LinkId
from securelogin.mail import MailKind
from securelogin.mailers.memory import AsyncMemoryMailer
from securelogin.outcomes import AccountStored, ChangeRequired, Granted, Outcome
from securelogin.passwords import PasswordHasher
from securelogin.phc import Argon2Parameters, HashBounds
from securelogin.portals import Portal
from securelogin.stores.memory import (
    AsyncMemoryStore,
    MemoryCounters,
    MemoryStore,
)
from securelogin.testing.plugin import Clock, Mailbox
from securelogin.testing.uniformity import Watch
from securelogin.web import WebSettings

__all__ = [
    "ANN",
    "BOB",
    "GREETINGS",
    "PASSWORD",
    "PORTAL",
    "WRONG",
    "World",
    "settings_in",
]

ANN = "ann@acme.example"
BOB = "bob@other.example"
PASSWORD = "seven herons on a slow river"
WRONG = "another river, another bird"
HOME = "inbox/"
_PATIENCE = 30.0
PORTAL = Portal(
    tenant="acme",
    name="Acme Secure Messaging",
    url="https://portal.acme.example/secure/",
    contact="it@acme.example",
)
GREETINGS = Portal(
    tenant="acme",
    name="Grüße",
    url="https://portal.acme.example/gr%C3%BC%C3%9Fe/",
    contact="it@acme.example",
)
OTHER = Portal(
    tenant="globex",
    name="Globex Mail",
    url="https://globex.example/",
    contact="desk@globex.example",
)


def settings_in(folder: Path, /, **changes: Any) -> WebSettings:
    """Return settings with something for each of the page's headers and files."""
    logo = folder / "logo.png"
    # Every byte there is: a body is no text.
    logo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    given: dict[str, Any] = {
        "home": HOME,
        "message": "messages/{message}",
        "trusted_proxies": 1,
        "hsts": timedelta(days=365),
        "theme": {"accent": "#0b5cad"},
        "logo": logo,
    }
    return WebSettings(**(given | changes))


class _Chance:
    """Bytes that are the same each time; safe between threads."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._numbers = count()
        self._lock = threading.Lock()

    def __call__(self, size: int) -> bytes:
        with self._lock:
            found = b""
            while len(found) < size:
                text = f"{self._name} {next(self._numbers)}"
                found += hashlib.sha256(text.encode()).digest()
            return found[:size]


@cache
def _pool(room: int) -> HashingPool:
    return HashingPool(size=1, queue=room)


class _Outage(MemoryCounters):
    """Counters whose backend can go away."""

    is_away: bool = False

    def hit(
        self, windows: Mapping[CounterKey, timedelta], /, *, at: datetime
    ) -> Mapping[CounterKey, int]:
        """Count, while there is a backend."""
        if self.is_away:
            raise Unavailable("away", adapter="World", verb="hit")
        return super().hit(windows, at=at)


class World:
    """A whole library, the people in it, and what they were sent.

    Args:
        kind: whose flows the adapter calls, `SecureLogin` or `AsyncSecureLogin`.
        room: for how many who wait for the one thread that hashes.

    Attributes:
        auth: sync, for setting scenes.
        given: of that kind, over the same store, for the adapter.
        outage: set `outage.is_away`, and the counters are.
        links: that were issued.
    """

    def __init__(
        self, kind: type[SecureLogin | AsyncSecureLogin], /, *, room: int = 64
    ) -> None:
        self._pool = _pool(room)
        self.links: list[LinkId] = []
        self.watch: Watch = Watch()
        self.clock: Clock = self.watch.clock
        self.mailbox: Mailbox = self.watch.mailbox
        self.store: MemoryStore = self.watch.untimed(MemoryStore())
        self.outage: _Outage = _Outage(threading.RLock())
        self.store.counters = self.outage
        shared: dict[str, Any] = {
            "portals": (PORTAL, GREETINGS, OTHER),
            "keys": KeyRing(hashlib.sha256(b"securelogin.testing").digest()),
            "hasher": PasswordHasher(
                Argon2Parameters(memory=8, passes=1),
                bounds=HashBounds(floor=()),
                random=_Chance("salt"),
            ),
            "pool": self._pool,
            "clock": self.clock,
            "random": _Chance("token"),
        }
        self.auth: SecureLogin = SecureLogin(
            store=self.store, mailer=self.mailbox.mailer, **shared
        )
        self.given: SecureLogin | AsyncSecureLogin = self.auth
        if kind is AsyncSecureLogin:
            self.given = self._awaited(shared)

    def _awaited(self, shared: dict[str, Any]) -> AsyncSecureLogin:
        return AsyncSecureLogin(
            store=AsyncMemoryStore(self.store),
            mailer=AsyncMemoryMailer(self.mailbox.mailer),
            **shared,
        )

    # -- people --

    def register(self, address: str = ANN) -> Account:
        """Register somebody who has a temporary password, and has not used it."""
        stored = self.auth.accounts.register(
            address, tenant=PORTAL.tenant, audience=Audience.INTERNAL
        )
        assert isinstance(stored, AccountStored)
        self.auth.courier.deliver()
        return stored.account

    def settled(self, address: str = ANN) -> Account:
        """Register somebody and let them choose PASSWORD."""
        account = self.register(address)
        self._settle(address)
        return account

    def invited(self, address: str = BOB, *, message: str = "m/1") -> str:
        """Invite somebody by a message, let them choose PASSWORD; return the link."""
        token = self.invite(address, message=message)
        self._settle(address, link=token)
        return token

    def invite(self, address: str = BOB, *, message: str = "m/1") -> str:
        """Invite somebody by a message; return the token of the link."""
        issued = self.auth.links.issue(
            recipient=address, sender=ANN, message=message, tenant=PORTAL.tenant
        )
        self.links.append(issued.id)
        self.auth.courier.deliver()
        return self.token(MailKind.MESSAGE)

    def token(self, kind: MailKind, *, to: str | None = None) -> str:
        """Return the token in the newest mail of a kind."""
        return self.mailbox.link(kind, to=to).rpartition("?t=")[2]

    def temporary(self, address: str = ANN) -> str:
        """Deliver what is waiting; return the temporary password somebody was sent."""
        self.auth.courier.deliver()
        return self.mailbox.temporary_password(to=address)

    def foreign_session(self) -> str:
        """Return the token of a session of another tenant's."""
        address = "eve@globex.example"
        self.auth.accounts.register(
            address, tenant=OTHER.tenant, audience=Audience.INTERNAL
        )
        self.auth.courier.deliver()
        self._settle(address, url=OTHER.base)
        granted = self._check(address, PASSWORD, url=OTHER.base)
        assert isinstance(granted, Granted)
        return granted.session.token.reveal()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Keep the one thread that hashes at work meanwhile."""
        begun, over = threading.Event(), threading.Event()

        def work() -> None:
            begun.set()
            over.wait(_PATIENCE)

        job = threading.Thread(target=self._pool.run, args=(work,))
        job.start()
        begun.wait(_PATIENCE)
        try:
            yield
        finally:
            over.set()
            job.join()

    def record(self, reference: str, /) -> AttemptRecord:
        """Return what the log keeps of an attempt."""
        found = self.store.attempts.by_reference(reference)
        assert found is not None, f"no attempt has the reference {reference!r}"
        return found

    def _settle(
        self, address: str, *, link: str | None = None, url: str = PORTAL.base
    ) -> None:
        outcome = self._check(address, self.temporary(address), link=link, url=url)
        assert isinstance(outcome, ChangeRequired)
        self.auth.passwords.complete(outcome.ticket, PASSWORD)

    def _check(self, address: str, password: str, **more: Any) -> Outcome:
        return self.auth.login.check(
            Attempt(address=address, password=password, **more)
        )
