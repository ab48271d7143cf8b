"""How long the support desk takes to find one attempt among a million.

`python -m benchmarks.support [attempts] [URL]` fills a database in bulk, then prints
the median and the slowest of some look-ups: a SQLite file of its own, or an empty
database such as postgresql+psycopg://postgres@127.0.0.1/bench. One that it has filled
before it takes as it is. It is no test: the machine's load is in every figure.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from securelogin import Audience, KeyRing, Portal, SecureLogin, Viewer
from securelogin.attempts import AttemptRecord, Operation
from securelogin.mailers.memory import MemoryMailer
from securelogin.outcomes import Cause
from securelogin.references import make_reference
from securelogin.stores.relational.rows import attempt_row
from securelogin.stores.sql import SQLStore
from securelogin.viewers import OPERATOR

PORTAL = "https://portal.acme.example/secure/"
PEOPLE = 50_000
ROUNDS = 200
DAYS = 90


def reference(number: int) -> str:
    """Return a reference of its own for each number."""
    return make_reference(
        random=lambda size: bytes(number >> 5 * place & 31 for place in range(size))
    )


def attempts(number: int, now: datetime) -> Iterator[AttemptRecord]:
    """Return so many attempts of many people, spread evenly over three months."""
    step = timedelta(days=DAYS) / number
    # The oldest first, as they come.
    for n in reversed(range(number)):
        address = f"person{n * 7919 % PEOPLE}@acme.example"
        yield AttemptRecord(
            reference=reference(n),
            at=now - n * step,
            operation=Operation.LOGIN,
            causes=(Cause.UNKNOWN_ADDRESS,),
            tenant="acme",
            portal=PORTAL,
            url=PORTAL,
            lookup=address,
            typed=address,
            ip=f"192.0.{n % 250}.{n % 199}",
            user_agent="Firefox/140",
            hits=(1, 1, 1),
        )


def fill(url: str, number: int, now: datetime) -> None:
    """Write the attempts past the store: one transaction instead of a million."""
    rows = map(attempt_row, attempts(number, now))
    first = next(rows)
    names = ", ".join(first)
    engine = sa.create_engine(url)
    with closing(engine.raw_connection()) as raw:
        cursor: Any = raw.cursor()
        if engine.dialect.name == "postgresql":
            with cursor.copy(f"COPY securelogin_attempts ({names}) FROM STDIN") as copy:
                copy.write_row(list(first.values()))
                for row in rows:
                    copy.write_row(list(row.values()))
        else:
            marks = ", ".join(f":{name}" for name in first)
            statement = f"INSERT INTO securelogin_attempts ({names}) VALUES ({marks})"  # noqa: S608 -- our own column names
            cursor.execute(statement, first)
            cursor.executemany(statement, rows)
        raw.commit()
    with engine.connect() as connection:
        # What a server's own housekeeping has done long before there are a million.
        autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
        words = "VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"
        autocommit.exec_driver_sql(words)
    engine.dispose()


def timed(name: str, call: Callable[[int], object]) -> None:
    """Print how long a call takes, in the middle and at worst."""
    taken = []
    for n in range(ROUNDS):
        begun = time.perf_counter()
        call(n)
        taken.append((time.perf_counter() - begun) * 1_000)
    taken.sort()
    middle, most = statistics.median(taken), taken[int(ROUNDS * 0.95)]
    print(
        f"{name:<30}median {middle:6.2f} ms, 95 % {most:6.2f}, slowest {taken[-1]:6.2f}"
    )


def main(number: int, url: str) -> None:
    """Fill, then look things up as an operator and as an administrator."""
    now = datetime.now(UTC)
    store = SQLStore(url)
    store.create()
    if store.attempts.by_reference(reference(0)) is None:
        begun = time.perf_counter()
        fill(url, number, now)
        print(f"{number} attempts written in {time.perf_counter() - begun:.0f} s")
    look_up(store, number, now)
    store.close()


def look_up(store: SQLStore, number: int, now: datetime) -> None:
    """Time look-ups as they come: some of everything, spread over all there is."""
    auth = SecureLogin(
        portals=[
            Portal(tenant="acme", name="Acme", url=PORTAL, contact="it@acme.example")
        ],
        keys=KeyRing(KeyRing.new_key()),
        store=store,
        mailer=MemoryMailer(),
    )
    auth.accounts.register(
        "person1@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    some = [n * (number // ROUNDS) for n in range(ROUNDS)]
    find, search = auth.support.find, auth.support.search
    # A look-up is counted by who makes it; a hundred an hour are a person's.
    desk = [Viewer.administrator(f"carol {n}", tenant="acme") for n in range(ROUNDS)]
    for n in range(20):
        find(reference(some[n] + 1), by=OPERATOR)
    timed("find", lambda n: find(reference(some[n]), by=OPERATOR))
    timed("find as administrator", lambda n: find(reference(some[n]), by=desk[n]))
    timed("find what is not there", lambda _: find("000-000-000", by=OPERATOR))
    timed(
        "search by address and time",
        lambda n: search(by=desk[n], address=f"person{n}@acme.example", around=now),
    )
    timed("search by browser, 7 days", lambda n: search(by=desk[n], browser="Safari"))


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        main(count, sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{folder}/p.db")
