"""What a store is made from: URLs, clients, prefixes, times; and where its keys lie."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import redis
import redis.asyncio
from redis.crc import key_slot

from securelogin.errors import WiringError
from securelogin.stores.redis import AsyncRedisStore, RedisStore
from securelogin.stores.redis.keys import Keys
from securelogin.testing.values import AT, TICK, session
from tests.stores_redis.servers import (
    URL,
    RedisBackend,
    filled,
    pretending,
)
from tests.wiring import LOOP


def test_what_a_script_touches_lies_in_one_slot_of_a_cluster():
    keys = Keys("portal")

    slots = {
        key_slot(key)
        for key in (
            keys.session("one"),
            keys.session("{two}"),
            keys.held("ann"),
            keys.held("{bob}"),
            keys.any_session,
        )
    }

    assert len(slots) == 1


def test_stores_and_counters_spread_over_a_cluster():
    sessions = {key_slot(Keys(f"portal{n}").session("one")) for n in range(20)}
    counters = {key_slot(Keys("portal").counter(f"{n}")) for n in range(20)}

    assert len(sessions) > 10
    assert len(counters) > 10


@pytest.mark.parametrize(
    "source",
    [
        "",
        "portal.example",
        "http://portal.example",
        "redis://user:geheim@host:port/0",
        "redis://user:geheim@host/0?retry=x&db=y",
        "redis://user:geheim@host/0?unheard_of=1",
        b"redis://127.0.0.1",
        None,
        object,
    ],
    ids=repr,
)
@pytest.mark.parametrize("kind", [RedisStore, AsyncRedisStore])
def test_what_is_no_address_is_refused(kind, source):
    with pytest.raises(WiringError) as caught:
        kind(source)

    assert caught.value.setting == "store"
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "client"),
    [(RedisStore, redis.asyncio.Redis), (AsyncRedisStore, redis.Redis)],
)
def test_a_client_of_the_other_colour_is_refused(kind, client):
    with pytest.raises(WiringError, match="of this colour"):
        kind(client())


@pytest.mark.parametrize("prefix", ["", "a" * 65, "{a}", "a b", "a\n", "ä", 7])
def test_an_unfit_prefix_is_refused(prefix):
    with pytest.raises(WiringError, match="prefix"):
        RedisStore(URL, prefix=prefix)


@pytest.mark.parametrize("setting", ["retention", "timeout"])
@pytest.mark.parametrize(
    "span", [timedelta(), -TICK, timedelta(days=366) + TICK, 5, None]
)
def test_an_unfit_time_is_refused(setting, span):
    with pytest.raises(WiringError) as caught:
        RedisStore(URL, **{setting: span})

    assert caught.value.setting == setting


def test_nothing_is_opened_before_the_first_call(colour):
    with pretending(None) as gone:
        pass

    RedisBackend(gone.url, colour=colour).close()


@pytest.mark.parametrize("decode", [False, True], ids=["bytes", "text"])
def test_the_application_s_own_client_is_used_and_left_open(inside, colour, decode):
    kind = redis.Redis if colour == "sync" else redis.asyncio.Redis
    client = kind.from_url(URL, decode_responses=decode)
    store = RedisBackend(client, colour=colour, prefix=inside.prefix)

    filled(store)
    store.close()

    assert store.sessions.get("one") == session().seen(at=AT + TICK)
    assert len(store.sessions.held_by("ann")) == 1
    if colour == "sync":
        client.close()
    else:
        LOOP.run(client.aclose())


def test_a_session_in_redis_can_be_read_by_a_person(backend, inside):
    backend.sessions.add(session(began_at=datetime(1, 1, 1, 0, 0, 1, tzinfo=UTC)))

    row = inside.client.hgetall(Keys(inside.prefix).session("one"))

    assert row[b"version"] == b"1"
    assert row[b"session"].startswith(
        b'{"digest":"one","account":"ann","tenant":"acme","generation":3,'
        b'"began_at":1000000,'
    )


def test_a_version_too_large_for_a_double_is_compared_exactly(backend):
    large = session(version=2**53 + 1)
    backend.sessions.add(large)

    assert backend.sessions.replace(replace(large, version=2**53), large) is False
    assert backend.sessions.replace(large, replace(large, version=2**53 + 2)) is True
