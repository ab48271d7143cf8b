"""What is the database store's own: errors, rows gone bad, files, processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from securelogin import (
    AdapterError,
    AsyncSecureLogin,
    Audience,
    ChangeRequired,
    Granted,
    KeyRing,
    SecureLogin,
    Unavailable,
)
from securelogin.accounts import AccountId
from securelogin.attempts import Span
from securelogin.mail import MailKind
from securelogin.stores.sql import async_adapters, sync_adapters
from securelogin.testing import values
from securelogin.testing.values import (
    ACME,
    AT,
    HOUR,
    TICK,
    account,
    attempt,
    credential,
    link,
    order,
    session,
)
from tests.stores.backends import SQLBackend, call, sqlite
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

CANARY = "canary-hash-9f1c"
VERBS = {
    "accounts.find": (account().key,),
    "accounts.get": (AccountId(CANARY),),
    "accounts.add": (account(CANARY),),
    "accounts.replace": (account(CANARY), account(CANARY)),
    "credentials.get": (AccountId(CANARY),),
    "credentials.add": (credential(password_hash=CANARY),),
    "credentials.replace": (credential(), credential(password_hash=CANARY)),
    "links.get": (CANARY,),
    "links.add": (link(CANARY),),
    "links.replace": (link(CANARY), link(CANARY)),
    "sessions.get": (CANARY,),
    "sessions.add": (session(CANARY),),
    "sessions.replace": (session(CANARY), session(CANARY)),
    "sessions.held_by": (CANARY,),
    "counters.hit": ({CANARY: HOUR}, {"at": AT}),
    "counters.reset": ([CANARY],),
    "attempts.record": (attempt(CANARY),),
    "attempts.by_reference": (CANARY,),
    "attempts.near": (Span(tenant=ACME, after=AT, before=AT, lookup=CANARY),),
    "attempts.erase": (AccountId(CANARY), [CANARY], {"tenant": ACME}),
    "outbox.record": (order(CANARY),),
    "outbox.lease": ({"at": AT, "until": AT, "limit": 1},),
    "outbox.replace": (order(CANARY), order(CANARY)),
    "outbox.about": (AccountId(CANARY), None),
}


def file_of(backend: SQLBackend) -> Path:
    return Path(backend.url.removeprefix("sqlite:///"))


def run(backend: SQLBackend, *statements: str) -> list[Any]:
    """Run statements past the store, each of which may be anything."""
    with closing(sqlite3.connect(file_of(backend), isolation_level=None)) as raw:
        raw.execute("PRAGMA busy_timeout = 5000")
        return [raw.execute(statement).fetchall() for statement in statements][-1]


def ask(backend: SQLBackend, verb: str) -> Any:
    part, _, name = verb.partition(".")
    *args, last = VERBS[verb]
    options = last if isinstance(last, dict) else {}
    args = args if options else [*args, last]
    return getattr(getattr(backend, part), name)(*args, **options)


def without_tables(backend: SQLBackend) -> None:
    names = run(backend, "SELECT name FROM sqlite_schema WHERE type = 'table'")
    for (name,) in sorted(names, reverse=True):
        if name.startswith("securelogin_"):
            run(backend, f"DROP TABLE {name}")


def locals_of(error: BaseException, *, files: str = "_database.py") -> str:
    """Return what a crash report would show of the frames that handle rows."""
    shown, step = [], error.__traceback__
    while step is not None:
        if files in step.tb_frame.f_code.co_filename:
            # The values' own repr is tested where they are defined.
            shown += [
                repr(value)
                for value in step.tb_frame.f_locals.values()
                if isinstance(value, (dict, list, tuple, sa.Row))
            ]
        step = step.tb_next
    return " ".join(shown)


@pytest.mark.parametrize("verb", VERBS)
def test_an_outage_is_unavailable_and_names_the_verb(database, verb):
    ask(database, verb)
    without_tables(database)

    with pytest.raises(Unavailable) as caught:
        ask(database, verb)

    part, _, name = verb.partition(".")
    adapter = type(getattr(database.store, part)).__name__
    assert (adapter, name) == (caught.value.adapter, caught.value.verb)
    assert str(caught.value).endswith("failed with OperationalError")


@pytest.mark.parametrize("verb", VERBS)
def test_F37_an_outage_takes_no_row_along(database, verb):
    without_tables(database)

    with pytest.raises(Unavailable) as caught:
        ask(database, verb)

    error = caught.value
    assert (error.__cause__, error.__context__) == (None, None)
    assert CANARY not in f"{error} {error!r} {error.args}"
    assert CANARY not in locals_of(error)


def test_F37_a_text_that_is_no_text_is_not_repeated(database):
    with pytest.raises(Unavailable, match="UnicodeEncodeError") as caught:
        database.links.add(link(message=f"{CANARY}\ud800"))

    assert (caught.value.__context__, caught.value.__cause__) == (None, None)
    assert CANARY not in locals_of(caught.value)


def test_a_number_too_large_for_a_column_is_unavailable(database):
    with pytest.raises(Unavailable, match="OverflowError"):
        database.credentials.add(credential(version=2**63))


def test_a_file_that_cannot_be_written_is_unavailable(database):
    database.credentials.add(credential())
    url = f"sqlite:///file:{file_of(database)}?mode=ro&uri=true"
    reading = SQLBackend(url, colour=database.colour)

    with pytest.raises(Unavailable, match="OperationalError"):
        reading.credentials.add(credential("bob"))

    assert database.credentials.get(AccountId("bob")) is None
    reading.close()


BAD_ROWS = {
    "accounts": [
        "audience = 'nobody'",
        "status = 'unknown'",
        "aliases = '{'",
        "aliases = '{}'",
        "aliases = '[1]'",
        "aliases = '[null]'",
        f"aliases = '{'[' * 50_000}'",
        "change_id = NULL",
        "change_address = NULL",
        "change_until = NULL",
        "change_confirmed = NULL",
        "change_confirmed = '[\"both\"]'",
        "change_confirmed = '[[]]'",
        "change_until = 9223372036854775807",
    ],
    "credentials": [
        "temporary_hash = NULL",
        "temporary_fingerprint = NULL",
        "temporary_mark = NULL",
        "temporary_issued_at = NULL",
        "temporary_until = NULL",
        "dead = ''",
        "dead = '[[\"x\"]]'",
        "dead = '[1]'",
        'dead = \'[["x", "eaten", 1, 1]]\'',
        "dead = '[[1, \"used\", 1, 1]]'",
        'dead = \'[["x", "used", true, 1]]\'',
        'dead = \'[["x", "used", 1, 1.5]]\'',
        "must_change = 2",
        "changed_at = -9223372036854775808",
    ],
    "links": ["until = 9223372036854775807"],
    "sessions": ["ended_at = 9223372036854775807"],
    "attempts": [
        "operation = 'unknown'",
        "causes = '[\"unknown\"]'",
        "causes = '\"locked\"'",
        "form = 'unknown'",
        "details = '[]'",
        "details = '{}'",
        "details = '{\"preflight\": 1}'",
        'details = \'{"preflight": {"cookies": 1}}\'',
        'details = \'{"preflight": {"nothing": true}}\'',
        "hits = '[true]'",
        "hits = '[1.5]'",
        "hits = '[\"1\"]'",
    ],
    "outbox": [
        "kind = 'unknown'",
        "state = 'unknown'",
        "side = 'unknown'",
        "lookup = NULL",
        "lookup_tenant = NULL",
    ],
}
READS = {
    "accounts": ("add", values.ACCOUNTS[1], "get", values.ACCOUNTS[1].id),
    "credentials": ("add", values.CREDENTIALS[1], "get", AccountId("full")),
    "links": ("add", values.LINKS[1], "get", values.LINKS[1].id),
    "sessions": ("add", values.SESSIONS[1], "get", values.SESSIONS[1].digest),
    "attempts": ("record", values.ATTEMPTS[1], "by_reference", "full"),
    "outbox": ("record", values.ORDERS[1], "get", "full"),
}


@pytest.mark.parametrize(
    ("table", "change"),
    [(table, change) for table, changes in BAD_ROWS.items() for change in changes],
    ids=lambda text: text[:40],
)
def test_a_row_that_was_not_written_here_is_never_guessed_at(database, table, change):
    write, value, read, key = READS[table]
    part = getattr(database, table)
    getattr(part, write)(value)
    assert getattr(part, read)(key) == value
    run(database, f"UPDATE securelogin_{table} SET {change}")  # noqa: S608 -- ours

    with pytest.raises(AdapterError, match="a stored row is malformed") as caught:
        getattr(part, read)(key)

    assert type(caught.value) is AdapterError
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert caught.value.verb == read


def test_F36_a_row_gone_bad_is_in_no_crash_report(database):
    database.credentials.add(credential(password_hash=CANARY))
    run(database, "UPDATE securelogin_credentials SET must_change = 2")

    with pytest.raises(AdapterError) as caught:
        database.credentials.get(AccountId("ann"))

    assert CANARY not in locals_of(caught.value, files="/stores/sql/")


@pytest.mark.parametrize(
    "change",
    [
        "version = 'two'",
        "version = NULL",
        "password_hash = x'00ff'",
        "generation = 1.5",
    ],
)
def test_a_column_holds_nothing_but_its_own_type(database, change):
    database.credentials.add(values.CREDENTIALS[1])

    with pytest.raises(sqlite3.IntegrityError):
        run(database, f"UPDATE securelogin_credentials SET {change}")  # noqa: S608 -- ours


def test_an_address_cannot_outlive_its_account(database):
    database.accounts.add(account())

    with closing(sqlite3.connect(file_of(database))) as raw:
        raw.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute("DELETE FROM securelogin_accounts")


def test_another_process_sees_each_write_at_once(database):
    other = SQLBackend(database.url, colour=database.colour)

    database.credentials.add(credential())
    seen = other.credentials.get(AccountId("ann"))
    total(other.counters, "key", at=AT, window=HOUR)

    assert seen == credential()
    assert total(database.counters, "key", at=AT, window=HOUR) == 2
    assert other.credentials.replace(seen, credential(version=2)) is True
    assert database.credentials.replace(seen, credential(version=2)) is False
    other.close()


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


def test_making_the_tables_where_nothing_can_be_made_is_unavailable(colour, tmp_path):
    backend = sqlite(tmp_path / "missing", colour)

    with pytest.raises(Unavailable, match="OperationalError") as caught:
        backend.create()

    assert (type(backend.store).__name__, "create") == (
        caught.value.adapter,
        caught.value.verb,
    )
    backend.close()


@pytest.mark.parametrize(
    ("table", "query"),
    [
        ("addresses", "tenant = 'a' AND key = 'b'"),
        ("addresses", "account = 'a'"),
        ("sessions", "account = 'a' ORDER BY began_at DESC, seq DESC LIMIT 100"),
        ("counters", "until <= 5 LIMIT 9"),
        ("attempts", "reference = 'a' ORDER BY seq DESC LIMIT 1"),
        ("attempts", "lookup = 'a' AND tenant = 'b' AND at >= 1 AND at <= 2"),
        ("attempts", "account = 'a' OR lookup IN ('a', 'b')"),
        ("outbox", "state = 'waiting' AND due_at <= 5 ORDER BY due_at, seq LIMIT 9"),
        ("sessions", "until < 5 ORDER BY until LIMIT 9"),
        ("sessions", "account = 'a'"),
        ("counters", "until < 5 ORDER BY until LIMIT 9"),
        ("links", "until < 5 ORDER BY until LIMIT 9"),
        ("links", "recipient = 'a'"),
        ("attempts", "at < 5 ORDER BY at LIMIT 9"),
        ("credentials", "temporary_until < 5 ORDER BY temporary_until LIMIT 9"),
        ("outbox", "settled_at < 5 ORDER BY settled_at LIMIT 9"),
        ("outbox", "account = 'a' OR (lookup = 'b' AND lookup_tenant = 'c')"),
    ],
)
def test_every_query_goes_by_an_index(database, table, query):
    plan = run(
        database,
        f"EXPLAIN QUERY PLAN SELECT * FROM securelogin_{table} WHERE {query}",  # noqa: S608 -- ours
    )

    assert all("SCAN" not in step[-1] for step in plan), plan


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
        monkeypatch.setattr(module, "_CLEARS_SURPLUS", 4)
    for n in range(200):
        total(database.counters, f"key {n}", at=AT, window=HOUR + n * TICK)

    assert number_of_counters(database) < 60
    # What would have ended last is kept.
    assert total(database.counters, "key 199", at=AT, window=HOUR) == 2


def story(backend: SQLBackend) -> tuple[list[str], str]:
    """Let a person come for the first time and log in; return the secrets, the hash."""
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
    auth = inner if is_sync else Blocking(inner)
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


def test_a_verb_survives_a_rollback_of_the_caller_s_own(colour, tmp_path):
    backend = sqlite(tmp_path, colour).create()
    with closing(sqlite3.connect(tmp_path / "portal.db")) as own:
        own.execute("BEGIN")
        own.execute("SELECT * FROM securelogin_counters").fetchall()
        total(backend.counters, "key", at=AT, window=HOUR)
        backend.attempts.record(attempt())
        own.rollback()

    assert total(backend.counters, "key", at=AT, window=HOUR) == 2
    assert backend.attempts.by_reference("REF") == attempt()
    backend.close()


def test_of_several_processes_one_replaces(database):
    others = [SQLBackend(database.url, colour=database.colour) for _ in range(3)]
    database.credentials.add(credential())
    for version in range(1, 20):
        old, new = credential(version=version), credential(version=version + 1)

        answers = [
            answer
            for backend in (database, *others)
            for answer in backend.race(
                lambda _, old=old, new=new: call("credentials", "replace", old, new)
            )
        ]

        assert [answer for answer in answers if answer is not False] == [True]
    for backend in others:
        backend.close()


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


def test_an_attempt_kept_before_there_were_details_is_read(database):
    database.attempts.record(values.ATTEMPTS[1])
    run(database, "UPDATE securelogin_attempts SET details = NULL")

    found = database.attempts.by_reference("full")

    assert found == replace(values.ATTEMPTS[1], preflight=None)


@contextmanager
def giving_in(backend: SQLBackend, times: int) -> Iterator[None]:
    """Let so many statements fail as a deadlock does, in one of PostgreSQL's words."""
    engine = getattr(backend.store._engine, "sync_engine", backend.store._engine)
    left = [times]

    class Deadlock(Exception):
        sqlstate = "40P01"

    def fail(*_: object) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise sa.exc.DBAPIError("", {}, Deadlock())

    sa.event.listen(engine, "before_cursor_execute", fail)
    yield
    sa.event.remove(engine, "before_cursor_execute", fail)


def test_who_gave_in_to_another_begins_again(database):
    with giving_in(database, 7):
        assert database.credentials.add(credential()) is True

    assert database.credentials.get(AccountId("ann")) == credential()


def test_who_always_gives_in_is_unavailable(database):
    with giving_in(database, 8), pytest.raises(Unavailable, match="Deadlock"):
        database.credentials.add(credential())

    assert database.credentials.get(AccountId("ann")) is None
