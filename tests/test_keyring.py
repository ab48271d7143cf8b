"""Keys: what is no key, who signs, and what still verifies."""

from __future__ import annotations

import hashlib
import hmac
import pickle
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import securelogin
from securelogin.errors import WiringError
from securelogin.keyring import KEY_BYTES, KeyRing
from tests.strategies import ids

NEW, OLD, OLDEST = (hashlib.sha256(word).digest() for word in (b"a", b"b", b"c"))
SOURCES = Path(securelogin.__file__).parent
PAGES = [
    page
    for page in (
        *SOURCES.rglob("*.py"),
        *(SOURCES.parent.parent / "docs").rglob("*.md"),
        *(SOURCES.parent.parent).glob("*.md"),
    )
    if page.is_file()
]

UNFIT = {
    # C49, E02: no key at all
    "empty text": "",
    "empty bytes": b"",
    "None": None,
    "number": 0,
    "bool": True,
    "list": [NEW],
    "blanks": " " * 64,
    # C51: too short
    "31 bytes": secrets.token_bytes(31),
    "31 bytes as text": urlsafe_b64encode(secrets.token_bytes(31)).decode(),
    # F-75: typed, or copied from somewhere
    "32 letters": b"abcdefghijklmnopqrstuvwxyz012345",
    "a sentence as bytes": b"please change this secret key before production",
    # Base64 decoders pass over blanks: these letters would make a key.
    "a sentence as text": (
        "correct horse battery staple and then some more words here okx"
    ),
    "a typed placeholder": "please-change-this-secret-key-before-production1",
    "one byte again and again": b"\xff" * 32,
    "one letter again and again": "A" * 64,
    "few different bytes": bytes(range(200, 209)) * 4,
    "not base64": "é" * 64,
    "letters of no whole bytes": "AbCd" * 11 + "E",
    "a shouted placeholder": "PLEASE-CHANGE-THIS-SECRET-KEY-BEFORE-PRODUCTION1",
}


@pytest.mark.parametrize("key", UNFIT.values(), ids=UNFIT)
@pytest.mark.parametrize("place", ["current", "older"])
def test_C49_C51_C62_E02_F15_F75_what_is_no_key_is_refused(key, place):
    keys = (key, NEW) if place == "current" else (NEW, key)

    with pytest.raises(WiringError) as caught:
        KeyRing(*keys)

    assert caught.value.setting == "KeyRing(current, *older)"


def test_F15_the_same_key_twice_is_refused():
    text = urlsafe_b64encode(NEW).decode()

    for twin in (NEW, text, text.rstrip("=")):
        with pytest.raises(WiringError, match="twice"):
            KeyRing(NEW, OLD, twin)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_F75_no_key_of_our_own_documentation_is_taken(page):
    for key in re.findall(r"\b[A-Za-z0-9_-]{43}=", page.read_text(encoding="utf-8")):
        with pytest.raises(WiringError):
            KeyRing(key)


def test_a_key_may_be_bytes_or_the_text_of_new_key():
    text = KeyRing.new_key()

    assert len(urlsafe_b64decode(text)) == KEY_BYTES
    assert KeyRing(text).derived("x") == KeyRing(urlsafe_b64decode(text)).derived("x")


def test_new_keys_differ():
    assert len({KeyRing.new_key() for _ in range(50)}) == 50


def test_F64_a_subclass_of_bytes_leaves_only_its_bytes():
    class Evil(bytes):
        __slots__ = ()

        def __len__(self):
            return 32

    with pytest.raises(WiringError):
        KeyRing(Evil(b"short"))


def test_C50_E06_a_signature_is_hmac_sha256_with_a_derived_key():
    signed = KeyRing(NEW).signer("link.acme").sign(b"body")

    derived = hmac.digest(NEW, b"securelogin.link.acme", "sha256")
    expected = urlsafe_b64encode(hmac.digest(derived, b"body", "sha256")).rstrip(b"=")
    assert signed == b"body." + expected


def test_C26_a_key_derived_for_a_purpose_depends_on_both():
    made = {
        key
        for ring in (KeyRing(NEW), KeyRing(OLD))
        for purpose in ("pepper", "pepper-id", "stand-in")
        for key in ring.derived(purpose)
    }

    assert len(made) == 6
    assert all(len(key) == 32 for key in made)
    assert KeyRing(NEW).derived("pepper")[0] == hmac.digest(
        NEW, b"securelogin.pepper", "sha256"
    )


def test_C26_signatures_of_two_keys_do_not_cross_verify():
    one, other = KeyRing(NEW).signer("s"), KeyRing(OLD).signer("s")

    assert one.validate(one.sign("body"))
    assert not one.validate(other.sign("body"))
    assert one.sign("body") != other.sign("body")


def test_F45_signatures_of_two_salts_do_not_cross_verify():
    ring = KeyRing(NEW)

    assert not ring.signer("link.acme").validate(ring.signer("link.globex").sign("b"))


def test_F14_the_newest_key_signs_and_all_verify():
    ring = KeyRing(NEW, OLD, OLDEST)

    assert ring.signer("s").sign("body") == KeyRing(NEW).signer("s").sign("body")
    for key in (NEW, OLD, OLDEST):
        assert ring.signer("s").validate(KeyRing(key).signer("s").sign("body"))


def test_F14_a_dropped_key_verifies_nothing():
    assert not KeyRing(NEW).signer("s").validate(KeyRing(OLD).signer("s").sign("body"))


def test_F14_derived_keys_stand_newest_first():
    ring = KeyRing(NEW, OLD)

    assert ring.derived("x") == KeyRing(NEW).derived("x") + KeyRing(OLD).derived("x")
    assert ring.derived("x") is ring.derived("x")
    assert ring.signer("x") is ring.signer("x")


@given(st.text(st.characters()))
def test_a_stand_in_looks_like_an_id_and_is_always_the_same(text):
    ring = KeyRing(NEW, OLD)

    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", ring.stand_in(text))
    assert ring.stand_in(text) == KeyRing(NEW).stand_in(text)
    assert ring.stand_in(text) != KeyRing(OLD).stand_in(text)


@given(ids(), ids())
def test_different_texts_have_different_stand_ins(one, other):
    ring = KeyRing(NEW)

    assert (ring.stand_in(one) == ring.stand_in(other)) is (one == other)


def test_F34_a_ring_says_how_many_keys_it_has_and_is_not_pickled():
    ring = KeyRing(NEW, OLD)

    assert len(ring) == 2
    assert repr(ring) == "KeyRing(<2 hidden>)"
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(ring)
