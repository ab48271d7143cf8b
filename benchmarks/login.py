"""What the library's operations cost, beside the barest thing that does the like.

`python -m benchmarks.login` prints medians of one run, and ratios within it; the
part `operations` of `python -m benchmarks` writes them into the page. Everything runs
on one core and takes turns. It is no test: the machine's load is in every figure, and
only the ratios compare.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import secrets
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import argon2
from itsdangerous import URLSafeSerializer

from benchmarks.wired import BATCH, PASSWORD, URL, Wired, on_one_core
from securelogin import AsyncSecureLogin
from securelogin.hidden import Hidden
from securelogin.mailers.memory import AsyncMemoryMailer, MemoryMailer
from securelogin.sessions import SessionDigest, make_session_token, session_digest
from securelogin.stores.memory import MemoryStore
from securelogin.stores.sql import AsyncSQLStore, SQLStore

__all__ = ["BESIDE", "measure_operations"]

SOME = 1_000
"""Sessions that are used in turn."""
MANY = 5_000
"""As many others, which are more than the store remembers rows of."""

VERIFY = "bare argon2-cffi verify"
LOADS = "bare itsdangerous loads"
ROW = "bare SHA-256 and SQLite look-up of the session"
JOIN = "bare SHA-256 and SQLite look-up of session, account and generation"
OF_SOME = f"{JOIN}, {SOME:,} in turn"
OF_MANY = f"{JOIN}, {MANY:,} in turn"
OPENING = "bare loads, SQLite look-up of the link and insert of a record"

BESIDE = {
    "log-in, memory": (VERIFY,),
    "log-in, SQLite": (VERIFY,),
    "log-in, SQLite, async": (VERIFY,),
    "link open, memory": (LOADS,),
    "link open, SQLite": (LOADS, OPENING),
    "session resolve, memory": (ROW,),
    "session resolve, SQLite, the same again": (ROW, JOIN),
    f"session resolve, SQLite, {SOME:,} in turn": (OF_SOME,),
    f"session resolve, SQLite, {MANY:,} in turn": (OF_MANY,),
}
"""What is measured, and beside which bare things."""

# As `SQLStore` sets up a file.
_SET_UP = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA foreign_keys = ON",
)

Batch = Callable[[], list[float]]
"""Makes so many calls in a row; returns the microseconds of each."""


class Bare:
    """`sqlite3` and nothing else, over a file like the library's: tables and rows."""

    def __init__(self, path: Path, wired: Wired, crowd: list[Hidden]) -> None:
        self._raw = sqlite3.connect(path, isolation_level=None)
        for pragma in _SET_UP:
            self._raw.execute(pragma)
        self._token = wired.session.reveal()
        tokens = [token.reveal() for token in crowd]
        self._some, self._many = cycle(tokens[:SOME]), cycle(tokens[SOME:])
        self._link = wired.link
        (self._link_id,) = self._raw.execute(
            "SELECT id FROM securelogin_links"
        ).fetchone()
        wired.auth.links.open(wired.link, url=URL)
        found = self._raw.execute(
            "SELECT * FROM securelogin_attempts WHERE operation = 'link_opened'"
        )
        names = [column[0] for column in found.description if column[0] != "seq"]
        self._record = found.fetchone()[-len(names) :]
        self._insert = (
            f"INSERT INTO securelogin_attempts ({', '.join(names)}) "  # noqa: S608 -- our own column names
            f"VALUES ({', '.join('?' * len(names))})"
        )
        self._loads = bare_loads()

    def row(self) -> object:
        """Look up the session of a token."""
        digest = hashlib.sha256(self._token.encode()).hexdigest()
        return self._raw.execute(
            "SELECT * FROM securelogin_sessions WHERE digest = ?", (digest,)
        ).fetchone()

    def join(self) -> object:
        """Look up all that a session is judged by."""
        return self._joined(self._token)

    def of_some(self) -> object:
        """Look that up of another session each time, of a few."""
        return self._joined(next(self._some))

    def of_many(self) -> object:
        """Look that up of another session each time, of many."""
        return self._joined(next(self._many))

    def _joined(self, token: str) -> object:
        digest = hashlib.sha256(token.encode()).hexdigest()
        return self._raw.execute(
            "SELECT s.*, c.generation, a.* FROM securelogin_sessions AS s "
            "LEFT JOIN securelogin_accounts AS a ON a.id = s.account "
            "LEFT JOIN securelogin_credentials AS c ON c.account = s.account "
            "WHERE s.digest = ?",
            (digest,),
        ).fetchone()

    def opening(self) -> object:
        """Verify a token, look a link up and keep a record."""
        self._loads()
        row = self._raw.execute(
            "SELECT * FROM securelogin_links WHERE id = ?", (self._link_id,)
        ).fetchone()
        self._raw.execute(self._insert, self._record)
        return row

    def close(self) -> None:
        """Close the file."""
        self._raw.close()


