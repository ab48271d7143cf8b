"""A misconfiguration fails when it is wired, naming the setting and the cure."""

from __future__ import annotations

from typing import Any

import pytest

from securelogin import (
    AsyncSecureLogin,
    Attempt,
    Client,
    KeyRing,
    SecureLogin,
    WiringError,
)
from securelogin.sessions import make_session_token, session_digest
from securelogin.stores.combined import CombinedStore
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from securelogin.testing import run
from securelogin.testing.uniformity import Watch
from securelogin.testing.values import account, session
from tests.faults.injecting import Failing, Injector
from tests.wiring import ACME, START, AsyncInbox, Inbox


class NoOutbox:
    """A store that somebody has not finished."""

    def __init__(self, inner: Any) -> None:
        for part in (
            "accounts",
            "credentials",
            "links",
            "sessions",
            "counters",
            "attempts",
        ):
            setattr(self, part, getattr(inner, part))


class Deaf:
    """A mailer without a voice."""


def wire(colour: str, **changed: Any) -> Any:
    is_sync = colour == "sync"
    kind: Any = SecureLogin if is_sync else AsyncSecureLogin
    parts = {
        "portals": [ACME],
        "keys": KeyRing(KeyRing.new_key()),
        "store": MemoryStore() if is_sync else AsyncMemoryStore(),
        "mailer": Inbox() if is_sync else AsyncInbox(),
    }
    return kind(**parts | changed)


def other(colour: str, sync: Any, asynchronous: Any) -> Any:
    return asynchronous if colour == "sync" else sync


def test_what_fits_is_wired(colour):
    assert wire(colour).login is not None


def test_a_store_without_a_part_is_refused_by_name(colour):
    inner = MemoryStore() if colour == "sync" else AsyncMemoryStore()

    with pytest.raises(WiringError, match="NoOutbox has no outbox") as caught:
        wire(colour, store=NoOutbox(inner))

    assert caught.value.setting == "store"


def test_a_store_of_the_other_colour_is_refused(colour):
    store = other(colour, MemoryStore(), AsyncMemoryStore())

    with pytest.raises(WiringError, match="AsyncSecureLogin takes async adapters"):
        wire(colour, store=store)


def test_a_mailer_of_the_other_colour_is_refused(colour):
    with pytest.raises(WiringError) as caught:
        wire(colour, mailer=other(colour, Inbox(), AsyncInbox()))

    assert caught.value.setting == "mailer"


def test_what_is_no_mailer_is_refused(colour):
    with pytest.raises(WiringError, match="Deaf has no method send"):
        wire(colour, mailer=Deaf())


def test_an_authority_of_a_domain_that_never_matches_is_refused(colour):
    with pytest.raises(WiringError, match=r"Write 'corp\.example'"):
        wire(colour, authorities={"CORP.example": None})


def asked_by_a_log_in(kit: str, change: Any, **wiring: Any) -> tuple[str, ...]:
    """Return the calls of a refusal, with something changed about the store."""
    watch = Watch()
    store: Any = MemoryStore() if kit == "sync" else AsyncMemoryStore()
    noted = change(watch.store(store))
    auth = wire(kit, store=noted, hasher=watch.hasher(), pool=watch.pool, **wiring)
    attempt = Attempt(
        address="ann@acme.example",
        password="wrong",
        url=ACME.url,
        client=Client(ip="192.0.2.7", user_agent=""),
    )
    check = auth.login.check
    seen = watch.see(lambda: check(attempt) if kit == "sync" else run(check(attempt)))
    assert seen.kind == "Refused"
    return seen.trace


VERB_BY_VERB = (
    "counters.hit",
    "accounts.find",
    "credentials.get",
    "links.get",
    "argon2",
    "attempts.record",
)
AT_ONCE = ("counters.hit", "login_reads.read", "argon2", "attempts.record")


