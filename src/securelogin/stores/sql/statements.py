"""Every statement there is, built once for a store when it is wired.

One verb is one statement, and so one durable transaction: nobody has to hold a lock
between reading and writing. What decides a race stands in the statement itself: a
unique key (`add`), the version that was read (`replace`), the window that is open
(`hit`), the lease that has ended (`lease`). Only an account is written together with
its address rows, in one short transaction.

Values are bound, never written into the text (ASVS 1.2.4). What differs between
databases is how one inserts without an error if the key is taken; it is in `_INSERTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Delete,
    Executable,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.dml import Insert, ReturningInsert, ReturningUpdate

from securelogin.errors import WiringError
from securelogin.mail import OrderState
from securelogin.stores.sql.tables import Tables

__all__ = ["HIT_AT_ONCE", "MOST_COUNTERS", "RESET_AT_ONCE", "Keyed", "Statements"]

MOST_COUNTERS = 1_000_000
"""So many counters are kept at most, give or take what comes between two clearances."""

HIT_AT_ONCE = 4
"""So many counters are counted by one statement: all of one attempt."""

RESET_AT_ONCE = 4
"""So many counters are forgotten by one statement: all of one address."""

_MOST_CLEARED = 256
_MOST_FOUND = 100
_MOST_ABOUT = 20
_INSERTS: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert}


@dataclass(frozen=True, slots=True)
class Keyed:
    """`get`, `add` and `replace` for a table with a key and a version."""

    get: Select[Any]
    add: Insert
    replace: Update


class Statements:
    """All statements for one set of tables in one kind of database.

    Raises:
        WiringError: it is a kind of database they are not written for.
    """

    def __init__(self, tables: Tables, /, *, dialect: str) -> None:
        if dialect not in _INSERTS:
            raise WiringError(
                f"there are no statements for {dialect}.",
                setting="store",
                cure=f"Use one of: {', '.join(_INSERTS)}.",
            )
        self._insert = _INSERTS[dialect]
        self.create = tuple(_making(tables))
        self.accounts = self._keyed(tables.accounts, "id")
        self.credentials = self._keyed(tables.credentials, "account")
        self.links = self._keyed(tables.links, "id")
        self.sessions = self._keyed(tables.sessions, "digest")
        self.orders = self._keyed(tables.outbox, "id")
        self._of_addresses(tables)
        self._of_credentials(tables.credentials)
        self._of_sessions(tables.sessions)
        self._of_counters(tables.counters)
        self._of_attempts(tables.attempts)
        self._of_orders(tables.outbox)

    def _if_free(self, table: Table) -> Insert:
        statement: Insert = self._insert(table).on_conflict_do_nothing()
        return statement

    def _keyed(self, table: Table, key: str) -> Keyed:
        columns = _columns(table)
        return Keyed(
            get=select(*columns).where(table.c[key] == bindparam("wanted")),
            add=self._if_free(table),
            replace=update(table)
            .where(table.c[key] == bindparam("old_key"))
            .where(table.c.version == bindparam("old_version"))
            .values(
                {
                    column.name: bindparam(column.name)
                    for column in columns
                    if column.name != key
                }
            ),
        )

    def _of_addresses(self, tables: Tables) -> None:
        accounts, addresses = tables.accounts, tables.addresses
        self.holder: Select[Any] = (
            select(*accounts.c)
            .join(addresses, addresses.c.account == accounts.c.id)
            .where(addresses.c.tenant == bindparam("tenant"))
            .where(addresses.c.key == bindparam("key"))
        )
        self.take_address: Insert = self._if_free(addresses)
        self.free_addresses: Delete = delete(addresses).where(
            addresses.c.account == bindparam("holder")
        )

    def _of_credentials(self, table: Table) -> None:
        # Ids are random: the first by the primary key are a fair sample.
        self.sample: Select[Any] = (
            select(table.c.password_hash)
            .where(table.c.password_hash.is_not(None))
            .order_by(table.c.account)
            .limit(bindparam("most"))
        )

    def _of_sessions(self, table: Table) -> None:
        self.held_by: Select[Any] = (
            select(*_columns(table))
            .where(table.c.account == bindparam("holder"))
            .order_by(table.c.began_at.desc(), table.c.seq.desc())
            .limit(_MOST_FOUND)
        )

    def _of_counters(self, table: Table) -> None:
        open_ = table.c.until > bindparam("now")
        # Order matters: MariaDB assigns from left to right, so the total has to look
        # at `until` before that is written (tests/stores: the law of windows).
        self.hits: dict[int, ReturningInsert[Any]] = {
            count: self._hit(table, open_, count) for count in range(1, HIT_AT_ONCE + 1)
        }
        self.reset: Delete = delete(table).where(
            table.c.key.in_([bindparam(f"key_{n}") for n in range(RESET_AT_ONCE)])
        )
        ended = table.c.until <= bindparam("now")
        # Asked twice: a window opened anew between the two has to stay.
        self.clear_ended: Delete = delete(table).where(
            table.c.key.in_(
                _through(select(table.c.key).where(ended).limit(_MOST_CLEARED))
            ),
            ended,
        )
        self.clear_surplus: Delete = delete(table).where(
            table.c.key.in_(
                _through(
                    select(table.c.key)
                    .order_by(table.c.until.desc())
                    .offset(bindparam("most"))
                )
            )
        )

    def _hit(
        self, table: Table, open_: ColumnElement[bool], count: int
    ) -> ReturningInsert[Any]:
        inserted = self._insert(table).values(
            [
                {
                    "key": bindparam(f"key_{n}"),
                    "total": 1,
                    "until": bindparam(f"end_{n}"),
                }
                for n in range(count)
            ]
        )
        # Order matters: MariaDB assigns from left to right, so the total has to look
        # at `until` before that is written (securelogin.testing: the law of windows).
        counted: ReturningInsert[Any] = inserted.on_conflict_do_update(
            index_elements=[table.c.key],
            set_={
                "total": case((open_, table.c.total + 1), else_=1),
                "until": case((open_, table.c.until), else_=inserted.excluded.until),
            },
        ).returning(table.c.key, table.c.total)
        return counted

    def _of_attempts(self, table: Table) -> None:
        self.record_attempt: Insert = self._insert(table)
        self.by_reference: Select[Any] = (
            select(*_columns(table))
            .where(table.c.reference == bindparam("wanted"))
            .order_by(table.c.seq.desc())
            .limit(1)
        )
        # One statement for each choice of what is asked: each has its index.
        self.near: dict[tuple[bool, bool], Select[Any]] = {
            (by_key, by_source): _in_span(table, by_key=by_key, by_source=by_source)
            for by_key in (False, True)
            for by_source in (False, True)
        }
        self.erase: Update = (
            update(table)
            .where(
                or_(
                    table.c.account == bindparam("whose"),
                    and_(
                        table.c.tenant == bindparam("of_tenant"),
                        table.c.lookup.in_(bindparam("lookups", expanding=True)),
                    ),
                )
            )
            # As `AttemptRecord.erased` (tests/stores: both blank the same).
            .values(
                url="",
                lookup="",
                typed="",
                ip="",
                user_agent="",
                device_time=None,
                note="",
                details=None,
            )
        )

    def _of_orders(self, table: Table) -> None:
        due = _is_due(table)
        next_ones = (
            select(table.c.id)
            .where(*due)
            .order_by(table.c.due_at, table.c.seq)
            .limit(bindparam("most"))
            # Passed over by SQLite, where one statement writes at a time.
            .with_for_update(skip_locked=True)
        )
        self.lease: ReturningUpdate[Any] = (
            update(table)
            # Asked twice: what another courier has taken between the two is theirs.
            .where(table.c.id.in_(next_ones), *due)
            .values(leased_until=bindparam("end"), version=table.c.version + 1)
            .returning(*_columns(table), table.c.seq)
        )
        self.about: Select[Any] = (
            select(*_columns(table))
            .where(
                or_(
                    table.c.account == bindparam("whose"),
                    (table.c.lookup == bindparam("key"))
                    & (table.c.lookup_tenant == bindparam("in_tenant")),
                )
            )
            .order_by(table.c.at.desc(), table.c.seq.desc())
            .limit(_MOST_ABOUT)
        )


def _in_span(table: Table, *, by_key: bool, by_source: bool) -> Select[Any]:
    found = (
        select(*_columns(table))
        .where(table.c.tenant == bindparam("in_tenant"))
        .where(table.c.at >= bindparam("after"))
        .where(table.c.at <= bindparam("before"))
        .order_by(table.c.at.desc(), table.c.seq.desc())
        .limit(_MOST_FOUND)
    )
    if by_key:
        found = found.where(table.c.lookup == bindparam("wanted"))
    if by_source:
        found = found.where(table.c.ip == bindparam("source"))
    return found


def _making(tables: Tables) -> Iterator[Executable]:
    for table in tables.in_order:
        yield CreateTable(table, if_not_exists=True)
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield CreateIndex(index, if_not_exists=True)


def _columns(table: Table) -> list[ColumnElement[Any]]:
    return [column for column in table.c if column.name != "seq"]


def _through(rows: Select[Any]) -> Select[Any]:
    """Return a select from a select: MariaDB has no LIMIT right inside an IN."""
    named = rows.subquery("named")
    return select(*named.c)


def _is_due(table: Table) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.state == OrderState.WAITING.value,
        table.c.due_at <= bindparam("now"),
        or_(table.c.leased_until.is_(None), table.c.leased_until <= bindparam("now")),
    )
