"""Temporary passwords, as they are mailed and as they are typed."""

from __future__ import annotations

import itertools
import re
import sys
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin import references, temporary
from securelogin.attempts import Form
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing
from securelogin.temporary import (
    ALPHABET,
    check_symbol,
    fingerprints,
    form_of,
    make_temporary,
    random_symbols,
    tidy_symbols,
    typed_temporary,
)
from tests.strategies import fixed_random, passwords, slips, temporaries, typed

KEYS = KeyRing(KeyRing.new_key(), KeyRing.new_key())
symbols = st.text(ALPHABET, min_size=1, max_size=20)


DASHES = [
    character
    for character in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(character) == "Pd"
]
DIRECTIONS = [
    character
    for character in map(chr, range(sys.maxunicode + 1))
    if unicodedata.bidirectional(character)
    in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
] + ["\u061c", "\u200e", "\u200f"]


@pytest.mark.parametrize("sign", DASHES + DIRECTIONS, ids=ascii)
def test_dashes_of_every_kind_and_marks_of_direction_are_forgiven(sign):
    written = f"{sign}S6K0{sign}DT7M{sign}{sign}1EV8{sign}E{sign}"

    assert tidy_symbols(written) == "S6K0DT7M1EV8E"


def test_the_alphabet_has_no_look_alikes():
    assert len(set(ALPHABET)) == len(ALPHABET) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_C48_a_temporary_password_holds_60_random_bits():
    seen = []

    def random(count):
        seen.append(count)
        return b"\xff" * count

    made = make_temporary(random=random).reveal()

    assert seen == [12]
    assert made.startswith("ZZZZ-ZZZZ-ZZZZ-")


def test_C48_every_symbol_is_equally_likely():
    drawn = random_symbols(lambda count: bytes(range(count)), count=256)

    assert Counter(drawn) == dict.fromkeys(ALPHABET, 8)


def test_C48_every_symbol_has_randomness_of_its_own():
    zeros = random_symbols(bytes, count=8)

    for place in range(8):
        drawn = random_symbols(
            lambda count, at=place: (
                bytes(count)[:at] + b"\x01" + bytes(count)[at + 1 :]
            ),
            count=8,
        )
        assert [a != b for a, b in zip(zeros, drawn, strict=True)] == [
            at == place for at in range(8)
        ]


def test_F70_without_randomness_none_is_made():
    def broken(_count):
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 -- the very error of the source
        make_temporary(random=broken)


@given(temporaries())
def test_one_is_made_in_groups_to_be_read(made):
    assert re.fullmatch(rf"(?:[{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]", made.reveal())
    assert form_of(made) is Form.TEMPORARY


def test_the_example_of_the_documentation_is_one():
    (example,) = re.findall(r"`(....-....-....-.)`", temporary.__doc__)

    assert form_of(Hidden(example)) is Form.TEMPORARY


@given(st.data(), temporaries())
def test_what_people_make_of_it_is_forgiven(data, made):
    text = Hidden(data.draw(typed(made.reveal())))

    assert form_of(text) is Form.TEMPORARY
    assert typed_temporary(text) == typed_temporary(made)
    assert fingerprints(text, account="a1", keys=KEYS) == fingerprints(
        made, account="a1", keys=KEYS
    )


@given(temporaries())
def test_the_hashed_spelling_is_the_bare_symbols(made):
    assert typed_temporary(made).reveal() == made.reveal().replace("-", "")


@given(temporaries(), slips())
def test_one_wrong_symbol_is_noticed(made, slip):
    place, symbol = slip
    bare = typed_temporary(made).reveal()
    wrong = bare[:place] + symbol + bare[place + 1 :]

    expected = Form.TEMPORARY if wrong == bare else Form.MISTYPED_TEMPORARY
    assert form_of(Hidden(wrong)) is expected


@pytest.mark.parametrize("before", ["", "7", "42"])
def test_two_swapped_neighbours_are_noticed(before):
    missed = {
        one + other
        for one, other in itertools.permutations(ALPHABET, 2)
        if check_symbol(before + one + other) == check_symbol(before + other + one)
    }

    # Luhn's scheme is blind for the first and the last symbol of its alphabet.
    assert missed == {"0Z", "Z0"}


@given(symbols)
def test_a_check_symbol_is_one_of_the_alphabet(text):
    assert check_symbol(text) in ALPHABET


@given(passwords())
def test_every_text_has_exactly_one_form(text):
    assert form_of(Hidden(text)) in Form


@pytest.mark.parametrize(
    "text",
    ["", " ", "K7QM-4XRD-9HTW", "K7QM-4XRD-9HTW-SS", "U" * 13, "\ud800", "١" * 13],
    ids=ascii,
)
def test_what_has_not_thirteen_symbols_is_a_lasting_password(text):
    assert form_of(Hidden(text)) is Form.LASTING


@given(st.text(st.characters(), max_size=80))
def test_F21_two_spellings_of_one_password_have_one_form(text):
    composed = unicodedata.normalize("NFC", text)

    assert form_of(Hidden(text)) is form_of(Hidden(composed))


@pytest.mark.parametrize(
    "text",
    ["\u212a7QM4XRD9HTWS", "\u1fefK7QM4XRD9HTWS"],
    ids=["Kelvin sign is K", "varia is a backtick"],
)
def test_F21_characters_that_compose_to_a_symbol_make_no_difference(text):
    composed = unicodedata.normalize("NFC", text)

    assert form_of(Hidden(text)) is form_of(Hidden(composed))


def test_C12_F19_a_long_text_is_not_looked_at(monkeypatch):
    looked_at = []

    class Spy:
        def sub(self, _, text):
            looked_at.append(len(text))
            return text

    monkeypatch.setattr(temporary, "_BETWEEN", Spy())

    assert tidy_symbols("A" * 65) == ""
    assert form_of(Hidden("-" * 10**6)) is Form.LASTING
    assert looked_at == []
    assert tidy_symbols("A" * 64) == "A" * 64
    assert looked_at == [64]


def test_a_fingerprint_is_16_bits_for_each_key():
    marks = fingerprints(Hidden("K7QM"), account="a1", keys=KEYS)

    assert len(marks) == 2
    assert all(re.fullmatch(r"[0-9a-f]{4}", mark) for mark in marks)


def test_a_fingerprint_depends_on_password_account_and_key():
    one = Hidden("K7QM-4XRD-9HTW-S")
    # Sixteen bits may meet by chance, a hundred of them may not.
    accounts = [f"a{n}" for n in range(100)]

    marks = [fingerprints(one, account=account, keys=KEYS) for account in accounts]

    assert len({mark[0] for mark in marks}) > 90
    assert len({mark[1] for mark in marks}) > 90
    assert any(mark[0] != mark[1] for mark in marks)


def test_E10_a_fingerprint_of_anything_can_be_taken():
    assert len(fingerprints(Hidden("\ud800" * 9), account="a1", keys=KEYS)) == 2


def test_no_two_pairs_of_account_and_password_are_one_message():
    assert fingerprints(Hidden("1A"), account="a", keys=KEYS) != fingerprints(
        Hidden("A"), account="a1", keys=KEYS
    )


def test_the_source_of_randomness_is_the_only_one():
    source = fixed_random(b"\x5a\xa5")

    assert make_temporary(random=source) == make_temporary(random=source)
    assert references.make_mark(random=source) == references.make_mark(random=source)
