"""The canary law: no secret comes out of a value or an error by itself.

Every value that carries a secret is rendered in every way there is, and every error
is shown with the locals of our frames; the canary may not be seen.
"""

from __future__ import annotations

import copy
import json
import logging
import pickle
import pprint
import traceback
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
from argon2.exceptions import HashingError
from hypothesis import given
from hypothesis import strategies as st

import securelogin
from securelogin import argon2_backends
from securelogin.accounts import Account, AccountId, Audience
from securelogin.addresses import stored_address
from securelogin.attempts import Attempt
from securelogin.credentials import Credential, DeadTemporary, Death, Temporary
from securelogin.errors import SecureLoginError
from securelogin.hashing import AsyncHashing, Hashing
from securelogin.hidden import Hidden, hide_all
from securelogin.keyring import KeyRing
from securelogin.mail import Mail, MailKind
from securelogin.outcomes import Changed, ChangeRequired, Granted, LoggedIn
from securelogin.passwords import PasswordHasher, canonical_password
from securelogin.phc import PHCHash
from securelogin.sessions import NewSession, Session
from securelogin.tokens import Purpose, read_token
from tests.wiring import ACME, CHEAPEST, POOL, START, cheap_hasher

CANARY = "CANARY-7fQ2mZ"
RAW = CANARY.encode()
# As long as a key has to be, and not all ASCII.
KEY = RAW + bytes(range(200, 232))
SECRET = Hidden(CANARY)
UNTIL = START + timedelta(hours=1)
ACCOUNT = Account(
    id=AccountId("a1"),
    tenant=ACME.tenant,
    audience=Audience.INTERNAL,
    primary=stored_address("ann@example.org"),
)
SESSION = Session(
    digest="d",
    account=ACCOUNT.id,
    tenant=ACME.tenant,
    generation=1,
    began_at=START,
    seen_at=START,
    until=UNTIL,
    browser="b",
)
NEW_SESSION = NewSession(token=SECRET, session=SESSION)
TEMPORARY = Temporary(
    hash=CANARY, fingerprint=CANARY, mark="K7QM", issued_at=START, until=UNTIL
)

# Neither shown nor carried away in any manner.
SECRETS = {
    "Hidden": SECRET,
    "in a list": [SECRET],
    "Attempt": Attempt(address="ann", password=CANARY, link=CANARY, url="https://a/"),
    "NewSession": NEW_SESSION,
    "Granted": Granted(session=NEW_SESSION, account=ACCOUNT, reference="r"),
    "ChangeRequired": ChangeRequired(ticket=SECRET, until=UNTIL, reference="r"),
    "Changed": Changed(session=NEW_SESSION),
    "LoggedIn": LoggedIn(account=ACCOUNT, session=SESSION),
    "Mail": Mail(
        id="m1",
        kind=MailKind.TEMPORARY_PASSWORD,
        portal=ACME,
        to=ACCOUNT.primary,
        language="en",
        at=START,
        secrets={"password": SECRET},
    ),
    "KeyRing": KeyRing(KEY),
    "PasswordHasher": cheap_hasher(pepper=KeyRing(KEY)),
    "Hashing": Hashing(cheap_hasher(pepper=KeyRing(KEY)), POOL),
    "AsyncHashing": AsyncHashing(cheap_hasher(pepper=KeyRing(KEY)), POOL),
}
# Stored as they are, so a store may take them apart; but never shown.
UNSHOWN = SECRETS | {
    "Credential": Credential(
        account=ACCOUNT.id,
        password_hash=CANARY,
        temporary=TEMPORARY,
        dead=(
            DeadTemporary(
                fingerprint=CANARY, death=Death.USED, issued_at=START, at=START
            ),
        ),
    ),
    "Temporary": TEMPORARY,
    "PHCHash": PHCHash(parameters=CHEAPEST, salt=RAW, tag=RAW),
    "Attempt with a password for an address": Attempt(
        address=CANARY, password="x", url="https://a/"
    ),
    "Attempt with a link in its URL": Attempt(
        address="ann", password="x", url=f"https://a/open?t={CANARY}"
    ),
}


