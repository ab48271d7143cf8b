"""Support references: read out over the telephone, noticed when misread."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin import references
from securelogin.references import make_mark, make_reference, read_reference
from securelogin.temporary import ALPHABET

made = st.binary(min_size=8, max_size=8).map(
    lambda raw: make_reference(random=lambda count: raw[:count])
)


@given(made)
def test_a_reference_is_three_groups_of_three(reference):
    assert re.fullmatch(
        rf"[{ALPHABET}]{{3}}-[{ALPHABET}]{{3}}-[{ALPHABET}]{{3}}", reference
    )


def test_a_reference_holds_40_random_bits():
    asked = []

    def random(count):
        asked.append(count)
        return bytes(count)

    assert make_reference(random=random) == "000-000-000"
    assert asked == [8]  # five bits of each


@given(made, st.sampled_from(["", " ", "-", " - ", "\u2013", "\u00a0"]))
def test_a_reference_is_understood_as_it_is_read_out(reference, between):
    spoken = between.join(reference.replace("-", "")).lower().replace("0", "o")

    assert read_reference(spoken) == reference
    assert read_reference(spoken.replace("1", "l")) == reference


@given(made, st.integers(0, 8), st.sampled_from(ALPHABET))
def test_a_slip_in_one_symbol_is_noticed(reference, place, symbol):
    bare = reference.replace("-", "")
    wrong = bare[:place] + symbol + bare[place + 1 :]

    assert read_reference(wrong) == (reference if wrong == bare else None)


@pytest.mark.parametrize(
    "text",
    ["", "7QK", "7QK-4MX-P9", "UUU-UUU-UUU", "0" * 10, "\ud800", "٠" * 9, "0" * 100],
    ids=ascii,
)
def test_what_is_no_reference_is_none(text):
    assert read_reference(text) is None


@pytest.mark.parametrize("value", [None, 0, True, b"000000000", ["000000000"]])
def test_C45_F64_only_a_str_is_a_reference(value):
    assert read_reference(value) is None


def test_the_example_of_the_documentation_is_one():
    (example,) = re.findall(r"`(...-...-...)`", references.__doc__)

    assert read_reference(example) == example


def test_a_mark_is_four_symbols():
    assert make_mark(random=lambda count: b"\xff" * count) == "ZZZZ"
