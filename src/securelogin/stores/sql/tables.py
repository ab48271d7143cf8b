"""The tables, to be created by the store or put into an application's own MetaData.

Chosen so that a database can only compare as the library does, and orders what it keeps
exactly as Python would:

- Text is compared byte for byte: see `texts`.
- A time is a whole number of microseconds since 1970-01-01 UTC. No database's own
  type keeps zone, precision *and* order on all three: SQLite has none, MariaDB has no
  zone and cuts microseconds unless told otherwise, drivers return what they like.
- A short list is compact JSON in a text column; nothing is ever searched inside one.
- In SQLite the tables are STRICT: a number cannot lie in a text column.

Not in here: migrations, and any statement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
)
from sqlalchemy.types import TypeEngine

from securelogin.errors import WiringError
from securelogin.stores.sql.texts import exact_text, list_text

__all__ = ["Tables", "make_tables"]

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,31}", re.ASCII)


_ID = exact_text(64)
_TENANT = exact_text(64)
_ADDRESS = exact_text(320)
_HASH = exact_text(512)
_WORD = exact_text(32)
_LIST = list_text()
# Only a column of exactly this type takes the place of SQLite's own row number.
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")
_TIME = _NUMBER
_FLAG = SmallInteger().with_variant(Integer(), "sqlite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The nine tables of one store, and a tenth that holds their version."""

    accounts: Table
    addresses: Table
    credentials: Table
    links: Table
    sessions: Table
    counters: Table
    attempts: Table
    outbox: Table
    audit: Table
    version: Table

    @property
    def in_order(self) -> tuple[Table, ...]:
        """All of them, each after those it refers to."""
        return (
            self.accounts,
            self.addresses,
            self.credentials,
            self.links,
            self.sessions,
            self.counters,
            self.attempts,
            self.outbox,
            self.audit,
            self.version,
        )


def make_tables(
    metadata: MetaData | None = None,
    /,
    *,
    prefix: str = "securelogin_",
    schema: str | None = None,
) -> Tables:
    """Declare the tables in *metadata*, or in one of their own.

    Give an application's own MetaData, so that its migrations know these tables too;
    prefix and schema have to be those the store is given.

    Raises:
        WiringError: the prefix cannot begin a table's name.
    """
    if _NAME.fullmatch(prefix) is None:
        raise WiringError(
            "the prefix of the tables is no name.",
            setting="prefix",
            cure="Use up to 32 of a-z, 0-9 and _, such as securelogin_.",
        )
    make = _Maker(metadata if metadata is not None else MetaData(), prefix, schema)
    accounts = make.table("accounts", _accounts())
    return Tables(
        accounts=accounts,
        addresses=make.table("addresses", _addresses(accounts)),
        credentials=make.table("credentials", _credentials()),
        links=make.table("links", _links()),
        sessions=make.table("sessions", _sessions()),
        counters=make.table("counters", _counters()),
        attempts=make.table("attempts", _attempts()),
        outbox=make.table("outbox", _outbox()),
        audit=make.table("audit", _audit()),
        version=make.version(),
    )


_FOUND_BY: dict[str, list[tuple[str, ...]]] = {
    "accounts": [],
    "addresses": [("account",)],
    "credentials": [("temporary_until",)],
    "links": [("until",), ("recipient",), ("sender_key", "tenant")],
    "sessions": [("account", "began_at"), ("until",)],
    "counters": [("until",)],
    "attempts": [
        ("reference",),
        # The look-up key goes first: erasing a person asks for it in any tenant.
        ("lookup", "tenant", "at"),
        ("account",),
        ("at",),
        ("tenant", "at"),
        ("ip", "tenant", "at"),
    ],
    "outbox": [
        ("state", "due_at"),
        ("account", "at"),
        ("lookup", "lookup_tenant", "at"),
        ("settled_at",),
    ],
    "audit": [("chain", "written_at", "number"), ("account",), ("subject",)],
}
"""The indexes of each table, besides its key."""


@dataclass(frozen=True, slots=True)
class _Maker:
    metadata: MetaData
    prefix: str
    schema: str | None

    def table(self, name: str, columns: list[Column[Any]]) -> Table:
        table = Table(
            f"{self.prefix}{name}",
            self.metadata,
            *columns,
            schema=self.schema,
            sqlite_strict=True,
            # Any other engine knows no transactions. Under `mariadb:` URLs, SQLAlchemy
            # passes over what is said to `mysql`.
            mariadb_engine="InnoDB",
            mariadb_default_charset="utf8mb4",
            mariadb_collate="utf8mb4_nopad_bin",
            mysql_engine="InnoDB",
            mysql_default_charset="utf8mb4",
            mysql_collate="utf8mb4_nopad_bin",
        )
        for names in _FOUND_BY[name]:
            Index(
                f"{self.prefix}{name}_by_{names[0]}", *(table.c[part] for part in names)
            )
        return table

    def version(self) -> Table:
        # To the letter what Alembic makes where there is none, so that it does not
        # matter who was first.
        name = f"{self.prefix}version"
        return Table(
            name,
            self.metadata,
            Column("version_num", String(32), nullable=False),
            PrimaryKeyConstraint("version_num", name=f"{name}_pkc"),
            schema=self.schema,
        )


