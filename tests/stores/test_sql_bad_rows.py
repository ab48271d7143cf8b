"""Rows of the database store that have gone bad, or are older than a column."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from securelogin import AdapterError
from securelogin.accounts import AccountId
from securelogin.testing import values
from securelogin.testing.values import account, credential, link, session
from tests.stores.sqlite_files import CANARY, READS, file_of, locals_of, run

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
    ("table", "change"),
    [
        ("accounts", "status = 'unknown'"),
        ("credentials", "must_change = 2"),
        ("links", "until = 1 << 62"),
    ],
)
def test_F36_what_is_read_at_once_is_not_guessed_at_either(database, table, change):
    one = account()
    database.accounts.add(one)
    database.credentials.add(credential(one.id, password_hash=CANARY))
    database.links.add(link())
    run(database, f"UPDATE securelogin_{table} SET {change}")  # noqa: S608 -- ours

    with pytest.raises(AdapterError, match="a stored row is malformed") as caught:
        database.login_reads.read(one.key, AccountId("nobody"), link().id)

    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert caught.value.verb == "read"
    assert CANARY not in locals_of(caught.value, files="/stores/sql/")


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("sessions", "until = 1 << 62"),
        ("accounts", "status = 'unknown'"),
        ("accounts", "aliases = 'none'"),
    ],
)
def test_F36_a_session_that_is_read_at_once_is_not_guessed_at(database, table, change):
    one = account()
    database.accounts.add(one)
    database.sessions.add(session(account=one.id, user_agent=CANARY))
    run(database, f"UPDATE securelogin_{table} SET {change}")  # noqa: S608 -- ours

    with pytest.raises(AdapterError, match="a stored row is malformed") as caught:
        database.session_reads.read(session().digest)

    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert caught.value.verb == "read"
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


def test_an_attempt_kept_before_there_were_details_is_read(database):
    database.attempts.record(values.ATTEMPTS[1])
    run(database, "UPDATE securelogin_attempts SET details = NULL")

    found = database.attempts.by_reference("full")

    assert found == replace(values.ATTEMPTS[1], preflight=None)
