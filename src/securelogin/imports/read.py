"""Read what another portal has, record by record: a million fit through as well as one.

What cannot be taken apart becomes a record with a fault, and the reading goes on.
"""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from securelogin.errors import Unavailable, WiringError
from securelogin.imported_forms import FLASK_SECURITY_PREFIX
from securelogin.imports.records import NAMES, Record

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection, Engine

__all__ = [
    "DJANGO",
    "FLASK_SECURITY",
    "Table",
    "read_csv",
    "read_json_lines",
    "read_table",
]

_BATCH = 1_000


def read_csv(lines: Iterable[str], /) -> Iterator[Record]:
    """Read comma-separated values whose first line names the columns (RFC 4180).

    Open the file with `newline=""` and `errors="surrogateescape"`: then one letter of
    another encoding spoils one record and not the reading. No field may hold a line
    break: nothing of a person does, and a quote that is never closed looks the same.

    Raises:
        WiringError: the first line is no CSV, or has no column `address`.
    """
    source = _Lines(lines)
    reader = csv.reader(source, strict=True)
    names = _names(reader, source)
    while True:
        source.begin()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _unread(source, error)
            continue
        if len(source.current) > 1:
            # Its quotes are in order, so what is within may be what somebody chose:
            # read as lines of their own, these could be people of their making.
            yield Record(
                place=f"lines {source.first} to {source.last}",
                found={"": source.text},
                fault="a field goes over several lines: leave that column out, or "
                "mend its quotes",
            )
        elif fields:
            yield _of_fields(f"line {source.first}", names, fields)


class _Lines:
    """Hands out lines, and keeps those of one record: they can be read once more."""

    def __init__(self, lines: Iterable[str], /) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self.current: list[str] = []
        self.first = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.current.append(line)
        return line

    @property
    def last(self) -> int:
        return self.first + len(self.current) - 1

    @property
    def text(self) -> str:
        return "".join(self.current).rstrip("\r\n")

    def begin(self) -> None:
        """Begin the next record where the one before has ended."""
        self.first += len(self.current)
        self.current = []

    def end_at_first(self) -> None:
        """End the record with its first line; the others are read once more."""
        self._again.extendleft(reversed(self.current[1:]))
        del self.current[1:]


def _names(reader: Iterator[list[str]], source: _Lines) -> list[str]:
    problem = "the first line names no column “address”."
    try:
        names = [_named(name) for name in next(reader, [])]
    except csv.Error as error:
        names, problem = [], f"the first line is no CSV: {error}."
    if len(source.current) > 1:
        names, problem = [], "a quote in the first line is not closed there."
    if twice := _twice(names):
        names, problem = [], f"the first line names a column twice: {twice}."
    if "address" not in names:
        raise WiringError(
            problem,
            setting="the file",
            cure=f"Name the columns in the first line: {', '.join(NAMES)}.",
        )
    return names


def _named(name: str) -> str:
    """Return the name of ours that is meant; any other as it stands."""
    folded = name.strip().lower()
    return folded if folded in NAMES else name


def _twice(names: Sequence[str]) -> str:
    """Return the first of our names that is there twice, or "".

    Which of two columns `active` counts is not for us to say.
    """
    return next((name for name in NAMES if names.count(name) > 1), "")


def _unread(source: _Lines, error: csv.Error) -> Record:
    # The reader may have taken many people for one field before it saw the fault.
    # Each of them is read again, and gets an answer of their own.
    span = f", in what was read up to line {source.last}" if source.current[1:] else ""
    source.end_at_first()
    return Record(
        place=f"line {source.first}",
        found={"": source.text},
        fault=f"no CSV: {error}{span}",
    )


def _of_fields(place: str, names: list[str], fields: list[str]) -> Record:
    found: dict[str, object] = dict(zip(names, fields, strict=False))
    if len(fields) == len(names):
        return Record(place=place, found=found)
    return Record(
        place=place,
        found={**found, "": fields[len(names) :]},
        fault=f"{len(fields)} fields where the first line names {len(names)} columns",
    )


def read_json_lines(lines: Iterable[str], /) -> Iterator[Record]:
    """Read one JSON object from each line; empty lines are left out.

    Names are taken as those of columns are: upper and lower case are the same.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _of_line(f"line {number}", line)


def _of_line(place: str, line: str) -> Record:
    fault = "no JSON object"
    try:
        found = json.loads(line, object_pairs_hook=_of_pairs)
    except _NamedTwiceError as error:
        found, fault = None, f"it names {error} twice"
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return Record(place=place, found=found)
    return Record(place=place, found={"": line.rstrip("\n")}, fault=fault)


class _NamedTwiceError(ValueError):
    """An object has a name of ours twice; a dictionary would keep the last."""


def _of_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = [_named(name) for name, _ in pairs]
    if twice := _twice(names):
        raise _NamedTwiceError(twice)
    return dict(zip(names, (value for _, value in pairs), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Where another library keeps its users.

    Attributes:
        name: of the table; `columns`: ours by theirs.
        optional: the same, of columns that only some of these tables have.
        key: what the table is read in the order of.
        wraps: hashes are of an HMAC of the password (Flask-Security's).
    """

    name: str
    columns: Mapping[str, str]
    optional: Mapping[str, str] = field(default_factory=dict)
    key: str = "id"
    wraps: bool = False


