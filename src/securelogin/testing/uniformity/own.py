"""The library itself as what is measured: one `auth` over a store, with cheap Argon2.

While "Forgot your password" is measured, a courier works beside, with a mailer that
takes 50 ms for each mail, as a real one may: none of that may show in an answer.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from securelogin.aio.secure_login import AsyncSecureLogin
from securelogin.errors import WiringError
from securelogin.flows.secure_login import SecureLogin
from securelogin.keyring import KeyRing
from securelogin.mail import Delivery, Mail
from securelogin.mailers.memory import MemoryMailer
from securelogin.passwords import PasswordHasher
from securelogin.phc import Argon2Parameters, HashBounds
from securelogin.policy import Limits, Policy
from securelogin.portals import Portal
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from securelogin.stores.relational.columns import Caller
from securelogin.testing.blocking import run
from securelogin.testing.uniformity.stage import AnyAuth, Stage
from securelogin.testing.uniformity.watch import Watch

__all__ = [
    "CHEAP",
    "MEMORY",
    "OwnStage",
    "courier_at_work",
    "own_stage",
    "own_store",
    "wire_own",
]

MEMORY = "memory"

CHEAP = Argon2Parameters(memory=1_024, passes=1)
"""A two hundredth of the default cost, so that what is beside it shows.

