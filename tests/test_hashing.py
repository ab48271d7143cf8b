"""A hasher behind the pool, in both colours."""

from __future__ import annotations

import asyncio
import inspect
from typing import ClassVar

import pytest

from securelogin.addresses import parse_address
from securelogin.argon2_backends import Argon2CFFI
from securelogin.errors import Unavailable
from securelogin.hashing import AsyncHashing, Hashing
from securelogin.hashing_pool import HashingPool
from securelogin.hidden import Hidden
from securelogin.passwords import Match
from securelogin.phc import Argon2Parameters
from tests.pools import occupied
from tests.wiring import PASSWORD, cheap_hasher

SECRET = Hidden(PASSWORD)
KEY = parse_address("ann@example.org").key("acme")


class Counting(Argon2CFFI):
    """The real backend, which counts."""

    def __init__(self) -> None:
        self.runs = 0

    def run(self, secret, /, **options):
        self.runs += 1
        return super().run(secret, **options)


@pytest.fixture
def backend() -> Counting:
    return Counting()


@pytest.fixture
def pool() -> HashingPool:
    return HashingPool(size=1, queue=0)


@pytest.fixture(params=[Hashing, AsyncHashing], ids=["sync", "async"])
def plain(request, pool, backend):
    return Plain(request.param(cheap_hasher(backend=backend), pool))


class Plain:
    """Either colour with the face of the sync one."""

    def __init__(self, inner) -> None:
        self._inner = inner

    def __getattr__(self, name):
        def call(*args, **options):
            answer = getattr(self._inner, name)(*args, **options)
            return asyncio.run(answer) if inspect.iscoroutine(answer) else answer

        return call


@pytest.mark.parametrize(
    ("typed", "match"), [(SECRET, Match.RIGHT), (Hidden("x"), Match.WRONG)]
)
def test_C16_a_secret_is_checked_in_one_run(plain, backend, typed, match):
    stored = plain.hash(SECRET, account="a1")

    found = plain.check(typed, stored=stored, account="a1", address=KEY)

    assert found is match
    assert backend.runs == 2


def test_C75_each_call_waits_in_the_line_of_its_source(backend):
    class Noting(HashingPool):
        sources: ClassVar[list[str]] = []

        def run(self, work, /, *, source=""):
            self.sources.append(source)
            return super().run(work, source=source)

        async def run_async(self, work, /, *, source=""):
            self.sources.append(source)
            return await super().run_async(work, source=source)

    for kind in (Hashing, AsyncHashing):
        own = kind(cheap_hasher(backend=backend), Noting(size=1))
        plain = Plain(own.for_source("192.0.2.7"))
        Plain(own).hash(SECRET, account="a1")
        plain.hash(SECRET, account="a1")
        plain.check(SECRET, stored=None, account="a1", address=KEY)
        plain.upgraded(SECRET, stored=OLDER, account="a1")

    assert Noting.sources == ["", *["192.0.2.7"] * 3] * 2


def test_F18_without_room_nothing_is_checked_or_hashed(plain, pool, backend):
    with occupied(pool):
        match = plain.check(SECRET, stored=None, account="a1", address=KEY)

        assert match is Match.NOT_RUN
        assert plain.hash(SECRET, account="a1") is None
    assert backend.runs == 0


def test_a_hash_of_today_is_kept_without_a_run(plain, backend):
    stored = plain.hash(SECRET, account="a1")

    assert plain.upgraded(SECRET, stored=stored, account="a1") == stored
    assert backend.runs == 1


OLDER = cheap_hasher().hash(SECRET, account="a1").replace("t=1,", "t=2,")


def test_F17_an_older_hash_is_made_anew(plain):
    renewed = plain.upgraded(SECRET, stored=OLDER, account="a1")

    assert renewed != OLDER
    match = plain.check(SECRET, stored=renewed, account="a1", address=KEY)
    assert match is Match.RIGHT


def test_F17_without_room_an_older_hash_stays(plain, pool):
    with occupied(pool):
        assert plain.upgraded(SECRET, stored=OLDER, account="a1") == OLDER


@pytest.mark.parametrize("kind", [Hashing, AsyncHashing], ids=["sync", "async"])
def test_F01_a_backend_that_cannot_run_is_not_a_wrong_password(pool, kind):
    class Broken:
        def run(self, _secret, /, *, salt, parameters: Argon2Parameters, length):
            raise Unavailable("MemoryError", adapter="Broken", verb="run")

    hasher = cheap_hasher(backend=Broken())
    plain = Plain(kind(hasher, pool))

    with pytest.raises(Unavailable):
        plain.check(SECRET, stored=None, account="a1", address=KEY)
