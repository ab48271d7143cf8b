"""The library over SQLite: counters, audit record and session in every log-in."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.peers.sides import PASSWORD, STATES, Cost, Place, people
from securelogin import (
    Argon2Parameters,
    AsyncSecureLogin,
    Attempt,
    Audience,
    Client,
    Granted,
    HashingPool,
    KeyRing,
    Limits,
    PasswordHasher,
    Policy,
    Portal,
    SecureLogin,
)
from securelogin.accounts import Account, AccountId, Status
from securelogin.addresses import parse_address
from securelogin.credentials import Credential
from securelogin.hidden import Hidden
from securelogin.identifiers import make_id
from securelogin.mailers.memory import AsyncMemoryMailer, MemoryMailer
from securelogin.mailers.smtp import SMTPMailer
from securelogin.phc import HashBounds
from securelogin.stores.sql import AsyncSQLStore, SQLStore
from securelogin.tuning import backends

__all__ = ["AsyncOurs", "Ours"]

URL = "https://portal.acme.example/login"
CLIENT = Client(ip="192.0.2.7", user_agent="Mozilla/5.0 Firefox/140")
OFTEN = 10**9


def wiring(place: Place) -> dict[str, Any]:
    """Return what both colours are wired with; as a portal does, but for limits."""
    return {
        "portals": [
            Portal(tenant="acme", name="Acme", url=URL, contact="it@acme.example")
        ],
        "keys": KeyRing(KeyRing.new_key()),
        "hasher": _hasher(place.cost, place.backend),
        "pool": HashingPool(queue=64, wait=timedelta(minutes=5)),
        # One source asks for everybody here, which a portal would refuse.
        "policy": Policy(
            limits=Limits(
                tries=OFTEN,
                source_tries=OFTEN,
                resets=OFTEN,
                source_resets=OFTEN,
                window=timedelta(days=1),
            )
        ),
    }


def _hasher(cost: Cost, backend: str = "") -> PasswordHasher:
    return PasswordHasher(
        Argon2Parameters(memory=cost.memory, passes=cost.passes),
        bounds=HashBounds(floor=()),
        backend=backends()[backend] if backend else None,
    )


def enrol(store: SQLStore, place: Place, each: int) -> None:
    """Put people into every state."""
    # One hash for all: without a pepper it is bound to nobody.
    now, older = _hashed(place.cost), _hashed(place.cost.older)
    for state in STATES:
        for address in people(state, each):
            account = AccountId(make_id(secrets.token_bytes))
            store.accounts.add(
                Account(
                    id=account,
                    tenant="acme",
                    audience=Audience.INTERNAL,
                    primary=parse_address(address),
                    status=Status.DISABLED if state == "disabled" else Status.ACTIVE,
                )
            )
            hashed = older if state == "older hash" else now
            store.credentials.add(
                Credential(
                    account=account,
                    password_hash=None if state == "no password" else hashed,
                )
            )


def _hashed(cost: Cost) -> str:
    return _hasher(cost).hash(Hidden(PASSWORD), account=AccountId("anybody"))


def attempt(address: str, password: str) -> Attempt:
    """Return what a request brings."""
    return Attempt(address=address, password=password, url=URL, client=CLIENT)


class Ours:
    """The sync colour."""

    def __init__(self, place: Place, each: int, /) -> None:
        store = SQLStore(f"sqlite:///{place.folder / 'ours.db'}")
        store.create()
        enrol(store, place, each)
        mailer = SMTPMailer(
            f"smtp://127.0.0.1:{place.mail_port}", sender="portal@acme.example"
        )
        self.auth = SecureLogin(store=store, mailer=mailer, **wiring(place))

    def login(self, address: str, password: str, /) -> bool:
        """Decide one attempt; Granted has a session."""
        return isinstance(self.auth.login.check(attempt(address, password)), Granted)

    def forgot(self, address: str, /) -> object:
        """Order a mail; a courier sends it beside."""
        return self.auth.reset.request(address=address, url=URL, client=CLIENT)

    def beside(self) -> Callable[[], None]:
        """Let a courier work in a thread; returns what ends it."""
        is_over = threading.Event()

        def work() -> None:
            while not is_over.is_set():
                if not self.auth.courier.deliver(limit=1).sent:
                    time.sleep(0.01)

        thread = threading.Thread(target=work)
        thread.start()

        def end() -> None:
            is_over.set()
            thread.join()

        return end


class AsyncOurs:
    """The async colour."""

    def __init__(self, place: Place, each: int, /) -> None:
        url = f"sqlite:///{place.folder / 'ours.db'}"
        store = SQLStore(url)
        store.create()
        enrol(store, place, each)
        store.close()
        self.auth = AsyncSecureLogin(
            store=AsyncSQLStore(url),
            mailer=AsyncMemoryMailer(MemoryMailer()),
            **wiring(place),
        )

    async def login(self, address: str, password: str, /) -> bool:
        """Decide one attempt; Granted has a session."""
        outcome = await self.auth.login.check(attempt(address, password))
        return isinstance(outcome, Granted)
