"""Sessions: until when a token logs its account in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.flows.overtaking import Overtaking
from tests.wiring import PASSWORD, Wired


@pytest.fixture
def token(wired, ann):
    return wired.check("ann@acme.example", PASSWORD).session.token


def log_in(wired):
    return wired.check("ann@acme.example", PASSWORD).session


def test_a_session_ends_when_idle_for_half_an_hour(wired, token):
    wired.clock.move(timedelta(minutes=29, seconds=59))
    used = wired.auth.sessions.resolve(token)
    wired.clock.move(timedelta(minutes=30))

    assert used is not None
    assert wired.auth.sessions.resolve(token) is None


def test_7_3_2_use_does_not_carry_a_session_over_its_absolute_end(wired, token):
    for _ in range(24):
        wired.clock.move(timedelta(minutes=29, seconds=50))
        assert wired.auth.sessions.resolve(token) is not None
    wired.clock.move(timedelta(minutes=10))

    assert wired.auth.sessions.resolve(token) is None


def test_use_is_noted_once_a_minute_at_most(wired, token):
    digest = wired.auth.sessions.resolve(token).session.digest
    wired.clock.move(timedelta(seconds=59))
    wired.auth.sessions.resolve(token)
    early = wired.store.sessions.get(digest).version
    wired.clock.move(timedelta(seconds=1))
    wired.auth.sessions.resolve(token)
    late = wired.store.sessions.get(digest).version

    assert (early, late) == (1, 2)


@pytest.mark.parametrize(
    "nothing", ["", " ", None, "x" * 43, "x" * 42, 0, True, [], {}, b"x" * 43]
)
def test_C06_C45_what_is_no_token_is_nobody(wired, token, nothing):
    assert wired.auth.sessions.resolve(nothing) is None
    assert wired.auth.sessions.end(nothing) is None


def test_logging_out_twice_is_as_good_as_once(wired, token):
    wired.auth.sessions.end(token)
    wired.auth.sessions.end(token)

    assert wired.auth.sessions.resolve(token) is None


def test_sessions_are_listed_without_tokens_and_ended_one_by_one(wired, ann):
    first, second = log_in(wired), log_in(wired)

    listed = wired.auth.sessions.list(ann)
    wired.auth.sessions.end_one(ann, first.session.digest)

    assert {s.digest for s in listed} == {first.session.digest, second.session.digest}
    assert first.token.reveal() not in repr(listed)
    assert wired.auth.sessions.resolve(first.token) is None
    assert wired.auth.sessions.resolve(second.token) is not None


def test_another_accounts_session_cannot_be_ended(wired, token):
    digest = wired.auth.sessions.resolve(token).session.digest

    wired.auth.sessions.end_one("somebody else", digest)
    wired.auth.sessions.end_one("somebody else", "no such digest")

    assert wired.auth.sessions.resolve(token) is not None


def test_all_sessions_end_at_once(wired, ann):
    tokens = [log_in(wired).token for _ in range(3)]

    assert wired.auth.sessions.end_all(ann) == 3
    assert wired.auth.sessions.end_all(ann) == 0
    assert not any(wired.auth.sessions.resolve(token) for token in tokens)


@pytest.mark.parametrize("act", ["disable", "force_change", "revoke_password", "erase"])
def test_C35_C57_7_4_2_sessions_do_not_outlive_what_they_stand_on(
    wired, ann, token, act
):
    getattr(wired.auth.accounts, act)(ann)

    assert wired.auth.sessions.resolve(token) is None


def test_enabling_an_account_brings_no_session_back(wired, ann, token):
    wired.auth.accounts.disable(ann)
    wired.auth.accounts.enable(ann)

    assert wired.auth.sessions.resolve(token) is None


class OnceOvertaken(Overtaking):
    lost = 0

    def held_by(self, account, /):
        return self._inner.held_by(account)

    def replace(self, old, new, /):
        self.lost += 1
        return self.lost > 1 and self._inner.replace(old, new)


class AsyncOnceOvertaken(OnceOvertaken):
    async def get(self, digest, /):
        return await self._inner.get(digest)

    async def add(self, session, /):
        return await self._inner.add(session)

    async def held_by(self, account, /):
        return await self._inner.held_by(account)

    async def replace(self, old, new, /):
        self.lost += 1
        return self.lost > 1 and await self._inner.replace(old, new)


def test_a_note_of_use_does_not_stop_a_log_out(wired, ann, token):
    losing = OnceOvertaken if wired.colour == "sync" else AsyncOnceOvertaken
    racing = Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        wrap=lambda name, part: losing(part) if name == "sessions" else part,
    )

    racing.auth.sessions.end(token)

    assert wired.auth.sessions.resolve(token) is None


def test_C44_every_log_in_has_a_token_of_its_own(wired, ann):
    assert log_in(wired).token != log_in(wired).token


def test_7_5_2_a_list_leaves_out_what_has_ended(wired, ann):
    log_in(wired)
    wired.clock.move(timedelta(hours=13))
    fresh = log_in(wired)

    assert [s.digest for s in wired.auth.sessions.list(ann)] == [fresh.session.digest]
