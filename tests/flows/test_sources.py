"""Each call to the hashing pool is made in the name of its request's source."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest

from securelogin import (
    Audience,
    Changed,
    Client,
    Granted,
    HashingPool,
    Overloaded,
    PasswordHasher,
    Refused,
)
from securelogin.phc import Argon2Parameters
from tests.flows.backends import Held
from tests.wiring import ANY_COST, CHEAPEST, PASSWORD, Wired, cheap_hasher

NEW, NEWER = "another quiet harbour", "a third quiet harbour"
HERE, NETWORK = "2001:db8:1:2::7", "2001:db8:1:2::"


class Noting(HashingPool):
    """A pool that notes in whose name it is called."""

    def __init__(self) -> None:
        super().__init__(size=2)
        self.sources: list[str] = []

    def run(self, work, /, *, source=""):
        self.sources.append(source)
        return super().run(work, source=source)

    async def run_async(self, work, /, *, source=""):
        self.sources.append(source)
        return await super().run_async(work, source=source)

    def noted(self) -> list[str]:
        noted, self.sources = self.sources, []
        return noted


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_C75_whatever_a_client_asks_for_is_run_in_its_sources_name(colour):
    pool = Noting()
    wired = Wired(colour, pool=pool)
    client = Client(ip=HERE)
    passwords = wired.auth.passwords
    ann = wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    mailed = wired.mailed_password()

    # The courier works for the portal itself.
    assert pool.noted() == [""]
    unknown = wired.check("nobody@acme.example", PASSWORD, ip=HERE)
    assert isinstance(unknown, Refused)
    # The first check reads what decoys follow, for the portal itself.
    assert pool.noted() == ["", NETWORK]
    ticket = wired.check("ann@acme.example", mailed, ip=HERE).ticket
    assert passwords.complete(ticket, NEW, client=client) == Changed()
    assert pool.noted() == [NETWORK] * 3
    token = wired.check("ann@acme.example", NEW, ip=HERE).session.token
    assert pool.noted() == [NETWORK]
    changed = passwords.change(token, current=NEW, new=NEWER, client=client)
    assert isinstance(changed, Changed)
    assert pool.noted() == [NETWORK] * 3
    assert ann


@pytest.mark.parametrize("colour", ["sync", "async"])
def test_C75_a_hash_is_upgraded_in_the_name_of_the_source_too(colour):
    store = Wired("sync", hasher=cheap_hasher()).store
    before = Wired(colour, store=store)
    before.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    ticket = before.check("ann@acme.example", before.mailed_password()).ticket
    before.auth.passwords.complete(ticket, PASSWORD)
    stronger = Argon2Parameters(memory=CHEAPEST.memory, passes=2)
    pool = Noting()
    after = Wired(
        colour,
        store=store,
        keys=before.keys,
        pool=pool,
        hasher=PasswordHasher(stronger, bounds=ANY_COST),
    )

    granted = after.check("ann@acme.example", PASSWORD, ip="192.0.2.9")

    assert isinstance(granted, Granted)
    # Before them, what decoys follow.
    assert pool.sources == ["", *["192.0.2.9"] * 2]


def settled(pool: HashingPool, *, shed: int) -> None:
    """Wait until so many have been turned away and the queue is full."""
    until = time.monotonic() + 30
    while (pool.metrics().shed, pool.metrics().waiting) != (shed, 2):
        assert time.monotonic() < until
        time.sleep(0.001)


@pytest.mark.parametrize("address", ["ann@acme.example", "nobody@acme.example"])
@pytest.mark.parametrize("colour", ["sync", "async"])
def test_C75_F18_another_source_is_served_while_one_floods(colour, address):
    backend = Held()
    pool = HashingPool(size=1, queue=2, wait=timedelta(seconds=30))
    wired = Wired(
        colour,
        hasher=cheap_hasher(backend=backend),
        pool=pool,
    )
    outcomes, served = [], []

    def flood() -> None:
        outcomes.append(wired.check(address, PASSWORD, ip="192.0.2.66"))

    crowd = [threading.Thread(target=flood) for _ in range(5)]
    for one in crowd:
        one.start()
    backend.begun.acquire()
    # One runs, two wait, the surplus has been turned away.
    settled(pool, shed=2)
    other = threading.Thread(
        target=lambda: served.append(wired.check(address, PASSWORD, ip="192.0.2.7"))
    )
    other.start()
    # The newcomer took a place of the flood's.
    settled(pool, shed=3)
    backend.go.set()
    for one in (*crowd, other):
        one.join()

    assert sum(isinstance(outcome, Overloaded) for outcome in outcomes) == 3
    assert len(outcomes) == 5
    assert [type(outcome) for outcome in served] == [Refused]