Nothing cheaper by default: on a quiet machine, what is left then differs by where in
memory things lie, and not by the state of an account.
"""

_PORTAL = Portal(
    tenant="uniformity",
    name="Uniformity",
    url="https://portal.uniformity.example/",
    contact="desk@uniformity.example",
)
_OFTEN = 1_000_000
_SMTP_TAKES = 0.05
_PAUSE = 0.005


class _SlowMailer:
    """Takes as long as a mail server does."""

    def __init__(self, inner: MemoryMailer, takes: Callable[[], float], /) -> None:
        self._inner = inner
        self._takes = takes

    def send(self, mail: Mail, /) -> Delivery:
        """Wait, and put it into the mailbox."""
        time.sleep(self._takes())
        return self._inner.send(mail)


class _AsyncSlowMailer:
    """The same on an event loop, which goes on meanwhile."""

    def __init__(self, inner: MemoryMailer, takes: Callable[[], float], /) -> None:
        self._inner = inner
        self._takes = takes

    async def send(self, mail: Mail, /) -> Delivery:
        """Wait, and put it into the mailbox."""
        await asyncio.sleep(self._takes())
        return self._inner.send(mail)


_at_work = threading.Event()


def _takes() -> float:
    # Setting the scenes need not take a second for every twenty people.
    return _SMTP_TAKES if _at_work.is_set() else 0.0


class OwnStage(Stage):
    """A stage whose store holds nothing but what is made up on it.

    Args:
        vacuum: clears the dead rows of that store away.
    """

    def __init__(
        self, auth: AnyAuth, watch: Watch, /, *, vacuum: Callable[[], None]
    ) -> None:
        super().__init__(auth, watch)
        self._vacuum = vacuum

    def purge(self) -> None:
        """Let all attempts grow older than they are kept, and delete them.

        To lock an account takes a hundred tries, and where so many records are about
        one person, to write another takes a microsecond more. That is no matter of the
        state: a stranger can try as often with an address that is unknown.
        """
        kept = self.given.installation.policy.retention
        self.watch.clock.move(kept.attempts + timedelta(days=1))
        self.auth.retention.purge()

    def vacuum(self) -> None:
        """Clear away the rows that the setting has deleted or written anew.

        PostgreSQL looks at them until then, at more of them for some people than for
        others, and might begin to clear in the midst of the measuring.
        """
        self._vacuum()


@contextmanager
def own_stage(
    watch: Watch,
    /,
    *,
    store: str,
    is_async: bool,
    parameters: Argon2Parameters = CHEAP,
) -> Iterator[OwnStage]:
    """Wire the library over a store of its own, and close it at the end.

    Args:
        store: "memory", or the URL of an empty database; its tables are made there.

    Raises:
        WiringError: no store can be made of this.
    """
    with own_store(store, is_async=is_async) as kept:
        auth = wire_own(watch, kept, is_async=is_async, hasher=_hasher_with(parameters))
        vacuum = partial(_vacuum, store, is_async=is_async)
        yield OwnStage(auth, watch, vacuum=vacuum)


def wire_own(
    watch: Watch,
    store: Any,
    /,
    *,
    is_async: bool,
    keys: KeyRing | None = None,
    hasher: PasswordHasher | None = None,
) -> AnyAuth:
    """Wire the library over a store, with limits that nobody comes over.

    Args:
        store: of the colour that *is_async* says.
        keys: by default new ones.
        hasher: by default a cheap one.
    """
    kind: Any = AsyncSecureLogin if is_async else SecureLogin
    mailer: Any = _AsyncSlowMailer if is_async else _SlowMailer
    auth: AnyAuth = kind(
        portals=[_PORTAL],
        keys=keys or KeyRing(KeyRing.new_key()),
        store=watch.untimed(store),
        mailer=mailer(watch.mailbox.mailer, _takes),
        policy=Policy(
            limits=Limits(
                tries=_OFTEN,
                source_tries=_OFTEN,
                resets=_OFTEN,
                source_resets=_OFTEN,
            )
        ),
        hasher=hasher or _hasher_with(CHEAP),
        pool=watch.pool,
        clock=watch.clock,
    )
    return auth


def _hasher_with(parameters: Argon2Parameters) -> PasswordHasher:
    return PasswordHasher(parameters, bounds=HashBounds(floor=()))


@contextmanager
def own_store(
    store: str, /, *, is_async: bool, prefix: str = "securelogin_"
) -> Iterator[object]:
    """Open a store, its tables made, and close it at the end.

    Args:
        store: "memory", or the URL of a database.
        prefix: what the names of its tables begin with.

    Raises:
        WiringError: no store can be made of this.
    """
    if store == MEMORY:
        kept = MemoryStore()
        yield AsyncMemoryStore(kept) if is_async else kept
        return
    try:
        from securelogin.stores.sql import (  # noqa: PLC0415 -- an extra
            AsyncSQLStore,
            SQLStore,
        )
    except ModuleNotFoundError as missing:
        raise WiringError(
            f"{missing.name} is not installed.",
            setting="store",
            cure="pip install 'securelogin[sql]'",
        ) from None
    database: Any = (AsyncSQLStore if is_async else SQLStore)(store, prefix=prefix)
    wait = _waiting(is_async=is_async)
    wait(database.create())
    try:
        yield database
    finally:
        wait(database.close())


def _vacuum(store: str, /, *, is_async: bool) -> None:
    """Clear the dead rows away, where the database would do so at some later time."""
    if not store.startswith("postgresql"):
        return
    from sqlalchemy import text  # noqa: PLC0415 -- an extra

    from securelogin.stores.sql import engines, opening  # noqa: PLC0415 -- the same

    database: Any = (
        opening.async_database(engines.async_engine(store), is_own=True)
        if is_async
        else opening.sync_database(engines.sync_engine(store), is_own=True)
    )
    wait = _waiting(is_async=is_async)
    by = Caller("uniformity", "vacuum")
    try:
        wait(database.changed(text("VACUUM (ANALYZE)"), {}, by=by))
    finally:
        wait(database.close())


def _waiting(*, is_async: bool) -> Callable[[Any], object]:
    return run if is_async else _as_it_is


def _as_it_is(answer: object) -> object:
    return answer


@contextmanager
def courier_at_work(stage: Stage, /) -> Iterator[None]:
    """Let a courier deliver beside, by a mailer that takes 50 ms for each mail."""
    is_over = threading.Event()

    def work() -> None:
        while not is_over.wait(_PAUSE):
            stage.auth.courier.deliver(limit=1)

    _at_work.set()
    courier = threading.Thread(target=work, name="securelogin-courier")
    courier.start()
    try:
        yield
    finally:
        is_over.set()
        courier.join()
        _at_work.clear()
