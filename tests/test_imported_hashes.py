"""Hashes of other libraries: verified, bounded, decided in one run, then replaced."""

from __future__ import annotations

import hashlib
import pickle
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin import imported_hashes as module
from securelogin.errors import Unavailable, WiringError
from securelogin.hidden import Hidden
from securelogin.imported_forms import (
    BcryptCost,
    ImportBounds,
    ImportedForm,
    PBKDF2Cost,
    ScryptCost,
    Spelling,
    nobodys,
    parse_imported,
)
from securelogin.imported_hashes import ImportedHashes, imported_stand_in
from securelogin.passwords import Match
from securelogin.phc import OWASP_FLOOR, Argon2Parameters
from tests.flows.test_uniformity import steps_of
from tests.imported import FLASK_SECURITY, HASHES, PASSWORD, SALT
from tests.wiring import cheap_hasher

ANN = "account-ann"
IMPORTED = ImportedHashes(flask_security_salt=SALT)
HASHER = cheap_hasher(imported=IMPORTED)
BCRYPT = HASHES["passlib bcrypt"]


def check(typed: str, stored: str, hasher=HASHER) -> Match:
    return hasher.check(Hidden(typed), stored=stored, account=ANN)


@pytest.mark.parametrize("stored", HASHES.values(), ids=HASHES)
def test_what_the_real_libraries_have_hashed_opens(stored):
    assert check(PASSWORD, stored) is Match.RIGHT


@pytest.mark.parametrize("stored", HASHES.values(), ids=HASHES)
def test_another_password_does_not(stored):
    assert check(PASSWORD + "s", stored) is Match.WRONG


@pytest.mark.parametrize("typed", ["", "x" * 2_000, PASSWORD + "\ud800"])
def test_C15_what_nobody_can_have_set_is_run_and_wrong(typed):
    assert check(typed, WERKZEUG) is Match.WRONG


@pytest.mark.parametrize("stored", HASHES.values(), ids=HASHES)
def test_F40_all_are_replaced_at_the_next_log_in(stored):
    assert HASHER.needs_rehash(stored)


@pytest.mark.parametrize("stored", HASHES.values(), ids=HASHES)
def test_F40_without_the_option_they_are_unusable(stored):
    assert check(PASSWORD, stored, cheap_hasher()) is Match.HASH_UNUSABLE


@pytest.mark.parametrize("stored", FLASK_SECURITY.values(), ids=FLASK_SECURITY)
def test_flask_security_needs_its_salt(stored):
    hasher = cheap_hasher(imported=ImportedHashes())

    assert check(PASSWORD, stored, hasher) is Match.HASH_UNUSABLE


def test_another_salt_of_flask_security_opens_nothing():
    hasher = cheap_hasher(imported=ImportedHashes(flask_security_salt=Hidden("other")))

    (stored, *_) = FLASK_SECURITY.values()
    assert check(PASSWORD, stored, hasher) is Match.WRONG


def test_C80_bcrypt_opens_nothing_with_what_it_does_not_see():
    long = "x" * 72
    bcrypt = pytest.importorskip("bcrypt")
    stored = bcrypt.hashpw(long.encode(), bcrypt.gensalt(10)).decode()

    assert check(long, stored) is Match.RIGHT
    assert check(long + "y", stored) is Match.WRONG
    assert check(long[:-1] + "\0", stored) is Match.WRONG


