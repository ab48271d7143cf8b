"""The connections to Redis, and what becomes of their errors.

A client made here sends every command once: a second try after a lost answer would
find the first one's session, and tell the caller that it was not stored.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException, RedisError

from securelogin.errors import WiringError

__all__ = [
    "FAILURES",
    "AsyncClient",
    "Client",
    "async_client",
    "checked_span",
    "is_cluster",
    "sync_client",
]

Client = redis.Redis | redis.RedisCluster
AsyncClient = redis.asyncio.Redis | redis.asyncio.RedisCluster

P = TypeVar("P", redis.BlockingConnectionPool, redis.asyncio.BlockingConnectionPool)

# Not every error of the driver is a RedisError. A refused connection, a time-out and
# a text that cannot be sent come as Python's own.
FAILURES = (RedisError, RedisClusterException, OSError, ValueError, ArithmeticError)

_MOST_CONNECTIONS = 32
_LONGEST = timedelta(days=366)


def sync_client(source: str | Client, /, *, timeout: timedelta) -> Client:
    """Return a client for the sync store.

    Raises:
        WiringError: *source* is no URL of a Redis server and no sync client.
    """
    if isinstance(source, Client):
        return source
    options = _options(timeout, retry=redis.retry.Retry(NoBackoff(), 0))
    return redis.Redis.from_pool(
        _pool(redis.BlockingConnectionPool.from_url, source, options)
    )


def async_client(source: str | AsyncClient, /, *, timeout: timedelta) -> AsyncClient:
    """Return a client for the async store.

    Raises:
        WiringError: *source* is no URL of a Redis server and no async client.
    """
    if isinstance(source, AsyncClient):
        return source
    options = _options(timeout, retry=redis.asyncio.retry.Retry(NoBackoff(), 0))
    return redis.asyncio.Redis.from_pool(
        _pool(redis.asyncio.BlockingConnectionPool.from_url, source, options)
    )


def is_cluster(client: Client | AsyncClient, /) -> bool:
    """Tell whether keys are spread over slots, of which a script reaches one."""
    return isinstance(client, redis.RedisCluster | redis.asyncio.RedisCluster)


def checked_span(span: object, /, *, setting: str) -> timedelta:
    """Return *span* if it is a time-delta above zero, at most a leap year.

    Raises:
        WiringError: it is not.
    """
    if isinstance(span, timedelta) and timedelta() < span <= _LONGEST:
        return span
    raise WiringError(
        f"expected a timedelta above zero, at most {_LONGEST.days} days.",
        setting=setting,
        cure=f"Pass {setting}=timedelta(…).",
    )


def _options(timeout: timedelta, *, retry: object) -> dict[str, object]:
    seconds = checked_span(timeout, setting="timeout").total_seconds()
    return {
        "socket_timeout": seconds,
        "socket_connect_timeout": seconds,
        # Waiting for one of few connections is fair; a crowd of them is not.
        "max_connections": _MOST_CONNECTIONS,
        "timeout": seconds,
        "retry": retry,
        # The same answers from every server and every version of the driver.
        "protocol": 2,
    }


def _pool(make: Callable[..., P], source: object, options: dict[str, object]) -> P:
    problem = f"{type(source).__name__} is neither a URL nor such a client."
    if isinstance(source, str):
        try:
            pool = make(source, **options)
            # The driver looks at the rest of the URL only when it makes a connection.
            pool.connection_class(**pool.connection_kwargs)
        except (RedisError, TypeError, ValueError):
            # Not chained: the URL may hold a password.
            problem = "that is no URL of a Redis server."
        else:
            return pool
    del source
    raise WiringError(
        problem,
        setting="store",
        cure='Pass a URL such as "redis://127.0.0.1:6379/0", or a client of redis-py '
        "of this colour.",
    )
