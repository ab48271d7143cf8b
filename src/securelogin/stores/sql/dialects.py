"""What one database says otherwise than the next: some verbs and the lock of `create`.

Everything else in `statements` is the same text for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

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
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.dml import Insert

from securelogin.errors import WiringError

__all__ = ["DRIVERS", "Assignments", "Columns", "Differences", "differences_of"]

Clauses = tuple[ColumnElement[bool], ...]
Columns = ReadOnlyColumnCollection[str, ColumnElement[Any]]
Assignments = list[tuple[str, Any]]
Rows = list[dict[str, Any]]
Then = Callable[[Columns], Assignments]
_Insertion = Callable[[Table], sqlite.Insert | postgresql.Insert]
Pair = tuple[ColumnElement[Any], ColumnElement[Any]]

DRIVERS: dict[str, tuple[str, ...]] = {
    "sqlite": ("pysqlite", "aiosqlite"),
    "postgresql": ("psycopg", "psycopg_async", "asyncpg"),
    "mariadb": ("pymysql", "asyncmy"),
}
"""The kinds of database there are statements for, and drivers that are tested."""

_CREATING = 0x7365637572656C6F
"""The number of PostgreSQL's lock that `create` holds: "securelo", in ASCII."""


class Differences(NamedTuple):
    """How one kind of database is spoken to.

    Attributes:
        if_free: inserts a row, or does nothing if its key is taken. MariaDB's
            `INSERT IGNORE` would hide what else is wrong with it, so there the error
            is the answer: `failures.is_taken`.
        or_update: inserts rows, or changes those that are there, which may look at the
            new ones.
        lease: takes the due orders and gives them: one statement, or find, write, read.
        clear: deletes up to so many rows whose window is over.
        each: finds every value of a column once, by jumps along the index it begins.
        follows: is true of rows behind a place in the order of two columns, which an
            index has to begin with.
        first: what `create` runs first.
    """

    if_free: Callable[[Table], Insert]
    or_update: Callable[[Table, Rows, Then], Insert]
    lease: Callable[[Table, Clauses], tuple[Executable, ...]]
    clear: Callable[[Table, ColumnElement[bool], int], Executable]
    each: Callable[[Column[Any]], Select[Any]]
    follows: Callable[[Pair, Pair], ColumnElement[bool]]
    first: tuple[Executable, ...]


def differences_of(dialect: str, /) -> Differences:
    """Return what is peculiar to a kind of database.

    Raises:
        WiringError: there are no statements for it.
    """
    if dialect not in _DIFFERENCES:
        raise WiringError(
            f"there are no statements for {dialect}.",
            setting="store",
            cure=f"Use one of: {', '.join(_DIFFERENCES)}.",
        )
    return _DIFFERENCES[dialect]


def leased(table: Table) -> dict[str, Any]:
    """Return what a lease writes."""
    return {"leased_until": bindparam("end"), "version": table.c.version + 1}


def _next_ones(table: Table, due: Clauses) -> Select[Any]:
    return (
        select(table.c.id)
        .where(*due)
        .order_by(table.c.due_at, table.c.seq)
        .limit(bindparam("most"))
    )


def _whole(table: Table) -> list[ColumnElement[Any]]:
    return [*(column for column in table.c if column.name != "seq"), table.c.seq]


# -- SQLite and PostgreSQL: MariaDB does by itself what these two have to be told --


def _by_jumps(column: Column[Any]) -> Select[Any]:
    # Either would read every row to tell which values there are.
    found = select(func.min(column).label("value")).cte("found", recursive=True)
    next_one = select(func.min(column)).where(column > found.c.value).scalar_subquery()
    found = found.union_all(select(next_one).where(found.c.value.is_not(None)))
    return select(found.c.value).where(found.c.value.is_not(None))


def _pair_follows(columns: Pair, place: Pair) -> ColumnElement[bool]:
    # Not by OR: then they begin at the index's beginning, or sort.
    return tuple_(*columns) > tuple_(*place)


def _if_free(insert: _Insertion, table: Table) -> Insert:
    return insert(table).on_conflict_do_nothing()


