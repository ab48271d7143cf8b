"""What each of several processes does when they race; imported by all of them."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache

from securelogin.accounts import AccountId
from securelogin.credentials import Temporary
from securelogin.errors import Unavailable
from securelogin.stores.sql import SQLStore
from securelogin.testing.values import AT, HOUR, credential

ANN = AccountId("ann")


@cache
def opened(url: str) -> SQLStore:
    """Open a store of this process's own, for as long as it lives."""
    return SQLStore(url)


def spend_and_count(
    url: str, who: int, rounds: int, start: float
) -> tuple[list[int], list[int]]:
    """Hit one counter and replace one credential, as often; return totals and wins.

    Everybody begins each round with the version that all have in mind.
    """
    store = opened(url)
    time.sleep(max(0.0, start - time.time()))
    totals, won = [], []
    for n in range(1, rounds + 1):
        totals.append(store.counters.hit({"key": HOUR}, at=AT)["key"])
        if store.credentials.replace(version(n), version(n + 1)):
            won.append(n)
        # Whoever lost waits for the winner, or would be late for the next round.
        while store.credentials.get(ANN).version <= n:
            time.sleep(0.001)
    return totals, won


def version(n: int):
    return credential("ann", version=n)


def issue_and_spend(url: str, who: int, rounds: int, start: float) -> list[str]:
    """Issue temporary passwords to one person and redeem what is there; return that."""
    store = opened(url)
    time.sleep(max(0.0, start - time.time()))
    redeemed = []
    for n in range(rounds):
        old = store.credentials.get(ANN)
        issued = Temporary(
            hash=f"{who}.{n}",
            fingerprint=f"{who}.{n}",
            mark="blue",
            issued_at=AT,
            until=AT + HOUR,
        )
        store.credentials.replace(
            old, replace(old, temporary=issued, version=old.version + 1)
        )
        found = store.credentials.get(ANN)
        if found.temporary is None:
            continue
        spent = replace(found, temporary=None, version=found.version + 1)
        if store.credentials.replace(found, spent):
            redeemed.append(found.temporary.hash)
    return redeemed


def create(url: str, who: int, rounds: int, start: float) -> list[str]:
    """Make the tables while everybody else does."""
    store = opened(url)
    time.sleep(max(0.0, start - time.time()))
    try:
        for _ in range(rounds):
            store.create()
    except Unavailable as error:
        return [str(error)]
    return []