def test_bcrypt_without_its_extra_is_unusable(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    hasher = cheap_hasher(imported=ImportedHashes())

    assert check(PASSWORD, BCRYPT, hasher) is Match.HASH_UNUSABLE


WERKZEUG = HASHES["werkzeug pbkdf2:sha256:10000"]
SCRYPT = HASHES["werkzeug scrypt:32768:8:1"]
DJANGO_SCRYPT = HASHES["django scrypt"]
UNUSABLE = {
    "C81 bcrypt of cost 31": BCRYPT.replace("$10$", "$31$"),
    "C81 bcrypt of cost 0": BCRYPT.replace("$10$", "$00$"),
    "bcrypt of cost 4": BCRYPT.replace("$10$", "$04$"),
    "bcrypt, salt not canonical": BCRYPT.replace("VNIu", "VNIv", 1)[:28]
    + "v"
    + BCRYPT[29:],
    "PBKDF2, one iteration": WERKZEUG.replace(":10000", ":1"),
    "PBKDF2, 99 million": WERKZEUG.replace(":10000", ":99999999"),
    "PBKDF2, leading zero": WERKZEUG.replace(":10000", ":010000"),
    "PBKDF2, tag cut": WERKZEUG[:-2],
    "PBKDF2, odd tag": WERKZEUG[:-1],
    "PBKDF2, padding missing": HASHES["django pbkdf2_sha256"].rstrip("="),
    "PBKDF2, MD5": WERKZEUG.replace("sha256", "md5"),
    "passlib, salt not canonical": HASHES["passlib pbkdf2_sha256"].replace("wQ", "wR"),
    "passlib, salt of no length": HASHES["passlib scrypt"].replace("dcw$", "$"),
    "scrypt, cheap": SCRYPT.replace("32768", "1024"),
    "scrypt, N no power of two": SCRYPT.replace("32768", "32769"),
    "scrypt, N of one": SCRYPT.replace("32768", "1"),
    "scrypt, 8 GiB": SCRYPT.replace("32768:8", "8388608:8"),
    "scrypt, 99 lanes": SCRYPT.replace(":1$", ":99$"),
    "scrypt, long in lanes": SCRYPT.replace("32768:8:1$", "131072:8:16$"),
    "Django's scrypt, cheap": DJANGO_SCRYPT.replace("$16384$", "$1024$"),
    "Django's Argon2, 8 GiB": HASHES["django argon2"].replace("19456", "8388608"),
    "Django's Argon2i": HASHES["django argon2"].replace("argon2id", "argon2i"),
    "Django's Argon2, peppered": HASHES["django argon2"].replace(
        "p=1", "p=1,keyid=AbCdEfGhIjk"
    ),
    "Django's mark of no password": "!AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdE",
    "LDAP": "{SSHA}0c0f0d0a0b",
    "MD5": "5f4dcc3b5aa765d61d8327deb882cf99",
    "plain": PASSWORD,
    "empty": "",
    "Flask-Security, nothing": "flask-security:",
    "Flask-Security over Django's wrapping": "flask-security:"
    + HASHES["django bcrypt_sha256"],
    "line feed": WERKZEUG + "\n",
    "too long": WERKZEUG + "0" * 400,
}


@pytest.mark.parametrize("stored", UNUSABLE.values(), ids=UNUSABLE)
def test_C77_C81_E07_what_is_out_of_form_or_bounds_is_never_run(stored, monkeypatch):
    def never(*_, **__):
        pytest.fail("it was run")

    monkeypatch.setattr("securelogin.passwords.run_imported", never)

    assert check(PASSWORD, stored) is Match.HASH_UNUSABLE
    assert not HASHER.takes(stored)


@pytest.mark.parametrize("stored", HASHES.values(), ids=HASHES)
@given(data=st.data())
def test_E07_one_character_more_or_other_is_never_right(stored, data):
    at = data.draw(st.integers(0, len(stored) - 1))
    char = data.draw(st.sampled_from("$:.,=/+aZ09\0\n"))
    for spoilt in (
        stored[:at] + char + stored[at + 1 :],
        stored[:at] + char + stored[at:],
    ):
        parsed, honest = parse_imported(spoilt), parse_imported(stored)
        # bcrypt's three names are one function; any other change changes a value.
        is_named_otherwise = _one_name(spoilt) == _one_name(stored)
        assert is_named_otherwise or parsed is None or parsed != honest


def _one_name(bcrypt: str) -> str:
    return bcrypt.replace("$2a$", "$2b$").replace("$2y$", "$2b$")


def test_nothing_but_text_is_a_hash():
    assert parse_imported(None) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("stored", HASHES.values(), ids=HASHES)
def test_C16_an_unknown_address_takes_as_many_steps_as_an_imported_hash(stored):
    hasher = cheap_hasher(imported=IMPORTED)
    hasher.follow([stored])
    steps = {}

    for known in (stored, None, stored, None):  # the first two warm up what is kept
        steps[known] = steps_of(
            lambda known=known: hasher.check(Hidden("wrong"), stored=known, account=ANN)
        )

    # To choose between the two takes a step.
    assert abs(steps[stored] - steps[None]) <= 2


@pytest.mark.parametrize("stored", HASHES.values(), ids=HASHES)
def test_C16_what_is_read_for_nobody_has_the_form_and_is_nobodys(stored):
    read, made_up = (IMPORTED.read(text) for text in (stored, nobodys(stored)))

    assert made_up is not None
    assert made_up.form == read.form
    assert made_up.tag != read.tag


@pytest.mark.parametrize("stored", HASHES.values(), ids=HASHES)
def test_C16_a_stand_in_costs_the_same_and_opens_nothing(stored):
    form = IMPORTED.read(stored).form
    stand_in = imported_stand_in(form, random=lambda n: b"r" * n)

    hasher = cheap_hasher(imported=IMPORTED)
    hasher.follow([stored])
    seen = []
    original = module.run_imported

    def noting(spelt, /, *, against, argon2):
        seen.append(against.form)
        return original(spelt, against=against, argon2=argon2)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("securelogin.passwords.run_imported", noting)
        assert hasher.check(Hidden(PASSWORD), stored=None, account=ANN) is Match.WRONG

    assert stand_in.form == form
    assert seen == [form]
    assert len(stand_in.tag) == form.length


def test_the_bounds_make_sense_or_are_refused():
    with pytest.raises(WiringError, match="iterations"):
        ImportBounds(iterations=(5, 4))
    with pytest.raises(WiringError, match="log_rounds"):
        ImportBounds(log_rounds=(0, 4))


def test_the_floor_may_be_lowered_for_a_move():
    cheap = HASHES["werkzeug pbkdf2:sha256:10000"].replace("10000", "1000")
    salt = cheap.split("$")[1]
    tag = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt.encode(), 1_000)
    stored = f"pbkdf2:sha256:1000${salt}${tag.hex()}"
    hasher = cheap_hasher(
        imported=ImportedHashes(bounds=ImportBounds(iterations=(1_000, 10_000)))
    )

    assert check(PASSWORD, stored) is Match.HASH_UNUSABLE
    assert check(PASSWORD, stored, hasher) is Match.RIGHT


