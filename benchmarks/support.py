"""How long the support desk takes to find one attempt among a million, on SQLite.

`python -m benchmarks.support [attempts]` fills a database in bulk, then prints the
median and the slowest of some look-ups. It is no test: the machine's load is in every
figure.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from securelogin import Audience, KeyRing, Portal, SecureLogin, Viewer
from securelogin.attempts import AttemptRecord, Operation
from securelogin.mailers.memory import MemoryMailer
from securelogin.outcomes import Cause
from securelogin.references import make_reference
from securelogin.stores.sql import SQLStore
from securelogin.stores.sql.rows import attempt_row
from securelogin.viewers import OPERATOR

URL = "https://portal.acme.example/secure/"
PEOPLE = 50_000
ROUNDS = 50
DAYS = 90


def reference(number: int) -> str:
    """Return a reference of its own for each number."""
    return make_reference(random=lambda size: number.to_bytes(size, "big"))


def attempts(number: int, now: datetime) -> Iterator[AttemptRecord]:
    """Return so many attempts of many people, spread evenly over three months."""
    step = timedelta(days=DAYS) / number
    for n in range(number):
        address = f"person{n * 7919 % PEOPLE}@acme.example"
        yield AttemptRecord(
            reference=reference(n),
            at=now - n * step,
            operation=Operation.LOGIN,
            causes=(Cause.UNKNOWN_ADDRESS,),
            tenant="acme",
            portal=URL,
            url=URL,
            lookup=address,
            typed=address,
            ip=f"192.0.{n % 250}.{n % 199}",
            user_agent="Firefox/140",
            hits=(1, 1, 1),
        )


def fill(path: Path, number: int, now: datetime) -> None:
    """Write the attempts past the store: one transaction instead of a million."""
    rows = map(attempt_row, attempts(number, now))
    first = next(rows)
    names = ", ".join(first)
    marks = ", ".join(f":{name}" for name in first)
    statement = f"INSERT INTO securelogin_attempts ({names}) VALUES ({marks})"  # noqa: S608 -- our own column names
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("PRAGMA synchronous = OFF")
        raw.execute(statement, first)
        raw.executemany(statement, rows)


def timed(name: str, call: Callable[[int], object]) -> None:
    """Print how long a call takes, in the middle and at worst."""
    taken = []
    for n in range(ROUNDS):
        begun = time.perf_counter()
        call(n)
        taken.append((time.perf_counter() - begun) * 1_000)
    middle = statistics.median(taken)
    print(f"{name:<34}{middle:7.2f} ms, slowest {max(taken):7.2f} ms")


def main(number: int) -> None:
    """Fill, then look things up as an operator and as an administrator."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "portal.db"
        store = SQLStore(f"sqlite:///{path}")
        store.create()
        begun = time.perf_counter()
        fill(path, number, now)
        print(f"{number} attempts written in {time.perf_counter() - begun:.0f} s")
        auth = SecureLogin(
            portals=[
                Portal(tenant="acme", name="Acme", url=URL, contact="it@acme.example")
            ],
            keys=KeyRing(KeyRing.new_key()),
            store=store,
            mailer=MemoryMailer(),
        )
        auth.accounts.register(
            "person1@acme.example", tenant="acme", audience=Audience.INTERNAL
        )
        carol = Viewer.administrator("carol", tenant="acme")
        some = [n * (number // ROUNDS) for n in range(ROUNDS)]
        find, search = auth.support.find, auth.support.search
        timed("find", lambda n: find(reference(some[n]), by=OPERATOR))
        timed("find as administrator", lambda n: find(reference(some[n]), by=carol))
        timed("find what is not there", lambda _: find("000-000-000", by=OPERATOR))
        timed(
            "search by address and time",
            lambda n: search(
                by=carol, address=f"person{n}@acme.example", around=now, zone=None
            ),
        )
        timed("search by browser, 7 days", lambda _: search(by=carol, browser="Safari"))
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
