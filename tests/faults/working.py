"""One worker process of a portal under load: `python -m tests.faults.working`.

Reads its task from its input (a line of JSON), works until its time is over, and writes
a line of JSON for each thing that was promised to a person, before the next one begins.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from securelogin import (
    Attempt,
    ChangeRequired,
    Client,
    Granted,
    KeyRing,
    Limits,
    Policy,
    SecureLogin,
)
from securelogin.errors import Unavailable
from securelogin.installation import system_clock
from securelogin.mail import Delivery, DeliveryState, Mail, MailKind
from securelogin.outcomes import Changed
from securelogin.stores.sql import SQLStore
from tests.wiring import POOL, PORTALS, URL, cheap_hasher

ALWAYS = timedelta(days=1)
HITS = "hits of all workers"
POLICY = Policy(
    limits=Limits(
        tries=10**6,
        source_tries=10**6,
        temporary_tries=10**6,
        source_resets=10**6,
        resets=10**6,
    )
)


def tell(**told: Any) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


class Post:
    """A mail server: what it has taken is told, and handed to the worker itself."""

    def __init__(self) -> None:
        self.passwords: dict[str, str] = {}

    def send(self, mail: Mail, /) -> Delivery:
        if mail.kind is MailKind.TEMPORARY_PASSWORD:
            password = mail.secrets["password"].reveal()
            self.passwords[mail.to.text] = password
            tell(kind="mailed", to=mail.to.text, secret=password)
        return Delivery(state=DeliveryState.ACCEPTED)


def wired(
    url: str, key: str, mailer: Any, clock: Callable[[], datetime] = system_clock
) -> tuple[SecureLogin, SQLStore]:
    store = SQLStore(url)
    auth = SecureLogin(
        portals=PORTALS,
        keys=KeyRing(key),
        store=store,
        mailer=mailer,
        policy=POLICY,
        hasher=cheap_hasher(),
        pool=POOL,
        clock=clock,
    )
    return auth, store


class Worker:
    """Log in, reset, change, deliver: in an order of its own."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.who = task["who"]
        self.post = Post()
        self.auth, self.store = wired(task["url"], task["key"], self.post)
        self.people = task["people"]
        self.known: dict[str, str] = dict.fromkeys(self.people, task["password"])
        self.client = Client(ip=f"192.0.2.{self.who}", user_agent="Firefox/140")
        # Not for secrets: the order of the work.
        self.chance = random.Random(self.who)  # noqa: S311
        self.n = 0

    def work(self) -> None:
        address = self.chance.choice(self.people)
        self.chance.choice([self.logs_in, self.asks, self.delivers, self.redeems])(
            address
        )
        # Last: what is told has been counted, and what is counted is told or in doubt.
        self.store.counters.hit({HITS: ALWAYS}, at=datetime.now(UTC))
        tell(kind="hit")

    def check(self, address: str, password: str) -> Any:
        return self.auth.login.check(
            Attempt(address=address, password=password, url=URL, client=self.client)
        )

    def logs_in(self, address: str) -> None:
        granted = self.check(address, self.known[address])
        if isinstance(granted, Granted):
            token = granted.session.token.reveal()
            tell(kind="session", of=address, token=token)
            if self.chance.random() < 0.3:
                self.changes(address, token)

    def changes(self, address: str, token: str) -> None:
        new = self.new_password()
        tell(kind="trying", of=address, password=new)
        changed = self.auth.passwords.change(
            token, current=self.known[address], new=new, client=self.client
        )
        if isinstance(changed, Changed):
            self.known[address] = new
            tell(kind="changed", of=address, password=new)

    def asks(self, address: str) -> None:
        self.auth.reset.request(address=address, url=URL, client=self.client)

    def delivers(self, _: str) -> None:
        self.auth.courier.deliver(limit=5)

    def redeems(self, address: str) -> None:
        required = self.check(address, self.post.passwords.get(address, "none yet"))
        if isinstance(required, ChangeRequired):
            new = self.new_password()
            tell(kind="trying", of=address, password=new)
            changed = self.auth.passwords.complete(
                required.ticket, new, client=self.client
            )
            if isinstance(changed, Changed):
                self.known[address] = new
                tell(kind="changed", of=address, password=new)

    def new_password(self) -> str:
        self.n += 1
        return f"harbour {self.who} at number {self.n} in winter"


def main() -> None:
    task = json.loads(sys.stdin.readline())
    worker = Worker(task)
    tell(kind="ready")
    for _ in range(task["rounds"]):
        try:
            worker.work()
        except Unavailable as error:
            tell(kind="unavailable", why=str(error))
    worker.store.close()


if __name__ == "__main__":
    main()
