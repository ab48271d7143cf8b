"""The uniformity kit: our own library passes; each kind of leak is caught and told."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from securelogin import (
    AsyncSecureLogin,
    KeyRing,
    PasswordHasher,
    Policy,
    Portal,
    SecureLogin,
)
from securelogin.accounts import Audience
from securelogin.errors import Unavailable, WiringError
from securelogin.outcomes import Cause
from securelogin.passwords import Match
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from securelogin.stores.sql import AsyncSQLStore, SQLStore
from securelogin.testing import run
from securelogin.testing.uniformity import (
    CAUSES,
    STATES,
    Answer,
    Seen,
    Stage,
    UniformityContract,
    VisitorContract,
    Watch,
    differences,
)
from securelogin.testing.uniformity.stage import PASSWORD

ACME = Portal(
    tenant="acme",
    name="Acme",
    url="https://portal.acme.example/",
    contact="it@acme.example",
)
GLOBEX = Portal(
    tenant="globex",
    name="Globex",
    url="https://globex.example/",
    contact="it@globex.example",
)


def wired(watch: Watch, **options: Any) -> SecureLogin:
    given = {
        "portals": [ACME, GLOBEX],
        "keys": KeyRing(KeyRing.new_key()),
        "mailer": watch.mailer,
        "hasher": watch.hasher(),
        "pool": watch.pool,
        "clock": watch.clock,
    }
    store = options.pop("store", None) or MemoryStore()
    return SecureLogin(**{**given, "store": watch.store(store), **options})


def wired_async(watch: Watch, **options: Any) -> AsyncSecureLogin:
    given = {
        "portals": [ACME, GLOBEX],
        "keys": KeyRing(KeyRing.new_key()),
        "mailer": watch.async_mailer,
        "hasher": watch.hasher(),
        "pool": watch.pool,
        "clock": watch.clock,
    }
    store = options.pop("store", None) or AsyncMemoryStore(MemoryStore())
    return AsyncSecureLogin(**{**given, "store": watch.store(store), **options})


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


# -- where two sights part --

USUAL = Seen(
    kind="401",
    headers=(("a", "1"), ("b", "2")),
    body=b"Invalid username",
    trace=("x.get", "argon2", "y.get"),
)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": "403"}, "answers 403 instead of 401"),
        ({"headers": (*USUAL.headers, ("c", "3"))}, "sends the header c: '3'"),
        ({"headers": (("a", "1"),)}, "does not send the header b: '2'"),
        ({"headers": USUAL.headers[::-1]}, "the headers in another order"),
        ({"body": b"Invalid Username"}, "differs from byte 8: b'Invalid Username'"),
        ({"body": b"Invalid username."}, "has 17 bytes instead of 16"),
        ({"trace": ("x.get", "y.get")}, "Argon2 ran 0 times instead of 1"),
        ({"trace": (*USUAL.trace, "z.get")}, "z.get was called 1 times more"),
        ({"trace": ("x.get", "argon2")}, "y.get was called 1 times less"),
        ({"trace": ("argon2", "x.get", "y.get")}, "calls come in another order"),
    ],
)
def test_every_difference_says_what_to_mend(changed, message):
    fields = {name: getattr(USUAL, name) for name in Seen.__slots__}

    found = differences(Seen(**{**fields, **changed}), USUAL)

    assert message in "; ".join(found)
    assert all(": " in said for said in found)


def test_equal_sights_do_not_part():
    assert differences(USUAL, USUAL) == ()


# -- a whole portal --


class Page:
    """A portal of a few lines, that tells what it is told to tell."""

    def __init__(self, leak: str = "") -> None:
        self.leak = leak
        self.asked = 0

    def send(self, address: str, password: str, /) -> Answer:
        self.asked += 1
        leaks = address.startswith("known")
        extra = {"header": ("X-Account", "yes")}.get(self.leak) if leaks else None
        body = f"Sorry, {address}. Reference {self.asked:04}."
        if leaks and self.leak == "text":
            body = body.replace("Sorry", "Sorrz")
        if leaks and self.leak == "length":
            body += " "
        if self.leak == "chance":
            body += f" token {self.asked}"
        return Answer(
            status=403 if leaks and self.leak == "status" else 401,
            headers=[("Date", str(self.asked)), *([extra] if extra else [])],
            body=body.encode(),
        )


class TestVisitor(VisitorContract):
    chance = (r"Reference \d{4}",)

    @pytest.fixture
    def visitor(self):
        return Page()

    @pytest.fixture
    def people(self):
        return {"unknown": ["nobody@acme.example"], "active": ["known@acme.example"]}


PEOPLE = {"unknown": ["nobod@acme.example"], "disabled": ["known@acme.example"]}


@pytest.mark.parametrize(
    ("leak", "message"),
    [
        ("text", "“disabled”: the body differs from byte 4"),
        ("header", "“disabled”: sends the header x-account: 'yes'"),
        ("length", "bytes instead of"),
        ("status", "“disabled”: answers 403 instead of 401"),
        ("chance", "Two answers to one person differ, so nothing can be compared"),
    ],
)
def test_every_leak_of_a_page_is_caught(leak, message):
    with pytest.raises(AssertionError) as caught:
        TestVisitor().test_every_state_is_answered_like_unknown(Page(leak), PEOPLE)

    assert message in str(caught.value)


@pytest.mark.parametrize("people", [{"active": ["a@b.example"]}, {"unknown": ["a@b"]}])
def test_somebody_unknown_and_somebody_known_are_needed(people):
    with pytest.raises(AssertionError, match="Give `people`"):
        TestVisitor().test_every_state_is_answered_like_unknown(Page(), people)


@pytest.mark.parametrize("kind", [UniformityContract, VisitorContract])
def test_a_fact_that_is_taken_out_is_missed(kind):
    fact = next(
        name
        for name in vars(kind)
        if name.startswith("test_") and inspect.isfunction(vars(kind)[name])
    )

    with pytest.raises(AssertionError, match=f"{fact}: part of the contract"):
        type("Less", (kind,), {fact: None})().test_contract_is_whole()


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
