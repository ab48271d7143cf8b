"""The database's engine, and what becomes of its errors.

An engine made here hides parameters in errors and logs (threats C10), commits every
statement by itself, and sets SQLite up for several threads and processes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool, QueuePool

from securelogin.errors import Unavailable, WiringError
from securelogin.stores.sql.columns import Caller

__all__ = [
    "FAILURES",
    "async_engine",
    "isolation_of",
    "sync_engine",
    "unavailable",
]

E = TypeVar("E", Engine, AsyncEngine)

# SQLAlchemy wraps what the driver calls its errors. A refused connection, a text
# that is no UTF-8 and a number too large come as Python's own.
FAILURES = (SQLAlchemyError, OSError, ValueError, ArithmeticError)

_SET_UP = (
    # First of all: the next one may have to wait for a lock.
    "PRAGMA busy_timeout = 5000",
    # Readers do not wait for a writer, nor a writer for readers.
    "PRAGMA journal_mode = WAL",
    # With WAL no crash of the process loses a commit, and none of the machine spoils
    # the file; a power cut may take the last few commits.
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
)
_ANY: dict[str, object] = {
    "isolation_level": "AUTOCOMMIT",
    # Every statement has ended by itself: a rollback is a journey for nothing.
    "skip_autocommit_rollback": True,
    "hide_parameters": True,
}
# Writers take turns anyway. Waiting for a connection is fair; waiting for SQLite's
# lock is not, so few connections are better than many.
_FILE: dict[str, object] = {"pool_size": 8, "max_overflow": 0, "pool_timeout": 10}
# One connection *is* the database: all share it, one after the other.
_IN_MEMORY: dict[str, object] = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 10}


def sync_engine(source: str | URL | Engine, /) -> Engine:
    """Return an engine for the sync store.

    Raises:
        WiringError: *source* is no database URL or sync engine.
    """
    if isinstance(source, Engine):
        engine = source
        _check_shared(engine)
    else:
        engine = _made(create_engine, _url(source), pool=QueuePool)
    if engine.dialect.is_async:
        raise _unfit(f"{engine.dialect.driver} is an async driver.")
    return engine


def async_engine(source: str | URL | AsyncEngine, /) -> AsyncEngine:
    """Return an engine for the async store; `sqlite` means `sqlite+aiosqlite` here.

    Raises:
        WiringError: *source* is no database URL or async engine.
    """
    if isinstance(source, AsyncEngine):
        _check_shared(source.sync_engine)
        return source
    url = _url(source)
    if url.drivername == "sqlite":
        url = url.set(drivername="sqlite+aiosqlite")
    return _made(create_async_engine, url, pool=AsyncAdaptedQueuePool)


def isolation_of(dialect: Dialect, /) -> str:
    """Return how to isolate the one short transaction: add or replace an account.

    Nothing is read in it before it is written, so the weakest level will do; SQLite
    has only one.
    """
    return "SERIALIZABLE" if dialect.name == "sqlite" else "READ COMMITTED"


def unavailable(error: Exception, /, *, by: Caller) -> Unavailable:
    """Return what to raise for a driver's error: its name, never its text.

    Drivers quote rows and parameters. Raise it outside the `except` block, or the
    driver's error goes along as its context (threats F-37).
    """
    kind = type(error.orig if isinstance(error, DBAPIError) else error).__name__
    return Unavailable(
        f"the database failed with {kind}", adapter=by.adapter, verb=by.verb
    )


def _url(source: object) -> URL:
    if not isinstance(source, (str, URL)):
        raise _unfit(f"{type(source).__name__} is neither a URL nor such an engine.")
    try:
        url = make_url(source)
    except (ArgumentError, ValueError):
        # Not chained: the URL may hold a password.
        url = None
    if url is None:
        raise _unfit("that is no database URL.")
    if url.get_backend_name() != "sqlite":
        raise _unfit(
            f"{url.get_backend_name()} is no database there are statements for."
        )
    return url


def _made(make: Callable[..., E], url: URL, /, *, pool: type[Pool]) -> E:
    options = _FILE
    if _is_in_memory(url):
        threads = {"check_same_thread": False}
        options = {**_IN_MEMORY, "poolclass": pool, "connect_args": threads}
    try:
        engine = make(url, **_ANY, **options)
    except (SQLAlchemyError, ImportError) as error:
        problem = f"{url.drivername} cannot be used here ({type(error).__name__})."
    else:
        event.listen(_plain(engine), "connect", _set_up)
        return engine
    raise _unfit(problem)


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
    if engine.dialect.name == "sqlite" and _is_in_memory(engine.url):
        raise _unfit("an engine for SQLite in memory is not shared safely.")


def _is_in_memory(url: URL) -> bool:
    return ":memory:" in (url.database or ":memory:") or (
        url.query.get("mode") == "memory"
    )


def _unfit(problem: str) -> WiringError:
    return WiringError(
        problem,
        setting="store",
        cure='Pass a URL such as "sqlite:///portal.db", or an engine of this colour.',
    )