DJANGO = Table(
    name="auth_user",
    columns={"email": "address", "password": "password_hash", "is_active": "active"},
)
"""`django.contrib.auth`'s own user."""

FLASK_SECURITY = Table(
    name="user",
    columns={"email": "address", "password": "password_hash", "active": "active"},
    # Without it, nobody was asked to confirm (SECURITY_CONFIRMABLE).
    optional={"confirmed_at": "confirmed"},
    wraps=True,
)
"""Flask-Security's models over Flask-SQLAlchemy."""


def read_table(url: URL | str, table: Table, /) -> Iterator[Record]:
    """Read a table of users in the order of its key, a thousand at a time.

    Nothing is written, and no transaction stays open for longer than a batch. An own
    user model may do with `dataclasses.replace(DJANGO, name=…, columns=…)`.

    Raises:
        WiringError: *url* is none of a database, or its driver is not installed.
        Unavailable: the database is away, or has no such table or column.
    """
    import sqlalchemy as sa  # noqa: PLC0415 -- an extra

    engine = _engine(url)
    key: sa.ColumnClause[object] = sa.column(table.key)
    last: object = None
    kind = ""
    try:
        with _connected(engine) as connection:
            names = _columns(connection, table)
        columns: list[sa.ColumnClause[object]] = [sa.column(name) for name in names]
        asked = sa.select(key, *columns).select_from(sa.table(table.name)).order_by(key)
        while True:
            batch = asked if last is None else asked.where(key > last)
            with _connected(engine) as connection:
                rows = connection.execute(batch.limit(_BATCH)).all()
            for row in rows:
                yield _of_row(row, table, names.values())
            if len(rows) < _BATCH:
                return
            last = rows[-1][0]
    except sa.exc.SQLAlchemyError as error:
        kind = type(error).__name__
    finally:
        engine.dispose()
    # A driver's error may quote rows, and the URL may hold a password.
    raise Unavailable(
        f"{kind}: is there a table “{table.name}” with the columns "
        f"{', '.join((table.key, *table.columns))}, and may it be read?",
        adapter="the old database",
        verb="read",
    )


def _engine(source: URL | str) -> Engine:
    import sqlalchemy as sa  # noqa: PLC0415 -- an extra

    from securelogin.stores.sql.engines import SYNC_DRIVERS  # noqa: PLC0415 -- an extra

    # The old portal may have what no store of ours can be in: MySQL, or another.
    plain = {**SYNC_DRIVERS, "mysql": SYNC_DRIVERS["mariadb"]}
    try:
        url = sa.make_url(source)
        if url.drivername in plain:
            url = url.set(drivername=f"{url.drivername}+{plain[url.drivername]}")
        engine = sa.create_engine(url)
    except ModuleNotFoundError as error:
        problem = f"its driver needs {error.name}, which is not installed."
    except (sa.exc.ArgumentError, TypeError, ValueError):
        # Not chained: the URL may hold a password.
        problem = "that is no URL of a database that can be read here."
    else:
        if not engine.dialect.is_async:
            return engine
        problem = f"{engine.driver} is an async driver."
    raise _unfit(problem)


def _connected(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except TypeError:
        # Not chained: the options of a URL may hold a password.
        pass
    raise _unfit(f"{engine.driver} does not know an option of that URL.")


def _unfit(problem: str) -> WiringError:
    return WiringError(
        problem,
        setting="the old database",
        cure="Use sqlite:///…, postgresql://…, mariadb://… or mysql://…, or name a "
        "driver that is installed, as in postgresql+psycopg2://….",
    )


def _columns(connection: Connection, table: Table) -> dict[str, str]:
    """Return ours by theirs, of all that are to be read."""
    import sqlalchemy as sa  # noqa: PLC0415 -- an extra

    if not table.optional:
        return dict(table.columns)
    found = sa.inspect(connection).get_columns(table.name)
    there = {column["name"] for column in found}
    optional = {name: ours for name, ours in table.optional.items() if name in there}
    return {**table.columns, **optional}


def _of_row(
    row: sa.Row[tuple[object, ...]],  # type: ignore[name-defined]  # noqa: F821 -- an extra
    table: Table,
    names: Iterable[str],
) -> Record:
    place, *values = row
    found = dict(zip(names, values, strict=True))
    stored = found.get("password_hash")
    if table.wraps and isinstance(stored, str) and stored.startswith("$"):
        # Its own forms begin so, and are of the HMAC; those it took over from Django
        # are of the password itself.
        found["password_hash"] = FLASK_SECURITY_PREFIX + stored
    return Record(place=f"{table.key} {place}", found=found)
