"""What Redis forgets, and connections that are cut."""

from __future__ import annotations

import threading

from securelogin.testing.values import AT, HOUR, TICK, session
from tests.stores_redis.servers import (
    URL,
    VERBS,
    RedisBackend,
    filled,
)
from tests.wiring import total


def test_lost_sessions_are_no_sessions(backend, inside):
    filled(backend)

    inside.lose_everything()

    assert backend.sessions.get("one") is None
    assert list(backend.sessions.held_by("ann")) == []
    assert backend.sessions.replace(session(version=2), session(version=3)) is False
    assert inside.names() == []


def test_lost_counters_begin_anew(backend, inside):
    filled(backend)

    inside.lose_everything()

    assert total(backend.counters, "key", at=AT, window=HOUR) == 1


def test_every_verb_goes_on_after_a_loss(backend, inside):
    filled(backend)

    inside.lose_everything()
    filled(backend)

    assert backend.sessions.get("one") == session().seen(at=AT + TICK)


def test_every_verb_goes_on_after_its_connections_were_cut(inside, colour):
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


def test_counts_stay_exact_while_scripts_are_forgotten(backend, inside):
    totals = []
    for _ in range(20):
        inside.client.script_flush()
        totals += [total(backend.counters, "key", at=AT, window=HOUR) for _ in range(3)]

    assert list(range(1, 61)) == totals


def test_a_script_that_is_forgotten_at_any_moment_costs_nobody_an_answer(
    backend, inside
):
    # Somebody else's SCRIPT FLUSH comes between any two commands of ours.
    is_over = threading.Event()

    def forget():
        while not is_over.is_set():
            inside.client.script_flush()

    forgetting = threading.Thread(target=forget)
    forgetting.start()
    try:
        totals = [
            total(backend.counters, "key", at=AT, window=HOUR) for _ in range(300)
        ]
    finally:
        is_over.set()
        forgetting.join()

    assert list(range(1, 301)) == totals
