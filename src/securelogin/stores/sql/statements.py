"""Every statement there is, built once for a store when it is wired.

One verb is one statement, and so one durable transaction: nobody has to hold a lock
between reading and writing. What decides a race stands in the statement itself: a
unique key (`add`), the version that was read (`replace`), the window that is open
(`hit`), the lease that has ended (`lease`). Only an account is written together with
its address rows, in one short transaction; and MariaDB's lease is one.

Values are bound, never written into the text (ASVS 1.2.4). What differs between
databases is in `dialects`.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.dml import Insert, ReturningInsert

from securelogin.addresses import NO_TENANT
from securelogin.mail import DEAD_STATES, OrderState
from securelogin.sessions import MOST_HELD
from securelogin.stores.relational.clearing import MOST_CLEARED
from securelogin.stores.relational.credential_rows import BLANKS
from securelogin.stores.sql.dialects import Assignments, Columns, differences_of
from securelogin.stores.sql.tables import Tables
from securelogin.stores.sql.versions import NEWEST

__all__ = ["HIT_AT_ONCE", "RESET_AT_ONCE", "Keyed", "Statements", "is_of_person"]

HIT_AT_ONCE = 4
"""So many counters are counted by one statement: all of one attempt."""

RESET_AT_ONCE = 4
"""So many counters are forgotten by one statement: all of one address."""

_MOST_FOUND = 100
_MOST_ABOUT = 20


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
        self._differ = differences_of(dialect)
        self.create: tuple[Executable, ...] = (
            *self._differ.first,
            *_making(tables),
            _stamp(tables.version),
        )
        self.version: Select[Any] = select(tables.version.c.version_num)
        self.accounts: Keyed = self._keyed(tables.accounts, "id")
        self.credentials: Keyed = self._keyed(tables.credentials, "account")
        self.links: Keyed = self._keyed(tables.links, "id")
        self.sessions: Keyed = self._keyed(tables.sessions, "digest")
        self.orders: Keyed = self._keyed(tables.outbox, "id")
        self._of_addresses(tables)
        self._of_credentials(tables.credentials)
        self._of_logins(tables)
        self._of_sessions(tables)
        self._of_counters(tables.counters)
        self._of_attempts(tables.attempts)
        self._of_orders(tables.outbox)

    def _if_free(self, table: Table) -> Insert:
        return _counted(self._differ.if_free(table))

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

    def _of_logins(self, tables: Tables) -> None:
        accounts, addresses = tables.accounts, tables.addresses
        credentials, links = tables.credentials, tables.links
        asked = select(literal_column("1").label("one")).subquery("asked")

        def wanted(name: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
            # By way of `asked`: SQLAlchemy warns of tables that nothing joins, and for
            # MariaDB takes a bound value for nothing.
            given = bindparam(name, type_=column.type)
            return column == case((asked.c.one == literal_column("1"), given))

        is_held = wanted("key", addresses.c.key)
        # One row whatever there is; `joined.login_rows_of` reads it.
        self.login: Select[Any] = select(
            case((is_held, addresses.c.account)),
            *accounts.c,
            *(_never_null(column) for column in credentials.c),
            *links.c,
        ).select_from(
            asked.outerjoin(
                addresses,
                and_(
                    wanted("tenant", addresses.c.tenant),
                    addresses.c.key == _nearest(addresses),
                ),
            )
            .outerjoin(accounts, accounts.c.id == addresses.c.account)
            .outerjoin(credentials, credentials.c.account == addresses.c.account)
            .outerjoin(links, wanted("link", links.c.id))
        )

    def _of_sessions(self, tables: Tables) -> None:
        table, accounts, credentials = (
            tables.sessions,
            tables.accounts,
            tables.credentials,
        )
        self.held_by: Select[Any] = (
            select(*_columns(table))
            .where(table.c.account == bindparam("holder"))
            .where(table.c.ended_at.is_(None))
            .order_by(table.c.began_at.desc(), table.c.seq.desc())
            .limit(MOST_HELD)
        )
        # `get`, with more in its row; `joined.session_rows_of` reads it.
        self.session: Select[Any] = self.sessions.get.add_columns(
            credentials.c.generation, *accounts.c
        ).select_from(
            table.outerjoin(accounts, accounts.c.id == table.c.account).outerjoin(
                credentials, credentials.c.account == table.c.account
            )
        )

    def _of_counters(self, table: Table) -> None:
        open_ = table.c.until > bindparam("now")
        self.hits: dict[int, ReturningInsert[Any]] = {
            count: self._hit(table, open_, count) for count in range(1, HIT_AT_ONCE + 1)
        }
        self.reset: Delete = delete(table).where(
            table.c.key.in_([bindparam(f"key_{n}") for n in range(RESET_AT_ONCE)])
        )
        ended = table.c.until <= bindparam("now")
        self.clear_ended: Executable = self._differ.clear(table, ended, MOST_CLEARED)
        # Two statements: as one, MariaDB would read the whole table.
        self.edge: Select[Any] = (
            select(table.c.until)
            .order_by(table.c.until)
            .limit(1)
            .offset(bindparam("most"))
        )
        # What ends last is what made-up addresses have left lately: see `clearing`.
        self.clear_surplus: Delete = delete(table).where(
            table.c.until >= bindparam("now")
        )

    def _hit(
        self, table: Table, open_: ColumnElement[bool], count: int
    ) -> ReturningInsert[Any]:
        def counted(new: Columns) -> Assignments:
            # order matters: MariaDB assigns from left to right, so the total has to
            # look at `until` before that is written (CountersContract: the law of
            # windows).
            return [
                ("total", case((open_, table.c.total + 1), else_=1)),
                ("until", case((open_, table.c.until), else_=new["until"])),
            ]

        rows = [
            {"key": bindparam(f"key_{n}"), "total": 1, "until": bindparam(f"end_{n}")}
            for n in range(count)
        ]
        return self._differ.or_update(table, rows, counted).returning(
            table.c.key, table.c.total
        )

    def _of_attempts(self, table: Table) -> None:
        self.record_attempt: Insert = _counted(insert(table))
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
                is_of_person(
                    table,
                    # At no portal's URL people type what they type at their own.
                    at=table.c.tenant.in_([bindparam("of_tenant"), NO_TENANT]),
                )
            )
            # As `AttemptRecord.erased` (AttemptErasureContract: both blank the same).
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
        self.lease: tuple[Executable, ...] = self._differ.lease(table, _is_due(table))
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
        # By the index on their state: there are few of them among all that were sent.
        dead: Select[Any] = (
            select(*_columns(table))
            .where(table.c.state.in_(sorted(state.value for state in DEAD_STATES)))
            .where(table.c.settled_at < bindparam("before"))
            .order_by(table.c.settled_at.desc(), table.c.seq.desc())
            .limit(_MOST_ABOUT)
        )
        self.dead: dict[bool, Select[Any]] = {
            False: dead,
            True: dead.where(table.c.tenant == bindparam("of_tenant")),
        }


def is_of_person(table: Table, /, *, at: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return what is true of rows that name an account, or an address it has had.

    Args:
        at: what is true of rows whose addresses are of `of_tenant`.
    """
    return or_(
        table.c.account == bindparam("whose"),
        and_(
            at,
            table.c.lookup.in_(bindparam("lookups", expanding=True)),
        ),
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


def _nearest(addresses: Table) -> ColumnElement[str]:
    """Return the key that is asked for or, where nobody holds it, somebody else's.

    So a row is fetched for every address: none would come some microseconds sooner. It
    is the next one in order, which an index finds as fast, or the last of all.
    """
    others = addresses.alias("others")
    in_tenant = others.c.tenant == bindparam("tenant")
    next_one = select(func.min(others.c.key)).where(
        in_tenant, others.c.key >= bindparam("key")
    )
    last = select(func.max(others.c.key)).where(in_tenant)
    return func.coalesce(next_one.scalar_subquery(), last.scalar_subquery())


def _never_null(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column of a credential, or what stands for NULL in it.

    SQLite hands over a row that lacks passwords 2 µs sooner than one that has them.
    """
    blank = BLANKS.get(str(column.key))
    if blank is None:
        return column
    return func.coalesce(column, literal_column(repr(blank))).label(column.key)


def _making(tables: Tables) -> Iterator[Executable]:
    for table in tables.in_order:
        yield CreateTable(table, if_not_exists=True)
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield CreateIndex(index, if_not_exists=True)


def _stamp(table: Table) -> Insert:
    """Note the version of what was just made, where none is noted yet."""
    return insert(table).from_select(
        ["version_num"], select(literal(NEWEST)).where(~exists(select(table)))
    )


def _columns(table: Table) -> list[ColumnElement[Any]]:
    return [column for column in table.c if column.name != "seq"]


def _counted(statement: Insert) -> Insert:
    # Inline: nobody asks for the number that a row has got.
    return statement.inline().execution_options(preserve_rowcount=True)


def _is_due(table: Table) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.state == OrderState.WAITING.value,
        table.c.due_at <= bindparam("now"),
        or_(table.c.leased_until.is_(None), table.c.leased_until <= bindparam("now")),
    )
