"""How connections to a server are opened: how long is waited, and for what.

Nothing waits for ever: 5 seconds to connect, 5 for a lock, 20 for a statement, 30 for a
server that says nothing any more. What a URL says itself stays as it says.
"""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

__all__ = ["SERVER_POOL", "arguments_of", "prepare_server"]

SERVER_POOL: dict[str, object] = {
    "pool_size": 8,
    # What overflows is closed when it comes back, and opened anew for the next crowd.
    "max_overflow": 0,
    "pool_timeout": 10,
    # Firewalls forget connections over which nothing is said.
    "pool_recycle": 1800,
}

_CONNECT, _SILENCE = 5, 30
_POSTGRES = {"lock_timeout": "5000", "statement_timeout": "20000"}
_MARIADB = (
    "SET SESSION innodb_lock_wait_timeout = 5, max_statement_time = 20, sql_notes = 0",
    # Whatever the server's default: what does not fit is an error, never cut.
    "SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_ALL_TABLES')",
    # Anything stronger locks the gaps between keys, and callers wait for nothing.
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
)
_PROCESS = "securelogin.process"


def arguments_of(url: URL, /, *, is_async: bool) -> dict[str, object]:
    """Return the driver's arguments for a connection to a server.

    Raises:
        ImportError: the driver is not installed.
    """
    arguments = _ARGUMENTS[url.get_driver_name()]()
    given = {key: value for key, value in arguments.items() if key not in url.query}
    if url.get_driver_name() == "psycopg" and is_async:
        given["async_creator_fn"] = _psycopg().AsyncPatientConnection.connect
    return given


def _of_psycopg() -> dict[str, object]:
    options = " ".join(f"-c {name}={value}" for name, value in _POSTGRES.items())
    return {"connect_timeout": _CONNECT, "options": options}


def _of_asyncpg() -> dict[str, object]:
    return {
        "timeout": _CONNECT,
        "command_timeout": _SILENCE,
        "server_settings": dict(_POSTGRES),
    }


def _of_asyncmy() -> dict[str, object]:
    return {"connect_timeout": _CONNECT, "read_timeout": _SILENCE}


def _of_pymysql() -> dict[str, object]:
    return {
        "connect_timeout": _CONNECT,
        "read_timeout": _SILENCE,
        "write_timeout": _SILENCE,
    }


_ARGUMENTS = {
    "psycopg": _of_psycopg,
    "asyncpg": _of_asyncpg,
    "asyncmy": _of_asyncmy,
    "pymysql": _of_pymysql,
}


def _psycopg() -> ModuleType:
    # Imported here: who is on MariaDB need not have it.
    return import_module("securelogin.stores.sql.patience")


def prepare_server(engine: Engine, /) -> None:
    """Let every connection be as above, and none be used by two processes."""
    if engine.dialect.name == "mariadb":
        event.listen(engine, "connect", _set_up_mariadb)
    if engine.driver == "psycopg" and not engine.dialect.is_async:
        event.listen(engine, "do_connect", _connect_patiently)
    event.listen(engine, "connect", _sign)
    event.listen(engine, "checkout", _check_process)


def _set_up_mariadb(connection: DBAPIConnection, record: object) -> None:
    del record
    cursor = connection.cursor()
    for statement in _MARIADB:
        cursor.execute(statement)
    cursor.close()


def _connect_patiently(
    dialect: object, record: object, args: list[Any], options: dict[str, Any]
) -> DBAPIConnection:
    del dialect, record
    connection: DBAPIConnection = _psycopg().PatientConnection.connect(*args, **options)
    return connection


def _sign(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    del connection
    record.info[_PROCESS] = os.getpid()


def _check_process(
    connection: DBAPIConnection,
    record: ConnectionPoolEntry,
    proxy: PoolProxiedConnection,
) -> None:
    """Leave alone what a forked child has from its parent (threats F-68)."""
    del connection
    if record.info[_PROCESS] != os.getpid():
        # Not closed: the goodbye would be said on the parent's connection.
        record.dbapi_connection = proxy.dbapi_connection = None  # type: ignore[misc]
        message = "opened by another process"
        raise DisconnectionError(message)
