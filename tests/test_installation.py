"""One installation: what comes in as an argument, and nothing from elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from securelogin.errors import WiringError
from securelogin.installation import Installation, system_clock
from securelogin.keyring import KeyRing
from securelogin.outcomes import Cause, Overloaded, Refused
from securelogin.policy import Policy
from securelogin.references import read_reference
from securelogin.rules.login import Refuse, Shed
from tests.strategies import failing_random, fixed_random
from tests.wiring import ACME, GLOBEX, START, Clock

KEYS = KeyRing(KeyRing.new_key())


def installation(**changed) -> Installation:
    return Installation(**({"portals": [ACME, GLOBEX], "keys": KEYS} | changed))


@pytest.mark.parametrize(
    "wrong",
    [
        *(
            {"keys": value}
            for value in ("key", b"k" * 32, None, [KEYS], KEYS.new_key())
        ),
        *({"policy": value} for value in ({}, "strict", Policy)),
        *({"portals": value} for value in ([], None, ACME, ["x"], [ACME, None], "x")),
        *({"clock": value} for value in (lambda: 5, lambda: None)),
    ],
    ids=lambda wrong: " ".join(f"{k}: {type(v).__name__}" for k, v in wrong.items()),
)
def test_C54_C62_F64_an_argument_of_the_wrong_type_is_refused_when_wired(wrong):
    (name,) = wrong

    with pytest.raises(WiringError) as caught:
        installation(**wrong)

    assert caught.value.setting == name


def test_F13_a_naive_clock_is_refused_when_wired():
    with pytest.raises(WiringError, match="without a zone"):
        installation(clock=lambda: datetime(2026, 3, 2))


def test_F13_the_present_is_told_in_utc():
    zone = timezone(timedelta(hours=-7))

    now = installation(clock=lambda: START.astimezone(zone)).now()

    assert now == START
    assert now.tzinfo is UTC


def test_F12_the_clock_is_asked_each_time():
    clock = Clock()
    wired = installation(clock=clock)
    clock.move(timedelta(hours=-1))

    assert wired.now() == START - timedelta(hours=1)


def test_the_system_clock_is_aware_and_in_utc():
    assert system_clock().tzinfo is UTC


def test_without_a_policy_the_default_one_holds():
    assert installation().policy.shortest == Policy().shortest


def test_ids_references_and_marks_come_from_the_one_source():
    one, other = (installation(random=fixed_random(b"seed")) for _ in range(2))

    assert one.new_id() == other.new_id()
    assert one.new_reference() == other.new_reference()
    assert one.new_mark() == other.new_mark()
    assert read_reference(one.new_reference()) == one.new_reference()


@pytest.mark.parametrize("make", ["new_id", "new_reference", "new_mark"])
def test_F70_without_randomness_nothing_is_made(make):
    wired = installation(random=failing_random(0))

    with pytest.raises(OSError):  # noqa: PT011 -- the very error of the source
        getattr(wired, make)()


@pytest.mark.parametrize(
    ("answer", "kind", "verdicts"),
    [
        (
            "refused",
            Refused,
            (Refuse(causes=(Cause.WRONG_PASSWORD,)), Refuse(causes=(Cause.THROTTLED,))),
        ),
        ("overloaded", Overloaded, (Shed(), Shed())),
    ],
)
def test_F55_an_answer_depends_on_reference_and_language_only(answer, kind, verdicts):
    wired = installation()

    first, second = (
        wired.turned_down(verdict, "7QK-4MX-P9D", language="de") for verdict in verdicts
    )

    assert first == second
    assert type(first) is kind
    assert first.public.reference == "7QK-4MX-P9D"
    assert first.public.message == wired.policy.messages.text(answer, language="de")
