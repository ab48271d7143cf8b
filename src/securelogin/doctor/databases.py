"""Ask the database what it is like: its tables, its clock, what it keeps in a crash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from securelogin.configuration import StoreSettings
from securelogin.doctor.facts import StoreFacts
from securelogin.doctor.ways import stays_here
from securelogin.errors import SecureLoginError
from securelogin.stores.sql.engines import sync_engine

__all__ = ["look_at"]

# What a crash may take: the settings, and the values with which it takes nothing.
_DURABLE = {
    "postgresql": (
        (
            "SELECT current_setting('fsync') || ' ' || "
            "current_setting('synchronous_commit')"
        ),
        ("on on", "on local", "on remote_write", "on remote_apply"),
    ),
    "mariadb": ("SELECT @@innodb_flush_log_at_trx_commit", ("1", "3")),
    # 2 is FULL, 3 is EXTRA; in WAL mode, NORMAL may lose the last commits.
    "sqlite": ("PRAGMA synchronous", ("2", "3")),
}
_ISOLATION = {
    "postgresql": "SELECT current_setting('default_transaction_isolation')",
    "mariadb": "SELECT @@tx_isolation",
    "sqlite": "SELECT 'serializable'",
}
_CLOCK = {
    "postgresql": "SELECT extract(epoch FROM clock_timestamp())",
    "mariadb": "SELECT unix_timestamp(now(6))",
}
# Kerberos encrypts without TLS, and the driver does not tell.
_BY_KERBEROS = "SELECT encrypted FROM pg_stat_gssapi WHERE pid = pg_backend_pid()"
_CIPHER = (
    "SELECT variable_value <> '' FROM information_schema.session_status "
    "WHERE variable_name = 'SSL_CIPHER'"
)


def look_at(settings: StoreSettings, /) -> StoreFacts:
    """Return what the database of a configuration is like; changes nothing."""
    if settings.url is None:
        return StoreFacts(kind="", problem="there is no URL.")
    try:
        engine = sync_engine(settings.url.reveal())
    except SecureLoginError as error:
        return StoreFacts(kind="database", problem=str(error))
    try:
        return _asked(engine, settings)
    except SQLAlchemyError as error:
        # Its text quotes statement and URL: the name has to do.
        kind = engine.dialect.name
        return StoreFacts(kind=kind, problem=f"{type(error).__name__}.")
    finally:
        engine.dispose()


def _asked(engine: Engine, settings: StoreSettings) -> StoreFacts:
    kind = engine.dialect.name
    query, values = _DURABLE[kind]
    with engine.connect() as connection:
        isolation = str(connection.scalar(text(_ISOLATION[kind])))
        durable = str(connection.scalar(text(query))) in values
        skew = _skew(connection, kind)
        encrypted = _ENCRYPTED[kind](connection)
    problem, differences = _differences(settings)
    return StoreFacts(
        kind=kind,
        problem=problem,
        differences=differences,
        isolation=isolation,
        durable=durable,
        skew=skew,
        encrypted=encrypted,
    )


# The URL does not tell where a connection goes: `?host=`, `hostaddr=` and files of the
# driver go before its host. And the server does not tell whether it leaves this
# machine: what stands between, a pool or a container's port, is its neighbour.
def _postgres_encrypted(connection: Connection) -> bool:
    line: Any = connection.connection.driver_connection
    return (
        stays_here(line.info.hostaddr or line.info.host)
        or bool(line.pgconn.ssl_in_use)
        or bool(connection.scalar(text(_BY_KERBEROS)))
    )


def _mariadb_encrypted(connection: Connection) -> bool:
    line: Any = connection.connection.driver_connection
    is_socket = bool(line.unix_socket)
    return is_socket or stays_here(line.host) or bool(connection.scalar(text(_CIPHER)))


def _file_encrypted(connection: Connection) -> bool:
    """Return that nothing of a database in a file leaves this machine."""
    del connection
    return True


_ENCRYPTED: dict[str, Callable[[Connection], bool]] = {
    "postgresql": _postgres_encrypted,
    "mariadb": _mariadb_encrypted,
    "sqlite": _file_encrypted,
}


def _skew(connection: Connection, kind: str) -> timedelta | None:
    """Return how far its clock is ahead; asked half-way through the question."""
    if kind not in _CLOCK:
        # SQLite has this machine's.
        return None
    before = datetime.now(UTC)
    told = float(str(connection.scalar(text(_CLOCK[kind]))))
    half_way = before + (datetime.now(UTC) - before) / 2
    return datetime.fromtimestamp(told, UTC) - half_way


def _differences(settings: StoreSettings) -> tuple[str, tuple[str, ...] | None]:
    """Return why the tables could not be compared, and in what they differ."""
    try:
        from securelogin.stores.sql import schema  # noqa: PLC0415 -- an extra
    except ModuleNotFoundError:
        return "", None
    url = "" if settings.url is None else settings.url.reveal()
    try:
        return "", schema.check(url, prefix=settings.prefix, schema=settings.schema)
    except SecureLoginError as error:
        return str(error), None
