"""What every store promises holds for Redis: the same classes, another backend."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securelogin.sessions import Session
from securelogin.stores.redis import AsyncRedisStore, RedisStore
from securelogin.testing import CountersContract, SessionsContract
from securelogin.testing.values import AT, HOUR, LOOK_ALIKES, NASTY, TICK, session
from tests.stores.places import done
from tests.stores_redis.servers import URL, RedisBackend, pretending
from tests.wiring import total

NUMBERS = count()
TEXTS = st.text(max_size=20)
TIMES = st.datetimes(timezones=st.just(UTC))


@pytest.fixture
def reopen(inside, colour):
    kind = RedisStore if colour == "sync" else AsyncRedisStore
    opened = []

    def another():
        opened.append(kind(URL, prefix=inside.prefix))
        return opened[-1]

    yield another
    for store in opened:
        done(store.close())


@pytest.fixture
def store(reopen):
    return reopen()


@pytest.fixture
def unreachable(colour):
    with pretending(None) as gone:
        pass
    kind = RedisStore if colour == "sync" else AsyncRedisStore
    store = kind(gone.url)
    yield store
    done(store.close())


class TestSessions(SessionsContract):
    rounds = 20


class TestCounters(CountersContract):
    rounds = 20


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_session_comes_back_as_it_went_in(backend, data):
    digest = f"{next(NUMBERS)} {data.draw(TEXTS)}"
    value = data.draw(
        st.builds(
            Session,
            digest=st.just(digest),
            account=TEXTS,
            tenant=TEXTS,
            generation=st.integers(),
            began_at=TIMES,
            seen_at=TIMES,
            until=TIMES,
            browser=TEXTS,
            user_agent=TEXTS,
            ip=TEXTS,
            ended_at=st.none() | TIMES,
            version=st.integers(),
        )
    )

    assert backend.sessions.add(value) is True

    assert value == backend.sessions.get(value.digest)
    held = backend.sessions.held_by(value.account)
    assert (value in held) is (value.ended_at is None)
    assert all(one.ended_at is None for one in held)


@given(
    steps=st.lists(
        st.tuples(
            st.timedeltas(timedelta(), timedelta(hours=2)),
            st.timedeltas(TICK, timedelta(hours=1)),
        ),
        min_size=1,
        max_size=12,
    ),
    at=st.datetimes(
        max_value=datetime(9999, 12, 30),
        timezones=st.just(UTC),
    ),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hits_follow_the_law_of_windows_in_any_year(backend, steps, at):
    key = f"law {next(NUMBERS)}"
    expected, until = 0, None
    for gap, window in steps:
        at = min(at + gap, datetime(9999, 12, 31, tzinfo=UTC))
        if until is None or until <= at:
            expected, until = 0, at + window
        expected += 1

        assert expected == total(backend.counters, key, at=at, window=window)


@pytest.mark.parametrize("name", [*NASTY, *LOOK_ALIKES, "{a}", "*", "\ud800"])
def test_any_text_is_a_key_of_its_own(backend, name):
    mine, other = session(name, account=name), session("other", account=f"{name}x")
    backend.sessions.add(mine)
    backend.sessions.add(other)
    total(backend.counters, name, at=AT, window=HOUR)

    assert mine == backend.sessions.get(name)
    assert [mine] == list(backend.sessions.held_by(name))
    assert total(backend.counters, f"{name}x", at=AT, window=HOUR) == 1
    assert total(backend.counters, name, at=AT, window=HOUR) == 2


def test_two_prefixes_are_two_stores(backend, inside, colour):
    other = RedisBackend(URL, colour=colour, prefix=f"{inside.prefix}.other")
    backend.sessions.add(session())
    total(backend.counters, "key", at=AT, window=HOUR)

    assert other.sessions.get("one") is None
    assert list(other.sessions.held_by("ann")) == []
    assert total(other.counters, "key", at=AT, window=HOUR) == 1
    other.close()


def test_a_second_instance_sees_what_the_first_wrote(backend, inside, colour):
    second = RedisBackend(URL, colour=colour, prefix=inside.prefix)
    backend.sessions.add(session())
    total(backend.counters, "key", at=AT, window=HOUR)

    assert session() == second.sessions.get("one")
    assert [session()] == list(second.sessions.held_by("ann"))
    assert total(second.counters, "key", at=AT, window=HOUR) == 2
    second.close()
