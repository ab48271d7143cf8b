"""The uniformity kit: our own library passes; each kind of leak is caught and told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from securelogin import PasswordHasher, Policy, Portal, SecureLogin
from securelogin.accounts import Audience
from securelogin.errors import Unavailable, WiringError
from securelogin.outcomes import Cause
from securelogin.passwords import Match
from securelogin.stores.memory import MemoryStore
from securelogin.stores.sql import AsyncSQLStore, SQLStore
from securelogin.testing import run
from securelogin.testing.uniformity import (
    CAUSES,
    STATES,
    Stage,
    UniformityContract,
    Watch,
)
from securelogin.testing.uniformity.stage import PASSWORD
from tests.testing.wired import ACME, wired, wired_async

# -- our own library passes: in both colours in tests/flows/test_uniformity.py --


class TestUniformity(UniformityContract):
    @pytest.fixture
    def wire(self):
        return wired


@pytest.fixture
def sql_store(tmp_path) -> Iterator[SQLStore]:
    store = SQLStore(f"sqlite:///{tmp_path}/uniformity.db")
    store.create()
    yield store
    store.close()


@pytest.fixture
def async_sql_store(tmp_path) -> Iterator[AsyncSQLStore]:
    store = AsyncSQLStore(f"sqlite:///{tmp_path}/uniformity.db")
    run(store.create())
    yield store
    run(store.close())


@pytest.mark.parametrize("state", STATES)
def test_sql_stores_make_the_same_calls_for_every_state(state, sql_store):
    caught_by_nobody(state, lambda watch: wired(watch, store=sql_store))


@pytest.mark.parametrize("state", STATES)
def test_async_sql_stores_make_the_same_calls_for_every_state(state, async_sql_store):
    caught_by_nobody(state, lambda watch: wired_async(watch, store=async_sql_store))


def caught_by_nobody(state: str, wire: Callable[[Watch], Any]) -> None:
    watch = Watch()
    UniformityContract().test_every_state_looks_like_unknown(
        Stage(wire(watch), watch), state, "a wrong password"
    )


def test_every_cause_of_a_log_in_has_a_scene_or_a_reason_to_have_none():
    without = {
        # What comes of the machine, not of the attempt.
        Cause.STORAGE_UNAVAILABLE,
        Cause.OVERLOADED,
        # Found out by the support desk, never a verdict.
        Cause.PLUS_VARIANT,
        Cause.MAIL_NOT_DELIVERED,
        # Of other operations.
        Cause.TICKET_INVALID,
        Cause.TICKET_EXPIRED,
        Cause.SESSION_ENDED,
        Cause.OVERTAKEN,
        # The portal's own: in `permissions` and `Policy.checks`.
        Cause.NO_PERMISSION,
        Cause.REFUSED_BY_PORTAL,
    }

    assert set(Cause) - set(CAUSES) == without


# -- leaks of an auth are caught --


class Hasty(PasswordHasher):
    """Saves itself the work for nobody."""

    def check(self, password, /, *, stored, **options):
        if stored is None:
            return Match.WRONG
        return super().check(password, stored=stored, **options)


class Curious:
    """Permissions that look further for accounts that exist."""

    def __init__(self, watch: Watch, store: MemoryStore) -> None:
        self._watch = watch
        self._store = store

    def permits(self, account, /, *, portal, message):
        if self._store.accounts.get(account) is not None:
            self._watch.trace.append("roles.get")
        return True


class Rude:
    """Permissions that raise for accounts they do not know."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def permits(self, account, /, *, portal, message):
        if self._store.accounts.get(account) is None:
            raise Unavailable("LookupError", adapter="Rude", verb="permits")
        return True


def curious(watch: Watch) -> SecureLogin:
    store = MemoryStore()
    return wired(watch, store=store, permissions=Curious(watch, store))


def rude(watch: Watch) -> SecureLogin:
    store = MemoryStore()
    return wired(watch, store=store, permissions=Rude(store))


