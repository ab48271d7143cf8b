"""Make a wired log-in of a configuration, and close what it opened.

Drivers are imported only where they are used: an installation needs the extras of its
own database and mailer, and no other.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from typing import TYPE_CHECKING, NoReturn, TypeVar

from securelogin.aio.audit_trail import AsyncAuditTrail
from securelogin.aio.secure_login import AsyncSecureLogin
from securelogin.aio.store import AsyncStore
from securelogin.audit_writing import async_writing, writing
from securelogin.configuration.reading import Configuration
from securelogin.errors import WiringError
from securelogin.flows.audit_trail import AuditTrail
from securelogin.flows.secure_login import SecureLogin
from securelogin.flows.store import Store
from securelogin.hashing_pool import HashingPool
from securelogin.installation import DEFAULT_SINKS
from securelogin.stores.combined import CombinedStore

if TYPE_CHECKING:
    from securelogin.mailers.aio_smtp import AsyncSMTPMailer
    from securelogin.mailers.smtp import SMTPMailer

__all__ = [
    "open_async_secure_login",
    "open_async_store",
    "open_secure_login",
    "open_store",
]

T = TypeVar("T")


@contextmanager
def open_secure_login(configuration: Configuration, /) -> Iterator[SecureLogin]:
    """Give the log-in that *configuration* describes; close its store at the end.

    What happens goes to standard logging and into the audit trail of the store.

    Raises:
        WiringError: something it needs is not set, or an extra is not installed.
    """
    keys = _required(configuration.keys, "keys")
    mailer = _mailer(configuration)
    pool = _pool(configuration)
    with open_store(configuration) as store:
        trail = AuditTrail(log=store.audit, keys=keys)
        with writing(trail):
            yield SecureLogin(
                portals=configuration.portals,
                keys=keys,
                store=store,
                mailer=mailer,
                policy=configuration.policy,
                hasher=configuration.hasher,
                pool=pool,
                sinks=(*DEFAULT_SINKS, trail),
            )


@asynccontextmanager
async def open_async_secure_login(
    configuration: Configuration, /
) -> AsyncIterator[AsyncSecureLogin]:
    """`open_secure_login`, for the async flows."""
    keys = _required(configuration.keys, "keys")
    mailer = _async_mailer(configuration)
    pool = _pool(configuration)
    async with open_async_store(configuration) as store:
        trail = AsyncAuditTrail(log=store.audit, keys=keys)
        async with async_writing(trail):
            yield AsyncSecureLogin(
                portals=configuration.portals,
                keys=keys,
                store=store,
                mailer=mailer,
                policy=configuration.policy,
                hasher=configuration.hasher,
                pool=pool,
                sinks=(*DEFAULT_SINKS, trail),
            )


@contextmanager
def open_store(configuration: Configuration, /) -> Iterator[Store]:
    """Give the store that *configuration* describes, and close it at the end.

    Raises:
        WiringError: there is no URL of a database, or an extra is not installed.
    """
    settings, redis = configuration.store, configuration.redis
    url = _required(settings.url, "store.url")
    try:
        from securelogin.stores.sql import SQLStore  # noqa: PLC0415 -- an extra
    except ImportError:
        _miss("store.url", "sql")
    kept = SQLStore(url.reveal(), prefix=settings.prefix, schema=settings.schema)
    with closing(kept):
        if redis.url is None:
            yield kept
            return
        try:
            from securelogin.stores.redis import RedisStore  # noqa: PLC0415 -- an extra
        except ImportError:
            _miss("redis.url", "redis")
        quick = RedisStore(
            redis.url.reveal(),
            prefix=redis.prefix,
            retention=redis.retention,
            timeout=redis.timeout,
        )
        with closing(quick):
            yield CombinedStore(kept, sessions=quick.sessions, counters=quick.counters)


@asynccontextmanager
async def open_async_store(
    configuration: Configuration, /
) -> AsyncIterator[AsyncStore]:
    """`open_store`, for the async flows."""
    settings, redis = configuration.store, configuration.redis
    url = _required(settings.url, "store.url")
    try:
        from securelogin.stores.sql import AsyncSQLStore  # noqa: PLC0415 -- an extra
    except ImportError:
        _miss("store.url", "sql")
    kept = AsyncSQLStore(url.reveal(), prefix=settings.prefix, schema=settings.schema)
    try:
        if redis.url is None:
            yield kept
            return
        try:
            from securelogin.stores.redis import (  # noqa: PLC0415 -- an extra
                AsyncRedisStore,
            )
        except ImportError:
            _miss("redis.url", "redis")
        quick = AsyncRedisStore(
            redis.url.reveal(),
            prefix=redis.prefix,
            retention=redis.retention,
            timeout=redis.timeout,
        )
        try:
            yield CombinedStore(kept, sessions=quick.sessions, counters=quick.counters)
        finally:
            await quick.close()
    finally:
        await kept.close()


def _mailer(configuration: Configuration) -> SMTPMailer:
    from securelogin.mailers.smtp import SMTPMailer  # noqa: PLC0415 -- when it is used

    smtp = configuration.smtp
    return SMTPMailer(
        _required(smtp.url, "smtp.url"),
        sender=_required(smtp.sender, "smtp.sender"),
        user=smtp.user,
        password=smtp.password,
        timeout=smtp.timeout,
    )


def _async_mailer(configuration: Configuration) -> AsyncSMTPMailer:
    try:
        from securelogin.mailers.aio_smtp import (  # noqa: PLC0415 -- an extra
            AsyncSMTPMailer,
        )
    except ImportError:
        _miss("smtp.url", "smtp")
    smtp = configuration.smtp
    return AsyncSMTPMailer(
        _required(smtp.url, "smtp.url"),
        sender=_required(smtp.sender, "smtp.sender"),
        user=smtp.user,
        password=smtp.password,
        timeout=smtp.timeout,
    )


def _pool(configuration: Configuration) -> HashingPool:
    pool = configuration.pool
    return HashingPool(
        size=pool.size,
        queue=pool.queue,
        wait=pool.wait,
        memory_budget=pool.memory_budget,
        block=configuration.hasher.parameters.memory,
    )


def _required(value: T | None, setting: str) -> T:
    if value is None:
        variable = f"SECURELOGIN_{setting.replace('.', '_').upper()}"
        raise WiringError(
            "it is not set.",
            setting=setting,
            cure=f"Set it in securelogin.toml, or as {variable} in the environment.",
        )
    return value


def _miss(setting: str, extra: str) -> NoReturn:
    raise WiringError(
        "the library behind it is not installed.",
        setting=setting,
        cure=f"pip install 'securelogin[{extra}]'",
    )