def _column(name: str, kind: TypeEngine[Any], /) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _maybe(name: str, kind: TypeEngine[Any], /) -> Column[Any]:
    return Column(name, kind, nullable=True)


def _key(name: str, kind: TypeEngine[Any], /) -> Column[Any]:
    return Column(name, kind, primary_key=True)


def _sequence() -> Column[Any]:
    """Return the order in which rows were stored, where times may be equal."""
    # In PostgreSQL: who may insert needs no right on a sequence besides.
    return Column("seq", _NUMBER, Identity(), primary_key=True, autoincrement=True)


def _accounts() -> list[Column[Any]]:
    return [
        _key("id", _ID),
        _column("tenant", _TENANT),
        _column("audience", _WORD),
        _column("address", _ADDRESS),
        _column("aliases", _LIST),
        _column("status", _WORD),
        _column("language", _ID),
        _maybe("change_id", _ID),
        _maybe("change_address", _ADDRESS),
        _maybe("change_until", _TIME),
        _maybe("change_confirmed", _LIST),
        _column("version", _NUMBER),
    ]


def _addresses(accounts: Table) -> list[Column[Any]]:
    """Return one row for each key: the primary key keeps it with one account."""
    return [
        _key("tenant", _TENANT),
        _key("key", _ADDRESS),
        Column("account", _ID, ForeignKey(accounts.c.id), nullable=False),
    ]


def _credentials() -> list[Column[Any]]:
    # No foreign key: the account may be a row of the portal's own user table.
    return [
        _key("account", _ID),
        _maybe("password_hash", _HASH),
        _maybe("temporary_hash", _HASH),
        _maybe("temporary_fingerprint", _ID),
        _maybe("temporary_mark", _ID),
        _maybe("temporary_issued_at", _TIME),
        _maybe("temporary_until", _TIME),
        _column("dead", _LIST),
        _column("browsers", _LIST),
        _column("must_change", _FLAG),
        _maybe("changed_at", _TIME),
        _column("generation", _NUMBER),
        _column("version", _NUMBER),
    ]


def _links() -> list[Column[Any]]:
    return [
        _key("id", _ID),
        _column("tenant", _TENANT),
        _column("recipient", _ID),
        _column("address_tenant", _TENANT),
        _column("address", _ADDRESS),
        _column("message", exact_text(128)),
        _column("sender", _ADDRESS),
        _column("sender_key", _ADDRESS),
        _column("issued_at", _TIME),
        _column("until", _TIME),
        _maybe("recalled_at", _TIME),
        _column("version", _NUMBER),
    ]


def _sessions() -> list[Column[Any]]:
    return [
        _sequence(),
        Column("digest", exact_text(128), nullable=False, unique=True),
        _column("account", _ID),
        _column("tenant", _TENANT),
        _column("generation", _NUMBER),
        _column("began_at", _TIME),
        _column("seen_at", _TIME),
        _column("until", _TIME),
        _column("browser", exact_text(128)),
        _column("user_agent", exact_text(512)),
        _column("ip", _ID),
        _maybe("ended_at", _TIME),
        _column("version", _NUMBER),
    ]


def _counters() -> list[Column[Any]]:
    return [
        _key("key", exact_text(64)),
        _column("total", _NUMBER),
        _column("until", _TIME),
    ]


def _attempts() -> list[Column[Any]]:
    return [
        _sequence(),
        _column("reference", _ID),
        _column("at", _TIME),
        _column("operation", _WORD),
        _column("causes", _LIST),
        _column("tenant", _TENANT),
        _column("portal", exact_text(512)),
        _column("url", exact_text(512)),
        _column("lookup", _ADDRESS),
        _column("typed", _ADDRESS),
        _maybe("account", _ID),
        _maybe("link", _ID),
        _maybe("form", _WORD),
        _column("ip", _ID),
        _column("user_agent", exact_text(512)),
        _maybe("device_time", _TIME),
        _column("hits", _LIST),
        _column("note", exact_text(512)),
        # A JSON object of what is seldom known; NULL in rows older than it.
        _maybe("details", _LIST),
    ]


def _outbox() -> list[Column[Any]]:
    return [
        _sequence(),
        Column("id", _ID, nullable=False, unique=True),
        _column("kind", _WORD),
        _column("tenant", _TENANT),
        _column("at", _TIME),
        _column("due_at", _TIME),
        _maybe("account", _ID),
        _maybe("lookup_tenant", _TENANT),
        _maybe("lookup", _ADDRESS),
        _column("portal", exact_text(512)),
        _maybe("link", _ID),
        _maybe("side", _WORD),
        _maybe("change", _ID),
        _column("mark", _ID),
        _column("state", _WORD),
        _column("tries", _NUMBER),
        _maybe("leased_until", _TIME),
        _maybe("settled_at", _TIME),
        _column("detail", exact_text(512)),
        _column("version", _NUMBER),
    ]


def _audit() -> list[Column[Any]]:
    return [
        _key("chain", _ID),
        # Given by the writer, never by the database.
        Column("number", _NUMBER, primary_key=True, autoincrement=False),
        _column("written_at", _TIME),
        _column("kind", _ID),
        _column("tenant", _TENANT),
        _maybe("account", _ID),
        _column("subject", _ID),
        _column("facts", _LIST),
        _column("person", _LIST),
        _column("commitment", _ID),
        _column("previous", _ID),
        _column("seal", _ID),
    ]
