from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin import WiringError
from securelogin.rules.courier_shift import Ending, Pace, Shift, Turn, jittered
from tests.wiring import START

SECOND = timedelta(seconds=1)
PACE = Pace()
SENT, IDLE = Turn(sent=1), Turn()
LATER = Turn(postponed=1, why="connect ConnectionRefusedError")
AWAY = Turn(outage="SQLStore.lease: the database failed")


def shift(*turns: Turn) -> Shift:
    worked = Shift(beat_at=START)
    for turn in turns:
        worked = worked.after(turn)
    return worked


@pytest.mark.parametrize(
    ("turns", "wait"),
    [
        ((), 0),
        ((SENT,), 0),
        ((IDLE,), 2),
        ((SENT, IDLE), 2),
        ((LATER,), 0),
        ((LATER, LATER), 0),
        ((LATER, LATER, LATER), 2),
        ((LATER,) * 4, 4),
        ((LATER,) * 7, 32),
        ((LATER,) * 8, 60),
        ((LATER,) * 90, 60),
        ((LATER, LATER, SENT, LATER), 0),
        ((LATER, LATER, LATER, IDLE), 2),
        ((LATER, LATER, LATER, IDLE, LATER), 4),
        ((AWAY,), 2),
        ((AWAY, AWAY), 4),
        ((AWAY, IDLE), 2),
        ((AWAY, IDLE, AWAY), 2),
        ((LATER, AWAY), 2),
    ],
)
def test_worker_waits_where_nothing_is_due_and_longer_in_an_outage(turns, wait):
    assert shift(*turns).wait(PACE, chance=1) == wait * SECOND


@pytest.mark.parametrize(
    ("turns", "is_outage", "cause"),
    [
        ((), False, ""),
        ((SENT,), False, ""),
        ((LATER, LATER), False, LATER.why),
        ((LATER, LATER, LATER), True, LATER.why),
        ((LATER, LATER, LATER, SENT), False, ""),
        ((LATER, LATER, LATER, IDLE), True, ""),
        ((AWAY,), True, AWAY.outage),
        ((AWAY, IDLE), False, ""),
    ],
)
def test_outage_has_a_cause_and_an_end(turns, is_outage, cause):
    worked = shift(*turns)

    assert (worked.is_outage, worked.cause) == (is_outage, cause)


@pytest.mark.parametrize(
    ("turns", "ending", "limit", "goes_on"),
    [
        ((), Ending.WHEN_TOLD, None, True),
        ((), Ending.WHEN_IDLE, None, True),
        ((SENT,), Ending.WHEN_IDLE, None, True),
        ((SENT, IDLE), Ending.WHEN_IDLE, None, False),
        ((SENT, IDLE), Ending.WHEN_TOLD, None, True),
        ((AWAY,), Ending.WHEN_IDLE, None, False),
        ((AWAY,), Ending.WHEN_TOLD, None, True),
        ((LATER, LATER), Ending.WHEN_IDLE, None, True),
        ((LATER, LATER, LATER), Ending.WHEN_IDLE, None, False),
        ((LATER, LATER, LATER), Ending.WHEN_TOLD, None, True),
        ((SENT,), Ending.WHEN_TOLD, 2, True),
        ((SENT, LATER), Ending.WHEN_TOLD, 2, False),
        ((SENT, IDLE), Ending.WHEN_TOLD, 2, True),
    ],
)
def test_shift_ends_as_it_was_told(turns, ending, limit, goes_on):
    assert shift(*turns).goes_on(ending, limit=limit) is goes_on


def test_turns_are_added_up():
    turns = [Turn(sent=2, postponed=3), Turn(refused=4, dropped=5), SENT]

    assert shift(*turns).done == Turn(sent=3, postponed=3, refused=4, dropped=5)


def test_heart_beats_when_it_is_time():
    worked = shift(SENT)

    assert worked.beat(PACE, at=START + timedelta(seconds=299)) is worked
    later = START + PACE.heartbeat
    assert worked.beat(PACE, at=later).beat_at == later


@given(st.floats(0, 1), st.timedeltas(timedelta(), timedelta(days=1)))
def test_chance_takes_half_of_a_wait_at_most(chance, wait):
    assert wait / 2 <= jittered(wait, chance=chance) <= wait


def test_chance_spreads_waits():
    assert len({jittered(SECOND, chance=n / 10) for n in range(11)}) == 11


@pytest.mark.parametrize("name", ["idle", "longest", "heartbeat"])
@pytest.mark.parametrize("value", [timedelta(), timedelta(days=2), 3])
def test_pace_that_makes_no_sense_is_refused(name, value):
    with pytest.raises(WiringError, match=name):
        Pace(**{name: value})
