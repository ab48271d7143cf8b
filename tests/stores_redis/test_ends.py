"""Every key goes by itself, none too early."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from securelogin.testing.values import AT, HOUR, TICK, session
from tests.stores_redis.servers import (
    URL,
    RedisBackend,
    filled,
)
from tests.wiring import total

FIRST = datetime.min.replace(tzinfo=UTC)
YEAR = timedelta(days=365)
SLACK = timedelta(minutes=10)
RETENTION = timedelta(days=30)


def lives(inside, key) -> timedelta:
    """Return how long a key has still to live, to the minute."""
    left = timedelta(milliseconds=inside.client.pttl(key))
    return timedelta(minutes=round(left / timedelta(minutes=1)))


def test_every_key_has_an_end(backend, inside):
    filled(backend)

    assert len(inside.names()) == 3
    assert all(inside.client.pttl(key) > 0 for key in inside.names())


@pytest.mark.parametrize("window", [timedelta(), HOUR, YEAR])
def test_a_counter_is_kept_for_its_window(backend, inside, window):
    total(backend.counters, "key", at=AT, window=window + TICK)

    assert [window + SLACK] == [lives(inside, key) for key in inside.names()]


def test_hits_within_a_window_do_not_keep_a_counter_longer(backend, inside):
    total(backend.counters, "key", at=AT, window=HOUR)
    (key,) = inside.names("counter")
    inside.client.pexpire(key, 5000)

    assert total(backend.counters, "key", at=AT, window=YEAR) == 2
    assert inside.client.pttl(key) <= 5000


def test_a_new_window_keeps_a_counter_anew(backend, inside):
    total(backend.counters, "key", at=AT, window=HOUR)
    (key,) = inside.names("counter")
    inside.client.pexpire(key, 5000)

    assert total(backend.counters, "key", at=AT + HOUR, window=HOUR) == 1
    assert lives(inside, key) == HOUR + SLACK


@pytest.mark.parametrize(
    "at",
    [
        *(AT.replace(year=year) for year in (1, 1969, 2300, 9998)),
        # The last moment before their number gets one more digit.
        *(FIRST + timedelta(microseconds=10**digits - 1) for digits in (0, 16, 17)),
    ],
    ids=str,
)
def test_a_counter_goes_by_the_given_clock_alone(backend, at):
    hits = [(at, 1), (at, 2), (at + HOUR - TICK, 3), (at + HOUR, 1)]

    assert [total for _, total in hits] == [
        total(backend.counters, "key", at=moment, window=HOUR) for moment, _ in hits
    ]


def test_a_reset_leaves_no_key(backend, inside):
    total(backend.counters, "key", at=AT, window=HOUR)

    backend.counters.reset(["key", "another"])

    assert inside.names() == []


def test_a_session_is_kept_until_it_is_over_and_then_some(backend, inside):
    backend.sessions.add(session(seen_at=AT))

    assert {HOUR + SLACK + RETENTION} == {lives(inside, key) for key in inside.names()}


def test_a_session_that_is_over_is_kept_for_its_retention(backend, inside):
    backend.sessions.add(session(until=AT - HOUR))

    assert {SLACK + RETENTION} == {lives(inside, key) for key in inside.names()}


def test_what_was_written_is_not_let_go_earlier(backend, inside):
    backend.sessions.add(session(seen_at=AT))
    backend.sessions.add(session("short", until=AT))
    backend.sessions.replace(session(), session(version=2, seen_at=AT + HOUR))

    short, *others = sorted(lives(inside, key) for key in inside.names())
    assert short == SLACK + RETENTION
    assert {HOUR + SLACK + RETENTION} == set(others)


def test_a_session_that_is_prolonged_is_kept_longer(backend, inside):
    backend.sessions.add(session())
    longer = session(seen_at=AT, until=AT + 3 * HOUR, version=2)

    backend.sessions.replace(session(), longer)

    assert {3 * HOUR + SLACK + RETENTION} == {
        lives(inside, key) for key in inside.names()
    }


def test_a_set_without_an_end_is_given_one(backend, inside):
    backend.sessions.add(session())
    (held,) = inside.names("held")
    inside.client.persist(held)

    backend.sessions.add(session("two"))

    assert inside.client.pttl(held) > 0


def kept_of_ann(inside) -> int:
    """Return how many digests the account's set holds."""
    return sum(inside.client.zcard(key) for key in inside.names("held"))


def test_what_has_ended_leaves_the_set_of_its_account(backend, inside):
    for name in ("one", "two"):
        backend.sessions.add(session(name))
        backend.sessions.replace(session(name), session(name).ended(at=AT))

    assert kept_of_ann(inside) == 0
    assert backend.sessions.get("one") == session().ended(at=AT)


def test_what_redis_let_go_does_not_stay_in_the_set_for_ever(backend, inside):
    for n in range(30):
        backend.sessions.add(session(f"s{n}"))
    inside.client.delete(*inside.names("session"))

    for name in ("one", "two", "three"):
        backend.sessions.add(session(name))

    assert kept_of_ann(inside) == 3


def test_many_that_redis_let_go_hide_none(backend, inside):
    for n in range(250):
        backend.sessions.add(session(f"s{n}"))
    names = [name for name in inside.names("session") if not name.endswith(b":s0")]
    inside.client.delete(*names)

    assert [one.digest for one in backend.sessions.held_by("ann")] == ["s0"]


def test_a_set_that_was_lost_comes_back_with_the_next_notes_of_use(backend, inside):
    for name in ("one", "two"):
        backend.sessions.add(session(name))
    inside.client.delete(*inside.names("held"))

    for name in ("one", "two"):
        backend.sessions.replace(session(name), session(name).seen(at=AT + TICK))

    held = backend.sessions.held_by("ann")
    assert [one.digest for one in held] == ["two", "one"]
    assert all(inside.client.pttl(key) > 0 for key in inside.names("held"))


def test_a_session_that_redis_let_go_is_held_no_more(backend, inside):
    for name in ("one", "two", "three"):
        backend.sessions.add(session(name))
    inside.client.delete(*inside.names("session:*:two"))

    held = backend.sessions.held_by("ann")

    assert [one.digest for one in held] == ["three", "one"]


def test_retention_can_be_set(inside, colour):
    day = timedelta(days=1)
    store = RedisBackend(URL, colour=colour, prefix=inside.prefix, retention=day)
    store.sessions.add(session(seen_at=AT))
    store.close()

    assert {HOUR + SLACK + day} == {lives(inside, key) for key in inside.names()}
