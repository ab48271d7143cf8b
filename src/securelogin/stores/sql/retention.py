"""Statements that purge and erase: bounded, and each by an index.

A purge finds a batch of keys, longest over first, and deletes those. It asks twice: a
row that was written meanwhile and is not over any more stays. In one statement MariaDB
would look the batch up anew for each row of the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Executable,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.sql.dml import Update

from securelogin.addresses import ERASED, NO_TENANT
from securelogin.retention import Kept
from securelogin.stores.sql.statements import is_of_person
from securelogin.stores.sql.tables import Tables

__all__ = ["RetentionStatements"]


@dataclass(frozen=True, slots=True)
class _Ending:
    """A table, its key, and the column that says when a row is over."""

    table: Table
    key: Column[Any]
    ended: Column[Any]

    @property
    def over(self) -> ColumnElement[bool]:
        # NULL is before nothing: what has no end is never over.
        return self.ended < bindparam("before")

    @property
    def longest_over(self) -> Select[Any]:
        return (
            select(self.key)
            .where(self.over)
            .order_by(self.ended)
            .limit(bindparam("most"))
        )

    @property
    def chosen(self) -> ColumnElement[bool]:
        return and_(self.key.in_(bindparam("taken", expanding=True)), self.over)


class RetentionStatements:
    """How to count, delete and erase, for one set of tables."""

    def __init__(self, tables: Tables, /) -> None:
        endings = {
            Kept.SESSIONS: _of(tables.sessions, "seq", "until"),
            Kept.COUNTERS: _of(tables.counters, "key", "until"),
            Kept.LINKS: _of(tables.links, "id", "until"),
            Kept.ATTEMPTS: _of(tables.attempts, "seq", "at"),
            Kept.MAILS: _of(tables.outbox, "seq", "settled_at"),
            Kept.TEMPORARIES: _of(tables.credentials, "account", "temporary_until"),
        }
        self.overdue: dict[Kept, Executable] = {
            kept: select(func.count()).select_from(ending.table).where(ending.over)
            for kept, ending in endings.items()
        }
        self.longest_over: dict[Kept, Executable] = {
            kept: ending.longest_over for kept, ending in endings.items()
        }
        self.purge: dict[Kept, Executable] = {
            kept: delete(ending.table).where(ending.chosen)
            for kept, ending in endings.items()
        }
        credentials = tables.credentials
        # As `Credential.without_temporary` (PurgeContract: the credential stays).
        self.purge[Kept.TEMPORARIES] = (
            update(credentials)
            .where(endings[Kept.TEMPORARIES].chosen)
            .values(
                temporary_hash=None,
                temporary_fingerprint=None,
                temporary_mark=None,
                temporary_issued_at=None,
                temporary_until=None,
                version=credentials.c.version + 1,
            )
        )
        self.erase_account: tuple[Update, ...] = (
            _erased(tables.sessions, "account", browser="", user_agent="", ip=""),
            _erased(tables.links, "recipient", address=""),
        )
        self.erase_sender: Update = self._of_senders(tables.links)
        self.erase_orders: Update = self._of_orders(tables.outbox)

    def _of_senders(self, table: Table) -> Update:
        # As `RecipientLink.without_sender` (ErasureContract: both blank the same).
        return (
            update(table)
            .where(table.c.tenant == bindparam("of_tenant"))
            .where(table.c.sender_key.in_(bindparam("lookups", expanding=True)))
            .values(
                sender=ERASED.text,
                sender_key=ERASED.key(NO_TENANT).value,
                version=table.c.version + 1,
            )
        )

    def _of_orders(self, table: Table) -> Update:
        return (
            update(table)
            .where(
                is_of_person(table, at=table.c.lookup_tenant == bindparam("of_tenant"))
            )
            .values(lookup=None, lookup_tenant=None, version=table.c.version + 1)
        )


def _of(table: Table, key: str, ended: str) -> _Ending:
    return _Ending(table, table.c[key], table.c[ended])


def _erased(table: Table, owner: str, **blanks: str) -> Update:
    # As `erased()` of the value (ErasureContract: both blank the same).
    return (
        update(table)
        .where(table.c[owner] == bindparam("whose"))
        .values(version=table.c.version + 1, **blanks)
    )
