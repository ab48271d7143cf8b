"""Hashing and checking: one run of Argon2id for each call, whatever comes."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher as Argon2Library
from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from hypothesis import given
from hypothesis import strategies as st

from securelogin import argon2_backends as module
from securelogin.argon2_backends import Argon2CFFI
from securelogin.errors import Unavailable, WiringError
from securelogin.hidden import Hidden
from securelogin.passwords import (
    LONGEST_PASSWORD,
    Match,
    PasswordHasher,
    canonical_password,
)
from securelogin.phc import RECOMMENDED, Argon2Parameters, HashBounds, parse_phc
from tests.hashers import ANN, SECRET, STORED, Counting
from tests.strategies import failing_random, fixed_random, passwords
from tests.wiring import ANY_COST, CHEAPEST, PASSWORD, cheap_hasher


@pytest.fixture
def backend() -> Counting:
    return Counting()


@pytest.fixture
def hasher(backend) -> PasswordHasher:
    return cheap_hasher(backend=backend)


@given(passwords())
def test_a_password_opens_what_it_was_hashed_to(text):
    hasher = cheap_hasher()
    stored = hasher.hash(Hidden(text), account=ANN)

    assert hasher.check(Hidden(text), stored=stored, account=ANN) is Match.RIGHT


@given(passwords(), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_C80_every_change_counts_however_late(text, suffix):
    long = text.ljust(200, "x")
    hasher = cheap_hasher()
    stored = hasher.hash(Hidden(long), account=ANN)
    changed = (long + suffix)[:LONGEST_PASSWORD]
    same = canonical_password(Hidden(changed)) == canonical_password(Hidden(long))

    match = hasher.check(Hidden(changed), stored=stored, account=ANN)

    assert match is (Match.RIGHT if same else Match.WRONG)


def test_two_hashes_of_one_password_differ(hasher):
    assert hasher.hash(SECRET, account=ANN) != hasher.hash(SECRET, account=ANN)


def test_F70_without_randomness_nothing_is_hashed():
    # The first is for the stand-in.
    hasher = cheap_hasher(random=failing_random(1))

    with pytest.raises(OSError):  # noqa: PT011 -- the very error of the source
        hasher.hash(SECRET, account=ANN)


# -- one run for each call --


LONG = "x" * 1_000_000
CHECKS = {
    "right": (PASSWORD, STORED, Match.RIGHT),
    "wrong": ("another password", STORED, Match.WRONG),
    "no account": (PASSWORD, None, Match.WRONG),
    "empty": ("", STORED, Match.WRONG),
    "1 MB": (LONG, STORED, Match.WRONG),
    "10 MB": (LONG * 10, STORED, Match.WRONG),
    "1 MB, no account": (LONG, None, Match.WRONG),
    "one too long": ("x" * 1_025, STORED, Match.WRONG),
    "surrogate": (PASSWORD + "\ud800", STORED, Match.WRONG),
    "surrogate, no account": ("\ud800", None, Match.WRONG),
    "blank hash": (PASSWORD, "", Match.HASH_UNUSABLE),
    "blank hash, no password": ("", "", Match.HASH_UNUSABLE),
    "blank hash, 1 MB": (LONG, "", Match.HASH_UNUSABLE),
    "NUL tail": (PASSWORD, STORED + "\0", Match.HASH_UNUSABLE),
    "not a hash": (PASSWORD, PASSWORD, Match.HASH_UNUSABLE),
    "another scheme": (PASSWORD, "$2b$12$" + "a" * 53, Match.HASH_UNUSABLE),
    "8 GiB": (
        PASSWORD,
        STORED.replace("m=8,", "m=8388608,"),
        Match.HASH_UNUSABLE,
    ),
    "1,000 passes": (PASSWORD, STORED.replace("t=1,", "t=1000,"), Match.HASH_UNUSABLE),
    "17 lanes": (
        PASSWORD,
        STORED.replace("m=8,t=1,p=1", "m=136,t=1,p=17"),
        Match.HASH_UNUSABLE,
    ),
    "unknown pepper": (
        PASSWORD,
        STORED.replace("p=1$", "p=1,keyid=AbCdEfGhIjk$"),
        Match.HASH_UNUSABLE,
    ),
}


@pytest.mark.parametrize(("typed", "stored", "match"), CHECKS.values(), ids=CHECKS)
def test_C03_C08_C16_C24_C77_C79_E07_F19_F39_every_check_is_one_run(
    hasher, backend, typed, stored, match
):
    assert hasher.check(Hidden(typed), stored=stored, account=ANN) is match

    (run,) = backend.runs
    assert run["parameters"] == CHEAPEST
    assert len(run["secret"]) <= 4 * LONGEST_PASSWORD


def test_C16_what_has_no_hash_costs_what_a_new_hash_costs(backend):
    costly = Argon2Parameters(memory=64, passes=2)
    hasher = PasswordHasher(costly, bounds=ANY_COST, backend=backend)

    hasher.check(SECRET, stored=None, account=ANN)
    hasher.check(SECRET, stored="tampered", account=ANN)
    hasher.hash(SECRET, account=ANN)

    assert [run["parameters"] for run in backend.runs] == [costly] * 3
    assert {len(run["salt"]) for run in backend.runs} == {16}
    assert {run["length"] for run in backend.runs} == {32}


def test_C03_F19_the_length_of_a_password_is_refused_with_no_work_of_its_own(
    hasher, backend
):
    hasher.check(Hidden(LONG), stored=None, account=ANN)
    hasher.check(Hidden(LONG), stored=STORED, account=ANN)

    assert [run["secret"] for run in backend.runs] == [b"", b""]


def test_a_stand_in_is_opened_by_nothing_even_if_argon2_gave_zeros():
    class Zeros:
        def run(self, _secret, /, *, length, **_):
            return bytes(length)

    hasher = cheap_hasher(backend=Zeros())

    assert hasher.check(SECRET, stored=None, account=ANN) is Match.WRONG
    assert hasher.check(SECRET, stored="x", account=ANN) is Match.HASH_UNUSABLE


def test_hashing_is_one_run(hasher, backend):
    hasher.hash(SECRET, account=ANN)

    assert len(backend.runs) == 1


def test_C34_a_check_of_nothing_never_opens_anything(hasher):
    # An imported row may hold the hash of nothing.
    imported = Argon2Library(time_cost=1, memory_cost=8, parallelism=1).hash("")

    assert hasher.check(Hidden(""), stored=imported, account=ANN) is Match.WRONG


@pytest.mark.parametrize(
    "text", ["", "x" * 1_025, "a\ud800", "\udfff"], ids=["empty", "long", "low", "high"]
)
def test_C34_F23_what_nobody_may_set_is_not_hashed(hasher, backend, text):
    with pytest.raises(ValueError, match="cannot be hashed") as caught:
        hasher.hash(Hidden(text), account=ANN)

    assert caught.value.__context__ is None
    assert backend.runs == []


# -- what a password is --


@given(passwords())
def test_F21_composed_and_decomposed_spellings_are_one_password(text):
    assert canonical_password(
        Hidden(unicodedata.normalize("NFD", text))
    ) == canonical_password(Hidden(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("a\0b", "a"), ("a\0b", "a\0c"), ("ﬁsh", "fish"), ("x²", "x2")),
        *(("Ａ", "A"), ("a", "A"), (" a", "a"), ("a ", "a"), ("a  b", "a b")),
        *(("a\u200db", "ab"), ("a\u202eb", "ab"), ("a\u00a0b", "a b"), ("ı", "i")),
    ],
    ids=ascii,
)
def test_F20_F21_F24_everything_else_counts(one, other):
    assert canonical_password(Hidden(one)) != canonical_password(Hidden(other))


def test_F21_only_canonical_composition_is_done():
    assert canonical_password(Hidden("e\u0301")) == "é".encode()
    assert canonical_password(Hidden("\u212b")) == "Å".encode()


def test_C14_C15_E12_E14_F25_the_length_is_refused_before_normalising(monkeypatch):
    lengths = []

    def count(form, text):
        lengths.append(len(text))
        return real(form, text)

    real = unicodedata.normalize
    monkeypatch.setattr(unicodedata, "normalize", count)
    bomb = "a" + "\u0300\u0316" * 40_000

    assert canonical_password(Hidden(bomb)) is None
    assert canonical_password(Hidden(bomb[: LONGEST_PASSWORD + 1])) is None
    assert lengths == []
    assert canonical_password(Hidden(bomb[:LONGEST_PASSWORD])) is not None
    assert lengths == [LONGEST_PASSWORD]


def test_C14_the_limit_counts_code_points_and_not_bytes():
    assert canonical_password(Hidden("\U0001f511" * LONGEST_PASSWORD)) is not None


# -- parameters --


@pytest.mark.parametrize(
    ("parameters", "bounds"),
    [
        (CHEAPEST, None),
        (Argon2Parameters(memory=262_145, passes=3), None),
        (RECOMMENDED, HashBounds(memory=1_024)),
    ],
    ids=["below the floor", "above the ceiling", "above one's own ceiling"],
)
def test_C62_C77_C81_unfit_parameters_are_refused_when_wired(parameters, bounds):
    with pytest.raises(WiringError, match=r"PasswordHasher\(parameters\)"):
        PasswordHasher(parameters, bounds=bounds)


def test_F40_a_cheaper_hash_of_before_opens_only_where_the_floor_was_left_out():
    strict = PasswordHasher(Argon2Parameters(memory=7_168, passes=5))

    match = strict.check(SECRET, stored=STORED, account=ANN)

    assert match is Match.HASH_UNUSABLE
    assert cheap_hasher().check(SECRET, stored=STORED, account=ANN) is Match.RIGHT


@pytest.mark.parametrize(
    ("stored", "needed"),
    [
        (STORED, False),
        (STORED.replace("t=1,", "t=2,"), True),
        (STORED.replace("m=8,", "m=9,"), True),
        ("", True),
        ("tampered", True),
    ],
    ids=["same", "passes", "memory", "empty", "tampered"],
)
def test_other_parameters_ask_for_another_hash(hasher, stored, needed):
    assert hasher.needs_rehash(stored) is needed


def test_a_hasher_shows_its_cost_only():
    assert repr(cheap_hasher()) == f"PasswordHasher({CHEAPEST})"
    assert PasswordHasher().parameters == RECOMMENDED


# -- the backend --


def test_our_hash_opens_in_the_library_beneath():
    assert Argon2Library().verify(STORED, PASSWORD)


def test_a_hash_of_the_library_beneath_opens_with_us():
    theirs = Argon2Library(time_cost=1, memory_cost=8, parallelism=1, hash_len=48)
    stored = theirs.hash("pässwörd \0 with a NUL")

    match = cheap_hasher().check(
        Hidden("pässwörd \0 with a NUL"), stored=stored, account=ANN
    )

    assert match is Match.RIGHT


@pytest.mark.parametrize(
    "parameters",
    [CHEAPEST, Argon2Parameters(memory=64, passes=3, lanes=4)],
    ids=str,
)
@pytest.mark.parametrize("length", [32, 64])
def test_the_backend_gives_the_raw_tag_of_argon2id(parameters, length):
    tag = Argon2CFFI().run(
        b"secret", salt=b"s" * 16, parameters=parameters, length=length
    )

    assert tag == hash_secret_raw(
        b"secret",
        b"s" * 16,
        time_cost=parameters.passes,
        memory_cost=parameters.memory,
        parallelism=parameters.lanes,
        hash_len=length,
        type=Type.ID,
        version=19,
    )


@pytest.mark.parametrize("error", [HashingError("no memory"), MemoryError()], ids=repr)
def test_F01_F18_a_backend_that_cannot_run_is_unavailable(monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(module, "hash_secret_raw", fail)

    with pytest.raises(Unavailable) as caught:
        cheap_hasher(backend=Argon2CFFI()).check(SECRET, stored=STORED, account=ANN)

    assert (caught.value.adapter, caught.value.verb) == ("Argon2CFFI", "run")
    assert type(error).__name__ in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_a_salt_comes_from_the_source_of_randomness():
    hasher = cheap_hasher(random=fixed_random(b"0123456789abcdef"))
    found = parse_phc(hasher.hash(SECRET, account=ANN))

    assert found is not None
    assert found.salt == b"0123456789abcdef"
