"""What a database has, against what the statements of this package expect.

Looks at what they rely on: tables, columns, types, NULL, collations, keys, indexes.
An index more than is known does no harm, and is the database administrator's affair; a
column more, or a unique index, may refuse rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from securelogin.stores.sql.tables import Tables

__all__ = ["differences"]

_COLLATION = re.compile(r' COLLATE "?([\w.-]+)"?', re.IGNORECASE)
_CHARSET = re.compile(r" CHARACTER SET \w+", re.IGNORECASE)
# MariaDB tells how wide a number would be printed.
_WIDTH = re.compile(r"(?<=INT|GER)\(\d+\)")
_SQLITE_MASTER = ("type", "name", "sql")
_COLUMNS = ("table_schema", "table_name", "column_name", "collation_name")


def differences(connection: sa.Connection, tables: Tables, /) -> tuple[str, ...]:
    """Return one plain line for each difference; none if all is as expected."""
    inspector = sa.inspect(connection)
    told: list[str] = []
    for table in tables.in_order:
        if inspector.has_table(table.name, schema=table.schema):
            found = _Found(connection, inspector, table)
            told += (f"{table.name}: {what}" for what in found.differences())
        else:
            told.append(f"{table.name}: the table is missing")
    return tuple(told)


class _Found:
    """One table, as the database shows it."""

    def __init__(
        self, connection: sa.Connection, inspector: sa.Inspector, table: sa.Table
    ) -> None:
        self._connection = connection
        self._dialect = connection.dialect
        self._inspector = inspector
        self._table = table
        self._at: dict[str, Any] = {"table_name": table.name, "schema": table.schema}

    def differences(self) -> Iterator[str]:
        """Return what is not as it is expected."""
        yield from self._columns()
        yield from self._primary_key()
        yield from self._unique_keys()
        yield from self._references()
        yield from self._indexes()
        yield from self._kind()

    def _columns(self) -> Iterator[str]:
        found = {
            column["name"]: column for column in self._inspector.get_columns(**self._at)
        }
        collations = self._collations()
        for column in self._table.columns:
            there = found.pop(column.name, None)
            if there is None:
                yield f"the column {column.name} is missing"
                continue
            wanted, exact = _parts(column.type.compile(dialect=self._dialect))
            actual, _ = _parts(there["type"].compile(dialect=self._dialect))
            folds = collations.get(column.name)
            if actual != wanted:
                yield f"{column.name} is {actual}, not {wanted}"
            elif exact not in (None, folds):
                yield f"{column.name} is compared as {folds}, not {exact}"
            if there["nullable"] != column.nullable:
                yield f"{column.name} {'may not' if column.nullable else 'may'} be NULL"
            # SQLite says nothing of it: there the type alone makes a column count.
            counts = there.get("autoincrement", True)
            if column is self._table.autoincrement_column and not counts:
                yield f"{column.name} does not count by itself"
        yield from (f"the column {name} is unknown" for name in found)

    def _collations(self) -> Mapping[str, str | None]:
        if self._dialect.name == "sqlite":
            return {}
        columns = sa.table(
            "columns", *map(sa.column, _COLUMNS), schema="information_schema"
        )
        schema = self._table.schema or self._inspector.default_schema_name
        rows = self._connection.execute(
            sa.select(columns.c.column_name, columns.c.collation_name)
            .where(columns.c.table_schema == schema)
            .where(columns.c.table_name == self._table.name)
        )
        return {row[0]: row[1] for row in rows}

    def _primary_key(self) -> Iterator[str]:
        found = self._inspector.get_pk_constraint(**self._at)["constrained_columns"]
        wanted = [column.name for column in self._table.primary_key]
        if found != wanted:
            yield f"the primary key is {_list(found)}, not {_list(wanted)}"

    def _unique_keys(self) -> Iterator[str]:
        wanted = {
            tuple(column.name for column in constraint.columns)
            for constraint in self._table.constraints
            if isinstance(constraint, sa.UniqueConstraint)
        }
        # Some databases tell of a key as an index, some as both.
        keys = self._inspector.get_unique_constraints(**self._at)
        indexes = self._inspector.get_indexes(**self._at)
        found = {tuple(map(str, key["column_names"])) for key in keys}
        found |= {tuple(map(str, i["column_names"])) for i in indexes if i["unique"]}
        yield from (f"{_list(key)} is not unique" for key in wanted - found)
        # An index on an expression has no name for its column.
        yield from (
            f"{_list(key)} is unique, and should not be" for key in found - wanted
        )

    def _references(self) -> Iterator[str]:
        found = [
            (key["constrained_columns"], key["referred_table"])
            for key in self._inspector.get_foreign_keys(**self._at)
        ]
        for key in self._table.foreign_key_constraints:
            wanted = (key.column_keys, key.referred_table.name)
            if wanted not in found:
                yield f"{_list(wanted[0])} does not refer to {wanted[1]}"

    def _indexes(self) -> Iterator[str]:
        found = {
            index["name"]: index["column_names"]
            for index in self._inspector.get_indexes(**self._at)
        }
        for index in sorted(self._table.indexes, key=lambda index: str(index.name)):
            wanted = [column.name for column in index.columns]
            if found.get(index.name) != wanted:
                yield f"there is no index {index.name} on {_list(wanted)}"

    def _kind(self) -> Iterator[str]:
        options = self._table.dialect_options
        if self._dialect.name == "sqlite":
            made = self._made_by().upper()
            if options["sqlite"]["strict"] and not made.rstrip().endswith("STRICT"):
                yield "the table is not STRICT"
            if " COLLATE " in made:
                yield "a column is not compared byte for byte"
        elif self._dialect.name != "postgresql":
            found = self._inspector.get_table_options(**self._at)
            engine = found.get(f"{self._dialect.name}_engine")
            if engine != "InnoDB":
                yield f"its engine is {engine}, not InnoDB"

    def _made_by(self) -> str:
        master = sa.table(
            "sqlite_master",
            *map(sa.column, _SQLITE_MASTER),
            schema=self._table.schema or "main",
        )
        statement = (
            sa.select(master.c.sql)
            .where(master.c.type == "table")
            .where(master.c.name == self._table.name)
        )
        return str(self._connection.scalar(statement))


def _parts(compiled: str) -> tuple[str, str | None]:
    """Return a type without its collation, and that."""
    collation = _COLLATION.search(compiled)
    bare = _WIDTH.sub("", _CHARSET.sub("", _COLLATION.sub("", compiled)))
    return bare, None if collation is None else collation[1]


def _list(names: Iterable[object]) -> str:
    return f"({', '.join(map(str, names))})"
