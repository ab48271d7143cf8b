"""The mix is kept up to date while people log in; the portal does nothing for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from securelogin.credentials import Credential
from securelogin.decoys import EVERY, SOON
from securelogin.errors import Unavailable, WiringError
from securelogin.hashing_pool import HashingPool
from securelogin.hidden import Hidden
from securelogin.imported_hashes import ImportedHashes
from securelogin.phc import Argon2Parameters
from tests.wiring import CHEAPEST, PASSWORD, Wired, cheap_hasher

OLDER = Argon2Parameters(memory=16, passes=1)


@pytest.fixture(params=["sync", "async"])
def colour(request) -> str:
    return request.param


def imported(wired: Wired, names: str, parameters: Argon2Parameters = OLDER) -> None:
    """Store credentials as an import in another process does."""
    stored = cheap_hasher(parameters).hash(Hidden(PASSWORD), account="anybody")
    for name in names:
        wired.store.credentials.add(Credential(account=name, password_hash=stored))


def counts(wired: Wired) -> dict[Any, int]:
    wired.check("nobody@acme.example", "wrong wrong wrong")
    return wired.hasher.mix.counts


def test_C16_unknown_addresses_follow_an_import_before_the_first_check(colour):
    wired = Wired(colour)
    imported(wired, "abc")

    assert counts(wired) == {OLDER: 3}


def test_C16_a_later_import_is_followed_after_ten_minutes(colour):
    wired = Wired(colour)
    imported(wired, "ab")
    before = counts(wired)
    imported(wired, "cdef", CHEAPEST)

    wired.clock.move(EVERY - timedelta(seconds=1))
    still = counts(wired)
    wired.clock.move(timedelta(seconds=1))

    assert (before, still) == ({OLDER: 2}, {OLDER: 2})
    assert counts(wired) == {CHEAPEST: 4, OLDER: 2}


def test_a_clock_that_was_set_back_is_no_reason_to_wait(colour):
    wired = Wired(colour)
    counts(wired)
    imported(wired, "a")

    wired.clock.move(-timedelta(hours=8))

    assert counts(wired) == {OLDER: 1}


class Away:
    """A store whose credentials cannot be sampled for now."""

    def __init__(self, part: Any) -> None:
        self._part = part
        self.is_away = True
        if type(part).__name__.startswith("Memory"):
            self.sample = self._sample
        else:
            self.sample = self._sample_awaited

    def _sample(self, *, limit: int) -> Any:
        if self.is_away:
            raise Unavailable("the line is cut", adapter="credentials", verb="sample")
        return self._part.sample(limit=limit)

    async def _sample_awaited(self, *, limit: int) -> Any:
        if self.is_away:
            raise Unavailable("the line is cut", adapter="credentials", verb="sample")
        return await self._part.sample(limit=limit)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._part, name)


def test_a_store_that_is_away_is_told_keeps_nobody_out_and_is_asked_again(
    colour, caplog
):
    parts = []

    def wrap(name: str, part: Any) -> Any:
        if name == "credentials":
            parts.append(Away(part))
            return parts[0]
        return part

    wired = Wired(colour, wrap=wrap)
    imported(wired, "a")

    assert counts(wired) == {}
    assert "the line is cut" in caplog.text

    parts[0].is_away = False
    wired.clock.move(SOON)

    assert counts(wired) == {OLDER: 1}


def test_a_pool_without_room_is_asked_again(colour, monkeypatch):
    wired = Wired(colour, pool=HashingPool(size=1, queue=1))
    imported(wired, "a")
    with monkeypatch.context() as busy:
        busy.setattr(HashingPool, "_enter", lambda *_: False)
        counts(wired)

    wired.clock.move(SOON)

    assert counts(wired) == {OLDER: 1}


class Unsampled:
    """Credentials of a portal's own, which nobody can sample."""

    def __init__(self, part: Any) -> None:
        self.get, self.add, self.replace = part.get, part.add, part.replace


def bare(name: str, part: Any) -> Any:
    return Unsampled(part) if name == "credentials" else part


def test_credentials_that_cannot_be_sampled_leave_the_mix_to_the_portal(colour):
    wired = Wired(colour, wrap=bare)
    imported(wired, "a")
    wired.hasher.follow(wired.store.credentials.sample(limit=9) * 2)

    assert counts(wired) == {OLDER: 2}


def test_C16_imported_hashes_are_refused_where_nothing_shows_how_many_there_are(
    colour,
):
    with pytest.raises(WiringError, match=r"Unsampled has no sample\(\)") as caught:
        Wired(colour, wrap=bare, hasher=cheap_hasher(imported=ImportedHashes()))

    assert caught.value.setting == "hashes"
    assert "hashes=" in caught.value.cure
    prefix = "" if colour == "sync" else "Async"
    assert f"{prefix}HashSample" in caught.value.cure


def test_credentials_that_cannot_be_sampled_are_told_when_they_are_wired(
    colour, caplog
):
    Wired(colour, wrap=bare)

    (told,) = [one for one in caplog.records if one.name == "securelogin.decoys"]
    assert told.levelname == "WARNING"
    assert "Unsampled has no sample()" in told.getMessage()


def test_credentials_that_can_be_sampled_are_no_news(colour, caplog):
    Wired(colour, hasher=cheap_hasher(imported=ImportedHashes()))

    assert [one for one in caplog.records if one.name == "securelogin.decoys"] == []


class OwnSample:
    """A sample of the portal's own."""

    def __init__(self, stored: str) -> None:
        self._stored = stored

    def sample(self, *, limit: int) -> list[str]:
        return [self._stored] * min(limit, 5)


class AsyncOwnSample(OwnSample):
    async def sample(self, *, limit: int) -> list[str]:
        return super().sample(limit=limit)


def test_a_sample_of_the_portals_own_goes_before_the_stores(colour):
    kind = OwnSample if colour == "sync" else AsyncOwnSample
    stored = cheap_hasher(OLDER).hash(Hidden(PASSWORD), account="anybody")
    wired = Wired(colour, hashes=kind(stored))
    imported(wired, "ab", CHEAPEST)

    assert counts(wired) == {OLDER: 5}


def test_C16_imported_hashes_are_taken_where_the_portal_gives_the_sample(colour):
    kind = OwnSample if colour == "sync" else AsyncOwnSample
    stored = cheap_hasher(OLDER).hash(Hidden(PASSWORD), account="anybody")
    hasher = cheap_hasher(imported=ImportedHashes())
    wired = Wired(colour, wrap=bare, hashes=kind(stored), hasher=hasher)

    assert counts(wired) == {OLDER: 5}


def test_a_sample_that_counts_as_false_is_a_sample(colour):
    class Empty(OwnSample if colour == "sync" else AsyncOwnSample):  # type: ignore[misc]
        def __len__(self) -> int:
            return 0

    stored = cheap_hasher(OLDER).hash(Hidden(PASSWORD), account="anybody")
    wired = Wired(colour, hashes=Empty(stored))

    assert counts(wired) == {OLDER: 5}


def test_a_sample_of_the_other_colour_is_refused(colour):
    kind = AsyncOwnSample if colour == "sync" else OwnSample

    with pytest.raises(WiringError, match="sample") as caught:
        Wired(colour, hashes=kind(""))

    assert caught.value.setting == "hashes"
