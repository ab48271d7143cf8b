"""Which new password will do, and what is wrong with one that will not."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from securelogin import Factors, Policy
from securelogin.hidden import Hidden
from securelogin.outcomes import Problem
from securelogin.passwords import LONGEST_PASSWORD
from securelogin.rules import password_change as rules
from securelogin.rules.password_change import judge_password
from tests.rules.cases import PLAIN, account, external, mistyped, some_temporary
from tests.wiring import ACME

TWO_FACTORS = replace(PLAIN, factors=Factors.SECOND_FACTOR, minimum_length=None)


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


@given(
    st.builds(
        lambda part, more: (part * 2_000)[: LONGEST_PASSWORD + more],
        st.text(min_size=1, max_size=20),
        st.integers(1, 9),
    )
)
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
