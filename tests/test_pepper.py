"""A pepper: a hash opens with it only, and a new one takes over unnoticed."""

from __future__ import annotations

from typing import Any

import pytest

from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing
from securelogin.passwords import Match, PasswordHasher
from securelogin.phc import parse_phc
from tests.hashers import ANN, BOB, SECRET, STORED, Counting
from tests.wiring import cheap_hasher

OLD_KEY, NEW_KEY = KeyRing.new_key(), KeyRing.new_key()


@pytest.fixture
def backend() -> Counting:
    return Counting()


def peppered(*keys: str, **options: Any) -> PasswordHasher:
    return cheap_hasher(pepper=KeyRing(*keys), **options)


def test_a_pepper_is_named_by_an_id_that_says_nothing_of_it():
    stored = parse_phc(peppered(NEW_KEY).hash(SECRET, account=ANN))

    assert stored is not None
    assert len(stored.pepper) == 11
    assert stored.pepper not in NEW_KEY


def test_a_hash_is_opened_with_its_pepper_only():
    stored = peppered(NEW_KEY).hash(SECRET, account=ANN)

    for hasher in (cheap_hasher(), peppered(OLD_KEY)):
        assert hasher.check(SECRET, stored=stored, account=ANN) is Match.HASH_UNUSABLE
    assert peppered(NEW_KEY).check(SECRET, stored=stored, account=ANN) is Match.RIGHT


def test_F14_a_pepper_is_rotated_without_anybody_noticing():
    old, both, new = peppered(OLD_KEY), peppered(NEW_KEY, OLD_KEY), peppered(NEW_KEY)
    stored = old.hash(SECRET, account=ANN)

    assert both.check(SECRET, stored=stored, account=ANN) is Match.RIGHT
    assert both.needs_rehash(stored)
    renewed = both.hash(SECRET, account=ANN)
    assert not both.needs_rehash(renewed)
    assert new.check(SECRET, stored=renewed, account=ANN) is Match.RIGHT


def test_a_hash_from_before_the_pepper_still_opens_and_asks_for_another():
    hasher = peppered(NEW_KEY)

    assert hasher.check(SECRET, stored=STORED, account=ANN) is Match.RIGHT
    assert hasher.needs_rehash(STORED)


def test_F42_a_hash_copied_to_another_row_opens_nothing():
    hasher = peppered(NEW_KEY)
    stored = hasher.hash(SECRET, account=ANN)

    assert hasher.check(SECRET, stored=stored, account=BOB) is Match.WRONG


def test_F42_no_two_pairs_of_account_and_password_are_one_message(backend):
    hasher = peppered(NEW_KEY, backend=backend)

    for account, text in (("a", "1:b"), ("a1", ":b"), ("a1:", "b"), ("", "a1:b")):
        hasher.hash(Hidden(text), account=account)

    assert len({run["secret"] for run in backend.runs}) == 4


def test_C80_a_pepper_keeps_what_a_password_is(backend):
    hasher = peppered(NEW_KEY, backend=backend)
    stored = hasher.hash(Hidden("x" * 1_024), account=ANN)

    match = hasher.check(Hidden("x" * 1_023 + "y"), stored=stored, account=ANN)

    assert match is Match.WRONG
    assert {len(run["secret"]) for run in backend.runs} == {32}


@pytest.mark.parametrize("typed", ["", "x" * 1_025, "\ud800"], ids=ascii)
def test_C34_F23_with_a_pepper_too_there_is_one_run_and_no_entry(backend, typed):
    hasher = peppered(NEW_KEY, backend=backend)
    stored = hasher.hash(SECRET, account=ANN)

    assert hasher.check(Hidden(typed), stored=stored, account=ANN) is Match.WRONG
    assert len(backend.runs) == 2
