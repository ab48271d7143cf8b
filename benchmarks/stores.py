"""What a log-in costs above its Argon2 run, by store and by number of accounts.

    python -m benchmarks.stores [store ...] [--accounts N ...] [--rounds N]

Fills each store in bulk and lets people log in, chosen at random: from a browser their
account knows, and from one it does not. Argon2 runs at its cheapest setting, so that
the store's own cost shows, and one caller at a time on one core. It is no test: the
machine's load is in every figure, and only what ran together compares. All sizes of one
store take turns, by batches.

Databases are made on the servers that the tests use, and dropped afterwards.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import argon2
import redis
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from benchmarks.wired import CHEAPEST, PASSWORD, URL, measured, on_one_core
from securelogin import (
    Attempt,
    Audience,
    Client,
    Granted,
    KeyRing,
    Limits,
    PasswordHasher,
    Policy,
    Portal,
    SecureLogin,
)
from securelogin.accounts import Account, AccountId
from securelogin.addresses import Tenant, stored_address
from securelogin.credentials import Credential
from securelogin.hidden import Hidden
from securelogin.mailers.memory import MemoryMailer
from securelogin.phc import HashBounds
from securelogin.stores.combined import CombinedStore
from securelogin.stores.memory import MemoryStore
from securelogin.stores.redis import RedisStore
from securelogin.stores.relational.credential_rows import credential_row
from securelogin.stores.relational.rows import account_row
from securelogin.stores.sql import SQLStore, make_tables

SIZES = (1_000, 100_000, 1_000_000)
KNOWN = 300
NAMES = ("memory", "sqlite", "postgresql", "mariadb", "redis")
DRIVERS = {"postgresql": "postgresql+psycopg", "mariadb": "mariadb+pymysql"}
SERVERS = {
    "postgresql": ("POSTGRES", "postgresql://postgres@127.0.0.1:5432/test"),
    "mariadb": ("MARIADB", "mariadb://root@127.0.0.1:3306/test"),
    "redis": ("REDIS", "redis://127.0.0.1:6379/0"),
}
HASHER = PasswordHasher(CHEAPEST, bounds=HashBounds(floor=()))
HASH = HASHER.hash(Hidden(PASSWORD), account=AccountId("a person"))
CLIENT = Client(ip="192.0.2.7", user_agent="Mozilla/5.0 Firefox/140")


def address_of(number: int) -> str:
    """Return somebody's address."""
    return f"person.{number}@acme.example"


def person(number: int) -> Account:
    """Return somebody."""
    return Account(
        id=AccountId(f"{number}"),
        tenant=Tenant("acme"),
        audience=Audience.INTERNAL,
        primary=stored_address(address_of(number)),
    )


# -- filling --


def fill_memory(store: MemoryStore, accounts: int) -> None:
    """Add so many people."""
    for number in range(accounts):
        one = person(number)
        store.accounts.add(one)
        store.credentials.add(Credential(account=one.id, password_hash=HASH))


def numbers(dialect: str, many: int) -> tuple[sa.FromClause, Any, Any]:
    """Return a table of numbers, its column, and what makes a scattered id of one."""
    if dialect == "mariadb":
        made: Any = sa.table(f"seq_0_to_{many - 1}", sa.column("seq"))
        return made, made.c.seq, sa.func.md5(made.c.seq)
    if dialect == "postgresql":
        series: Any = (
            sa.func.generate_series(0, many - 1).table_valued("number").render_derived()
        )
        text = sa.cast(series.c.number, sa.Text)
        return series, series.c.number, sa.func.md5(text)
    first = sa.select(sa.literal(0).label("number")).cte("numbers", recursive=True)
    made = first.union_all(
        sa.select(first.c.number + 1).where(first.c.number < many - 1)
    )
    return made, made.c.number, sa.func.hex(sa.func.randomblob(16))


def fill_database(engine: sa.Engine, accounts: int) -> None:
    """Let the database itself make so many people, as the store would write them."""
    tables = make_tables()
    source, number, id_ = numbers(engine.dialect.name, accounts)
    typed = sa.func.concat("person.", number, "@acme.example")
    if engine.dialect.name == "sqlite":
        typed = sa.literal("person.").op("||")(number).op("||")("@acme.example")
    rows = {**account_row(person(0)), "id": id_, "address": typed}
    secret = credential_row(Credential(account=AccountId("x"), password_hash=HASH))
    made = tables.accounts
    secret["account"] = made.c.id
    holder = {"tenant": made.c.tenant, "key": made.c.address, "account": made.c.id}
    with engine.begin() as connection:
        for table, values, origin in (
            (tables.accounts, rows, source),
            (tables.addresses, holder, made),
            (tables.credentials, secret, made),
        ):
            chosen = sa.select(
                *(
                    value
                    if isinstance(value, sa.ColumnElement)
                    else sa.literal(value, table.c[name].type)
                    for name, value in values.items()
                )
            ).select_from(origin)
            connection.execute(sa.insert(table).from_select([*values], chosen))
    with engine.connect() as connection:
        names = ", ".join(table.name for table in tables.in_order)
        word = "ANALYZE TABLE" if engine.dialect.name == "mariadb" else "ANALYZE"
        each = [""] if engine.dialect.name == "sqlite" else [names]
        for some in each:
            connection.exec_driver_sql(f"{word} {some}")


