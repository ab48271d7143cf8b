"""What the library costs above the one Argon2 run that security demands.

`python -m benchmarks.login` prints medians of one run, and ratios within it. Argon2
runs at its cheapest setting, so that the library's own cost shows. It is no test: the
machine's load is in every figure, and only the ratios compare.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import argon2
from itsdangerous import URLSafeSerializer

from securelogin import (
    Argon2Parameters,
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
from securelogin.addresses import parse_address
from securelogin.credentials import Credential
from securelogin.flows.secure_login import Store
from securelogin.hidden import Hidden
from securelogin.identifiers import make_id
from securelogin.links import sign_link
from securelogin.mailers.memory import MemoryMailer
from securelogin.phc import HashBounds
from securelogin.stores.memory import MemoryStore
from securelogin.stores.sql import SQLStore

URL = "https://portal.acme.example/login"
PASSWORD = "a quiet harbour at six"
CHEAPEST = Argon2Parameters(memory=8, passes=1)
# Enough accounts that none gathers a crowd of sessions while it is measured.
ACCOUNTS = 400


class Wired:
    """One library over one store, with accounts, a link and a session."""

    def __init__(self, store: Store) -> None:
        self.hasher = PasswordHasher(CHEAPEST, bounds=HashBounds(floor=()))
        self.keys = KeyRing(KeyRing.new_key())
        self.auth = SecureLogin(
            portals=[
                Portal(tenant="acme", name="Acme", url=URL, contact="it@acme.example")
            ],
            keys=self.keys,
            store=store,
            mailer=MemoryMailer(),
            hasher=self.hasher,
            policy=Policy(
                limits=Limits(tries=10**9, source_tries=10**9, window=timedelta(days=1))
            ),
        )
        client = Client(ip="192.0.2.7", user_agent="Mozilla/5.0 Firefox/140")
        self.attempts = []
        for number in range(ACCOUNTS):
            address = f"person.{number}@acme.example"
            self._add(store, address)
            self.attempts.append(
                Attempt(address=address, password=PASSWORD, url=URL, client=client)
            )
        link = self.auth.links.issue(
            recipient="bob@other.example",
            sender="person.0@acme.example",
            message="m-1",
            tenant="acme",
        )
        self.link = sign_link(link, keys=self.keys)
        granted = self.auth.login.check(self.attempts[0])
        if not isinstance(granted, Granted):
            raise TypeError(granted)
        self.session = granted.session.token

    def _add(self, store: Store, address: str) -> None:
        account = AccountId(make_id(secrets.token_bytes))
        store.accounts.add(
            Account(
                id=account,
                tenant="acme",
                audience=Audience.INTERNAL,
                primary=parse_address(address),
            )
        )
        store.credentials.add(
            Credential(
                account=account,
                password_hash=self.hasher.hash(Hidden(PASSWORD), account=account),
            )
        )

    def logins(self) -> Callable[[], object]:
        """Return a call that logs the next account in."""
        attempts = cycle(self.attempts)
        return lambda: self.auth.login.check(next(attempts))


BATCH = 100


def measured(calls: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median time of each call in microseconds.

    The calls take turns by batches: often enough that a slower minute of the machine
    meets them all, long enough that each runs with its own code in the caches.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds // BATCH):
        for name, call in calls.items():
            for _ in range(BATCH):
                begun = time.perf_counter_ns()
                call()
                times[name].append((time.perf_counter_ns() - begun) / 1_000)
    return {name: statistics.median(taken) for name, taken in times.items()}


def on_one_core() -> None:
    """Stay on one core, where the system allows it.

    Handing work to a thread on a core that sleeps costs what the machine needs to wake
    it, which is no cost of the library, and none on a server that has work to do.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


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


def main(rounds: int) -> None:
    """Measure everything in turn and print it."""
    on_one_core()
    bare = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    stored = bare.hash(PASSWORD)
    with tempfile.TemporaryDirectory() as folder:
        database = SQLStore(f"sqlite:///{Path(folder) / 'portal.db'}")
        database.create()
        memory, sqlite = Wired(MemoryStore()), Wired(database)
        figures = measured(
            {
                "bare argon2-cffi verify": lambda: bare.verify(stored, PASSWORD),
                "log-in, memory": memory.logins(),
                "log-in, SQLite": sqlite.logins(),
                "bare itsdangerous loads": bare_loads(),
                "link open, memory": lambda: memory.auth.links.open(
                    memory.link, url=URL
                ),
                "session resolve, memory": lambda: memory.auth.sessions.resolve(
                    memory.session
                ),
                "link open, SQLite": lambda: sqlite.auth.links.open(
                    sqlite.link, url=URL
                ),
                "session resolve, SQLite": lambda: sqlite.auth.sessions.resolve(
                    sqlite.session
                ),
            },
            rounds,
        )
        database.close()
    verify = figures["bare argon2-cffi verify"]
    loads = figures["bare itsdangerous loads"]
    head = f"median of {rounds}"
    print(f"{head:28}{'µs':>10}{'above verify':>16}{'x loads':>10}")
    for name, taken in figures.items():
        above = f"{(taken - verify) / 1_000:.3f} ms" if "log-in" in name else ""
        ratio = f"{taken / loads:.2f}" if "open" in name or "resolve" in name else ""
        print(f"{name:28}{taken:10.1f}{above:>16}{ratio:>10}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
