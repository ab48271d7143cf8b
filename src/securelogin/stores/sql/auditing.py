"""Statements of the audit trail.

Each reads as many rows as it returns, or a few for each chain: a trail is long, and a
worker that starts asks for its heads.
"""

from __future__ import annotations

from sqlalchemy import (
    Delete,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import Insert

from securelogin.stores.sql.dialects import Differences, differences_of
from securelogin.stores.sql.tables import Tables

__all__ = ["AuditStatements"]


class AuditStatements:
    """How to append, read, shorten and erase, for one set of tables."""

    def __init__(self, tables: Tables, /, *, dialect: str) -> None:
        table, differ = tables.audit, differences_of(dialect)
        # A batch is one transaction, and a writer's chain is its own: where one record
        # is there already, all of them are. MariaDB says so by an error.
        self.append: Insert = differ.if_free(table)
        self.page: Select[tuple[object, ...]] = _page(table, differ)
        self.heads: Select[tuple[object, ...]] = _heads(table, differ)
        self.oldest: Select[tuple[object, ...]] = _oldest(table)
        self.purge: Delete = delete(table).where(
            table.c.chain == bindparam("chain_"),
            table.c.number.in_(bindparam("taken", expanding=True)),
        )
        self.erase: Update = _erase(table)


def _page(table: Table, differ: Differences) -> Select[tuple[object, ...]]:
    columns = table.c.chain, table.c.number
    place = (
        bindparam("chain_", type_=table.c.chain.type),
        bindparam("number_", type_=table.c.number.type),
    )
    return (
        select(*table.c)
        .where(differ.follows(columns, place))
        .order_by(table.c.chain, table.c.number)
        .limit(bindparam("most"))
    )


def _heads(table: Table, differ: Differences) -> Select[tuple[object, ...]]:
    chains = differ.each(table.c.chain).subquery("chains")
    written = table.alias("written")
    # Within a chain time never goes back: the last one by time is the last by number.
    last = (
        select(written.c.number)
        .where(written.c.chain == chains.c.value)
        .where(written.c.written_at < bindparam("before"))
        .order_by(written.c.written_at.desc(), written.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    ends = select(chains.c.value.label("chain"), last.label("number")).subquery("ends")
    return (
        select(*table.c)
        .join(
            ends,
            and_(ends.c.chain == table.c.chain, ends.c.number == table.c.number),
        )
        .order_by(table.c.written_at.desc(), table.c.chain)
        .limit(bindparam("most"))
    )


def _oldest(table: Table) -> Select[tuple[object, ...]]:
    return (
        select(table.c.number)
        .where(table.c.chain == bindparam("chain_"))
        .where(table.c.number <= bindparam("through"))
        .order_by(table.c.number)
        .limit(bindparam("most"))
    )


def _erase(table: Table) -> Update:
    # As `AuditRecord.erased` (AuditRetentionContract: both blank the same).
    return (
        update(table)
        .where(
            or_(
                table.c.account == bindparam("whose"),
                table.c.subject.in_(bindparam("subjects", expanding=True)),
            )
        )
        .values(subject="", person="")
    )
