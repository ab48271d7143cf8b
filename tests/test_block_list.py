"""The list of refused passwords, and what "as a whole" means."""

from __future__ import annotations

import string
import sys
import unicodedata
from collections import Counter
from importlib.resources import files

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from securelogin.block_list import is_blocked, load_block_list

CONTEXT = ("Acme", "Kunden-Portal", "Jo.Doe42", "acme.example", "0791234567")
NOTHING: frozenset[str] = frozenset()
DATA = (files("securelogin") / "data" / "block_list.txt").read_text(encoding="utf-8")
LINES = [line for line in DATA.splitlines() if not line.startswith("# ")]

passwords = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=60)
filling = st.text(string.digits + string.punctuation + " \u2013\u20ac", max_size=6)
random_passwords = st.lists(
    st.sampled_from(string.ascii_letters + string.digits), min_size=15, max_size=40
)


def judge(password: str, *, context_words: tuple[str, ...] = CONTEXT) -> bool:
    return is_blocked(password, entries=NOTHING, context_words=context_words)


def normalise(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def calls_made_by(password: str, *, context_words: tuple[str, ...]) -> int:
    """Count the built-in functions called while a password is judged."""
    counted: Counter[str] = Counter()
    before = sys.getprofile()
    sys.setprofile(lambda _frame, event, _argument: counted.update([event]))
    try:
        judge(password, context_words=context_words)
    finally:
        sys.setprofile(before)
    return counted["c_call"]


# --- the list -------------------------------------------------------------------------


def test_X11_at_least_3000_entries_fit_the_default_minimum_of_15():
    assert sum(len(entry) >= 15 for entry in load_block_list()) >= 3_000


def test_at_least_3000_entries_fit_the_minimum_of_8_to_14():
    assert sum(8 <= len(entry) < 15 for entry in load_block_list()) >= 3_000


def test_no_entry_is_shorter_than_any_policy_allows():
    assert min(map(len, load_block_list())) >= 8


def test_every_entry_is_normalised():
    assert [line for line in LINES if normalise(line) != line] == []


def test_lines_are_sorted():
    assert sorted(LINES) == LINES


def test_lines_are_unique():
    assert len(set(LINES)) == len(LINES)


def test_every_line_but_the_comments_is_an_entry():
    assert frozenset(LINES) == load_block_list()


def test_no_entry_is_empty_or_has_a_blank_at_an_end():
    assert [line for line in LINES if not line or line != line.strip()] == []


def test_the_file_is_at_most_200_kb():
    assert len(DATA.encode()) <= 200_000


def test_the_comments_name_every_source_with_its_licence():
    comments = [line for line in DATA.splitlines() if line.startswith("# ")]
    assert sum("(MIT)" in line or "(BSD" in line for line in comments) == 4


def test_no_entry_is_the_address_of_a_person():
    assert [line for line in LINES if "@" in line and line.endswith(".com")] == []


def test_the_list_is_read_once():
    assert load_block_list() is load_block_list()


# --- compared with the list -----------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "PasswordPassword",
        "1q2w3e4r5t6y7u8i",
        "qwertyuiopasdfgh",
        "123456789012345",
        "aaaaaaaaaaaaaaaaa",
        "CorrectHorseBatteryStaple",
        "correct horse battery staple",
        "Administrator2025",
        "Summer2025Summer2025",
        "2025202520252025",
        "ManchesterUnited",
        "йцукенгшщзхъфыва",
        "CONTRASEÑACONTRASEÑA",
        "contrasen\u0303acontrasen\u0303a",
    ],
)
def test_what_guessers_try_first_is_blocked(password):
    assert is_blocked(password, entries=load_block_list(), context_words=())


@pytest.mark.parametrize(
    "password",
    [
        "",
        "passwordpassword but with a tail of its own",
        "seventeen teal herons argue",
        "K7QM-4XRD-9HTW-S",
        "vierundzwanzig Segelboote am Steg",
    ],
)
def test_an_entry_within_a_longer_password_is_no_reason(password):
    assert not is_blocked(password, entries=load_block_list(), context_words=CONTEXT)


