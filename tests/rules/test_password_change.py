"""Who may set a new password, by a ticket or from within a session."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from securelogin.accounts import AccountId, Status
from securelogin.addresses import NO_TENANT, AddressKey, no_address
from securelogin.credentials import Temporary, with_revoked_password
from securelogin.hidden import Hidden
from securelogin.outcomes import Cause, Problem
from securelogin.passwords import Match
from securelogin.rules.login import Refuse, RequireChange, Shed
from securelogin.rules.password_change import (
    Reject,
    asked_session,
    change_key,
    holder_of_session,
    holder_of_ticket,
    judge_change,
    judge_novelty,
    judge_ticket,
    new_temporary,
    new_ticket,
)
from securelogin.sessions import make_session_token, session_digest
from securelogin.tickets import ChangeTicket, read_ticket, sign_ticket
from tests.rules.cases import (
    HOUR,
    KEYS,
    MINUTE,
    OTHER_KEYS,
    TICK,
    account,
    address,
    counts,
    credential,
    in_order,
    session,
    temporary,
    ticket,
)
from tests.wiring import START

PERMIT = RequireChange(account=account(), credential=credential())


# -- tickets --


def of_ticket(shown: Any = None, holder: Any = None, kept: Any = None, at=START):
    return judge_ticket(shown, holder, kept, at=at, leeway=MINUTE)


def refused(end: object) -> list[Cause]:
    assert isinstance(end, Refuse)
    return list(end.causes)


def test_ticket_permits_a_change_of_the_credential_it_was_made_for():
    assert of_ticket(ticket(), account(), credential()) == PERMIT


GONE = account(status=Status.DISABLED)


@pytest.mark.parametrize(
    ("shown", "holder", "kept", "causes"),
    [
        (None, None, None, [Cause.TICKET_INVALID]),
        (None, account(), credential(), [Cause.TICKET_INVALID]),
        (ticket(), None, credential(), [Cause.TICKET_INVALID]),
        (ticket(), account(), None, [Cause.OVERTAKEN]),
        (ticket(), None, None, [Cause.OVERTAKEN]),
        (ticket(), GONE, credential(), [Cause.DISABLED]),
        (ticket(), account().erased(), credential(), [Cause.DISABLED]),
        (ticket(), account(), credential(version=6), [Cause.OVERTAKEN]),
        (ticket(), account(), credential(version=8), [Cause.OVERTAKEN]),
        (ticket(until=START), account(), credential(), [Cause.TICKET_EXPIRED]),
        (
            ticket(until=START),
            GONE,
            credential(version=8),
            [Cause.DISABLED, Cause.TICKET_EXPIRED, Cause.OVERTAKEN],
        ),
    ],
)
def test_C35_C70_F73_ticket_is_refused_with_its_causes(shown, holder, kept, causes):
    assert refused(of_ticket(shown, holder, kept)) == causes


@pytest.mark.parametrize(
    ("issued", "until", "holds"),
    [
        (START, START + TICK, True),
        (START, START, False),
        (START - HOUR, START - TICK, False),
        (START + MINUTE, START + HOUR, True),
        (START + MINUTE + TICK, START + HOUR, False),
    ],
)
def test_F12_F13_ticket_holds_from_the_leeway_before_it_until_its_end(
    issued, until, holds
):
    shown = ticket(issued_at=issued, until=until)

    end = of_ticket(shown, account(), credential())

    assert isinstance(end, RequireChange) is holds
    assert holds or refused(end) == [Cause.TICKET_EXPIRED]


@given(
    st.sampled_from([None, ticket(), ticket(until=START), ticket(version=1)]),
    st.sampled_from([None, account(), GONE]),
    st.sampled_from([None, credential()]),
)
@example(None, GONE, credential())
def test_causes_of_a_ticket_come_in_the_order_of_the_enum(shown, holder, kept):
    end = of_ticket(shown, holder, kept)

    assert isinstance(end, RequireChange) or (end.causes and in_order(end.causes))


@pytest.mark.parametrize(
    "step",
    [
        lambda kept: kept.with_password("another hash", at=START),
        lambda kept: kept.with_temporary(temporary(), at=START),
        lambda kept: kept.with_everything_ended(at=START),
        lambda kept: with_revoked_password(kept, at=START),
        lambda kept: kept.with_forced_change(),
        lambda kept: kept.after_login(
            password_hash="stronger", browser="firefox", at=START
        ),
        lambda kept: kept.erased(),
    ],
)
def test_C46_C69_C72_every_write_since_spends_the_ticket(step):
    assert refused(of_ticket(ticket(), account(), step(credential()))) == [
        Cause.OVERTAKEN
    ]


def test_C27_new_ticket_holds_the_version_and_no_password():
    made = new_ticket(
        credential(), account(), at=START.replace(microsecond=5), life=14 * MINUTE
    )

    assert made == ChangeTicket(
        account=account().id,
        tenant="acme",
        version=7,
        issued_at=START,
        until=START + 14 * MINUTE,
    )
    assert read_ticket(sign_ticket(made, keys=KEYS), tenants={"acme"}, keys=KEYS) == (
        made
    )


def test_new_temporary_password_is_as_old_as_its_order_and_lives_from_now():
    made = new_temporary(
        hash="h",
        fingerprint="f",
        mark="m",
        asked_at=START - HOUR,
        at=START,
        life=60 * MINUTE,
    )

    assert made == Temporary(
        hash="h",
        fingerprint="f",
        mark="m",
        issued_at=START - HOUR,
        until=START + HOUR,
    )


# -- a change from within a session --


ALL = counts(100, 10, 100)


def of_change(
    holder: Any = PERMIT.account,
    kept: Any = PERMIT.credential,
    *,
    is_logged_in: bool = True,
    match: Match = Match.RIGHT,
    hits: tuple[int, ...] = (1, 1, 1),
    asked_too_often: bool = False,
):
    return judge_change(
        holder,
        kept,
        is_logged_in=is_logged_in,
        match=match,
        counts=ALL,
        hits=hits,
        asked_too_often=asked_too_often,
    )


def test_current_password_in_a_live_session_permits_a_change():
    assert of_change() == PERMIT
    assert of_change(hits=(100, 10, 100)) == PERMIT


@pytest.mark.parametrize(
    ("changes", "causes"),
    [
        ({"hits": (101, 1, 1)}, [Cause.THROTTLED]),
        ({"hits": (1, 11, 1)}, [Cause.THROTTLED]),
        ({"asked_too_often": True}, [Cause.THROTTLED]),
        ({"hits": (1, 1, 101)}, [Cause.LOCKED]),
        ({"match": Match.WRONG}, [Cause.WRONG_PASSWORD]),
        ({"match": Match.HASH_UNUSABLE}, [Cause.WRONG_PASSWORD]),
        ({"is_logged_in": False}, [Cause.SESSION_ENDED]),
        ({"holder": None}, [Cause.SESSION_ENDED]),
        ({"kept": None}, [Cause.SESSION_ENDED]),
        (
            {"hits": (101, 11, 101), "match": Match.WRONG, "is_logged_in": False},
            [
                Cause.THROTTLED,
                Cause.LOCKED,
                Cause.WRONG_PASSWORD,
                Cause.SESSION_ENDED,
            ],
        ),
    ],
)
def test_C68_C72_change_is_refused_with_every_cause_in_order(changes, causes):
    assert refused(of_change(**changes)) == causes
    assert in_order(tuple(causes))


@given(
    st.booleans(),
    st.sampled_from([(1, 1, 1), (101, 11, 101)]),
    st.sampled_from([None, account()]),
    st.sampled_from(Match),
)
def test_change_is_shed_exactly_when_nothing_was_checked(inside, hits, holder, match):
    end = of_change(holder, is_logged_in=inside, hits=hits, match=match)

    assert (end == Shed()) is (match is Match.NOT_RUN)


# -- what only an adapter or the stored hash can tell --


@pytest.mark.parametrize(
    ("breached", "match", "expected"),
    [
        (False, Match.WRONG, PERMIT),
        (False, Match.HASH_UNUSABLE, PERMIT),
        (True, Match.WRONG, Reject(problems=(Problem.BREACHED,))),
        (False, Match.RIGHT, Reject(problems=(Problem.SAME_AS_BEFORE,))),
        (
            True,
            Match.RIGHT,
            Reject(problems=(Problem.BREACHED, Problem.SAME_AS_BEFORE)),
        ),
        (False, Match.NOT_RUN, Shed()),
        (True, Match.NOT_RUN, Shed()),
    ],
)
def test_F50_password_must_be_new_and_not_breached(breached, match, expected):
    assert judge_novelty(PERMIT, breached=breached, match=match) == expected


# -- whom and what to ask for --


def test_session_is_asked_for_by_the_digest_of_its_token():
    token = make_session_token(bytes)

    assert asked_session(token, keys=KEYS) == session_digest(token)


@pytest.mark.parametrize("text", ["", " ", "None", "x" * 42, "x" * 44])
def test_C06_what_is_no_session_token_asks_for_a_stand_in(text):
    stand_in = asked_session(Hidden(text), keys=KEYS)

    assert stand_in == asked_session(Hidden("another"), keys=KEYS)
    assert stand_in != asked_session(Hidden(text), keys=OTHER_KEYS)
    # No 43 characters give this digest, and it looks like one in a log.
    assert int(stand_in, 16) > 0


def test_account_is_asked_for_by_session_or_ticket_or_a_stand_in():
    assert holder_of_session(session(), keys=KEYS) == "account-ann"
    assert holder_of_ticket(ticket(), keys=KEYS) == "account-ann"

    stand_ins = {
        holder(None, keys=keys)
        for holder in (holder_of_session, holder_of_ticket)
        for keys in (KEYS, OTHER_KEYS)
    }
    assert len(stand_ins) == 4
    assert {len(stand_in) for stand_in in stand_ins} == {22}


def test_C68_tries_of_the_current_password_are_counted_by_the_accounts_address():
    ann = account(aliases=(address("ann.b@example.org"),))

    assert change_key(ann, ann.id) == address().key("acme")


def test_tries_without_a_session_are_counted_by_the_stand_in():
    holder = AccountId("nobody")

    assert change_key(None, holder) == AddressKey(
        tenant=NO_TENANT, value=no_address("nobody")
    )
