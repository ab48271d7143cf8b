from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stores_redis.servers import URL, Inside, RedisBackend, require_redis


@pytest.fixture(params=["sync", "async"])
def colour(request) -> str:
    return request.param


@pytest.fixture(scope="session")
def server() -> None:
    require_redis()


@pytest.fixture
def inside(server) -> Iterator[Inside]:
    """Return a look at what this test has in Redis; it is gone afterwards."""
    inside = Inside()
    yield inside
    inside.close()


@pytest.fixture
def backend(inside, colour) -> Iterator[RedisBackend]:
    """Return a store in Redis, in both colours."""
    store = RedisBackend(URL, colour=colour, prefix=inside.prefix)
    yield store
    store.close()