def logged(value: object) -> str:
    record = logging.LogRecord("t", 10, "f", 1, "%s %r", (value, value), None)
    return logging.Formatter().format(record)


SHOWN = {
    "repr": repr,
    "str": str,
    "format": format,
    "f-string": lambda value: f"{value} {value!s} {value!r} {value!a}",
    "percent": lambda value: "%s %r" % (value, value),  # noqa: UP031 -- one of the ways
    "log line": logged,
    "pprint": pprint.pformat,
    "in a dict": lambda value: str({"value": value}),
}
CARRIED = {
    "pickle": pickle.dumps,
    "json": lambda value: json.dumps(value, default=str),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "asdict": asdict,
    "json of asdict": lambda value: json.dumps(asdict(value), default=str),
    **{
        f"pickle {protocol}": lambda value, protocol=protocol: pickle.dumps(
            value, protocol
        )
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    },
}


def shows_canary(rendered: object) -> bool:
    text = rendered.decode("latin-1") if isinstance(rendered, bytes) else repr(rendered)
    return CANARY in text


@pytest.mark.parametrize("value", UNSHOWN.values(), ids=UNSHOWN)
@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN)
def test_C10_C37_F34_no_secret_is_shown(value, show):
    assert not shows_canary(show(value))


@pytest.mark.parametrize("value", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("carry", CARRIED.values(), ids=CARRIED)
def test_F34_no_secret_is_carried_away(value, carry):
    try:
        carried = carry(value)
    except (TypeError, pickle.PicklingError) as error:
        carried = str(error)

    assert not shows_canary(carried)


def test_F34_pepper_keys_do_not_travel_with_a_pickled_hasher():
    ring = KeyRing(KEY)

    try:
        carried = pickle.dumps(cheap_hasher(pepper=ring))
    except TypeError:
        carried = b""

    assert ring.derived("pepper")[0] not in carried


def test_the_canary_is_seen_where_it_is_not_hidden():
    assert shows_canary(repr([CANARY]))
    assert shows_canary(pickle.dumps(CANARY))


def hash_too_long() -> None:
    cheap_hasher().hash(Hidden(CANARY * 200), account=ACCOUNT.id)


def hash_surrogate() -> None:
    cheap_hasher().hash(Hidden(CANARY + "\ud800"), account=ACCOUNT.id)


def run_out_of_memory() -> None:
    def fail(secret, *_, **__):
        message = f"no memory for {secret!r}"
        raise HashingError(message)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(argon2_backends, "hash_secret_raw", fail)
        hasher = cheap_hasher(backend=argon2_backends.Argon2CFFI())
        hasher.hash(SECRET, account=ACCOUNT.id)


def run_out_of_memory_in_libsodium() -> None:
    def fail(_length, secret, *_):
        message = f"no memory for {secret!r}"
        raise RuntimeError(message)

    backend = argon2_backends.Libsodium()
    backend._run = fail
    cheap_hasher(backend=backend).hash(SECRET, account=ACCOUNT.id)


MISTAKES = {
    "hide bytes": lambda: hide_all({"password": RAW}),
    "Hidden of bytes": lambda: Hidden(RAW),
    "Attempt, password is bytes": lambda: Attempt(address="a", password=RAW, url="u"),
    "Attempt, link is bytes": lambda: Attempt(
        address="a", password="p", url="u", link=RAW
    ),
    "Attempt, password is bytes and link a str": lambda: Attempt(
        address="a", password=b"p", url="u", link=CANARY
    ),
    "Attempt, password and link are good, address is not": lambda: Attempt(
        address=None, password=CANARY, url="u", link=CANARY
    ),
    "Attempt, the client is none": lambda: Attempt(
        address="a", password=CANARY, url="u", client="192.0.2.1"
    ),
    "KeyRing, too short": lambda: KeyRing(RAW),
    "KeyRing, too short text": lambda: KeyRing(CANARY),
    "KeyRing, the same twice": lambda: KeyRing(KEY, KEY),
    "KeyRing, a bad older key": lambda: KeyRing(KEY, RAW),
    "KeyRing, text that is not base64": lambda: KeyRing(CANARY + "é" * 40),
    "KeyRing, pickled": lambda: pickle.dumps(KeyRing(KEY)),
    "Hidden, pickled": lambda: pickle.dumps(SECRET),
    "PasswordHasher, below the floor": lambda: PasswordHasher(
        CHEAPEST, pepper=KeyRing(KEY)
    ),
    "hash, too long": hash_too_long,
    "hash, surrogate": hash_surrogate,
    "hash, out of memory": run_out_of_memory,
    "hash, out of memory in libsodium": run_out_of_memory_in_libsodium,
}


@pytest.mark.parametrize("make_mistake", MISTAKES.values(), ids=MISTAKES)
def test_C25_E10_F36_F37_no_error_or_frame_of_ours_holds_a_secret(make_mistake):
    with pytest.raises((SecureLoginError, TypeError, ValueError)) as caught:
        make_mistake()

    assert CANARY not in "\n".join(told_by(caught.value))


def told_by(error: BaseException) -> list[str]:
    """Return all that a report of *error* says: texts and the locals of our frames."""
    home = str(Path(securelogin.__file__).parent)
    told = []
    chain: list[BaseException | None] = [error]
    for link in chain:
        if link is None:
            continue
        chain += [link.__cause__, link.__context__]
        told += [repr(link), str(link), repr(vars(link)), repr(link.args)]
        report = traceback.TracebackException.from_exception(link, capture_locals=True)
        told += [
            f"{frame.name}: {frame.locals}"
            for frame in report.stack
            if frame.filename.startswith(home)
        ]
    return told


def test_the_report_of_an_error_has_the_locals_of_our_frames():
    with pytest.raises(TypeError) as caught:
        hide_all({"password": 5})

    assert any(
        line.startswith("hide_all: {'given': ") for line in told_by(caught.value)
    )


@given(st.text(st.characters()))
def test_what_was_hidden_comes_back_unchanged(text):
    assert Hidden(text).reveal() == text


@given(st.text(st.characters()), st.text(st.characters()))
def test_two_are_equal_when_their_strings_are(one, other):
    assert (Hidden(one) == Hidden(other)) is (one == other)
    assert hash(Hidden(one)) == hash(Hidden(one))


def test_E17_secrets_beyond_ascii_can_be_compared():
    assert Hidden("pässwort\ud800") == Hidden("pässwort\ud800")
    assert Hidden("pässwort") != Hidden("passwort")


def test_a_secret_equals_nothing_that_is_not_hidden():
    assert (Hidden("x") == "x") is False
    assert hash(Hidden("x")) != hash("x")


def test_F64_a_subclass_of_str_leaves_only_its_characters():
    class Evil(str):
        __slots__ = ()

        def __eq__(self, other):
            return True

        __hash__ = str.__hash__

        def encode(self, *_):
            return b"anything"

        def __str__(self):
            return "something else"

    assert type(Hidden(Evil("x")).reveal()) is str
    assert Hidden(Evil("x")) == Hidden("x")
    assert Hidden(Evil("x")) != Hidden("y")


def test_hide_takes_what_is_hidden_already():
    assert hide_all({"password": SECRET}) == [SECRET]
    assert hide_all({"password": CANARY}) == [SECRET]


@pytest.mark.parametrize("value", [None, 5, True, b"x", ["x"], {"x": 1}], ids=repr)
def test_C45_C64_F64_only_a_str_can_be_hidden(value):
    with pytest.raises(TypeError, match="password must be a str"):
        hide_all({"password": value})


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_is_the_same_secret(copied):
    assert copied(SECRET) is SECRET


def test_a_subclass_says_its_own_name():
    class LinkToken(Hidden):
        __slots__ = ()

    assert repr(LinkToken(CANARY)) == "LinkToken(<hidden>)"


def test_canonical_bytes_are_given_to_who_asks():
    assert canonical_password(SECRET) == RAW


def test_F22_no_token_shows_itself_when_it_is_refused():
    token = Hidden(CANARY * 30)

    assert (
        read_token(token, purpose=Purpose.LINK, tenants={"acme"}, keys=KeyRing(KEY))
        is None
    )
