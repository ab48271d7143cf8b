"""The database's engine: made from a URL, or the application's own.

An engine made here hides parameters in errors and logs (threats C10), commits every
statement by itself, sets SQLite up for several threads and processes, and does not wait
for a server for ever (`servers`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool, QueuePool

from securelogin.errors import WiringError
from securelogin.stores.sql.dialects import DRIVERS
from securelogin.stores.sql.servers import SERVER_POOL, arguments_of, prepare_server

__all__ = ["SYNC_DRIVERS", "async_engine", "isolation_of", "sync_engine"]

E = TypeVar("E", Engine, AsyncEngine)

_SET_UP = (
    # First of all: the next one may have to wait for a lock.
    "PRAGMA busy_timeout = 5000",
    # Readers do not wait for a writer, nor a writer for readers.
    "PRAGMA journal_mode = WAL",
    # With WAL no crash of the process loses a commit, and none of the machine spoils
    # the file; a power cut may take the commits of the last seconds.
    "PRAGMA synchronous = NORMAL",
    # Pages: the log has 16 MB where it would have 4. What is written again meanwhile
    # is brought into the file once, which spares a log-in a quarter of its time.
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA foreign_keys = ON",
)
_ANY: dict[str, object] = {
    "isolation_level": "AUTOCOMMIT",
    # Every statement has ended by itself: a rollback is a journey for nothing.
    "skip_autocommit_rollback": True,
    "hide_parameters": True,
}
SYNC_DRIVERS = {"sqlite": "pysqlite", "postgresql": "psycopg", "mariadb": "pymysql"}
"""Which driver a URL means that names none."""
_ASYNC = {"sqlite": "aiosqlite", "postgresql": "psycopg", "mariadb": "asyncmy"}
_MARIADB = (
    "Use mariadb+pymysql://… or, async, mariadb+asyncmy://… "
    '(pip install "securelogin[mariadb]").'
)
_CURES = {
    "sqlite": 'Pass a URL such as "sqlite:///portal.db", or an engine of this colour.',
    "postgresql": (
        "Use postgresql+psycopg://… for either colour "
        '(pip install "securelogin[postgres]") or, async, postgresql+asyncpg://….'
    ),
    "mariadb": _MARIADB,
    # MySQL itself has no RETURNING.
    "mysql": _MARIADB,
}
# Writers take turns anyway. Waiting for a connection is fair; waiting for SQLite's
# lock is not, so few connections are better than many.
_FILE: dict[str, object] = {"pool_size": 8, "max_overflow": 0, "pool_timeout": 10}
# One connection *is* the database: all share it, one after the other.
_IN_MEMORY: dict[str, object] = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 10}


def sync_engine(source: str | URL | Engine, /) -> Engine:
    """Return an engine for the sync store; a plain URL means the first sync driver.

    Raises:
        WiringError: *source* is no database URL or sync engine.
    """
    if isinstance(source, Engine):
        engine = source
        _check_shared(engine)
    else:
        engine = _made(create_engine, _url(source, plain=SYNC_DRIVERS), pool=QueuePool)
    if engine.dialect.is_async:
        raise _unfit(f"{engine.dialect.driver} is an async driver.")
    return engine


def async_engine(source: str | URL | AsyncEngine, /) -> AsyncEngine | Engine:
    """Return an engine for the async store; a plain URL means the first async driver.

    For SQLite, an engine made here is a sync one: `file_database` has it in threads.

    Raises:
        WiringError: *source* is no database URL or async engine.
    """
    if isinstance(source, AsyncEngine):
        _check_shared(source.sync_engine)
        return source
    url = _url(source, plain=_ASYNC)
    if url.drivername == "sqlite+aiosqlite":
        in_threads = url.set(drivername="sqlite+pysqlite")
        return _made(create_engine, in_threads, pool=QueuePool)
    return _made(create_async_engine, url, pool=AsyncAdaptedQueuePool)


def isolation_of(dialect: Dialect, /) -> str:
    """Return how to isolate the one short transaction: add or replace an account.

    Nothing is read in it before it is written, so the weakest level will do; SQLite
    has only one.
    """
    return "SERIALIZABLE" if dialect.name == "sqlite" else "READ COMMITTED"


def _url(source: object, *, plain: dict[str, str]) -> URL:
    if not isinstance(source, (str, URL)):
        raise _unfit(f"{type(source).__name__} is neither a URL nor such an engine.")
    try:
        url = make_url(source)
    except (ArgumentError, ValueError):
        # Not chained: the URL may hold a password.
        url = None
    if url is None:
        raise _unfit("that is no database URL.")
    if url.drivername in plain:
        url = url.set(drivername=f"{url.drivername}+{plain[url.drivername]}")
    kind, _, driver = url.drivername.partition("+")
    _check_kind(kind, driver)
    return url


def _check_kind(kind: str, driver: str) -> None:
    if kind not in DRIVERS:
        raise _unfit(f"{kind} is no database there are statements for.", kind=kind)
    if driver not in DRIVERS[kind]:
        raise _unfit(f"{driver} is no driver that is tested here.", kind=kind)
    if driver == "asyncpg" and sqlalchemy.__version__.startswith("2.0."):
        # There, its errors in connecting are none of SQLAlchemy's, nor of Python's.
        raise _unfit("asyncpg needs SQLAlchemy 2.1.", kind=kind)


def _made(make: Callable[..., E], url: URL, /, *, pool: type[Pool]) -> E:
    is_sqlite = url.get_backend_name() == "sqlite"
    options = _FILE if is_sqlite else SERVER_POOL
    if is_sqlite and _is_in_memory(url):
        threads = {"check_same_thread": False}
        options = {**_IN_MEMORY, "poolclass": pool, "connect_args": threads}
    try:
        if not is_sqlite:
            waits = arguments_of(url, is_async=make is create_async_engine)
            options = {**options, "connect_args": waits}
        engine = make(url, **_ANY, **options)
    except (SQLAlchemyError, ImportError) as error:
        problem = f"{url.drivername} cannot be used here ({type(error).__name__})."
    else:
        if is_sqlite:
            event.listen(_plain(engine), "connect", _set_up)
        else:
            prepare_server(_plain(engine))
        return engine
    raise _unfit(problem, kind=url.get_backend_name())


def _plain(engine: Engine | AsyncEngine) -> Engine:
    return engine.sync_engine if isinstance(engine, AsyncEngine) else engine


def _set_up(connection: DBAPIConnection, record: object) -> None:
    del record
    cursor = connection.cursor()
    for pragma in _SET_UP:
        cursor.execute(pragma)
    cursor.close()


def _check_shared(engine: Engine) -> None:
    """Refuse an engine whose connections do not see the same database, or one at once.

    A database in memory belongs to one connection, so an engine gives one to each
    thread, or the same one to all of them at once, within each other's transactions.
    """
    _check_kind(engine.dialect.name, engine.dialect.driver)
    if engine.dialect.name == "sqlite" and _is_in_memory(engine.url):
        raise _unfit("an engine for SQLite in memory is not shared safely.")


def _is_in_memory(url: URL) -> bool:
    return ":memory:" in (url.database or ":memory:") or (
        url.query.get("mode") == "memory"
    )


def _unfit(problem: str, *, kind: str = "sqlite") -> WiringError:
    return WiringError(
        problem, setting="store", cure=_CURES.get(kind, _CURES["sqlite"])
    )
