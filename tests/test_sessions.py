"""Sessions: a random token outside, its digest in the store."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta

import pytest

from securelogin.hidden import Hidden
from securelogin.sessions import Session, make_session_token, session_digest
from tests.wiring import START

LATER = START + timedelta(minutes=5)
TOKEN = "Ab0_-" * 8 + "xyz"


@pytest.fixture
def session() -> Session:
    return Session(
        digest="d",
        account="a1",
        tenant="acme",
        generation=1,
        began_at=START,
        seen_at=START,
        until=START + timedelta(hours=12),
        browser="b",
    )


def test_a_token_holds_256_random_bits():
    asked = []

    def random(count):
        asked.append(count)
        return secrets.token_bytes(count)

    token = make_session_token(random)

    assert asked == [32]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token.reveal())


def test_F70_without_randomness_no_token_is_made():
    def broken(_count):
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 -- the very error of the source
        make_session_token(broken)


def test_a_token_is_stored_as_its_sha256():
    assert session_digest(TOKEN) == hashlib.sha256(TOKEN.encode()).hexdigest()
    assert session_digest(Hidden(TOKEN)) == session_digest(TOKEN)


@pytest.mark.parametrize(
    "value",
    [
        *(
            "",
            " ",
            TOKEN + "\n",
            TOKEN[:-1],
            TOKEN + "A",
            TOKEN[:-1] + "=",
            "A" * 10**6,
        ),
        *(None, True, 0, 1.5, TOKEN.encode(), [TOKEN], {"token": TOKEN}, Hidden("")),
        *(TOKEN[:-1] + "é", TOKEN[:-1] + "١", TOKEN[:-1] + "\ud800"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_C06_C45_F64_what_is_no_token_never_reaches_a_store(value):
    assert session_digest(value) is None


def test_F64_a_subclass_of_str_leaves_only_its_characters():
    class Evil(str):
        __slots__ = ()

        def encode(self, *_):
            return b"somebody else's"

    assert session_digest(Evil(TOKEN)) == session_digest(TOKEN)


def test_E01_no_other_spelling_of_a_token_has_its_digest():
    spellings = {TOKEN[:-1] + last for last in "wxyz0123"}

    assert len({session_digest(text) for text in spellings}) == len(spellings)


def test_use_is_noted(session):
    seen = session.seen(at=LATER)

    assert (seen.seen_at, seen.version) == (LATER, session.version + 1)
    assert seen.until == session.until


def test_a_session_ends_once(session):
    ended = session.ended(at=START)

    assert (ended.ended_at, ended.version) == (START, session.version + 1)
    assert ended.ended(at=LATER) is ended
