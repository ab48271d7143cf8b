"""An account's sessions, however many there are: none is hidden, each can be ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from securelogin import Limits, Policy
from securelogin.errors import AdapterError, Unavailable
from securelogin.events import EventKind
from securelogin.stores.memory import MemoryStore
from tests.wiring import PASSWORD, START, Wired

VERBS = ("get", "add", "replace", "held_by")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
OVER = {
    "idle": {"seen_at": START - HOUR},
    "too old": {"until": START - HOUR},
    "of a former generation": {"generation": -1},
}


class Bent:
    """Sessions of one colour, some of whose verbs do something else."""

    def __init__(self, colour: str, inner: Any, **verbs: Any) -> None:
        for name in VERBS:
            verb = verbs.get(name, getattr(inner, name))
            setattr(self, name, verb if colour == "sync" else waiting(verb))


def waiting(verb: Any) -> Any:
    async def call(*args: Any) -> Any:
        return verb(*args)

    return call


@pytest.fixture
def most() -> int | None:
    return None


@pytest.fixture
def told() -> list[Any]:
    return []


@pytest.fixture
def wired(colour, most, told) -> Wired:
    return Wired(
        colour, policy=Policy(limits=Limits(sessions=most)), sinks=[told.append]
    )


def log_in(wired):
    return wired.check("ann@acme.example", PASSWORD).session


def crowd(wired, first, count, **changes) -> None:
    """Store more sessions like the first, each begun a moment later."""
    for n in range(count):
        later = first.session.began_at + timedelta(microseconds=n + 1)
        more = replace(
            first.session, digest=f"more {n}", **({"began_at": later} | changes)
        )
        assert wired.store.sessions.add(more) is True


def bent(wired, told, **verbs) -> Wired:
    """Wire the same portal once more, with sessions that are not as they should be."""
    return Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        hasher=wired.hasher,
        policy=Policy(limits=Limits(sessions=1)),
        sinks=[told.append],
        wrap=lambda name, part: (
            Bent(wired.colour, wired.store.sessions, **verbs)
            if name == "sessions"
            else part
        ),
    )


def ends(told) -> list[tuple[str, str]]:
    return [
        (event.operation, event.facts["reason"])
        for event in told
        if event.kind is EventKind.SESSION_EXPIRED
    ]


def test_logging_in_and_out_many_times_hides_no_session(wired, ann):
    hidden = log_in(wired)
    for _ in range(100):
        wired.clock.move(SECOND)
        wired.auth.sessions.end(log_in(wired).token)

    assert [one.digest for one in wired.auth.sessions.list(ann)] == [
        hidden.session.digest
    ]
    assert wired.auth.sessions.end_all(ann) == 1
    assert wired.auth.sessions.resolve(hidden.token) is None


@pytest.mark.parametrize("changes", OVER.values(), ids=OVER)
def test_what_is_over_hides_no_live_session(wired, ann, changes):
    hidden = log_in(wired)
    crowd(wired, hidden, 250, **changes)

    assert [one.digest for one in wired.auth.sessions.list(ann)] == [
        hidden.session.digest
    ]


@pytest.mark.parametrize("changes", [*OVER.values(), {}], ids=[*OVER, "live"])
def test_all_sessions_end_however_many_there_are(wired, told, ann, changes):
    hidden = log_in(wired)
    crowd(wired, hidden, 250, **changes)
    told.clear()
    live = 1 if changes else 251

    assert wired.auth.sessions.end_all(ann) == live
    assert ends(told) == [("sessions.end_all", "revoked")] * live
    assert wired.store.sessions.held_by(ann) == ()
    assert wired.auth.sessions.resolve(hidden.token) is None


def test_what_is_over_ends_with_the_others(wired, ann):
    log_in(wired)
    wired.clock.move(HOUR)
    log_in(wired)

    assert wired.auth.sessions.end_all(ann) == 1
    assert wired.store.sessions.held_by(ann) == ()


def test_a_list_of_a_few_sessions_writes_nothing(wired, ann):
    log_in(wired)
    wired.clock.move(HOUR)
    before = wired.store.sessions.held_by(ann)

    assert wired.auth.sessions.list(ann) == ()
    assert wired.store.sessions.held_by(ann) == before


@pytest.mark.parametrize("most", [1])
@pytest.mark.parametrize("changes", OVER.values(), ids=OVER)
def test_what_is_over_keeps_no_surplus_session(wired, ann, changes):
    surplus = log_in(wired)
    crowd(wired, surplus, 250, **changes)
    wired.clock.move(SECOND)

    new = log_in(wired)

    assert wired.auth.sessions.resolve(surplus.token) is None
    assert wired.auth.sessions.resolve(new.token) is not None


@pytest.mark.parametrize("most", [1, 99])
def test_no_more_sessions_are_live_than_may_be_however_many_there_were(
    wired, ann, most
):
    surplus = log_in(wired)
    crowd(wired, surplus, 250)
    wired.clock.move(SECOND)

    new = log_in(wired)

    assert len(wired.store.sessions.held_by(ann)) == most
    assert wired.store.sessions.held_by(ann)[0] == new.session


@pytest.mark.parametrize("most", [1])
def test_surplus_that_could_not_be_ended_goes_with_the_next_log_in(wired, told, ann):
    def held_by(_):
        raise Unavailable("down", adapter="sessions", verb="held_by")

    first = log_in(wired)
    wired.clock.move(SECOND)
    broken = bent(wired, told, held_by=held_by)
    broken.clock.move(SECOND)
    with pytest.raises(Unavailable):
        log_in(broken)
    wired.clock.move(SECOND)
    new = log_in(wired)

    assert wired.store.sessions.held_by(ann) == (new.session,)
    assert wired.auth.sessions.resolve(first.token) is None


def test_a_surplus_session_that_is_in_use_ends_all_the_same(wired, told, ann):
    old = log_in(wired)
    sessions = wired.store.sessions

    def held_by(account):
        # A request of the old browser comes between the reading and the ending.
        held = sessions.held_by(account)
        current = sessions.get(old.session.digest)
        if current.ended_at is None:
            sessions.replace(current, current.seen(at=current.seen_at))
        return held

    wired.clock.move(SECOND)
    racing = bent(wired, told, held_by=held_by)
    racing.clock.move(SECOND)
    log_in(racing)

    assert wired.auth.sessions.resolve(old.token) is None
    assert ends(told) == [("login", "surplus")]


def test_a_session_that_somebody_else_has_ended_is_not_told_once_more(wired, told, ann):
    old = log_in(wired)
    sessions = wired.store.sessions

    def held_by(account):
        held = sessions.held_by(account)
        sessions.replace(old.session, old.session.ended(at=START))
        return held

    racing = bent(wired, told, held_by=held_by)
    racing.clock.move(SECOND)
    log_in(racing)

    assert ends(told) == []


NEVER = {
    "never replaces": {"replace": lambda _old, _new: False},
    "only says that it replaces": {"replace": lambda _old, _new: True},
}


@pytest.mark.parametrize("verbs", NEVER.values(), ids=NEVER)
@pytest.mark.parametrize(
    "act",
    [
        lambda wired, ann: wired.auth.sessions.end_all(ann),
        lambda wired, ann: wired.auth.sessions.list(ann),
        lambda wired, _: log_in(wired),
    ],
    ids=["end_all", "list", "log-in"],
)
def test_an_adapter_that_does_not_end_sessions_is_not_asked_for_ever(
    wired, told, ann, act, verbs
):
    hidden = log_in(wired)
    crowd(wired, hidden, 50)
    for n in range(100):
        over = replace(hidden.session, digest=f"over {n}", seen_at=START - HOUR)
        wired.store.sessions.add(over)

    with pytest.raises(AdapterError) as caught:
        act(bent(wired, told, **verbs), ann)

    assert (caught.value.adapter, type(caught.value)) == ("Bent", AdapterError)
    assert caught.value.verb in {"replace", "held_by"}


def test_an_adapter_that_never_replaces_keeps_no_log_out_waiting(wired, told, ann):
    token = log_in(wired).token
    broken = bent(wired, told, replace=lambda _old, _new: False)

    with pytest.raises(AdapterError, match="replace"):
        broken.auth.sessions.end(token)


def test_a_session_that_is_purged_meanwhile_has_ended(wired, told, ann):
    log_in(wired)
    sessions = MemoryStore().sessions
    held = iter([wired.store.sessions.held_by(ann), ()])
    purged = bent(
        wired,
        told,
        replace=lambda _old, _new: False,
        get=sessions.get,
        held_by=lambda _: next(held),
    )
    told.clear()

    assert purged.auth.sessions.end_all(ann) == 0
    assert told == []


def test_surplus_that_does_not_go_is_not_looked_for_for_ever(wired, told, ann):
    first = log_in(wired)
    crowd(wired, first, 250)
    broken = bent(wired, told, replace=lambda _old, _new: True)

    with pytest.raises(AdapterError, match="held_by"):
        log_in(broken)
