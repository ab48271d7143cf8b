"""What `check` tells of: one line for each thing that is not as the code expects."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from securelogin.errors import WiringError
from securelogin.stores.sql import make_tables, schema


def told(database) -> list[str]:
    return [
        line.removeprefix("securelogin_")
        for line in schema.check(database.url)
        if not line.startswith("the tables are")
    ]


@pytest.fixture
def made(database):
    schema.upgrade(database.url)
    return database


def test_an_empty_database_has_no_table(database):
    first, *missing = schema.check(database.url)

    assert "`securelogin schema upgrade`" in first
    assert len(missing) == 10
    assert "securelogin_accounts: the table is missing" in missing


EVERYWHERE = {
    "ALTER TABLE securelogin_accounts DROP COLUMN language": (
        "accounts: the column language is missing"
    ),
    "ALTER TABLE securelogin_links ADD COLUMN extra INTEGER": (
        "links: the column extra is unknown"
    ),
    "CREATE UNIQUE INDEX once ON securelogin_links (tenant, recipient)": (
        "links: (tenant, recipient) is unique, and should not be"
    ),
    "CREATE INDEX reports ON securelogin_attempts (ip)": None,
    "DROP TABLE securelogin_counters": "counters: the table is missing",
}
CHANGES: dict[str, dict[str, str | None]] = {
    "sqlite": {
        "DROP INDEX securelogin_outbox_by_account": (
            "outbox: there is no index securelogin_outbox_by_account on (account, at)"
        ),
    },
    "postgresql": {
        "DROP INDEX securelogin_outbox_by_account": (
            "outbox: there is no index securelogin_outbox_by_account on (account, at)"
        ),
        "ALTER TABLE securelogin_links ALTER message TYPE TEXT": (
            "links: message is TEXT, not VARCHAR(128)"
        ),
        'ALTER TABLE securelogin_links ALTER tenant TYPE VARCHAR(64) COLLATE "POSIX"': (
            "links: tenant is compared as POSIX, not C"
        ),
        "ALTER TABLE securelogin_links ALTER sender DROP NOT NULL": (
            "links: sender may be NULL"
        ),
        "ALTER TABLE securelogin_links ALTER recalled_at SET NOT NULL": (
            "links: recalled_at may not be NULL"
        ),
        "ALTER TABLE securelogin_links DROP CONSTRAINT securelogin_links_pkey": (
            "links: the primary key is (), not (id)"
        ),
        "ALTER TABLE securelogin_attempts ALTER seq DROP IDENTITY": (
            "attempts: seq does not count by itself"
        ),
        "ALTER TABLE securelogin_sessions"
        " DROP CONSTRAINT securelogin_sessions_digest_key": (
            "sessions: (digest) is not unique"
        ),
        "ALTER TABLE securelogin_addresses"
        " DROP CONSTRAINT securelogin_addresses_account_fkey": (
            "addresses: (account) does not refer to securelogin_accounts"
        ),
    },
    "mariadb": {
        "DROP INDEX securelogin_outbox_by_account ON securelogin_outbox": (
            "outbox: there is no index securelogin_outbox_by_account on (account, at)"
        ),
        "ALTER TABLE securelogin_links MODIFY message TEXT NOT NULL": (
            "links: message is TEXT, not VARCHAR(128)"
        ),
        "ALTER TABLE securelogin_links"
        " MODIFY tenant VARCHAR(64) COLLATE utf8mb4_bin NOT NULL": (
            "links: tenant is compared as utf8mb4_bin, not utf8mb4_nopad_bin"
        ),
        "ALTER TABLE securelogin_links MODIFY sender VARCHAR(320)": (
            "links: sender may be NULL"
        ),
        "ALTER TABLE securelogin_links MODIFY recalled_at BIGINT NOT NULL": (
            "links: recalled_at may not be NULL"
        ),
        "ALTER TABLE securelogin_links DROP PRIMARY KEY": (
            "links: the primary key is (), not (id)"
        ),
        "ALTER TABLE securelogin_attempts MODIFY seq BIGINT NOT NULL": (
            "attempts: seq does not count by itself"
        ),
        "ALTER TABLE securelogin_sessions DROP INDEX digest": (
            "sessions: (digest) is not unique"
        ),
        "ALTER TABLE securelogin_addresses"
        " DROP FOREIGN KEY securelogin_addresses_ibfk_1": (
            "addresses: (account) does not refer to securelogin_accounts"
        ),
        "ALTER TABLE securelogin_credentials ENGINE = MyISAM": (
            "credentials: its engine is MyISAM, not InnoDB"
        ),
    },
}


def test_each_change_is_told_and_nothing_else_and_nothing_is_mended(made):
    changes = {**EVERYWHERE, **CHANGES[made.kind]}
    for change in changes:
        made.run(change)

    expected = sorted(line for line in changes.values() if line is not None)
    assert sorted(told(made)) == expected
    assert sorted(told(made)) == expected


def test_a_sqlite_table_that_is_not_strict_or_folds_case_is_told(file):
    schema.upgrade(file.url)
    file.run("DROP TABLE securelogin_counters")
    file.run(
        "CREATE TABLE securelogin_counters (key TEXT COLLATE NOCASE NOT NULL"
        " PRIMARY KEY, total INTEGER NOT NULL, until INTEGER NOT NULL)"
    )
    file.run(
        "CREATE INDEX securelogin_counters_by_until ON securelogin_counters (until)"
    )

    assert told(file) == [
        "counters: the table is not STRICT",
        "counters: a column is not compared byte for byte",
    ]


def test_alembic_sees_no_difference_either(made):
    metadata = sa.MetaData()
    make_tables(metadata)
    with made.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []


def test_tables_made_from_the_application_s_metadata_can_be_stamped(database):
    metadata = sa.MetaData()
    make_tables(metadata)
    metadata.create_all(database.engine)

    schema.stamp(database.url)

    assert schema.check(database.url) == ()
    assert schema.upgrade(database.url) == ()


def test_tables_that_are_not_as_they_should_be_are_not_stamped(made):
    made.run("UPDATE securelogin_version SET version_num = '0000'")
    made.run("ALTER TABLE securelogin_links ADD COLUMN extra INTEGER")

    with pytest.raises(WiringError, match="links: the column extra is unknown"):
        schema.stamp(made.url)

    assert made.versions() == ["0000"]
