"""PHC strings: one spelling, and bounds before anything runs."""

from __future__ import annotations

from base64 import b64encode

import pytest
from argon2 import PasswordHasher as Argon2Library
from argon2 import extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from securelogin.errors import WiringError
from securelogin.phc import (
    OWASP_FLOOR,
    RECOMMENDED,
    Argon2Parameters,
    HashBounds,
    PHCHash,
    parse_phc,
)
from tests.wiring import CHEAPEST

SALT, TAG = bytes(range(16)), bytes(range(100, 132))
GOOD = PHCHash(parameters=RECOMMENDED, salt=SALT, tag=TAG).text()
PEPPER = "AbCdEfGhIjk"


def b64(raw: bytes) -> str:
    return b64encode(raw).rstrip(b"=").decode()


hashes = st.builds(
    PHCHash,
    parameters=st.builds(
        lambda memory, passes, lanes: Argon2Parameters(
            memory=memory + 8 * lanes, passes=passes, lanes=lanes
        ),
        st.integers(0, 10**8),
        st.integers(1, 999_999_999),
        st.integers(1, 255),
    ),
    salt=st.binary(min_size=16, max_size=48),
    tag=st.binary(min_size=32, max_size=64),
    pepper=st.just("") | st.from_regex(r"[A-Za-z0-9+/]{11}", fullmatch=True),
)


@given(hashes)
def test_what_is_written_is_read_back(made):
    assert parse_phc(made.text()) == made


@given(
    st.text(st.characters()) | st.text("$argon2idvmtp=,0123456789AZaz+/", max_size=120)
)
def test_F41_whatever_is_read_is_spelt_as_we_write_it(text):
    found = parse_phc(text)

    assert found is None or found.text() == text


@given(st.integers(0, len(GOOD) - 1), st.sampled_from(" \n\0=$,١Aa+é"))
def test_F41_a_changed_character_is_refused_or_another_hash(place, character):
    tampered = GOOD[:place] + character + GOOD[place + 1 :]
    found = parse_phc(tampered)

    assert found is None or found.text() == tampered


M, T, P = "m=65536", "t=3", "p=1"
HEAD = "$argon2id$v=19$"
BODY = f"{b64(SALT)}${b64(TAG)}"
TAMPERED = {
    # C34, C06
    "nothing": "",
    "blanks": "   ",
    # E08
    "NUL tail": GOOD + "\0",
    "NUL tail and more": GOOD + "\0$whatever",
    "trailing newline": GOOD + "\n",
    "leading blank": " " + GOOD,
    "short tag": f"{HEAD}{M},{T},{P}${b64(SALT)}${b64(TAG[:4])}",
    "31 bytes of tag": f"{HEAD}{M},{T},{P}${b64(SALT)}${b64(TAG[:31])}",
    "65 bytes of tag": f"{HEAD}{M},{T},{P}${b64(SALT)}${b64(TAG * 2 + b'x')}",
    "short salt": f"{HEAD}{M},{T},{P}${b64(SALT[:15])}${b64(TAG)}",
    "no salt": f"{HEAD}{M},{T},{P}$${b64(TAG)}",
    "no tag": f"{HEAD}{M},{T},{P}${b64(SALT)}$",
    "impossible base64": f"{HEAD}{M},{T},{P}${b64(SALT)}AAA${b64(TAG)}",
    "loose bits in salt": f"{HEAD}{M},{T},{P}${b64(SALT)[:-1]}x${b64(TAG)}",
    "loose bits in tag": f"{HEAD}{M},{T},{P}${b64(SALT)}${b64(TAG)[:-1]}9",
    "padding": GOOD + "=",
    "URL-safe base64": f"{HEAD}{M},{T},{P}${b64(SALT)}${'-' * 43}",
    "a part more": GOOD + "$AAAA",
    # E09
    "plus sign": f"{HEAD}m=+65536,{T},{P}${BODY}",
    "underscore": f"{HEAD}m=6_5536,{T},{P}${BODY}",
    "blank in number": f"{HEAD}m= 65536,{T},{P}${BODY}",
    "leading zero": f"{HEAD}m=065536,{T},{P}${BODY}",
    "negative": f"{HEAD}m=-65536,{T},{P}${BODY}",
    "Arabic digits": f"{HEAD}m=٦٥٥٣٦,{T},{P}${BODY}",
    "not ASCII": f"{HEAD}{M},{T},{P}${b64(SALT)}${'é' * 43}",
    "zero memory": f"{HEAD}m=0,{T},{P}${BODY}",
    "zero passes": f"{HEAD}{M},t=0,{P}${BODY}",
    "too little memory for the lanes": f"{HEAD}m=8,{T},p=2${BODY}",
    "number without end": f"{HEAD}m={'9' * 5000},{T},{P}${BODY}",
    # F-41
    "wrong order": f"{HEAD}{T},{M},{P}${BODY}",
    "pepper first": f"{HEAD}keyid={PEPPER},{M},{T},{P}${BODY}",
    "empty pepper": f"{HEAD}{M},{T},{P},keyid=${BODY}",
    "long pepper": f"{HEAD}{M},{T},{P},keyid={PEPPER}A${BODY}",
    "a parameter more": f"{HEAD}{M},{T},{P},data=AAAA${BODY}",
    "a parameter twice": f"{HEAD}{M},{M},{T},{P}${BODY}",
    "no version": f"$argon2id${M},{T},{P}${BODY}",
    "old version": f"$argon2id$v=16${M},{T},{P}${BODY}",
    # F-40: other schemes
    "argon2i": GOOD.replace("argon2id", "argon2i"),
    "argon2d": GOOD.replace("argon2id", "argon2d"),
    "upper case": GOOD.replace("argon2id", "ARGON2ID"),
    "bcrypt": "$2b$12$abcdefghijklmnopqrstuuXyzXyzXyzXyzXyzXyzXyzXyzXyzXyzXy",
    "the password itself": "a quiet harbour at six",
    # F-64
    "None": None,
    "bytes": GOOD.encode(),
    "number": 0,
    "True": True,
}


