"""Ask Redis what it is like: whether it answers, what it forgets, who may listen."""

from __future__ import annotations

from typing import Any

import redis
from redis.exceptions import ResponseError

from securelogin.configuration import RedisSettings
from securelogin.doctor.facts import RedisFacts
from securelogin.doctor.ways import stays_here
from securelogin.errors import WiringError
from securelogin.stores.redis.clients import FAILURES, sync_client

__all__ = ["look_at"]


def look_at(settings: RedisSettings, /) -> RedisFacts:
    """Return what the Redis of a configuration is like; changes nothing."""
    url = "" if settings.url is None else settings.url.reveal()
    try:
        client: Any = sync_client(url, timeout=settings.timeout)
    except WiringError as error:
        return RedisFacts(problem=str(error))
    try:
        client.ping()
        policy, limit = _evicting(client)
    except FAILURES as error:
        # Servers quote commands, drivers addresses: the name has to do.
        return RedisFacts(problem=f"{type(error).__name__}.")
    finally:
        client.close()
    return RedisFacts(
        policy=policy, limit=limit, encrypted=_is_encrypted(client.connection_pool)
    )


def _evicting(client: Any) -> tuple[str | None, int | None]:  # noqa: ANN401 -- redis-py leaves it open
    """Return the policy and the limit of its memory; None if it may not be asked.

    Of INFO, not CONFIG GET: who may ask that may read the server's passwords too.
    """
    try:
        told = client.info("memory")
    except ResponseError:
        return None, None
    return told.get("maxmemory_policy"), told.get("maxmemory")


def _is_encrypted(pool: Any) -> bool:  # noqa: ANN401 -- redis-py leaves it open
    # Not of the URL: `?host=` may say it as well.
    options = pool.connection_kwargs
    if "path" in options or stays_here(options.get("host", "")):
        return True
    is_tls = issubclass(pool.connection_class, redis.SSLConnection)
    return is_tls and options.get("ssl_cert_reqs") != "none"