def test_what_a_cost_is_held_against():
    bounds = ImportBounds()

    assert bounds.hold(PBKDF2Cost(digest="sha256", iterations=10_000))
    assert bounds.hold(ScryptCost(n=2**14, r=8, p=5))
    assert bounds.hold(BcryptCost(log_rounds=12))
    assert bounds.hold(OWASP_FLOOR[0])
    assert not bounds.hold(Argon2Parameters(memory=8, passes=1))


def test_F34_the_salt_is_a_secret_and_stays_one():
    with pytest.raises(WiringError, match="Hidden"):
        ImportedHashes(flask_security_salt=SALT.reveal())  # type: ignore[arg-type]
    assert SALT.reveal() not in repr(IMPORTED)
    with pytest.raises(TypeError, match="process"):
        pickle.dumps(IMPORTED)


def test_scrypt_without_memory_is_an_outage(monkeypatch):
    def empty(*_, **__):
        raise MemoryError

    monkeypatch.setattr(hashlib, "scrypt", empty)

    with pytest.raises(Unavailable, match="MemoryError"):
        check(PASSWORD, SCRYPT)


def test_every_name_of_bcrypt_is_one_function():
    for name in ("$2a$", "$2b$", "$2y$"):
        assert check(PASSWORD, BCRYPT.replace("$2b$", name)) is Match.RIGHT


def test_hashes_stay_out_of_what_is_shown():
    parsed = parse_imported(BCRYPT)

    assert BCRYPT[-20:] not in repr(parsed)
    assert parsed.form == ImportedForm(
        cost=BcryptCost(log_rounds=10),
        spelling=Spelling.AS_TYPED,
        length=31,
        salt_length=22,
    )
    assert "bcrypt" in sys.modules
