"""The library over one store with people in it, and how its calls are timed.

Argon2 runs at its cheapest setting and by argon2-cffi, with and without the library, so
that the library's own cost shows. Each account logs in once, as people do within a
window, from a browser that it has used before. What is measured is in `login` and in
`stores`.
"""

from __future__ import annotations

import os
import secrets
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import cycle
from typing import Any

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
from securelogin.argon2_backends import Argon2CFFI
from securelogin.credentials import Credential
from securelogin.flows.store import Store
from securelogin.hidden import Hidden
from securelogin.identifiers import make_id
from securelogin.links import sign_link
from securelogin.mailers.memory import MemoryMailer
from securelogin.phc import HashBounds
from securelogin.policy import Lifetimes
from securelogin.rules.sessions import browser_of

URL = "https://portal.acme.example/login"
PASSWORD = "a quiet harbour at six"
CLIENT = Client(ip="192.0.2.7", user_agent="Mozilla/5.0 Firefox/140")
CHEAPEST = Argon2Parameters(memory=8, passes=1)
# That a session is used is noted now and then: a write, and not measured here.
SELDOM_NOTED = Lifetimes(
    session_idle=timedelta(hours=1), seen_every=timedelta(minutes=30)
)


class Wired:
    """One library over one store, with accounts, a link and a session."""

    def __init__(self, store: Store, *, accounts: int) -> None:
        self.hasher = PasswordHasher(
            CHEAPEST, bounds=HashBounds(floor=()), backend=Argon2CFFI()
        )
        self.keys = KeyRing(KeyRing.new_key())
        self.wiring: dict[str, Any] = {
            "portals": [
                Portal(tenant="acme", name="Acme", url=URL, contact="it@acme.example")
            ],
            "keys": self.keys,
            "hasher": self.hasher,
            "policy": Policy(
                limits=Limits(
                    tries=10**9, source_tries=10**9, window=timedelta(days=1)
                ),
                lifetimes=SELDOM_NOTED,
            ),
        }
        self.auth = SecureLogin(store=store, mailer=MemoryMailer(), **self.wiring)
        self.attempts = []
        self.people: list[AccountId] = []
        for number in range(accounts):
            address = f"person.{number}@acme.example"
            self.people.append(self._add(store, address))
            self.attempts.append(
                Attempt(address=address, password=PASSWORD, url=URL, client=CLIENT)
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

    def _add(self, store: Store, address: str) -> AccountId:
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
                browsers=(browser_of(CLIENT),),
            )
        )
        return account

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
