"""Every setting: a safe default, checked when it is made."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from datetime import timedelta

import pytest

from securelogin.accounts import Audience
from securelogin.errors import WiringError
from securelogin.mail import MailKind
from securelogin.policy import (
    STRICT_LIFETIMES,
    AliasLogin,
    Factors,
    Lifetimes,
    Limits,
    Policy,
)
from securelogin.sessions import MOST_HELD

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
COUNTS = [field.name for field in fields(Limits) if field.name != "window"]
MOST = {
    "temporary": DAY,
    "ticket": timedelta(hours=1),
    "link": 366 * DAY,
    "session_idle": 30 * DAY,
    "session": 30 * DAY,
    "seen_every": timedelta(hours=1),
    "address_change": 7 * DAY,
    "leeway": timedelta(minutes=10),
}


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("value", [0, -1, True, 1.0, "5"], ids=repr)
def test_C62_a_limit_is_a_whole_number_above_zero(name, value):
    with pytest.raises(WiringError, match=rf"Limits\({name}=…\)"):
        Limits(**{name: value})


@pytest.mark.parametrize("name", COUNTS)
def test_C62_only_the_number_of_sessions_may_have_no_limit(name):
    if name == "sessions":
        assert Limits(sessions=None).sessions is None
    else:
        with pytest.raises(WiringError):
            Limits(**{name: None})


@pytest.mark.parametrize("name", COUNTS)
def test_a_limit_of_one_is_one(name):
    assert getattr(Limits(**{name: 1}), name) == 1


def test_F53_at_most_100_failures_in_a_row_are_allowed():
    assert Limits(consecutive=100).consecutive == 100
    with pytest.raises(WiringError, match="NIST"):
        Limits(consecutive=101)


def test_only_so_many_sessions_may_be_allowed_as_a_store_can_tell_from_too_many():
    assert Limits(sessions=MOST_HELD - 1).sessions == 99
    with pytest.raises(WiringError, match="Choose 99 or less") as caught:
        Limits(sessions=MOST_HELD)
    assert caught.value.setting == "Limits(sessions=…)"


@pytest.mark.parametrize("window", [timedelta(0), -DAY, DAY + TICK, 900, None], ids=str)
def test_C62_a_window_is_a_time_of_at_most_a_day(window):
    with pytest.raises(WiringError, match=r"Limits\(window=…\)"):
        Limits(window=window)


def test_a_window_may_be_a_day():
    assert Limits(window=DAY).window == DAY


def test_every_lifetime_has_its_most():
    assert set(MOST) == {field.name for field in fields(Lifetimes)}


@pytest.mark.parametrize("name", MOST)
@pytest.mark.parametrize(
    "value", [timedelta(0), -TICK, None, 3600, float("inf")], ids=str
)
def test_C62_E03_a_lifetime_has_an_end(name, value):
    with pytest.raises(WiringError, match=rf"Lifetimes\({name}=…\)"):
        Lifetimes(**{name: value})


@pytest.mark.parametrize(("name", "most"), MOST.items())
def test_E03_a_lifetime_has_a_most(name, most):
    # A session that is noted so seldom must not end in between.
    idle = {"session_idle": DAY} if name == "seen_every" else {}

    assert getattr(Lifetimes(**idle | {name: most}), name) == most
    with pytest.raises(WiringError, match=rf"Lifetimes\({name}=…\)"):
        Lifetimes(**idle | {name: most + TICK})


def test_C62_the_use_of_a_session_is_noted_twice_before_it_ends():
    idle, half = timedelta(minutes=30), timedelta(minutes=15)

    assert Lifetimes(session_idle=idle, seen_every=half)
    for too_seldom in (half + TICK, idle):
        with pytest.raises(WiringError, match="15 minutes at most"):
            Lifetimes(session_idle=idle, seen_every=too_seldom)


@pytest.mark.parametrize("idle", [timedelta(minutes=1), timedelta(seconds=119)])
def test_C62_a_session_that_is_short_asks_for_notes_more_often_than_by_default(idle):
    with pytest.raises(WiringError, match="session_idle of 2 minutes at least") as told:
        Lifetimes(session_idle=idle)

    assert told.value.setting == "Lifetimes(session_idle=…, seen_every=…)"
    assert Lifetimes(session_idle=idle, seen_every=idle / 2)


def test_strict_lifetimes_are_ten_minutes_at_most():
    assert max(STRICT_LIFETIMES.temporary, STRICT_LIFETIMES.ticket) <= timedelta(
        minutes=10
    )


@pytest.mark.parametrize("value", [Factors.PASSWORD_ONLY, "password_only"], ids=repr)
def test_F64_a_password_that_stands_alone_has_15_characters(value):
    # However the choice is written: a word is no back door to a shorter one.
    assert Policy(factors=value).shortest == 15


@pytest.mark.parametrize("value", [Factors.SECOND_FACTOR, "second_factor"], ids=repr)
def test_beside_a_second_factor_8_characters_do(value):
    assert Policy(factors=value).shortest == 8


@pytest.mark.parametrize("value", [AliasLogin.REFUSED, "refused"], ids=repr)
def test_F64_refusing_aliases_is_refusing_however_it_is_written(value):
    assert Policy(aliases=value).aliases is AliasLogin.REFUSED


@pytest.mark.parametrize(
    "wrong",
    [
        *({"factors": value} for value in ("none", None, 1, True)),
        *({"aliases": value} for value in ("yes", None, True, False)),
        *({"link_required": value} for value in ({"nobody"}, None, 5)),
        *({"limits": None}, {"limits": 5}, {"lifetimes": None}, {"messages": {}}),
    ],
    ids=repr,
)
def test_C62_F64_a_setting_that_means_nothing_is_refused(wrong):
    (name,) = wrong

    with pytest.raises(WiringError, match=name):
        Policy(**wrong)


@pytest.mark.parametrize(
    ("factors", "length", "fits"),
    [
        *((Factors.PASSWORD_ONLY, 14, False), (Factors.PASSWORD_ONLY, 15, True)),
        *((Factors.PASSWORD_ONLY, 64, True), (Factors.PASSWORD_ONLY, 65, False)),
        *((Factors.SECOND_FACTOR, 7, False), (Factors.SECOND_FACTOR, 8, True)),
        *((Factors.PASSWORD_ONLY, True, False), (Factors.PASSWORD_ONLY, 20.0, False)),
        *((Factors.PASSWORD_ONLY, "20", False), (Factors.SECOND_FACTOR, 0, False)),
    ],
)
def test_C62_a_least_length_lies_between_what_nist_asks_and_64(factors, length, fits):
    if fits:
        assert Policy(factors=factors, minimum_length=length).shortest == length
    else:
        with pytest.raises(WiringError, match=r"Policy\(minimum_length=…\)"):
            Policy(factors=factors, minimum_length=length)


@pytest.mark.parametrize("checks", [("x",), (None,), (print, 5)], ids=repr)
def test_C62_a_check_is_a_function(checks):
    with pytest.raises(WiringError, match=r"Policy\(checks=…\)"):
        Policy(checks=checks)


def test_checks_are_kept_in_their_order():
    def first(_evidence):
        return None

    def second(_evidence):
        return "no"

    assert Policy(checks=(first, second)).checks == (first, second)


@pytest.mark.parametrize("kind", sorted({*MailKind} - {MailKind.NEW_BROWSER}))
def test_F60_no_other_notice_can_be_switched_off_or_on(kind):
    with pytest.raises(WiringError, match=r"Policy\(optional_notices=…\)"):
        Policy(optional_notices=frozenset({kind}))


@pytest.mark.parametrize("chosen", [frozenset(), frozenset({MailKind.NEW_BROWSER})])
def test_the_notice_of_a_new_browser_is_a_choice(chosen):
    assert Policy(optional_notices=chosen).optional_notices == chosen


def test_every_default_is_the_safe_one():
    policy = Policy()

    assert policy.shortest == policy.minimum_length == 15
    assert policy.aliases is AliasLogin.REFUSED
    assert policy.link_required == {Audience.EXTERNAL}
    assert len(policy.block_list) >= 3_000
    assert policy.limits == Limits()
    assert policy.lifetimes == Lifetimes()


def test_a_policy_cannot_be_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        Policy().aliases = AliasLogin.ACCEPTED


def test_a_block_list_of_thousands_is_not_in_a_repr():
    assert len(repr(Policy())) < 2_000