@given(random_passwords.map("".join), st.randoms(use_true_random=False))
def test_random_long_passwords_are_not_blocked(password, random):
    letters = random.choices(string.ascii_letters + string.digits, k=20)
    mixed = "".join(letters) + password

    assert not is_blocked(mixed, entries=load_block_list(), context_words=CONTEXT)


@given(st.sampled_from(LINES), st.data())
def test_case_and_composition_make_no_difference(entry, data):
    form = data.draw(st.sampled_from(["NFC", "NFD"]))
    changed = unicodedata.normalize(form, "".join(map(_swapped, entry)))

    assert is_blocked(changed, entries=load_block_list(), context_words=())


def _swapped(character: str) -> str:
    upper = character.upper()
    return upper if normalise(upper) == character else character


# --- compared with the words of the context -------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "acmeacmeacmeacme",
        "Acme-Portal-2026!!",
        "  ACME  2026  acme ",
        "2026 kundenportal 2026",
        "PortalKunden12345",
        "jodoe42jodoe42jodoe",
        "jo.doe42@acme.example",
        "0791234567 12345",
        "\u20ac\u20ac\u20ac acme \U0001f642\U0001f642\U0001f642",
    ],
)
def test_context_words_with_digits_and_punctuation_are_blocked(password):
    assert judge(password)


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
    ],
)
def test_anything_beside_context_words_is_enough_to_pass(password):
    assert not judge(password)


def test_a_short_number_among_the_context_words_blocks_no_random_number():
    assert not judge("4920365837465019", context_words=("365",))


def test_a_long_number_among_the_context_words_counts():
    assert judge("079 123 45 67 / 2026", context_words=("079 123 45 67",))


def test_a_long_number_counts_from_six_characters():
    assert judge("99123456", context_words=("123456",))
    assert not judge("99123456", context_words=("12345",))


def test_blank_context_words_block_nothing():
    assert not judge("2026 2026 2026 2026", context_words=("", " ", "--", "        "))


def test_a_longer_word_is_found_where_a_shorter_one_begins_it():
    assert judge("portalsportals", context_words=("port", "portals"))
    assert judge("portportal2026", context_words=("port", "portal"))


def test_marks_belong_to_the_letters_of_a_word():
    assert judge("हिन्दी हिन्दी 2026", context_words=("हिन्दी",))
    assert not judge("हिन्दीि", context_words=("हिन्दी",))


@given(st.lists(st.sampled_from(CONTEXT), min_size=1, max_size=8), st.data())
@example(["Acme"], None)
def test_context_words_in_any_order_with_any_filling_are_blocked(words, data):
    parts = [part for word in words for part in (_filling(data), word)]

    assert judge("".join(parts) + _filling(data))


def _filling(data: st.DataObject | None) -> str:
    return "" if data is None else data.draw(filling)


@given(passwords, st.lists(passwords, max_size=4))
def test_the_order_of_the_context_words_makes_no_difference(password, words):
    forwards = judge(password, context_words=tuple(words))

    assert forwards is judge(password, context_words=tuple(reversed(words)))


@given(passwords)
def test_without_entries_and_context_nothing_is_blocked(password):
    assert not judge(password, context_words=())


@given(passwords.filter(lambda text: any(map(str.isalpha, text))))
def test_a_context_word_itself_is_blocked(word):
    assert judge(word, context_words=(word,))


# --- the work it takes ----------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 64, 256, 1024])
def test_C12_work_is_bounded_by_length_times_number_of_words(length):
    """The worst case: every place is reached in many ways, and the end refuses."""
    words = ("a", "aa", "aaa", "aaaa", "a" * 64)
    reading_the_words = calls_made_by("", context_words=words)

    calls = calls_made_by("a" * (length - 1) + "b", context_words=words)

    # For each place one category; for each place and word a comparison and, where it
    # matches, a length. Nothing else may depend on the password.
    assert calls - reading_the_words <= length * (1 + 2 * len(words))


def test_C12_a_longer_password_costs_in_proportion_and_no_more():
    one, two, three = (
        calls_made_by("a" * length + "b", context_words=("a", "aa"))
        for length in (100, 200, 300)
    )

    assert two - one == three - two