def _or_update(insert: _Insertion, table: Table, rows: Rows, then: Then) -> Insert:
    inserted = insert(table).values(rows)
    return inserted.on_conflict_do_update(
        index_elements=[*table.primary_key], set_=dict(then(inserted.excluded))
    )


# -- SQLite: one statement writes at a time --


def _sqlite_lease(table: Table, due: Clauses) -> tuple[Executable, ...]:
    return (
        update(table)
        .where(table.c.id.in_(_next_ones(table, due)), *due)
        .values(leased(table))
        .returning(*_whole(table)),
    )


def _sqlite_clear(table: Table, ended: ColumnElement[bool], most: int) -> Executable:
    some = select(table.c.key).where(ended).limit(most)
    # Asked twice: a window opened anew between the two has to stay.
    return delete(table).where(table.c.key.in_(some), ended)


# -- PostgreSQL --


def _postgres_lease(table: Table, due: Clauses) -> tuple[Executable, ...]:
    # Named, for then it is run once: right inside the IN, a plan may run it again for
    # each row, and lock more than `most`.
    some = _next_ones(table, due).with_for_update(skip_locked=True).cte("next_ones")
    return (
        update(table)
        .where(table.c.id.in_(select(some.c.id)))
        .values(leased(table))
        .returning(*_whole(table)),
    )


def _postgres_clear(table: Table, ended: ColumnElement[bool], most: int) -> Executable:
    some = (
        select(table.c.key)
        .where(ended)
        .limit(most)
        # Two who clear would wait for one another's rows, in different orders.
        .with_for_update(skip_locked=True)
        .cte("ended_ones")
    )
    return delete(table).where(table.c.key.in_(select(some.c.key)), ended)


# -- MariaDB --


def _mariadb_if_free(table: Table) -> Insert:
    return mysql.insert(table)


def _mariadb_or_update(table: Table, rows: Rows, then: Then) -> Insert:
    inserted = mysql.insert(table).values(rows)
    return inserted.on_duplicate_key_update(then(inserted.inserted))


def _mariadb_lease(table: Table, due: Clauses) -> tuple[Executable, ...]:
    # By the index, or it would read, lock and sort all that is waiting.
    index = next(one.name for one in table.indexes if "state" in one.columns)
    found = _next_ones(table, due).with_for_update(skip_locked=True)
    taken = table.c.id.in_(bindparam("taken", expanding=True))
    return (
        found.with_hint(table, f"FORCE INDEX ({index})", "mariadb"),
        update(table).where(taken).values(leased(table)),
        select(*_whole(table)).where(taken),
    )


def _mariadb_clear(table: Table, ended: ColumnElement[bool], most: int) -> Executable:
    return delete(table).where(ended).with_dialect_options(mariadb_limit=most)


def _mariadb_each(column: Column[Any]) -> Select[Any]:
    # A recursion would end after `max_recursive_iterations`, 1,000 by default.
    return select(column.label("value")).distinct()


def _mariadb_follows(columns: Pair, place: Pair) -> ColumnElement[bool]:
    # Pairs it compares without an index.
    (first, second), (at, after) = columns, place
    return or_(first > at, and_(first == at, second > after))


_DIFFERENCES = {
    "sqlite": Differences(
        if_free=partial(_if_free, sqlite.insert),
        or_update=partial(_or_update, sqlite.insert),
        lease=_sqlite_lease,
        clear=_sqlite_clear,
        each=_by_jumps,
        follows=_pair_follows,
        first=(),
    ),
    "postgresql": Differences(
        if_free=partial(_if_free, postgresql.insert),
        or_update=partial(_or_update, postgresql.insert),
        lease=_postgres_lease,
        clear=_postgres_clear,
        each=_by_jumps,
        follows=_pair_follows,
        # Two who begin at once would both find no table, and one would fail.
        first=(select(func.pg_advisory_xact_lock(_CREATING)),),
    ),
    "mariadb": Differences(
        if_free=_mariadb_if_free,
        or_update=_mariadb_or_update,
        lease=_mariadb_lease,
        clear=_mariadb_clear,
        each=_mariadb_each,
        follows=_mariadb_follows,
        first=(),
    ),
}
