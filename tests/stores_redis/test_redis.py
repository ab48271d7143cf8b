"""What is special to Redis: keys that go by themselves, losses, races, faults."""

from __future__ import annotations

import json
import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
import redis
import redis.asyncio
from redis.crc import key_slot

from securelogin.errors import AdapterError, Unavailable, WiringError
from securelogin.stores.redis import AsyncRedisStore, RedisStore
from securelogin.stores.redis.keys import Keys
from tests.stores.values import AT, HOUR, TICK, session
from tests.stores_redis.racing import HITS, NAMES, race
from tests.stores_redis.servers import URL, RedisBackend, pretending
from tests.wiring import LOOP

YEAR = timedelta(days=365)
SLACK = timedelta(minutes=10)
RETENTION = timedelta(days=30)
VERBS = {
    "hit": lambda store: store.counters.hit("key", at=AT, window=HOUR),
    "reset": lambda store: store.counters.reset(["key"]),
    "get": lambda store: store.sessions.get("one"),
    "add": lambda store: store.sessions.add(session()),
    "replace": lambda store: store.sessions.replace(session(), session(version=2)),
    "held_by": lambda store: store.sessions.held_by("ann"),
}


def lives(inside, key) -> timedelta:
    """Return how long a key has still to live, to the minute."""
    left = timedelta(milliseconds=inside.client.pttl(key))
    return timedelta(minutes=round(left / timedelta(minutes=1)))


def filled(backend) -> None:
    """Use every verb once."""
    backend.counters.hit("key", at=AT, window=HOUR)
    backend.sessions.add(session())
    backend.sessions.replace(session(), session().seen(at=AT + TICK))
    backend.sessions.held_by("ann")


class TestKeysThatGo:
    def test_every_key_has_an_end(self, backend, inside):
        filled(backend)

        assert len(inside.names()) == 3
        assert all(inside.client.pttl(key) > 0 for key in inside.names())

    @pytest.mark.parametrize("window", [timedelta(), HOUR, YEAR])
    def test_a_counter_is_kept_for_its_window(self, backend, inside, window):
        backend.counters.hit("key", at=AT, window=window + TICK)

        assert [window + SLACK] == [lives(inside, key) for key in inside.names()]

    def test_hits_within_a_window_do_not_keep_a_counter_longer(self, backend, inside):
        backend.counters.hit("key", at=AT, window=HOUR)
        (key,) = inside.names("counter")
        inside.client.pexpire(key, 5000)

        assert backend.counters.hit("key", at=AT, window=YEAR) == 2
        assert inside.client.pttl(key) <= 5000

    def test_a_new_window_keeps_a_counter_anew(self, backend, inside):
        backend.counters.hit("key", at=AT, window=HOUR)
        (key,) = inside.names("counter")
        inside.client.pexpire(key, 5000)

        assert backend.counters.hit("key", at=AT + HOUR, window=HOUR) == 1
        assert lives(inside, key) == HOUR + SLACK

    @pytest.mark.parametrize("year", [1, 1969, 2300, 9998])
    def test_a_counter_goes_by_the_given_clock_alone(self, backend, year):
        at = AT.replace(year=year)

        assert [
            backend.counters.hit("key", at=moment, window=HOUR)
            for moment in (at, at + HOUR - TICK, at + HOUR)
        ] == [1, 2, 1]

    def test_a_reset_leaves_no_key(self, backend, inside):
        backend.counters.hit("key", at=AT, window=HOUR)

        backend.counters.reset(["key", "another"])

        assert inside.names() == []

    def test_a_session_is_kept_until_it_is_over_and_then_some(self, backend, inside):
        backend.sessions.add(session(seen_at=AT))

        assert {HOUR + SLACK + RETENTION} == {
            lives(inside, key) for key in inside.names()
        }

    def test_a_session_that_is_over_is_kept_for_its_retention(self, backend, inside):
        backend.sessions.add(session(until=AT - HOUR))

        assert {SLACK + RETENTION} == {lives(inside, key) for key in inside.names()}

    def test_what_was_written_is_not_let_go_earlier(self, backend, inside):
        backend.sessions.add(session(seen_at=AT))
        backend.sessions.add(session("short", until=AT))
        backend.sessions.replace(session(), session(version=2, seen_at=AT + HOUR))

        short, *others = sorted(lives(inside, key) for key in inside.names())
        assert short == SLACK + RETENTION
        assert {HOUR + SLACK + RETENTION} == set(others)

    def test_a_session_that_is_prolonged_is_kept_longer(self, backend, inside):
        backend.sessions.add(session())
        longer = session(seen_at=AT, until=AT + 3 * HOUR, version=2)

        backend.sessions.replace(session(), longer)

        assert {3 * HOUR + SLACK + RETENTION} == {
            lives(inside, key) for key in inside.names()
        }

    def test_a_list_without_an_end_is_given_one(self, backend, inside):
        backend.sessions.add(session())
        (held,) = inside.names("held")
        inside.client.persist(held)

        backend.sessions.add(session("two"))

        assert inside.client.pttl(held) > 0

    def test_the_list_of_an_account_is_bounded(self, backend, inside):
        for n in range(105):
            backend.sessions.add(session(f"s{n}"))

        (held,) = inside.names("held")
        assert inside.client.llen(held) == 100
        # Those that fell out of it still hold, and go when they are over.
        assert backend.sessions.get("s0") == session("s0")

    def test_a_session_that_redis_let_go_is_held_no_more(self, backend, inside):
        for name in ("one", "two", "three"):
            backend.sessions.add(session(name))
        inside.client.delete(*inside.names("session:*:two"))

        held = backend.sessions.held_by("ann")

        assert [one.digest for one in held] == ["three", "one"]

    def test_retention_can_be_set(self, inside, colour):
        day = timedelta(days=1)
        store = RedisBackend(URL, colour=colour, prefix=inside.prefix, retention=day)
        store.sessions.add(session(seen_at=AT))
        store.close()

        assert {HOUR + SLACK + day} == {lives(inside, key) for key in inside.names()}