class Other:
    """What somebody puts before a part: it sees each call, and hands it on."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._inner, verb)


def with_other(part: str) -> Any:
    def change(store: Any) -> Any:
        setattr(store, part, Other(getattr(store, part)))
        return store

    return change


def without(store: Any) -> Any:
    del store.login_reads
    return store


def combined(store: Any) -> Any:
    return CombinedStore(store, sessions=store.sessions, counters=store.counters)


def test_a_log_in_reads_at_once_where_one_store_holds_all(colour):
    assert asked_by_a_log_in(colour, lambda store: store) == AT_ONCE


def test_a_store_combined_with_another_reads_at_once_too(colour):
    assert asked_by_a_log_in(colour, combined) == AT_ONCE


def test_a_store_that_cannot_read_at_once_goes_on_working(colour):
    assert asked_by_a_log_in(colour, without) == VERB_BY_VERB
    assert asked_by_a_log_in(colour, lambda s: combined(without(s))) == VERB_BY_VERB


def test_a_store_that_cannot_read_at_once_can_be_watched():
    watched = Watch().store(without(MemoryStore()))

    assert not hasattr(watched, "login_reads")


@pytest.mark.parametrize("part", ["accounts", "credentials", "links"])
def test_what_was_put_before_a_part_sees_each_log_in(colour, part):
    assert asked_by_a_log_in(colour, with_other(part)) == VERB_BY_VERB


def test_a_portal_with_accounts_of_its_own_is_asked_for_them(colour):
    own = MemoryStore() if colour == "sync" else AsyncMemoryStore()

    assert (
        asked_by_a_log_in(colour, lambda store: store, own_accounts=own.accounts)
        == VERB_BY_VERB
    )


def asked_by_a_session(kit: str, change: Any, **wiring: Any) -> list[str]:
    """Return the calls that tell who is logged in, with a store that was changed."""
    token, injector = make_session_token(bytes), Injector()
    digest = session_digest(token)
    inner = MemoryStore()
    one = account()
    inner.accounts.add(one)
    inner.sessions.add(session(digest, account=one.id, generation=0, seen_at=START))
    store: Any = inner if kit == "sync" else AsyncMemoryStore(inner)
    auth = wire(
        kit, store=change(Failing(store, injector)), clock=lambda: START, **wiring
    )
    found = auth.sessions.resolve(token)
    found = found if kit == "sync" else run(found)
    assert found.session.digest == digest
    return injector.heard


SESSION_VERB_BY_VERB = ["sessions.get", "accounts.get", "credentials.get"]


def without_session_reads(store: Any) -> Any:
    del store.session_reads
    return store


def test_a_session_is_read_at_once_where_one_store_holds_all(colour):
    assert asked_by_a_session(colour, lambda s: s) == ["session_reads.read"]
    assert asked_by_a_session(colour, combined) == ["session_reads.read"]


def test_a_store_that_reads_no_session_at_once_goes_on_working(colour):
    asked = asked_by_a_session(colour, without_session_reads)

    assert asked == SESSION_VERB_BY_VERB


@pytest.mark.parametrize("part", ["sessions", "accounts", "credentials"])
def test_what_was_put_before_a_part_sees_each_session(colour, part):
    assert asked_by_a_session(colour, with_other(part)) == SESSION_VERB_BY_VERB


def test_sessions_from_elsewhere_are_asked_there(colour):
    def elsewhere(store: Any) -> Any:
        return CombinedStore(
            store, sessions=Other(store.sessions), counters=store.counters
        )

    assert asked_by_a_session(colour, elsewhere) == SESSION_VERB_BY_VERB


def test_a_portals_own_accounts_are_asked_for_who_is_logged_in(colour):
    own = MemoryStore()
    own.accounts.add(account())
    theirs: Any = own if colour == "sync" else AsyncMemoryStore(own)

    asked = asked_by_a_session(colour, lambda s: s, own_accounts=theirs.accounts)

    assert asked == SESSION_VERB_BY_VERB


@pytest.mark.parametrize("setting", ["permissions", "breaches", "own_accounts"])
def test_an_adapter_that_is_none_is_refused_by_its_setting(colour, setting):
    with pytest.raises(WiringError) as caught:
        wire(colour, **{setting: Deaf()})

    assert caught.value.setting == setting