@pytest.mark.parametrize("text", TAMPERED.values(), ids=TAMPERED)
def test_C06_C34_C80_C81_E08_E09_F40_F41_what_is_spelt_otherwise_is_refused(text):
    assert parse_phc(text) is None


@pytest.mark.parametrize("text", ["m=+65536", "m=6_5536", "m= 65536", "m=٦٥٥٣٦"])
def test_E09_the_library_beneath_takes_other_spellings(text):
    # The reason for our own parser; when this fails, argon2-cffi has changed.
    assert extract_parameters(f"{HEAD}{text},{T},{P}${BODY}").memory_cost == 65_536


def test_a_hash_of_the_library_beneath_is_read():
    theirs = Argon2Library(time_cost=2, memory_cost=64, parallelism=1).hash("password")

    found = parse_phc(theirs)

    assert found is not None
    assert found.text() == theirs
    assert found.parameters == Argon2Parameters(memory=64, passes=2)
    assert (len(found.salt), len(found.tag)) == (16, 32)


def test_a_pepper_is_named_in_the_string():
    made = PHCHash(parameters=CHEAPEST, salt=SALT, tag=TAG, pepper=PEPPER)

    assert f"p=1,keyid={PEPPER}$" in made.text()


def test_a_stand_in_has_a_tag_that_argon2_does_not_give():
    stand_in = PHCHash.stand_in(RECOMMENDED, salt=SALT)

    assert stand_in.tag == bytes(32)
    assert parse_phc(stand_in.text()) == stand_in


@pytest.mark.parametrize("name", ["memory", "passes", "lanes"])
@pytest.mark.parametrize("value", [0, -1, True, 1.5, "3", None], ids=repr)
def test_C62_C81_a_parameter_is_a_whole_number_above_zero(name, value):
    with pytest.raises(WiringError, match=name):
        Argon2Parameters(**({"memory": 64, "passes": 1, "lanes": 1} | {name: value}))


def test_argon2_needs_eight_kib_a_lane():
    with pytest.raises(WiringError, match="8 KiB a lane"):
        Argon2Parameters(memory=31, passes=1, lanes=4)

    assert Argon2Parameters(memory=32, passes=1, lanes=4).lanes == 4


BOUNDS = HashBounds()
JUST = {"memory": 65_536, "passes": 3, "lanes": 1}


@pytest.mark.parametrize(
    ("changed", "held"),
    [
        ({}, True),
        # C77, E07, F-39: the ceiling
        ({"memory": 262_144}, True),
        ({"memory": 262_145}, False),
        ({"memory": 8 * 1024 * 1024}, False),
        ({"passes": 10}, True),
        ({"passes": 11}, False),
        ({"passes": 1000}, False),
        ({"lanes": 16}, True),
        ({"lanes": 17}, False),
        # C81, F-40: the floor, line by line of OWASP's table
        *(
            ({"memory": low.memory + up, "passes": low.passes}, up >= 0)
            for low in OWASP_FLOOR
            for up in (-1, 0)
        ),
        ({"memory": 7_168, "passes": 4}, False),
        ({"memory": 8, "passes": 10}, False),
    ],
    ids=str,
)
def test_C77_C81_F39_F40_a_hash_is_neither_too_cheap_nor_too_costly(changed, held):
    assert BOUNDS.hold(Argon2Parameters(**(JUST | changed))) is held


def test_F40_a_floor_can_be_left_out_for_a_migration():
    assert HashBounds(floor=()).hold(CHEAPEST)
    assert not HashBounds(floor=()).hold(Argon2Parameters(memory=8, passes=11))


def test_the_recommended_cost_is_held():
    assert BOUNDS.hold(RECOMMENDED)
    assert (RECOMMENDED.memory, RECOMMENDED.passes, RECOMMENDED.lanes) == (65_536, 3, 1)