class TestLosses:
    def test_lost_sessions_are_no_sessions(self, backend, inside):
        filled(backend)

        inside.lose_everything()

        assert backend.sessions.get("one") is None
        assert list(backend.sessions.held_by("ann")) == []
        assert backend.sessions.replace(session(version=2), session(version=3)) is False
        assert inside.names() == []

    def test_lost_counters_begin_anew(self, backend, inside):
        filled(backend)

        inside.lose_everything()

        assert backend.counters.hit("key", at=AT, window=HOUR) == 1

    def test_every_verb_goes_on_after_a_loss(self, backend, inside):
        filled(backend)

        inside.lose_everything()
        filled(backend)

        assert backend.sessions.get("one") == session().seen(at=AT + TICK)

    def test_every_verb_goes_on_after_its_connections_were_cut(self, inside, colour):
        name = f"client_name={inside.prefix}"
        store = RedisBackend(f"{URL}?{name}", colour=colour, prefix=inside.prefix)
        for call in VERBS.values():
            call(store)
            cut = [
                client["id"]
                for client in inside.client.client_list()
                if client["name"] == inside.prefix
            ]
            assert cut
            for one in cut:
                inside.client.client_kill_filter(_id=one)

        assert store.sessions.get("one") == session(version=2)
        store.close()

    def test_counts_stay_exact_while_scripts_are_forgotten(self, backend, inside):
        totals = []
        for _ in range(20):
            inside.client.script_flush()
            totals += [
                backend.counters.hit("key", at=AT, window=HOUR) for _ in range(3)
            ]

        assert list(range(1, 61)) == totals


class TestRaces:
    def test_sixteen_threads_get_every_number_once(self, inside):
        store = RedisStore(URL, prefix=inside.prefix)
        start = threading.Barrier(16)

        def hits(_) -> list[int]:
            start.wait(30)
            return [store.counters.hit("key", at=AT, window=HOUR) for _ in range(50)]

        with ThreadPoolExecutor(16) as threads:
            totals = [*chain(*threads.map(hits, range(16)))]
        store.close()

        assert list(range(1, 801)) == sorted(totals)

    def test_of_sixteen_threads_one_adds_and_one_replaces(self, inside):
        store = RedisStore(URL, prefix=inside.prefix)
        start = threading.Barrier(16)

        def wins(_) -> list[tuple[str, int]]:
            won = []
            for n in range(50):
                one = session(f"s{n}")
                start.wait(30)
                if store.sessions.add(one):
                    won.append(("added", n))
                start.wait(30)
                if store.sessions.replace(one, one.ended(at=AT)):
                    won.append(("ended", n))
            return won

        with ThreadPoolExecutor(16) as threads:
            won = [*chain(*threads.map(wins, range(16)))]
        held = store.sessions.held_by("ann")
        store.close()

        assert [(what, n) for what in ("added", "ended") for n in range(50)] == sorted(
            won
        )
        assert [f"s{n}" for n in reversed(range(50))] == [one.digest for one in held]

    @pytest.mark.slow
    def test_of_four_processes_one_wins_each_time(self, inside):
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(4, mp_context=context) as processes:
            answers = list(processes.map(race, [URL] * 4, [inside.prefix] * 4))

        totals, added, ended = (
            [*chain(*lists)] for lists in zip(*answers, strict=True)
        )
        names = sorted(f"s{n}" for n in range(NAMES))
        assert list(range(1, 4 * HITS + 1)) == sorted(totals)
        assert names == sorted(added)
        assert names == sorted(ended)


