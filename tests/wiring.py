"""Wire the library for tests: our own memory store, a clock to move, cheap Argon2.

Flows are tested once for both colours: `Sync` and `Blocking` give the same face.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from securelogin import (
    Argon2Parameters,
    AsyncSecureLogin,
    Attempt,
    Client,
    HashingPool,
    KeyRing,
    PasswordHasher,
    Policy,
    Portal,
    SecureLogin,
)
from securelogin.mail import Delivery, DeliveryState, Mail, MailKind
from securelogin.phc import HashBounds
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore

ACME = Portal(
    tenant="acme",
    name="Acme Secure Messaging",
    url="https://portal.acme.example/secure/",
    contact="it@acme.example",
)
GLOBEX = Portal(
    tenant="globex",
    name="Globex Mail",
    url="https://globex.example/",
    contact="desk@globex.example",
)
PORTALS = (ACME, GLOBEX)
URL = "https://portal.acme.example/secure/login"
GLOBEX_URL = "https://globex.example/login"
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CHEAPEST = Argon2Parameters(memory=8, passes=1)
ANY_COST = HashBounds(floor=())
PASSWORD = "a quiet harbour at six"
POOL = HashingPool(size=2, queue=256)


def cheap_hasher(
    parameters: Argon2Parameters = CHEAPEST, **options: Any
) -> PasswordHasher:
    """Return a hasher that costs next to nothing."""
    return PasswordHasher(parameters, bounds=ANY_COST, **options)


def total(counters: Any, key: str, *, at: datetime, window: timedelta) -> int:
    """Count one key alone; return its new total."""
    found: int = counters.hit({key: window}, at=at)[key]
    return found


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


class Inbox:
    """A mailer that keeps what it is given; answers as told."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.answer = Delivery(state=DeliveryState.ACCEPTED)

    def send(self, mail: Mail, /) -> Delivery:
        self.mails.append(mail)
        return self.answer

    def last(self, kind: MailKind) -> Mail:
        return [mail for mail in self.mails if mail.kind is kind][-1]


class AsyncInbox(Inbox):
    async def send(self, mail: Mail, /) -> Delivery:  # type: ignore[override]
        return super().send(mail)


class Loop:
    """One event loop in a thread of its own, for all async tests."""

    def __init__(self) -> None:
        self._started = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """Begun when it is asked for: what only imports this has no thread."""
        with self._started:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, daemon=True).start()
            return self._loop

    def run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)


LOOP = Loop()


class Blocking:
    """Give an async object the face of a sync one; attributes are wrapped likewise."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if inspect.iscoroutinefunction(value):
            return lambda *args, **options: LOOP.run(value(*args, **options))
        if type(value).__module__.startswith("securelogin.aio"):
            return Blocking(value)
        return value


class Wired:
    """A whole library in one colour, with everything a test may want to move or see."""

    url = URL
    """Where people log in, unless a test says otherwise."""

    def __init__(
        self,
        colour: str,
        *,
        policy: Policy | None = None,
        keys: KeyRing | None = None,
        hasher: PasswordHasher | None = None,
        wrap: Callable[[str, Any], Any] = lambda _, part: part,
        store: MemoryStore | None = None,
        **options: Any,
    ) -> None:
        self.colour = colour
        self.options = options
        self.clock = Clock()
        self.keys = keys or KeyRing(KeyRing.new_key())
        self.store = store or MemoryStore()
        self.hasher = hasher or cheap_hasher()
        is_sync = colour == "sync"
        carried = self.store if is_sync else AsyncMemoryStore(self.store)
        self.inbox = Inbox() if is_sync else AsyncInbox()
        kind: Any = SecureLogin if is_sync else AsyncSecureLogin
        inner = kind(
            keys=self.keys,
            store=_Wrapped(carried, wrap),
            mailer=self.inbox,
            policy=policy or Policy(),
            hasher=self.hasher,
            clock=self.clock,
            **({"pool": POOL, "portals": PORTALS} | options),
        )
        self.auth: Any = inner if is_sync else Blocking(inner)

    # -- steps of the story, for tests that are about something else --

    def attempt(
        self,
        address: str,
        password: str,
        *,
        url: str = URL,
        ip: str = "192.0.2.7",
        **more: Any,
    ) -> Attempt:
        more.setdefault("client", Client(ip=ip, user_agent="Firefox/140"))
        return Attempt(address=address, password=password, url=url, **more)

    def check(self, address: str, password: str, **more: Any) -> Any:
        return self.auth.login.check(self.attempt(address, password, **more))

    def mailed_password(self) -> str:
        self.auth.courier.deliver()
        mail = self.inbox.last(MailKind.TEMPORARY_PASSWORD)
        return mail.secrets["password"].reveal()

    def mailed_token(self, kind: MailKind = MailKind.MESSAGE) -> str:
        self.auth.courier.deliver()
        return self.inbox.last(kind).secrets["link"].reveal().rpartition("=")[2]


class _Wrapped:
    def __init__(self, store: Any, wrap: Callable[[str, Any], Any]) -> None:
        for part in (
            "accounts",
            "credentials",
            "links",
            "sessions",
            "counters",
            "attempts",
            "outbox",
            "retention",
            "audit",
        ):
            setattr(self, part, wrap(part, getattr(store, part)))
