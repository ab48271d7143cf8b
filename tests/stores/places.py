"""Where the SQL store is tested: each database by each driver."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from securelogin.stores.sql import AsyncSQLStore, SQLStore, make_tables
from securelogin.testing import run
from tests.stores.servers import PLAIN

DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "aiosqlite": "sqlite+aiosqlite",
    "psycopg": "postgresql+psycopg",
    "psycopg async": "postgresql+psycopg",
    "asyncpg": "postgresql+asyncpg",
    "pymysql": "mariadb+pymysql",
    "asyncmy": "mariadb+asyncmy",
}
ASYNC = {"aiosqlite", "psycopg async", "asyncpg", "asyncmy"}
KINDS = {name: drivername.partition("+")[0] for name, drivername in DRIVERS.items()}
# All that the store writes to: the last one holds the version of the others.
TABLES = make_tables().in_order[:-1]


def every(table: sa.Table) -> sa.Select[Any]:
    """Return a query for all that is in a table, as the database gives it."""
    return sa.select(sa.text("*")).select_from(table)


def done(answer: Any) -> Any:
    """Wait for it, if it is to be awaited."""
    return run(answer) if hasattr(answer, "__await__") else answer


@cache
def open_again(url: str, *, is_async: bool = False) -> Any:
    """Open another store over the same data; the kit closes nothing, so none is kept.

    Once for each process: SQLAlchemy learns a server anew with each engine.
    """
    if is_async:
        return AsyncSQLStore(create_async_engine(url, poolclass=NullPool))
    return SQLStore(sa.create_engine(url, poolclass=NullPool))


@cache
def kept_engine(url: URL) -> sa.Engine:
    """Return an engine of the tests' own, the same for every test."""
    return sa.create_engine(url, isolation_level="AUTOCOMMIT")


@dataclass(frozen=True)
class Place:
    """One database, seen through one driver."""

    name: str
    url: URL

    @property
    def kind(self) -> str:
        return KINDS[self.name]

    @property
    def text(self) -> str:
        return self.url.render_as_string(hide_password=False)

    @property
    def is_async(self) -> bool:
        return self.name in ASYNC

    def store(self, source: Any = None, **options: Any) -> Any:
        kind: Any = AsyncSQLStore if self.is_async else SQLStore
        return kind(self.url if source is None else source, **options)

    def engine(self, **options: Any) -> Any:
        make: Any = create_async_engine if self.is_async else sa.create_engine
        return make(self.url, **options)

    @property
    def plain(self) -> sa.Engine:
        """An engine of the tests' own, sync whatever the driver."""
        drivername = PLAIN.get(self.kind, "sqlite+pysqlite")
        return kept_engine(self.url.set(drivername=drivername))

    @property
    def opener(self) -> Any:
        return partial(open_again, self.text, is_async=self.is_async)

    def away(self) -> Any:
        """Return a store whose database is not there."""
        url = (
            self.url.set(database="/nowhere/portal.db")
            if self.kind == "sqlite"
            # A port on which nobody may listen.
            else self.url.set(host="127.0.0.1", port=1, query={})
        )
        return self.store(url)

    def empty(self) -> None:
        level = "SERIALIZABLE" if self.kind == "sqlite" else "READ COMMITTED"
        engine = self.plain.execution_options(isolation_level=level)
        with engine.begin() as connection:
            for table in reversed(TABLES):
                connection.execute(sa.delete(table))

    def dump(self) -> str:
        """Return every row of every table, as the database gives it."""
        with self.plain.connect() as connection:
            return "\n".join(
                repr(row)
                for table in TABLES
                for row in connection.execute(every(table))
            )

    def counters(self) -> int:
        with self.plain.connect() as connection:
            counting = sa.text("SELECT count(*) FROM securelogin_counters")
            return int(connection.execute(counting).scalar_one())
