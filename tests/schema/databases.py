"""Databases of one's own: made under a random name for one test, dropped after it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.stores.servers import plain_engine

KINDS = ("sqlite", "postgresql", "mariadb")
SERVERS = ("postgresql", "mariadb")
SETTINGS = {
    "sqlite": ["PRAGMA synchronous = OFF"],
    "postgresql": [],
    "mariadb": ["SET sql_mode = 'ANSI_QUOTES,STRICT_ALL_TABLES'"],
}
DATA = Path(__file__).parent / "data"


class Database:
    """An empty database, and a look at it without the library."""

    def __init__(self, kind: str, url: sa.URL) -> None:
        self.kind = kind
        self.url = url
        # The driver commits at once: what a file says about transactions is done.
        self.engine = plain_engine(url)

    def run(self, statement: str) -> list[Any]:
        with self.engine.connect() as connection:
            result = connection.execute(sa.text(statement))
            return list(result) if result.returns_rows else []

    def load(self, name: str) -> None:
        """Run the statements of a file, as a database's own shell would."""
        text = (DATA / name).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("--")]
        with closing(self.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            for setting in SETTINGS[self.kind]:
                cursor.execute(setting)
            for statement in "\n".join(lines).split(";\n"):
                if statement.strip():
                    cursor.execute(statement)
            cursor.close()

    def load_first_release(self) -> None:
        self.load(f"0001.{self.kind}.sql")
        self.load("0001.rows.sql")

    def columns(self, table: str) -> set[str]:
        return {column["name"] for column in sa.inspect(self.engine).get_columns(table)}

    def versions(self, table: str = "securelogin_version") -> list[str]:
        return [row[0] for row in self.run(f"SELECT version_num FROM {table}")]  # noqa: S608 -- ours


@contextmanager
def new_database(kind: str, place: sa.URL | Path) -> Iterator[Database]:
    """Make an empty database on a server or in a folder; drop it in the end."""
    if isinstance(place, Path):
        yield Database(kind, sa.make_url(f"sqlite:///{place}/portal.db"))
        return
    name = f"securelogin_{secrets.token_hex(6)}"
    admin = plain_engine(place)
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield Database(kind, place.set(database=name))
    finally:
        with admin.connect() as connection:
            # PostgreSQL says goodbye to a connection a moment after it is closed.
            force = " WITH (FORCE)" if kind == "postgresql" else ""
            connection.execute(sa.text(f"DROP DATABASE {name}{force}"))