class TestFaults:
    @pytest.mark.parametrize("verb", set(VERBS) - {"reset"})
    def test_a_key_that_holds_something_else_changes_nothing(
        self, backend, inside, verb
    ):
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
        self.assert_silent(caught, verb)

    def test_a_list_that_is_none_leaves_no_session_without_one(self, backend, inside):
        held = Keys(inside.prefix).held("ann")
        inside.client.set(held, "someone else's", px=60_000)

        with pytest.raises(Unavailable):
            backend.sessions.add(session())

        assert backend.sessions.get("one") is None
        assert inside.names() == [held]

    def test_a_total_that_is_no_number_is_no_total(self, backend, inside):
        backend.counters.hit("key", at=AT, window=HOUR)
        inside.client.hset(Keys(inside.prefix).counter("key"), "total", "many")

        with pytest.raises(Unavailable):
            backend.counters.hit("key", at=AT, window=HOUR)

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
    def test_a_malformed_session_is_nobody_s(self, backend, inside, verb, row):
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
        self.assert_silent(caught, verb)

    @pytest.mark.parametrize("field", ["version", "session"])
    @pytest.mark.parametrize("verb", ["get", "held_by"])
    def test_half_a_session_is_nobody_s(self, backend, inside, verb, field):
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
    def test_a_server_that_fails_is_unavailable(self, colour, verb, answer):
        with pretending(answer) as server:
            store = RedisBackend(
                server.url, colour=colour, timeout=timedelta(milliseconds=200)
            )
            with pytest.raises(Unavailable) as caught:
                VERBS[verb](store)
            store.close()

        self.assert_silent(caught, verb)

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_server_that_is_not_there_is_unavailable(self, colour, verb):
        with pretending(None) as gone:
            pass
        store = RedisBackend(gone.url, colour=colour)

        with pytest.raises(Unavailable) as caught:
            VERBS[verb](store)

        self.assert_silent(caught, verb)
        store.close()

    @staticmethod
    def assert_silent(caught, verb) -> None:
        error = caught.value
        part = "Counters" if verb in {"hit", "reset"} else "Sessions"
        assert (error.verb, error.adapter.endswith(f"Redis{part}")) == (verb, True)
        assert (error.__cause__, error.__context__) == (None, None)
        assert "secret" not in str(error)
        assert "someone" not in str(error)

    @pytest.mark.parametrize("answer", [None, b"-ERR\r\n"], ids=["lost", "error"])
    @pytest.mark.parametrize("verb", VERBS)
    def test_nothing_is_sent_twice(self, colour, verb, answer):
        """A second try would count one log-in twice, and take an `add` for taken."""
        with pretending(answer) as server:
            store = RedisBackend(server.url, colour=colour)
            with pytest.raises(Unavailable):
                VERBS[verb](store)
            store.close()

        assert len(server.asked) == 1


class TestSlots:
    def test_what_a_script_touches_lies_in_one_slot_of_a_cluster(self):
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

    def test_stores_and_counters_spread_over_a_cluster(self):
        sessions = {key_slot(Keys(f"portal{n}").session("one")) for n in range(20)}
        counters = {key_slot(Keys("portal").counter(f"{n}")) for n in range(20)}

        assert len(sessions) > 10
        assert len(counters) > 10


class TestWiring:
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
            object(),
        ],
        ids=repr,
    )
    @pytest.mark.parametrize("kind", [RedisStore, AsyncRedisStore])
    def test_what_is_no_address_is_refused(self, kind, source):
        with pytest.raises(WiringError) as caught:
            kind(source)

        assert caught.value.setting == "store"
        assert (caught.value.__cause__, caught.value.__context__) == (None, None)
        assert "geheim" not in str(caught.value)

    @pytest.mark.parametrize(
        ("kind", "client"),
        [(RedisStore, redis.asyncio.Redis), (AsyncRedisStore, redis.Redis)],
    )
    def test_a_client_of_the_other_colour_is_refused(self, kind, client):
        with pytest.raises(WiringError, match="of this colour"):
            kind(client())

    @pytest.mark.parametrize("prefix", ["", "a" * 65, "{a}", "a b", "a\n", "ä", 7])
    def test_an_unfit_prefix_is_refused(self, prefix):
        with pytest.raises(WiringError, match="prefix"):
            RedisStore(URL, prefix=prefix)

    @pytest.mark.parametrize("setting", ["retention", "timeout"])
    @pytest.mark.parametrize(
        "span", [timedelta(), -TICK, timedelta(days=366) + TICK, 5, None]
    )
    def test_an_unfit_time_is_refused(self, setting, span):
        with pytest.raises(WiringError) as caught:
            RedisStore(URL, **{setting: span})

        assert caught.value.setting == setting

    def test_nothing_is_opened_before_the_first_call(self, colour):
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
