"""The tables of the first release."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alembic.operations import Operations
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Integer,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.types import TypeEngine

from securelogin.stores.sql.migrations.names import Names

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0001"
down_revision = None

_CHARSET = "utf8mb4"
_EXACT = "utf8mb4_nopad_bin"
_MARIADB_TABLE = {
    "engine": "InnoDB",
    "default_charset": _CHARSET,
    "collate": _EXACT,
}
_OPTIONS: dict[str, Any] = {
    "sqlite_strict": True,
    **{f"mysql_{name}": value for name, value in _MARIADB_TABLE.items()},
    **{f"mariadb_{name}": value for name, value in _MARIADB_TABLE.items()},
}


def _text(length: int) -> TypeEngine[str]:
    return (
        String(length)
        .with_variant(sqlite.TEXT(), "sqlite")
        .with_variant(postgresql.VARCHAR(length, collation="C"), "postgresql")
        .with_variant(
            mysql.VARCHAR(length, charset=_CHARSET, collation=_EXACT),
            "mysql",
            "mariadb",
        )
    )


_ID = _TENANT = _text(64)
_ADDRESS = _text(320)
_LONG = _text(512)
_WORD = _text(32)
_DIGEST = _text(128)
_LIST = (
    Text()
    .with_variant(postgresql.TEXT(collation="C"), "postgresql")
    .with_variant(mysql.TEXT(charset=_CHARSET, collation=_EXACT), "mysql", "mariadb")
)
_NUMBER = _TIME = BigInteger().with_variant(Integer(), "sqlite")
_FLAG = SmallInteger().with_variant(Integer(), "sqlite")


def upgrade(op: Operations, names: Names) -> None:
    """Make the tables; those that are there already stay as they are."""
    for name, columns, found_by in (
        ("accounts", _accounts(), ()),
        ("addresses", _addresses(names), (("account",),)),
        ("credentials", _credentials(), (("temporary_until",),)),
        ("links", _links(), (("recipient",), ("sender_key", "tenant"), ("until",))),
        ("sessions", _sessions(), (("account", "began_at"), ("until",))),
        ("counters", _counters(), (("until",),)),
        (
            "attempts",
            _attempts(),
            (
                ("account",),
                ("at",),
                ("ip", "tenant", "at"),
                ("lookup", "tenant", "at"),
                ("reference",),
                ("tenant", "at"),
            ),
        ),
        (
            "outbox",
            _outbox(),
            (
                ("account", "at"),
                ("lookup", "lookup_tenant", "at"),
                ("settled_at",),
                ("state", "due_at"),
            ),
        ),
        (
            "audit",
            _audit(),
            (("account",), ("chain", "written_at", "number"), ("subject",)),
        ),
    ):
        _make(op, names, name, columns, found_by)


def _make(
    op: Operations,
    names: Names,
    name: str,
    columns: Sequence[Column[Any]],
    found_by: Sequence[Sequence[str]],
) -> None:
    table = names.table(name)
    op.create_table(
        table, *columns, schema=names.schema, if_not_exists=True, **_OPTIONS
    )
    for parts in found_by:
        op.create_index(
            f"{table}_by_{parts[0]}",
            table,
            list(parts),
            schema=names.schema,
            if_not_exists=True,
        )


def _column(name: str, kind: TypeEngine[Any], /) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _maybe(name: str, kind: TypeEngine[Any], /) -> Column[Any]:
    return Column(name, kind, nullable=True)


def _key(name: str, kind: TypeEngine[Any], /) -> Column[Any]:
    return Column(name, kind, primary_key=True)


def _once(name: str, kind: TypeEngine[Any], /) -> Column[Any]:
    return Column(name, kind, nullable=False, unique=True)


def _sequence() -> Column[Any]:
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


def _addresses(names: Names) -> list[Column[Any]]:
    return [
        _key("tenant", _TENANT),
        _key("key", _ADDRESS),
        Column(
            "account",
            _ID,
            ForeignKey(names.column("accounts", "id")),
            nullable=False,
        ),
    ]


def _credentials() -> list[Column[Any]]:
    return [
        _key("account", _ID),
        _maybe("password_hash", _LONG),
        _maybe("temporary_hash", _LONG),
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
        _column("message", _DIGEST),
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
        _once("digest", _DIGEST),
        _column("account", _ID),
        _column("tenant", _TENANT),
        _column("generation", _NUMBER),
        _column("began_at", _TIME),
        _column("seen_at", _TIME),
        _column("until", _TIME),
        _column("browser", _DIGEST),
        _column("user_agent", _LONG),
        _column("ip", _ID),
        _maybe("ended_at", _TIME),
        _column("version", _NUMBER),
    ]


def _counters() -> list[Column[Any]]:
    return [
        _key("key", _ID),
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
        _column("portal", _LONG),
        _column("url", _LONG),
        _column("lookup", _ADDRESS),
        _column("typed", _ADDRESS),
        _maybe("account", _ID),
        _maybe("link", _ID),
        _maybe("form", _WORD),
        _column("ip", _ID),
        _column("user_agent", _LONG),
        _maybe("device_time", _TIME),
        _column("hits", _LIST),
        _column("note", _LONG),
        _maybe("details", _LIST),
    ]


def _outbox() -> list[Column[Any]]:
    return [
        _sequence(),
        _once("id", _ID),
        _column("kind", _WORD),
        _column("tenant", _TENANT),
        _column("at", _TIME),
        _column("due_at", _TIME),
        _maybe("account", _ID),
        _maybe("lookup_tenant", _TENANT),
        _maybe("lookup", _ADDRESS),
        _column("portal", _LONG),
        _maybe("link", _ID),
        _maybe("side", _WORD),
        _maybe("change", _ID),
        _column("mark", _ID),
        _column("state", _WORD),
        _column("tries", _NUMBER),
        _maybe("leased_until", _TIME),
        _maybe("settled_at", _TIME),
        _column("detail", _LONG),
        _column("version", _NUMBER),
    ]


def _audit() -> list[Column[Any]]:
    return [
        _key("chain", _ID),
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
