"""What each of several processes does when they race; imported by all of them."""

from __future__ import annotations

from securelogin.stores.redis import RedisStore
from securelogin.testing.values import AT, HOUR, session
from tests.wiring import total

HITS = 200
NAMES = 200


def race(url: str, prefix: str) -> tuple[list[int], list[str], list[str]]:
    """Hit one counter; add, then replace the same sessions as everybody else."""
    store = RedisStore(url, prefix=prefix)
    totals = [total(store.counters, "key", at=AT, window=HOUR) for _ in range(HITS)]
    names = [f"s{n}" for n in range(NAMES)]
    # Of accounts of their own: each account keeps its newest 100.
    added = [name for name in names if store.sessions.add(session(name))]
    ended = [
        name
        for name in names
        if store.sessions.replace(session(name), session(name).ended(at=AT))
    ]
    store.close()
    return totals, added, ended
