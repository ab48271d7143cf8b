"""How a session begins, when it holds, and which ones have to go."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from securelogin import Client
from securelogin.accounts import AccountId, Status
from securelogin.credentials import generation_of, with_revoked_password
from securelogin.hidden import Hidden
from securelogin.policy import Lifetimes
from securelogin.rules.sessions import (
    begin_session,
    browser_of,
    hiding,
    holds,
    is_live,
    is_new_browser,
    live_of,
    surplus,
    wants_note,
)
from securelogin.sessions import (
    MOST_HELD,
    Session,
    make_session_token,
    session_digest,
)
from tests.rules.cases import (
    HOUR,
    MINUTE,
    TICK,
    account,
    credential,
    session,
)
from tests.wiring import START

LIVES = Lifetimes(session_idle=30 * MINUTE, session=12 * HOUR, seen_every=5 * MINUTE)
TOKEN = make_session_token(lambda size: bytes(range(size)))


def live(held: Session, at=START) -> bool:
    return is_live(held, at=at, lifetimes=LIVES)


def held_by(held=None, holder=None, kept=None, at=START) -> bool:
    generation = generation_of(kept)
    return holds(held, holder, generation=generation, at=at, lifetimes=LIVES)


def begun(**changes):
    given_values = {
        "token": TOKEN,
        "account": account(),
        "credential": credential(),
        "client": Client(ip="192.0.2.7", user_agent="Firefox/140"),
        "at": START,
        "lifetimes": LIVES,
    }
    return begin_session(**(given_values | changes))


@pytest.mark.parametrize(
    ("kept", "generation"), [(None, 0), (credential(generation=3), 3)]
)
def test_generation_is_the_credentials_or_0_where_we_keep_none(kept, generation):
    assert generation_of(kept) == generation


def test_new_session_belongs_to_its_account_generation_and_time():
    new = begun()

    assert new.token is TOKEN
    assert new.session == Session(
        digest=session_digest(TOKEN),
        account=account().id,
        tenant="acme",
        generation=3,
        began_at=START,
        seen_at=START,
        until=START + 12 * HOUR,
        browser=hashlib.sha256(b"Firefox/").hexdigest()[:16],
        user_agent="Firefox/140",
        ip="192.0.2.7",
    )
    assert held_by(new.session, account(), credential())


def test_new_session_of_a_stranger_to_us_has_generation_0_and_no_source():
    new = begun(credential=None, client=Client()).session

    assert (new.generation, new.ip) == (0, "")
    assert held_by(new, account(), None)


def test_F34_new_session_keeps_no_token():
    assert TOKEN.reveal() not in repr(begun())
    assert TOKEN.reveal() not in repr(begun().session)


@pytest.mark.parametrize("text", ["", "short", "x" * 44, "é" * 43])
def test_C06_session_begins_with_a_real_token_only(text):
    with pytest.raises(ValueError, match=r"^a session token comes from make_session_"):
        begun(token=Hidden(text))


@pytest.mark.parametrize(
    ("changes", "is_alive"),
    [
        ({}, True),
        ({"seen_at": START - 30 * MINUTE + TICK}, True),
        ({"seen_at": START - 30 * MINUTE}, False),
        ({"seen_at": START - 30 * MINUTE - TICK}, False),
        ({"until": START + TICK}, True),
        ({"until": START}, False),
        ({"until": START - TICK}, False),
        ({"ended_at": START - MINUTE}, False),
        # Ended is ended, also in the eyes of a host whose clock is behind.
        ({"ended_at": START + HOUR}, False),
    ],
)
def test_F13_session_lives_until_idle_old_or_ended(changes, is_alive):
    assert live(session(**changes)) is is_alive


@given(st.timedeltas(timedelta(0), timedelta(days=3_650)))
def test_F12_clock_that_jumps_back_ends_no_session(jump):
    assert live(session(), at=START - jump)


@given(st.timedeltas(timedelta(0), 24 * HOUR), st.timedeltas(timedelta(0), 24 * HOUR))
def test_session_that_has_died_of_age_never_lives_again(first, second):
    earlier, later = sorted([START + first, START + second])

    assert live(session(), at=earlier) or not live(session(), at=later)


@pytest.mark.parametrize(
    ("held", "holder", "kept", "expected"),
    [
        (session(), account(), credential(), True),
        (None, account(), credential(), False),
        (session(), None, credential(), False),
        (session(), account(status=Status.DISABLED), credential(), False),
        (session(), account().erased(), credential(), False),
        (session(account=AccountId("account-bob")), account(), credential(), False),
        (session(generation=2), account(), credential(), False),
        (session(generation=4), account(), credential(), False),
        (session(), account(), None, False),
        (session(generation=0), account(), None, True),
        (session(ended_at=START), account(), credential(), False),
        (session(until=START), account(), credential(), False),
    ],
)
def test_C35_C57_F73_session_holds_for_its_active_account_and_generation(
    held, holder, kept, expected
):
    assert held_by(held, holder, kept) is expected


@pytest.mark.parametrize(
    "step",
    [
        lambda kept: kept.with_password("another hash", at=START),
        lambda kept: kept.with_forced_change(),
        lambda kept: kept.with_everything_ended(at=START),
        lambda kept: with_revoked_password(kept, at=START),
        lambda kept: kept.erased(),
    ],
)
def test_F48_every_step_after_which_secrets_must_die_ends_the_session(step):
    assert not held_by(session(), account(), step(credential()))


@pytest.mark.parametrize(
    ("ago", "wanted"),
    [
        (5 * MINUTE - TICK, False),
        (5 * MINUTE, True),
        (5 * MINUTE + TICK, True),
        (-HOUR, False),
    ],
)
def test_use_is_noted_only_so_often(ago, wanted):
    held = session(seen_at=START - ago)

    assert wants_note(held, at=START, lifetimes=LIVES) is wanted


@given(
    noted=st.floats(0.01, 0.5),
    gaps=st.lists(st.floats(0, 0.5), min_size=1, max_size=40),
)
@example(noted=0.5, gaps=[0.5] * 40)
def test_session_that_is_used_twice_in_its_idle_time_does_not_end(noted, gaps):
    lives = replace(LIVES, seen_every=LIVES.session_idle * noted)
    held, now = session(seen_at=START, until=START + lives.session), START

    for gap in gaps:
        now += LIVES.session_idle * gap
        assert is_live(held, at=now, lifetimes=lives)
        if wants_note(held, at=now, lifetimes=lives):
            held = replace(held, seen_at=now)


def too_many(held, most, generation=3) -> list[str]:
    found = live_of(held, generation=generation, at=START, lifetimes=LIVES)
    return [each.digest for each in surplus(found, most=most)]


def at_minute(minutes_ago: int, digest: str, **changes) -> Session:
    return session(began_at=START - minutes_ago * MINUTE, digest=digest, **changes)


OLD, MIDDLE, NEW = at_minute(30, "old"), at_minute(20, "mid"), at_minute(10, "new")


@pytest.mark.parametrize(
    ("most", "gone"),
    [
        (4, []),
        (3, []),
        (2, ["old"]),
        (1, ["mid", "old"]),
    ],
)
def test_oldest_sessions_over_the_limit_have_to_go(most, gone):
    assert too_many([MIDDLE, OLD, NEW], most) == gone


def test_sessions_begun_at_one_moment_go_by_digest_so_that_all_agree():
    twins = [at_minute(10, digest) for digest in "bca"]

    assert too_many(twins, 1) == ["b", "a"]


def test_dead_sessions_neither_count_nor_go():
    dead = [
        at_minute(1, "ended", ended_at=START),
        at_minute(2, "idle", seen_at=START - HOUR),
        at_minute(3, "aged", until=START),
        at_minute(4, "former", generation=2),
    ]

    assert too_many([*dead, OLD, MIDDLE, NEW], 2) == ["old"]


@pytest.mark.parametrize(
    ("rows", "hides"), [(MOST_HELD - 1, 0), (MOST_HELD, 97), (MOST_HELD + 5, 102)]
)
def test_what_is_over_hides_nothing_where_there_is_no_more(rows, hides):
    over = [at_minute(n, f"s{n}", seen_at=START - HOUR) for n in range(rows - 3)]
    held = [*over, OLD, MIDDLE, NEW]

    assert hiding(held, (OLD, MIDDLE, NEW)) == tuple(over[:hides])


sessions = st.lists(
    st.builds(
        at_minute,
        st.integers(0, 29),
        st.text("abc", min_size=1, max_size=3),
        generation=st.sampled_from([2, 3]),
        ended_at=st.sampled_from([None, START]),
    ),
    unique_by=lambda held: held.digest,
)


@given(sessions.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_everybody_who_looks_agrees_on_which_sessions_go(pair):
    some, shuffled = pair

    assert too_many(some, 2) == too_many(shuffled, 2)


@given(sessions, st.integers(1, 5))
def test_newest_live_sessions_stay_as_many_as_may(some, most):
    gone = too_many(some, most)
    living = [held for held in some if live(held) and held.generation == 3]
    staying = [held for held in living if held.digest not in gone]

    assert len(staying) == min(most, len(living))
    assert len(gone) + len(staying) == len(living)
    assert all(
        kept.began_at >= lost.began_at
        for kept in staying
        for lost in living
        if lost.digest in gone
    )


@pytest.mark.parametrize(
    ("kept", "is_new"),
    [
        (None, False),
        (credential(), False),
        (credential(browsers=("firefox",)), False),
        (credential(browsers=("chrome",)), True),
        (credential(browsers=("chrome", "firefox")), False),
    ],
)
def test_browser_is_new_only_to_an_account_that_was_used_before(kept, is_new):
    assert is_new_browser(kept, "firefox") is is_new


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Mozilla/5.0 Firefox/140.0", "Mozilla/5.0 Firefox/141.0.2", True),
        ("Mozilla/5.0 Firefox/140.0", "Mozilla/5.0 Chrome/140.0", False),
        ("", "Firefox/140", False),
    ],
)
def test_an_update_does_not_make_a_browser_a_new_one(one, other, same):
    found = {browser_of(Client(user_agent=text)) for text in (one, other)}

    assert len(found) == (1 if same else 2)