def hasty(watch: Watch) -> SecureLogin:
    return wired(watch, hasher=watch.hasher(kind=Hasty))


def told(wire: Callable[[Watch], Any], state: str = "active") -> str:
    with pytest.raises(AssertionError) as caught:
        caught_by_nobody(state, wire)
    return str(caught.value)


def test_E13_a_skipped_run_of_argon2_is_caught():
    message = told(hasty)

    assert "an account that is “active” (a wrong password)" in message
    assert "Argon2 ran 1 times instead of 0: check a secret against a" in message


def test_a_hasher_that_works_for_nobody_only_by_the_right_wiring_is_caught():
    watch = Watch()
    stage = Stage(hasty(watch), watch)

    with pytest.raises(AssertionError, match="Argon2 ran 0 times for an unknown"):
        UniformityContract().test_a_refused_log_in_runs_argon2_once(stage)


def test_an_adapter_that_does_more_for_known_accounts_is_caught():
    assert "roles.get was called 1 times more: ask for a stand-in" in told(curious)


def test_an_error_for_unknown_accounts_is_caught():
    message = told(rude)

    assert "answers Refused instead of raises Unavailable" in message
    assert "attempts.record was called 1 times more" in message


def test_a_noted_adapter_of_the_application_stands_in_the_trace():
    watch = Watch()
    store = MemoryStore()
    permissions = watch.adapter("permissions", Curious(watch, store))
    stage = Stage(wired(watch, store=store, permissions=permissions), watch)

    seen = watch.see(lambda: stage.check(stage.new_address()))

    assert "permissions.permits" in seen.trace


def test_a_scene_that_is_refused_for_another_cause_is_told():
    watch = Watch()
    stage = Stage(wired(watch, clock=Watch().clock), watch)

    with pytest.raises(AssertionError, match="was refused for “throttled”"):
        UniformityContract().test_every_cause_looks_like_an_unknown_address(
            stage, Cause.LOCKED
        )


def test_a_scene_that_needs_two_tenants_is_skipped_with_one():
    watch = Watch()
    stage = Stage(wired(watch, portals=[ACME]), watch)

    with pytest.raises(pytest.skip.Exception, match="one tenant only"):
        UniformityContract().test_every_cause_looks_like_an_unknown_address(
            stage, Cause.WRONG_TENANT
        )


# -- setting scenes --


def test_a_portal_for_internal_accounts_is_needed():
    watch = Watch()
    only = Portal(
        tenant="acme",
        name="Acme",
        url="https://portal.acme.example/",
        contact="it@acme.example",
        audiences=frozenset({Audience.EXTERNAL}),
    )

    with pytest.raises(WiringError, match="no portal is open to internal"):
        Stage(wired(watch, portals=[only]), watch)


def test_an_address_that_is_taken_sets_no_scene():
    watch = Watch()
    stage = Stage(wired(watch), watch)
    address = stage.new_address()
    stage.register(address)

    with pytest.raises(WiringError, match="gave AddressTaken"):
        stage.register(address)


def test_mails_that_go_elsewhere_set_no_scene():
    watch = Watch()
    stage = Stage(wired(watch, mailer=Watch().mailer), watch)

    with pytest.raises(WiringError, match="temporary password never arrived"):
        stage.settled(stage.new_address())


def test_a_refused_temporary_password_sets_no_scene():
    watch = Watch()
    policy = Policy(link_required=frozenset(Audience))
    stage = Stage(wired(watch, policy=policy), watch)

    with pytest.raises(WiringError, match="a temporary password gave Refused"):
        stage.settled(stage.new_address())


def test_a_password_that_the_policy_will_not_have_sets_no_scene():
    watch = Watch()
    policy = Policy(block_list=frozenset({PASSWORD}))
    stage = Stage(wired(watch, policy=policy), watch)

    with pytest.raises(WiringError, match="choosing a password gave PasswordRejected"):
        stage.settled(stage.new_address())
