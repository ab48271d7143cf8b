"""How a command tells its result: the same facts as JSON, or in lines for people.

What strangers have typed is made printable for the terminal (ASVS 1.2.9: no control
character may act there); JSON escapes it anyway.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, TypeAlias

import typer

from securelogin.attempts import printable

__all__ = ["AsJSON", "Told", "tell"]

Told: TypeAlias = Mapping[str, object]
"""Facts by name: texts, numbers, times, and several of them.

A tuple of words stands in one line; a list, of texts or of facts, has a line for each.
"""

AsJSON = Annotated[
    bool, typer.Option("--json", help="Print one JSON object, for another program.")
]

_MOST = 1_000


def tell(told: Told, /, *, as_json: bool) -> None:
    """Print *told* on standard output; names are stable, texts for people are not."""
    if as_json:
        typer.echo(json.dumps(told, indent=2, default=datetime.isoformat))
        return
    for line in (*_facts(told), *_tables(told)):
        typer.echo(line)


def _facts(told: Told) -> list[str]:
    plain = {name: value for name, value in told.items() if not isinstance(value, list)}
    widest = max(map(len, plain), default=0)
    return [
        f"{name.replace('_', ' '):<{widest}}  {_cell(value)}".rstrip()
        for name, value in plain.items()
    ]


def _tables(told: Told) -> list[str]:
    lines: list[str] = []
    for name, rows in told.items():
        if isinstance(rows, list):
            lines += [""] if lines or len(told) > 1 else []
            lines += _table(rows) if rows else [f"No {name.replace('_', ' ')}."]
    return lines


def _table(rows: Sequence[Told | str]) -> list[str]:
    facts = [row for row in rows if isinstance(row, Mapping)]
    if not facts:
        return [f"- {_cell(row)}" for row in rows]
    names = list(facts[0])
    cells = [[name.replace("_", " ") for name in names]]
    cells += [[_cell(row[name]) for name in names] for row in facts]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in cells
    ]


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, tuple):
        return ", ".join(map(_cell, value)) or "-"
    return printable(str(value), most=_MOST) or "-"
