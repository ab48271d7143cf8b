"""Who may set a new password, and which one will do."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from securelogin import Factors, Policy
from securelogin.accounts import AccountId, Status
from securelogin.addresses import NO_TENANT, AddressKey, no_address
from securelogin.credentials import Temporary
from securelogin.hidden import Hidden
from securelogin.outcomes import Cause, Problem
from securelogin.passwords import LONGEST_PASSWORD, Match
from securelogin.rules import password_change as rules
from securelogin.rules.login import Refuse, RequireChange, Shed
from securelogin.rules.password_change import (
    Reject,
    asked_session,
    change_key,
    holder_of_session,
    holder_of_ticket,
    judge_change,
    judge_novelty,
    judge_password,
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
    PLAIN,
    TICK,
    account,
    address,
    counts,
    credential,
    external,
    in_order,
    mistyped,
    session,
    some_temporary,
    temporary,
    ticket,
)
from tests.wiring import ACME, START

TWO_FACTORS = replace(PLAIN, factors=Factors.SECOND_FACTOR, minimum_length=None)
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
):
    return judge_change(
        holder, kept, is_logged_in=is_logged_in, match=match, counts=ALL, hits=hits
    )


def test_current_password_in_a_live_session_permits_a_change():
    assert of_change() == PERMIT
    assert of_change(hits=(100, 10, 100)) == PERMIT


@pytest.mark.parametrize(
    ("changes", "causes"),
    [
        ({"hits": (101, 1, 1)}, [Cause.THROTTLED]),
        ({"hits": (1, 11, 1)}, [Cause.THROTTLED]),
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


# -- the new password --


def problems(
    password: str, policy: Policy = PLAIN, *, holder=None, portal=ACME
) -> list[Problem]:
    found = judge_password(
        Hidden(password), account=holder or account(), portal=portal, policy=policy
    )
    return list(found)


# Letters that compose with nothing, are no word, and do not repeat.
LETTERS = "qzjxkvbwpyfmgculdhrsniotae" * 40


@pytest.mark.parametrize(
    ("length", "policy", "found"),
    [
        (0, PLAIN, [Problem.TOO_SHORT]),
        (14, PLAIN, [Problem.TOO_SHORT]),
        (15, PLAIN, []),
        (7, TWO_FACTORS, [Problem.TOO_SHORT]),
        (8, TWO_FACTORS, []),
        (19, replace(PLAIN, minimum_length=20), [Problem.TOO_SHORT]),
        (20, replace(PLAIN, minimum_length=20), []),
        (1_024, PLAIN, []),
        (1_025, PLAIN, [Problem.TOO_LONG]),
    ],
)
def test_password_has_a_least_and_a_greatest_length(length, policy, found):
    assert problems(LETTERS[:length], policy) == found


@pytest.mark.parametrize(
    ("password", "found"),
    [
        # 15 code points, but 14 characters once they are composed.
        ("qzjxkvbwpyfmge\u0301", [Problem.TOO_SHORT]),
        ("qzjxkvbwpyfmgce\u0301", []),
        # Composing makes it longer (U+0958 is never composed): 14 were typed.
        ("qzjxkvbwpyfmg\u0958", [Problem.TOO_SHORT]),
        ("qzjxkvbwpyfmgc\u0958", []),
    ],
)
def test_length_is_counted_as_typed_and_as_composed(password, found):
    assert problems(password) == found


@pytest.mark.parametrize(
    "bad",
    [
        "\u0378",  # never assigned
        "\U000e0080",
        "\uffff",  # a noncharacter
        "\ud800",  # a lone surrogate
        chr(0xDFFF),
    ],
)
@pytest.mark.parametrize("place", [0, 8, 16])
def test_F22_F23_character_without_a_lasting_meaning_is_refused(bad, place):
    good = LETTERS[:16]

    assert problems(good[:place] + bad + good[place:]) == [Problem.UNREADABLE]


def test_unreadable_password_is_told_nothing_else():
    assert problems("\ud800") == [Problem.UNREADABLE]


@pytest.mark.parametrize(
    "password",
    [
        "                    ",
        "correct horse battery",
        "qzjxkvbwpyfmgculdhrs",
        "QZJXKVBWPYFMGCULDHRS",
        "7301948265530918",
        "!$%&/()=?*+#-_.:,;",
        "\t quiet\x00harbours at six \n",
        "пароль тихая гавань",
        "静かな港で六時に待っている猫の夢",
        "👩\u200d👩\u200d👧\u200d👦 and the harbour",
        "\u202eright to left mark",
        "\ue000private use area",
    ],
)
def test_any_composition_will_do(password):
    assert problems(password) == []


unremarkable = st.text(
    st.characters(exclude_categories=["Cn", "Cs", "L", "M"]), min_size=15, max_size=64
)


@given(unremarkable)
def test_ASVS_6_2_5_no_rule_asks_for_kinds_of_characters(password):
    assume(len(unicodedata.normalize("NFC", password)) >= 15)
    # Thirteen symbols with a right check symbol are a temporary password, not a rule.
    assert problems(password) in ([], [Problem.LOOKS_TEMPORARY])


@given(st.text(min_size=LONGEST_PASSWORD + 1, max_size=LONGEST_PASSWORD + 9))
@example("\ud800" * 1_025)
@example("a" + "\u0300\u0316" * 40_000)
def test_C12_C14_too_long_is_said_before_anything_else_is_looked_at(password):
    with pytest.MonkeyPatch.context() as patched:
        # Nothing that looks at the characters is there to be called.
        for name in ("unicodedata", "is_blocked", "form_of"):
            patched.setattr(rules, name, None)
        assert problems(password) == [Problem.TOO_LONG]


@pytest.mark.parametrize(
    "password",
    [
        some_temporary(),
        some_temporary().lower(),
        some_temporary().replace("-", "   "),
    ],
)
def test_F50_what_looks_like_a_temporary_password_is_no_lasting_one(password):
    assert problems(password) == [Problem.LOOKS_TEMPORARY]


def test_short_one_that_looks_temporary_is_told_both():
    assert problems(some_temporary().replace("-", "")) == [
        Problem.TOO_SHORT,
        Problem.LOOKS_TEMPORARY,
    ]


def test_slip_in_a_temporary_password_is_a_password_like_any_other():
    # It is checked as a lasting one, so whoever sets it can log in with it.
    assert problems(mistyped(some_temporary())) == []


LISTED = replace(
    PLAIN, block_list=frozenset({"correct horse battery", "straße im regen"})
)


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("correct horse battery", [Problem.COMMON]),
        ("CORRECT Horse Battery", [Problem.COMMON]),
        ("correct horse battery staple", []),
        ("my correct horse battery", []),
    ],
)
def test_listed_password_is_refused_as_a_whole(password, found):
    assert problems(password, LISTED) == found


def test_C58_list_of_the_library_is_used_by_default():
    assert problems("password1234567", Policy()) == [Problem.COMMON]


@pytest.mark.parametrize(
    "password",
    [
        "initech-initech-2026",  # the policy's own words
        "acme-acme-acme-2026",  # the tenant
        "Ann.Howard@Firm.Example",  # the whole address
        "ann.howard-2026-ann.howard",  # its local part
        "howard1234567890",  # a piece of it
        "firm.example 2026",  # its domain
        "example1234567890",  # a piece of that
        "Secure Messaging 2026",  # the portal's name
        "portal.acme.example",  # its host
        "messaging1234567",
    ],
)
def test_password_made_of_words_of_the_place_is_refused(password):
    holder = account("ann.howard@firm.example")
    policy = replace(PLAIN, context_words=("initech",))

    assert problems(password, policy, holder=holder) == [Problem.COMMON]


@pytest.mark.parametrize(
    ("password", "where"),
    [
        ("acme-acme-acme-2026", {"portal": None}),
        # Numbers count as a whole: their pieces would be found by chance.
        ("123.456.789!123.456.789", {"holder": account("123.456.789@example.org")}),
        ("112 110 117 112 110 117", {"portal": replace(ACME, name="112 110 117")}),
    ],
)
def test_each_word_of_the_place_counts_by_itself(password, where):
    assert problems(password, **where) == [Problem.COMMON]
    assert problems(password) == (
        [Problem.COMMON] if password.startswith("acme") else []
    )


@pytest.mark.parametrize(
    ("password", "where"),
    [
        ("Secure Messaging 2026", {"portal": None}),
        ("initech-initech-2026", {}),
        ("howard1234567890", {}),
        ("acme-acme-acme-2026", {"holder": account(tenant="globex"), "portal": None}),
    ],
)
def test_words_of_another_place_may_be_used(password, where):
    assert problems(password, **where) == []


def test_every_problem_of_a_password_is_told_at_once():
    strict = replace(TWO_FACTORS, minimum_length=16, context_words=("harbour",))
    typed = some_temporary().replace("-", "")
    listed = replace(strict, block_list=frozenset({typed.casefold()}))

    assert problems("harbour", strict) == [Problem.TOO_SHORT, Problem.COMMON]
    assert problems(typed, listed) == [
        Problem.TOO_SHORT,
        Problem.COMMON,
        Problem.LOOKS_TEMPORARY,
    ]


def test_F61_password_of_an_external_recipient_is_judged_like_any_other():
    for password in ("short", LETTERS[:20], some_temporary()):
        assert problems(password, holder=external()) == problems(password)


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
