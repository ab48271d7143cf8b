"""Counters and sessions in Redis or Valkey, with redis-py (extra `redis`).

What every request touches and what may be lost goes here; accounts, credentials, links,
the attempt log and the outbox have to be durable and stay in a database:
`securelogin.stores.combined` joins the two. One verb is one script or one command.
"""

from __future__ import annotations

from securelogin.stores.redis.async_adapters import AsyncRedisStore
from securelogin.stores.redis.sync_adapters import RedisStore

__all__ = ["AsyncRedisStore", "RedisStore"]