def bare_loads() -> Callable[[], object]:
    """Return a bare itsdangerous `loads` of a token like a link's."""
    serializer = URLSafeSerializer(
        secrets.token_bytes(32),
        salt="benchmark",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
    token = serializer.dumps(
        {"p": "link", "t": "acme", "j": "x" * 22, "i": 1_790_000_000, "e": 179_060}
    )
    return lambda: serializer.loads(token)


def timed(call: Callable[[], object]) -> Batch:
    """Return a batch of calls."""

    def batch() -> list[float]:
        taken = []
        for _ in range(BATCH):
            begun = time.perf_counter_ns()
            call()
            taken.append((time.perf_counter_ns() - begun) / 1_000)
        return taken

    return batch


def timed_awaited(
    runner: asyncio.Runner, call: Callable[[], Awaitable[object]]
) -> Batch:
    """Return a batch of calls that are awaited, one after the other."""

    async def ask() -> list[float]:
        taken = []
        for _ in range(BATCH):
            begun = time.perf_counter_ns()
            await call()
            taken.append((time.perf_counter_ns() - begun) / 1_000)
        return taken

    return lambda: runner.run(ask())


@contextmanager
def filled(path: Path, people: int) -> Iterator[tuple[SQLStore, Wired]]:
    """Make a file with people in it; its connections are opened anew when needed."""
    store = SQLStore(f"sqlite:///{path}")
    store.create()
    yield store, Wired(store, accounts=people)
    store.close()


def crowd_of(wired: Wired, store: SQLStore) -> list[Hidden]:
    """Begin sessions of many people; return their tokens."""
    held = store.sessions.get(digest_of(wired.session))
    if held is None:
        message = "the session that was begun is gone"
        raise LookupError(message)
    tokens = [make_session_token(secrets.token_bytes) for _ in range(SOME + MANY)]
    for token, account in zip(tokens, cycle(wired.people), strict=False):
        store.sessions.add(replace(held, digest=digest_of(token), account=account))
    return tokens


def digest_of(token: Hidden) -> SessionDigest:
    """Return the digest of what is a token."""
    digest = session_digest(token)
    if digest is None:
        raise ValueError
    return digest


def library(folder: Path, people: int, runner: asyncio.Runner) -> dict[str, Batch]:
    """Return what the library does, on stores of its own."""
    memory = Wired(MemoryStore(), accounts=people)
    with filled(folder / "a.db", people) as (database, sqlite):
        tokens = crowd_of(sqlite, database)
    some, many = cycle(tokens[:SOME]), cycle(tokens[SOME:])
    with filled(folder / "b.db", people) as (_, told):
        pass
    auth = AsyncSecureLogin(
        store=AsyncSQLStore(f"sqlite:///{folder / 'b.db'}"),
        mailer=AsyncMemoryMailer(MemoryMailer()),
        **told.wiring,
    )
    attempts = cycle(told.attempts)
    resolve, opened = sqlite.auth.sessions.resolve, memory.auth.links.open
    for token in tokens[:SOME]:
        resolve(token)  # as it is in a portal that has been at work for a while
    return {
        "log-in, memory": timed(memory.logins()),
        "log-in, SQLite": timed(sqlite.logins()),
        "log-in, SQLite, async": timed_awaited(
            runner, lambda: auth.login.check(next(attempts))
        ),
        "link open, memory": timed(lambda: opened(memory.link, url=URL)),
        "link open, SQLite": timed(
            lambda: sqlite.auth.links.open(sqlite.link, url=URL)
        ),
        "session resolve, memory": timed(
            lambda: memory.auth.sessions.resolve(memory.session)
        ),
        "session resolve, SQLite, the same again": timed(
            lambda: resolve(sqlite.session)
        ),
        f"session resolve, SQLite, {SOME:,} in turn": timed(
            lambda: resolve(next(some))
        ),
        f"session resolve, SQLite, {MANY:,} in turn": timed(
            lambda: resolve(next(many))
        ),
    }


def measure_operations(rounds: int) -> dict[str, list[float]]:
    """Return, for each by name, its median in microseconds in each turn.

    They take turns by batches: often enough that a slower minute of the machine meets
    them all, long enough that each runs with its own code in the caches.
    """
    on_one_core()
    hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    stored = hasher.hash(PASSWORD)
    with tempfile.TemporaryDirectory() as name, asyncio.Runner() as runner:
        path = Path(name) / "bare.db"
        with filled(path, rounds) as (database, wired):
            bare = Bare(path, wired, crowd_of(wired, database))
        batches = {
            VERIFY: timed(lambda: hasher.verify(stored, PASSWORD)),
            LOADS: timed(bare_loads()),
            ROW: timed(bare.row),
            JOIN: timed(bare.join),
            OF_SOME: timed(bare.of_some),
            OF_MANY: timed(bare.of_many),
            OPENING: timed(bare.opening),
            **library(Path(name), rounds, runner),
        }
        found: dict[str, list[float]] = {one: [] for one in batches}
        for _ in range(max(rounds // BATCH, 2)):
            for one, batch in batches.items():
                found[one].append(statistics.median(batch()))
        bare.close()
    return found


def main() -> None:
    """Measure everything in turn and print it, for people or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=2_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure_operations(given.rounds)
    if given.json:
        print(json.dumps(found))
        return
    for name, taken in found.items():
        print(f"{name:68}{statistics.median(taken):9.1f} µs")
        for bare in BESIDE.get(name, ()):
            ratios = [one / base for one, base in zip(taken, found[bare], strict=True)]
            print(f"    x {bare:62}{statistics.median(ratios):9.2f}")


if __name__ == "__main__":
    main()
