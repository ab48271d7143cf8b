"""What the database store keeps in its file, and what never gets there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from securelogin import (
    AsyncSecureLogin,
    Audience,
    ChangeRequired,
    Granted,
    KeyRing,
    SecureLogin,
)
from securelogin.accounts import AccountId
from securelogin.attempts import Span
from securelogin.mail import MailKind
from securelogin.stand_ins import NO_ACCOUNT, NO_CREDENTIAL
from securelogin.stores.relational import clearing
from securelogin.stores.sql import SQLStore, async_adapters, sync_adapters
from securelogin.testing import values
from securelogin.testing.values import (
    ACME,
    AT,
    HOUR,
    TICK,
    account,
    attempt,
    credential,
)
from tests.flows.test_uniformity import steps_of
from tests.stores.backends import SQLBackend, sqlite
from tests.stores.sqlite_files import READS, file_of, run
from tests.wiring import (
    PASSWORD,
    POOL,
    PORTALS,
    AsyncInbox,
    Blocking,
    Clock,
    Inbox,
    Wired,
    cheap_hasher,
    total,
)


def test_C09_reading_at_once_takes_as_many_steps_whoever_is_asked_for(tmp_path):
    store = SQLStore(f"sqlite:///{tmp_path / 'steps.db'}")
    store.create()
    known = replace(NO_ACCOUNT, id=AccountId("known"), tenant=ACME)
    store.accounts.add(known)
    store.credentials.add(replace(NO_CREDENTIAL, account=known.id))
    taken: dict[str, int] = {}
    for _ in range(2):  # what is remembered from the first time takes fewer steps
        for who, key in (("known", known.key), ("unknown", account("x").key)):
            taken[who] = steps_of(
                lambda key=key: store.login_reads.read(key, AccountId("x"), "no link")
            )
    store.close()

    assert taken["known"] == pytest.approx(taken["unknown"], abs=10, rel=0)


def test_everything_is_there_when_the_file_is_opened_again(colour, tmp_path):
    before = sqlite(tmp_path, colour).create()
    for part, (write, value, _, _) in READS.items():
        getattr(getattr(before, part), write)(value)
    total(before.counters, "key", at=AT, window=HOUR)
    before.close()

    after = sqlite(tmp_path, colour).create()

    for part, (_, value, read, key) in READS.items():
        assert value == getattr(getattr(after, part), read)(key)
    assert values.ACCOUNTS[1] == after.accounts.find(values.ACCOUNTS[1].key)
    assert total(after.counters, "key", at=AT, window=HOUR) == 2
    after.close()


def test_F67_a_process_that_is_killed_loses_nothing(database):
    # Copied as it lies there, unclosed: what a crash leaves behind.
    database.credentials.add(credential())
    copy = file_of(database).with_name("copy.db")
    for ending in ("", "-wal"):
        copy.with_name(f"copy.db{ending}").write_bytes(
            Path(f"{file_of(database)}{ending}").read_bytes()
        )

    after = SQLBackend(f"sqlite:///{copy}", colour=database.colour)

    assert after.credentials.get(AccountId("ann")) == credential()
    after.close()


def test_making_the_tables_twice_keeps_what_is_in_them(database):
    database.credentials.add(credential())

    database.create()

    assert database.credentials.get(AccountId("ann")) == credential()


def number_of_counters(backend: SQLBackend) -> int:
    return run(backend, "SELECT count(*) FROM securelogin_counters")[0][0]


def test_counters_whose_window_is_over_are_cleared_while_others_come(database):
    for n in range(300):
        total(database.counters, f"old {n}", at=AT, window=TICK)
    for n in range(300):
        total(database.counters, f"new {n}", at=AT + HOUR, window=HOUR)

    # One new key in 64 takes up to 256 old ones along.
    assert number_of_counters(database) < 600 - 256
    totals = [
        total(database.counters, f"new {n}", at=AT + HOUR, window=HOUR)
        for n in range(300)
    ]
    assert {2} == set(totals)


def test_the_number_of_counters_has_an_end(database, monkeypatch):
    for module in (sync_adapters, async_adapters):
        monkeypatch.setattr(module, "MOST_COUNTERS", 20)
    monkeypatch.setattr(clearing, "_CLEARS_SURPLUS", 4)
    for n in range(200):
        total(database.counters, f"key {n}", at=AT, window=HOUR + n * TICK)

    assert number_of_counters(database) < 60
    # What ends first is kept.
    assert total(database.counters, "key 0", at=AT, window=HOUR) == 2


def test_a_flood_of_made_up_addresses_leaves_the_counts_of_a_guessed_one(
    database, monkeypatch
):
    for module in (sync_adapters, async_adapters):
        monkeypatch.setattr(module, "MOST_COUNTERS", 20)
    monkeypatch.setattr(clearing, "_CLEARS_SURPLUS", 4)
    totals = []
    for n in range(20):
        totals.append(total(database.counters, "tries of ann", at=AT, window=HOUR))
        for flood in range(10):
            year = 9_000 * HOUR + n * TICK
            total(database.counters, f"row {n} {flood}", at=AT, window=year)

    assert totals == list(range(1, 21))
    assert number_of_counters(database) < 60


def portal_on(backend: SQLBackend) -> tuple[Any, Inbox]:
    is_sync = backend.colour == "sync"
    inbox = Inbox() if is_sync else AsyncInbox()
    kind: Any = SecureLogin if is_sync else AsyncSecureLogin
    inner = kind(
        portals=PORTALS,
        keys=KeyRing(KeyRing.new_key()),
        store=backend.store,
        mailer=inbox,
        hasher=cheap_hasher(),
        pool=POOL,
        clock=Clock(),
    )
    return inner if is_sync else Blocking(inner), inbox


def story(backend: SQLBackend) -> tuple[list[str], str]:
    """Let a person come for the first time and log in; return the secrets, the hash."""
    auth, inbox = portal_on(backend)
    attempt_of = Wired("sync").attempt
    stored = auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    auth.courier.deliver()
    temporary = inbox.last(MailKind.TEMPORARY_PASSWORD).secrets["password"].reveal()
    required = auth.login.check(attempt_of("ann@acme.example", temporary))
    assert isinstance(required, ChangeRequired)
    auth.passwords.complete(required.ticket, PASSWORD)
    granted = auth.login.check(attempt_of("Ann@acme.example", PASSWORD))
    assert isinstance(granted, Granted)
    token = granted.session.token
    assert auth.sessions.resolve(token).account == granted.account
    auth.links.issue(
        recipient="bob@x.example", sender="ann@acme.example", message="m", tenant="acme"
    )
    auth.courier.deliver()
    url = inbox.last(MailKind.MESSAGE).secrets["link"].reveal()
    other = inbox.last(MailKind.TEMPORARY_PASSWORD).secrets["password"].reveal()
    secrets = [
        *(text.replace("-", "") for text in (temporary, other)),
        temporary,
        other,
        PASSWORD,
        token.reveal(),
        required.ticket.reveal(),
        url.rpartition("=")[2],
    ]
    return secrets, backend.credentials.get(stored.account.id).password_hash


def test_no_secret_of_a_whole_story_is_in_the_file(database):
    secrets, password_hash = story(database)

    lying = b"".join(
        path.read_bytes() for path in file_of(database).parent.glob("portal.db*")
    )

    assert password_hash.encode() in lying
    for secret in secrets:
        for spelling in (secret, secret.lower(), secret.upper()):
            assert spelling.encode() not in lying


def test_a_time_before_1970_is_in_order(database):
    for n in (-2, 0, 2):
        database.attempts.record(
            attempt(f"r{n}", at=AT.replace(year=1970) + timedelta(days=n * 50_000 / 9))
        )

    found = database.attempts.near(
        Span(
            tenant=ACME, after=AT.replace(year=1), before=AT, lookup="ann@acme.example"
        )
    )

    assert [record.reference for record in found] == ["r2", "r0", "r-2"]
