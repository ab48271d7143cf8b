"""Servers that fail and keys that hold nonsense: an error, and not a word of it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from securelogin.errors import AdapterError, Unavailable
from securelogin.stores.redis.keys import Keys
from securelogin.testing.values import AT, HOUR, session
from tests.stores_redis.servers import (
    VERBS,
    RedisBackend,
    pretending,
)
from tests.wiring import total


@pytest.mark.parametrize("verb", sorted({*VERBS} - {"reset"}))
def test_a_key_that_holds_something_else_changes_nothing(backend, inside, verb):
    keys = Keys(inside.prefix)
    wrong = {
        "hit": keys.counter("key"),
        "held_by": keys.held("ann"),
    }.get(verb, keys.session("one"))
    inside.client.set(wrong, "someone else's", px=60_000)

    with pytest.raises(Unavailable) as caught:
        VERBS[verb](backend)

    assert inside.names() == [wrong]
    assert inside.client.get(wrong) == b"someone else's"
    assert_silent(caught, verb)


def test_a_set_that_is_none_leaves_no_session_without_one(backend, inside):
    held = Keys(inside.prefix).held("ann")
    inside.client.set(held, "someone else's", px=60_000)

    with pytest.raises(Unavailable):
        backend.sessions.add(session())

    assert backend.sessions.get("one") is None
    assert inside.names() == [held]


def test_a_total_that_is_no_number_is_no_total(backend, inside):
    total(backend.counters, "key", at=AT, window=HOUR)
    inside.client.hset(Keys(inside.prefix).counter("key"), "total", "many")

    with pytest.raises(Unavailable):
        total(backend.counters, "key", at=AT, window=HOUR)


@pytest.mark.parametrize(
    "row",
    [
        {"version": "one"},
        {"version": ""},
        {"session": "secret"},
        {"session": "[]"},
        {"session": "{}"},
        {"session": "[" * 100_000},
        {"session": '"secret"'},
        {"session": b"\xff\xfe"},
        {"generation": "1"},
        {"generation": True},
        {"digest": None},
        {"until": 1.5},
        {"until": 10**30},
        {"ended_at": "never"},
        {"more": "secret"},
    ],
    ids=repr,
)
@pytest.mark.parametrize("verb", ["get", "held_by"])
def test_a_malformed_session_is_nobody_s(backend, inside, verb, row):
    backend.sessions.add(session())
    key = Keys(inside.prefix).session("one")
    if set(row) <= {"version", "session"}:
        inside.client.hset(key, mapping=row)
    else:
        stored = json.loads(inside.client.hget(key, "session"))
        inside.client.hset(key, "session", json.dumps(stored | row))

    with pytest.raises(AdapterError) as caught:
        VERBS[verb](backend)

    assert not isinstance(caught.value, Unavailable)
    assert_silent(caught, verb)


@pytest.mark.parametrize("field", ["version", "session"])
@pytest.mark.parametrize("verb", ["get", "held_by"])
def test_half_a_session_is_nobody_s(backend, inside, verb, field):
    backend.sessions.add(session())
    inside.client.hdel(Keys(inside.prefix).session("one"), field)

    with pytest.raises(AdapterError):
        VERBS[verb](backend)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "answer",
    [None, b"", b"nonsense\r\n", b"-ERR secret\r\n", b"-NOSCRIPT secret\r\n"],
    ids=["hangs up", "says nothing", "nonsense", "error", "no script"],
)
def test_a_server_that_fails_is_unavailable(colour, verb, answer):
    with pretending(answer) as server:
        store = RedisBackend(
            server.url, colour=colour, timeout=timedelta(milliseconds=200)
        )
        with pytest.raises(Unavailable) as caught:
            VERBS[verb](store)
        store.close()

    assert_silent(caught, verb)


@pytest.mark.parametrize("verb", VERBS)
def test_a_server_that_is_not_there_is_unavailable(colour, verb):
    with pretending(None) as gone:
        pass
    store = RedisBackend(gone.url, colour=colour)

    with pytest.raises(Unavailable) as caught:
        VERBS[verb](store)

    assert_silent(caught, verb)
    store.close()


def assert_silent(caught, verb) -> None:
    error = caught.value
    part = "Counters" if verb in {"hit", "reset"} else "Sessions"
    assert (error.verb, error.adapter.endswith(f"Redis{part}")) == (verb, True)
    assert (error.__cause__, error.__context__) == (None, None)
    assert "secret" not in str(error)
    assert "someone" not in str(error)


@pytest.mark.parametrize("answer", [None, b"-ERR\r\n"], ids=["lost", "error"])
@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_sent_twice(colour, verb, answer):
    """A second try would count one log-in twice, and take an `add` for taken."""
    with pretending(answer) as server:
        store = RedisBackend(server.url, colour=colour)
        with pytest.raises(Unavailable):
            VERBS[verb](store)
        store.close()

    assert len(server.asked) == 1
