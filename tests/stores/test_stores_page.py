"""The page about stores names every table, its key, and what it is found by."""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa

from securelogin.stores.sql import make_tables

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "stores.md"
ROW = re.compile(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \| ([^|]*)\|$", re.MULTILINE)


def columns(cell: str) -> list[list[str]]:
    """Return the columns of each index of a cell: ``a`, `b`; `c``."""
    found = [re.findall(r"`(\w+)`", one) for one in cell.split(";")]
    return [names for names in found if names]


def told() -> dict[str, tuple[list[str], list[list[str]]]]:
    _, _, section = PAGE.read_text("utf-8").partition("\n## The tables\n")
    section, _, _ = section.partition("\n## ")
    return {
        name: (columns(key), sorted(columns(found_by)))
        for name, key, found_by in ROW.findall(section)
    }


def declared(table: sa.Table) -> tuple[list[list[str]], list[list[str]]]:
    keys = [[column.name for column in table.primary_key]]
    keys += [[column.name] for column in table.columns if column.unique]
    indexes = [[column.name for column in one.columns] for one in table.indexes]
    return keys, sorted(indexes)


def test_every_table_stands_there_with_its_keys_and_indexes() -> None:
    tables = make_tables(prefix="x_").in_order

    assert told() == {
        table.name.removeprefix("x_"): declared(table) for table in tables
    }
