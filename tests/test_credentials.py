"""The one row an account proves itself with, and the steps it can take."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.credentials import (
    KEPT_BROWSERS,
    KEPT_MARKS,
    Credential,
    Death,
    Temporary,
    first_credential,
    generation_of,
    with_revoked_password,
    with_temporary_cancelled,
)
from tests.wiring import START

LATER = START + timedelta(minutes=5)
OLD_HASH = "$argon2id$old"
NEW_HASH = "$argon2id$new"


def temporary(mark: str = "K7QM") -> Temporary:
    return Temporary(
        hash=f"hash {mark}",
        fingerprint=f"print {mark}",
        mark=mark,
        issued_at=START,
        until=START + timedelta(hours=1),
    )


@pytest.fixture
def credential() -> Credential:
    return Credential(account="a1", password_hash=OLD_HASH)


@pytest.fixture
def pending(credential) -> Credential:
    return credential.with_temporary(temporary(), at=START)


def logged_in(credential, password_hash=NEW_HASH, browser="firefox") -> Credential:
    return credential.after_login(
        password_hash=password_hash, browser=browser, at=LATER
    )


STEPS = {
    "with_temporary": lambda c: c.with_temporary(temporary("NEXT"), at=LATER),
    "with_password": lambda c: c.with_password(NEW_HASH, at=LATER),
    "after_login": logged_in,
    "with_forced_change": lambda c: c.with_forced_change(),
    "with_everything_ended": lambda c: c.with_everything_ended(at=LATER),
    "with_revoked_password": lambda c: with_revoked_password(c, at=LATER),
    "with_temporary_cancelled": lambda c: with_temporary_cancelled(c, at=LATER),
    "erased": lambda c: c.erased(),
}
ENDS_SESSIONS = {
    "with_password",
    "with_forced_change",
    "with_everything_ended",
    "with_revoked_password",
    "erased",
}
DEATHS = {
    "with_temporary": Death.SUPERSEDED,
    "with_password": Death.USED,
    "after_login": Death.CANCELLED,
    "with_everything_ended": Death.CANCELLED,
    "with_revoked_password": Death.CANCELLED,
    "with_temporary_cancelled": Death.CANCELLED,
}


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_one_version_on(pending, step):
    assert STEPS[step](pending).version == pending.version + 1


@pytest.mark.parametrize("step", STEPS)
def test_sessions_and_tickets_die_with_these_steps_only(pending, step):
    moved = STEPS[step](pending).generation - pending.generation

    assert moved == (1 if step in ENDS_SESSIONS else 0)


@pytest.mark.parametrize(("step", "death"), DEATHS.items())
def test_F04_a_temporary_password_dies_once_and_is_remembered(pending, step, death):
    after = STEPS[step](pending)

    (gone,) = after.dead
    assert (gone.death, gone.fingerprint) == (death, "print K7QM")
    assert (gone.issued_at, gone.at) == (START, LATER)
    assert after.temporary != pending.temporary


@pytest.mark.parametrize("step", DEATHS)
def test_without_a_temporary_password_none_dies(credential, step):
    assert STEPS[step](credential).dead == ()


def test_a_new_temporary_password_leaves_the_lasting_one(credential):
    after = credential.with_temporary(temporary(), at=START)

    assert after.password_hash == OLD_HASH
    assert after.temporary == temporary()


def test_a_completed_change_ends_the_duty_to_change(pending):
    after = pending.with_forced_change().with_password(NEW_HASH, at=LATER)

    assert (after.password_hash, after.must_change) == (NEW_HASH, False)
    assert after.changed_at == LATER
    assert after.temporary is None


def test_a_log_in_that_changes_nothing_writes_nothing(credential):
    before = logged_in(credential, OLD_HASH)

    assert logged_in(before, OLD_HASH) is before


def test_without_a_temporary_password_there_is_nothing_to_cancel(credential):
    assert with_temporary_cancelled(credential, at=LATER) is credential


def test_a_temporary_password_is_cancelled_alone(pending):
    after = with_temporary_cancelled(pending.with_forced_change(), at=LATER)

    assert (after.temporary, after.password_hash) == (None, OLD_HASH)
    assert after.must_change is True


def test_a_log_in_stores_a_stronger_hash(credential):
    after = logged_in(credential)

    assert (after.password_hash, after.changed_at) == (NEW_HASH, None)


def test_F51_a_log_in_cancels_a_pending_temporary_password(pending):
    assert logged_in(pending, OLD_HASH).temporary is None


def test_the_last_few_browsers_are_remembered_newest_first(credential):
    for n in range(KEPT_BROWSERS + 2):
        credential = logged_in(credential, browser=f"browser {n}")

    kept = [f"browser {n}" for n in range(KEPT_BROWSERS + 1, 1, -1)]
    assert list(credential.browsers) == kept


def test_a_known_browser_is_remembered_once(credential):
    twice = logged_in(logged_in(credential), OLD_HASH)

    assert twice.browsers == ("firefox",)


def test_a_forced_change_keeps_the_way_by_mail_open(pending):
    after = pending.with_forced_change()

    assert after.must_change is True
    assert after.temporary == pending.temporary


def test_a_revoked_password_leaves_nothing_that_opens(pending):
    after = with_revoked_password(pending.with_forced_change(), at=LATER)

    assert (after.password_hash, after.temporary) == (None, None)
    assert after.must_change is False


def test_a_revoked_password_leaves_when_it_was_set_and_the_browsers(credential):
    before = logged_in(credential.with_password(NEW_HASH, at=START))
    after = with_revoked_password(before, at=LATER)

    assert (after.changed_at, after.browsers) == (START, ("firefox",))


def test_revoking_what_is_revoked_changes_no_more_than_generation(pending):
    once = with_revoked_password(pending, at=LATER)
    twice = with_revoked_password(once, at=LATER)

    moved = replace(once, generation=twice.generation, version=twice.version)
    assert twice == moved


def test_what_is_left_of_an_erased_credential_opens_nothing(pending):
    after = pending.with_password(NEW_HASH, at=LATER).erased()

    assert (after.password_hash, after.temporary, after.dead) == (None, None, ())


def test_first_credential_is_of_the_generation_that_there_is_without_one():
    first = first_credential("a1")

    assert first == Credential(account="a1", generation=generation_of(None))
    assert first.with_password(NEW_HASH, at=LATER).generation > generation_of(None)


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=20))
def test_however_long_its_life_a_credential_stays_small_and_moves_on(steps):
    now = Credential(account="a1")
    for step in steps:
        before, now = now, STEPS[step](now)

        assert now.version >= before.version
        assert now.generation >= before.generation
        assert len(now.dead) <= KEPT_MARKS
        assert now.account == "a1"


def test_the_dead_are_remembered_newest_first(credential):
    now = credential
    for number in range(KEPT_MARKS + 2):
        now = now.with_temporary(temporary(str(number)), at=START)

    assert [gone.fingerprint[-1] for gone in now.dead] == ["5", "4", "3", "2", "1"]


def test_C10_hashes_and_fingerprints_have_no_part_in_a_repr():
    shown = {
        name.name
        for kind in (Credential, Temporary)
        for name in fields(kind)
        if name.repr
    }

    assert not shown & {"password_hash", "hash", "fingerprint"}
