"""Time by account state on each store of ours: `securelogin uniformity` measures it.

Each row is that command in a process of its own. PostgreSQL is asked where it is told
of, in a database that is made for it and dropped. Not in here: the peers (`child`), and
what is said of it (`states_page`).
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

__all__ = [
    "LATE",
    "OPERATIONS",
    "STORES",
    "OwnStore",
    "Rows",
    "measure_own",
    "rows_of",
]

OPERATIONS = ("log-in", "forgotten", "population")
"""What the command measures, by the names of its `--only`."""

LATE = 0.0002
"""Seconds by which the control is late, where the machine lets that be seen."""

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of our own is made there
_MEMORY = "memory"
_SQLITE = "SQLite"

Rows = dict[str, dict[str, Any]]
"""What was found, by “name of the store | operation”."""


@dataclass(frozen=True, kw_only=True)
class OwnStore:
    """A store of ours in one colour.

    Attributes:
        kind: memory, SQLite, or PostgreSQL's driver as SQLAlchemy names it.
    """

    kind: str
    is_async: bool = False


# Not asyncpg: it needs a newer SQLAlchemy than FastAPI Users' adapter lets us have.
STORES: Mapping[str, OwnStore] = {
    "memory": OwnStore(kind=_MEMORY),
    "memory, async": OwnStore(kind=_MEMORY, is_async=True),
    "SQLite": OwnStore(kind=_SQLITE),
    "SQLite, async": OwnStore(kind=_SQLITE, is_async=True),
    "PostgreSQL": OwnStore(kind="postgresql+psycopg"),
    "PostgreSQL, async": OwnStore(kind="postgresql+psycopg", is_async=True),
}


def rows_of(name: str) -> list[str]:
    """Return the names of a store's rows."""
    return [f"{name} | {operation}" for operation in OPERATIONS]


def measure_own(name: str, rounds: Mapping[str, int], server: str) -> Rows:
    """Measure one store; nothing if it is PostgreSQL and no server was told of.

    Args:
        rounds: of each operation.
        server: URL of a PostgreSQL database, whose role may make another; or "".
    """
    store = STORES[name]
    found: Rows = {}
    if store.kind.startswith("postgresql") and not server:
        print(f"… {name}: left out, no --postgresql URL", file=sys.stderr)
        return found
    for operation in OPERATIONS:
        print(f"… {operation} by state, {name}", file=sys.stderr, flush=True)
        found[f"{name} | {operation}"] = _with_its_control(
            operation, store, server, rounds=rounds[operation]
        )
    return found


def _with_its_control(
    operation: str, store: OwnStore, server: str, *, rounds: int
) -> dict[str, Any]:
    """Measure; once more if the control was too early to be seen.

    Then it is late by twice what could have been seen, on this machine and server. That
    decides nothing about the pairs.
    """

    def measure(delay: float) -> dict[str, Any]:
        with _place(store, server) as url:
            return _asked(operation, store, url, rounds=rounds, delay=delay)

    timing = measure(LATE)
    # A population's control has no delay: to measure again would change nothing.
    if timing["valid"] or not timing["delay_of_control"]:
        return timing
    return measure(2 * timing["control"]["smallest_seen"])


def _asked(
    operation: str, store: OwnStore, url: str, *, rounds: int, delay: float
) -> dict[str, Any]:
    command = [
        *(sys.executable, "-c", "from securelogin.cli import app; app()"),
        *("uniformity", "--json", f"--delay={delay}"),
        *(f"--only={operation}", f"--rounds={rounds}"),
        *(["--async"] if store.is_async else []),
    ]
    # By the environment: a URL may hold a password.
    done = subprocess.run(  # noqa: S603 -- ourselves
        command,
        env={**os.environ, "SECURELOGIN_UNIFORMITY_STORE": url},
        capture_output=True,
        text=True,
        check=False,
    )
    # 1 says that something was told apart: that is a figure too.
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    (timing,) = json.loads(done.stdout)
    return dict(timing)


@contextmanager
def _place(store: OwnStore, server: str) -> Iterator[str]:
    """Give the URL of an empty database."""
    if store.kind == _MEMORY:
        yield _MEMORY
    elif store.kind == _SQLITE:
        # Beside a disk's own spread, little would show.
        within = _IN_MEMORY if _IN_MEMORY.is_dir() else None
        with tempfile.TemporaryDirectory(dir=within) as folder:
            yield f"sqlite:///{folder}/uniformity.db"
    else:
        with _database(server) as made:
            yield made.set(drivername=store.kind).render_as_string(hide_password=False)


@contextmanager
def _database(server: str) -> Iterator[sa.engine.URL]:
    """Make a database that does not wait for its disk, and drop it."""
    url = sa.engine.make_url(server).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"uniformity_{secrets.token_hex(4)}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        connection.exec_driver_sql(
            f"ALTER DATABASE {name} SET synchronous_commit = off"
        )
        try:
            yield url.set(database=name)
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()