# -- stores --


def url_of(kind: str) -> str:
    """Return where the tests' server of this kind is."""
    variable, usual = SERVERS[kind]
    return os.environ.get(f"SECURELOGIN_TEST_{variable}_URL", usual)


@contextmanager
def own_database(kind: str) -> Iterator[sa.URL]:
    """Make a database, and drop it afterwards."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield make_url(f"sqlite:///{Path(folder) / 'portal.db'}")
        return
    server = make_url(url_of(kind)).set(drivername=DRIVERS[kind])
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"securelogin_benchmark_{secrets.token_hex(4)}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        try:
            yield server.set(database=name)
        finally:
            force = " WITH (FORCE)" if kind == "postgresql" else ""
            connection.exec_driver_sql(f"DROP DATABASE {name}{force}")
    engine.dispose()


@contextmanager
def filled(kind: str, accounts: int) -> Iterator[Any]:
    """Give a store of this kind with so many people in it."""
    if kind == "memory":
        memory = MemoryStore()
        fill_memory(memory, accounts)
        yield memory
        return
    if kind == "redis":
        with filled("postgresql", accounts) as rest:
            prefix = f"securelogin-benchmark-{secrets.token_hex(4)}"
            ours = RedisStore(url_of("redis"), prefix=prefix)
            yield CombinedStore(rest, sessions=ours.sessions, counters=ours.counters)
            ours.close()
            with redis.Redis.from_url(url_of("redis")) as client:
                for key in client.scan_iter(f"{prefix}*", count=1_000):
                    client.delete(key)
        return
    with own_database(kind) as url:
        store = SQLStore(url)
        store.create()
        engine = sa.create_engine(url)
        fill_database(engine, accounts)
        engine.dispose()
        yield store
        store.close()


# -- logging in --


@dataclass(frozen=True)
class Logins:
    """What is measured of one store with so many people."""

    usual: Callable[[], object]
    new_browser: Callable[[], object]


def logins(store: Any, accounts: int, rounds: int) -> Logins:  # noqa: ANN401 -- any
    """Return calls that log somebody in.

    At the time it is: a clock that leaps would have every log-in read a sample of
    hashes anew, which is done every ten minutes (`decoys`).
    """
    auth = SecureLogin(
        portals=[
            Portal(tenant="acme", name="Acme", url=URL, contact="it@acme.example")
        ],
        keys=KeyRing(KeyRing.new_key()),
        store=store,
        mailer=MemoryMailer(),
        hasher=HASHER,
        # All come from one address.
        policy=Policy(limits=Limits(source_tries=10**9)),
    )
    # Not for secrets: who is measured.
    chance = random.Random(accounts)  # noqa: S311 -- an order, no secret
    chosen = chance.sample(range(accounts), KNOWN + rounds)
    attempts = [
        Attempt(address=address_of(n), password=PASSWORD, url=URL, client=CLIENT)
        for n in chosen
    ]

    def call(some: list[Attempt]) -> Callable[[], object]:
        turns = cycle(some)

        def log_in() -> None:
            granted = auth.login.check(next(turns))
            if not isinstance(granted, Granted):
                raise TypeError(granted)

        return log_in

    usual = call(attempts[:KNOWN])
    for _ in range(KNOWN):
        usual()
    return Logins(usual=usual, new_browser=call(attempts[KNOWN:]))


def report(name: str, sizes: list[int], rounds: int) -> None:
    """Measure one store at all sizes, and print its lines."""
    bare = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    stored = bare.hash(PASSWORD)
    with ExitStack() as stack:
        calls: dict[str, Callable[[], object]] = {
            "verify": lambda: bare.verify(stored, PASSWORD)
        }
        for size in sizes:
            store = stack.enter_context(filled(name, size))
            both = logins(store, size, rounds)
            calls[f"usual {size}"] = both.usual
            calls[f"new {size}"] = both.new_browser
        took = measured(calls, rounds)
    verify = took["verify"]
    for size in sizes:
        usual, new = took[f"usual {size}"], took[f"new {size}"]
        ratios = [
            (took[f"{kind} {size}"] - verify) / (took[f"{kind} {sizes[0]}"] - verify)
            for kind in ("usual", "new")
        ]
        print(
            f"| {name} | {size:,} | {1e6 / usual:,.0f} "
            f"| {(usual - verify) / 1e3:.2f} | {(new - verify) / 1e3:.2f} "
            f"| {ratios[0]:.2f} | {ratios[1]:.2f} |",
            flush=True,
        )


def main() -> None:
    """Measure what the command line asks for."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("stores", nargs="*", default=[], metavar="store")
    asked.add_argument("--accounts", nargs="+", type=int, default=list(SIZES))
    asked.add_argument("--rounds", type=int, default=600)
    given = asked.parse_args()
    on_one_core()
    print(
        "| store | accounts | log-ins per second | ms above verify "
        "| from a new browser | ratio | ratio, new browser |"
    )
    print("|---|---|---|---|---|---|---|")
    for name in given.stores or NAMES:
        report(name, given.accounts, given.rounds)


if __name__ == "__main__":
    main()
