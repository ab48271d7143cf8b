"""Databases to test on: the machine's own servers, or one that the tests start.

`SECURELOGIN_TEST_POSTGRES_URL` and `SECURELOGIN_TEST_MARIADB_URL` say where; without
them, the usual ports of this machine are tried. Where PostgreSQL is not told of and
does not answer, the binaries of a wheel are run. Each run makes a database of its own,
with a name that nobody else has, and drops it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from tests.stores.wheel import running_postgres

VARIABLES = {
    "postgresql": "SECURELOGIN_TEST_POSTGRES_URL",
    "mariadb": "SECURELOGIN_TEST_MARIADB_URL",
}
USUAL = {
    "postgresql": "postgresql://postgres@127.0.0.1:5432/test",
    "mariadb": "mariadb://root@127.0.0.1:3306/test",
}
PLAIN = {"postgresql": "postgresql+psycopg", "mariadb": "mariadb+pymysql"}


def plain_engine(url: URL | str) -> sa.Engine:
    """Return an engine of the tests' own, which keeps no connection."""
    return sa.create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")


def why_not(url: URL) -> str:
    """Return why no server answers, or nothing."""
    try:
        with plain_engine(url).connect() as connection:
            connection.execute(sa.text("SELECT 1"))
    except SQLAlchemyError as error:
        return type(error).__name__
    return ""


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}


@contextmanager
def server(kind: str) -> Iterator[URL]:
    """Give the URL of a server; skip where there is none, but fail where CI is set."""
    variable = VARIABLES[kind]
    told = os.environ.get(variable)
    url = make_url(told or USUAL[kind]).set(drivername=PLAIN[kind])
    reason = why_not(url)
    if not reason:
        yield url
        return
    if kind == "postgresql" and not told:
        with running_postgres() as socket:
            yield make_url(f"{PLAIN[kind]}://postgres@/postgres?host={socket}")
        return
    reason = f"no {kind} to test on: set {variable} ({reason})"
    if is_ci():
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def own_database(kind: str) -> Iterator[URL]:
    """Make a database for one run, and drop it afterwards."""
    with server(kind) as url:
        name = f"securelogin_test_{secrets.token_hex(8)}"
        engine = plain_engine(url)
        run(engine, f"CREATE DATABASE {name}")
        try:
            yield url.set(database=name)
        finally:
            force = " WITH (FORCE)" if kind == "postgresql" else ""
            run(engine, f"DROP DATABASE {name}{force}")


def run(engine: sa.Engine, *statements: str) -> None:
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
