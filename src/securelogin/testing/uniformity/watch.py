"""Watch an `auth` at work: note each call of an adapter and each run of Argon2."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

from securelogin.argon2_backends import Argon2Backend, Argon2CFFI
from securelogin.defaults import joint_part
from securelogin.hashing_pool import HashingPool
from securelogin.mailers.memory import AsyncMemoryMailer, MemoryMailer
from securelogin.outcomes import Refused
from securelogin.passwords import PasswordHasher
from securelogin.phc import Argon2Parameters, HashBounds
from securelogin.testing.blocking import in_sync
from securelogin.testing.plugin import Clock, Mailbox
from securelogin.testing.uniformity.seen import ARGON2, Seen, seen_of

__all__ = ["CHEAPEST", "PARTS", "NotedBackend", "Watch"]

T = TypeVar("T")

CHEAPEST = Argon2Parameters(memory=8, passes=1)
"""The least that Argon2 can do, so that everything beside it shows."""

PARTS = (
    "accounts",
    "credentials",
    "links",
    "sessions",
    "counters",
    "attempts",
    "outbox",
    "retention",
    "audit",
)

_OF_TIME = frozenset({"sample"})
"""Called when its time has come, whatever is asked then: see `decoys`."""

_POOL = HashingPool(size=1, queue=256)


class NotedBackend:
    """A backend of Argon2 whose runs are noted."""

    def __init__(self, inner: Argon2Backend, trace: list[str], /) -> None:
        self._inner = inner
        self._trace = trace

    def run(
        self,
        secret: bytes,
        /,
        *,
        salt: bytes,
        parameters: Argon2Parameters,
        length: int,
    ) -> bytes:
        """Note it, and run."""
        self._trace.append(ARGON2)
        return self._inner.run(secret, salt=salt, parameters=parameters, length=length)


class _Noted:
    """An adapter whose public methods are noted; of the colour of the one inside."""

    def __init__(self, name: str, inner: object, trace: list[str]) -> None:
        for verb in dir(inner):
            method = getattr(inner, verb)
            if verb in _OF_TIME:
                setattr(self, verb, method)
            elif not verb.startswith("_") and callable(method):
                setattr(self, verb, _noting(f"{name}.{verb}", method, trace))


class _NotedStore:
    """A store whose parts are noted."""

    def __init__(self, inner: object, trace: list[str]) -> None:
        for part in PARTS:
            setattr(self, part, _Noted(part, getattr(inner, part), trace))
        at_once = joint_part(inner, "login_reads", *_read_together(inner))
        if at_once is not None:
            noted: Any = _Noted("login_reads", at_once, trace)
            noted.joins = _read_together(self)
            self.login_reads: Any = noted


def _read_together(store: Any) -> tuple[object, object, object]:
    return store.accounts, store.credentials, store.links


def _noting(call: str, method: Any, trace: list[str]) -> Any:
    if inspect.iscoroutinefunction(inspect.unwrap(method)):

        async def noting_async(*args: Any, **options: Any) -> Any:
            trace.append(call)
            return await method(*args, **options)

        return noting_async

    def noting(*args: Any, **options: Any) -> Any:
        trace.append(call)
        return method(*args, **options)

    return noting


class Watch:
    """What an `auth` is wired with so that it can be watched; one for each `auth`.

    Attributes:
        clock: stands still until it is moved.
        mailbox: what people were sent.
        mailer, async_mailer: bring mails into the mailbox.
        pool: one thread that hashes; with several, they would time each other.
        trace: the calls so far; `see` empties it.
        reference: of the last refusal that was seen.
    """

    def __init__(self) -> None:
        self.clock: Clock = Clock()
        self.mailbox: Mailbox = Mailbox()
        self.mailer: MemoryMailer = self.mailbox.mailer
        self.async_mailer: AsyncMemoryMailer = AsyncMemoryMailer(self.mailbox.mailer)
        self.pool = _POOL
        self.trace: list[str] = []
        self.reference: str = ""
        self._store: Any = None

    def store(self, inner: T, /) -> T:
        """Return a store that notes the calls of each of its parts."""
        self._store = inner
        return cast("T", _NotedStore(inner, self.trace))

    def untimed(self, inner: T, /) -> T:
        """Return the store as it is, for measuring time: noting costs some too."""
        self._store = inner
        return inner

    def adapter(self, name: str, inner: T, /) -> T:
        """Return any other adapter, such as `permissions`, with its calls noted."""
        return cast("T", _Noted(name, inner, self.trace))

    def hasher(
        self,
        parameters: Argon2Parameters = CHEAPEST,
        *,
        backend: Argon2Backend | None = None,
        kind: Callable[..., PasswordHasher] = PasswordHasher,
    ) -> PasswordHasher:
        """Return a hasher whose runs are noted. Protects nothing by default."""
        return kind(
            parameters,
            bounds=HashBounds(floor=()),
            backend=NotedBackend(backend or Argon2CFFI(), self.trace),
        )

    @property
    def credentials(self) -> Any:
        """The credentials behind the watched store, with a sync face; not noted."""
        return in_sync(self._store.credentials, verbs=("get", "replace"))

    def see(self, operation: Callable[[], object], /) -> Seen:
        """Run an operation and return what can be seen of it.

        An error is seen by its name: a stranger meets it as another page.
        """
        self.trace.clear()
        try:
            answer = operation()
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is seen
            return Seen(kind=f"raises {type(error).__name__}", trace=tuple(self.trace))
        if isinstance(answer, Refused):
            self.reference = answer.public.reference
        return seen_of(answer, trace=self.trace)
