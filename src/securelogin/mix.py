"""The mix of hash forms in a store, which unknown addresses follow.

A hash of other parameters takes another time. If every unknown address behaved as
today's parameters do, an older time would say: this account exists. So each unknown
address, and each account without a password, behaves as one of the forms that the store
holds, in proportion, and the same address always as the same one (threats C16).

Pure. Not in here: reading a store (`aio.decoys`), and running anything (`passwords`).
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

__all__ = ["MOST_FORMS", "Mix"]

MOST_FORMS = 32
"""More forms than a store has; a bound on the work of choosing one."""

F = TypeVar("F", bound=Hashable)


class Mix(Generic[F]):
    """Forms with their counts. Never changes; safe to share between threads.

    Args:
        found: the form of each hash that was found, in any order.

    Choosing is weighted rendezvous hashing (Thaler, Ravishankar 1998; logarithmic
    method of Schindelhauer, Schomaker 2005): when the mix shifts by a share, no more
    than that share of addresses changes its form, and each of them to a form that has
    grown. Every host that has seen the same hashes chooses alike.
    """

    __slots__ = ("_weighted",)

    def __init__(self, found: Iterable[F] = (), /) -> None:
        # Of forms with equal counts, and more of them than are kept, the one whose
        # name comes first stays: hosts see rows in different orders.
        ordered = sorted(Counter(found).items(), key=lambda pair: repr(pair[0]))
        ordered.sort(key=lambda pair: -pair[1])
        self._weighted = tuple(
            (form, count, repr(form).encode()) for form, count in ordered[:MOST_FORMS]
        )

    @property
    def counts(self) -> dict[F, int]:
        """How often each form was found, the most frequent first."""
        return {form: count for form, count, _ in self._weighted}

    def choose(self, who: str, /) -> F | None:
        """Return the form for *who*, always the same; None if the mix is empty.

        *who* has to be what strangers cannot compute: an id that is random, or that
        `KeyRing.stand_in` has made of an address.
        """
        if not self._weighted:
            return None
        return max(self._weighted, key=lambda one: _score(who, one[2], one[1]))[0]

    def __repr__(self) -> str:
        return f"Mix({self.counts})"


def _score(who: str, form: bytes, weight: int) -> float:
    """Return a score that is the highest of all with the probability of its weight."""
    message = b"%d:%b:%b" % (len(form), form, who.encode("utf-8", "surrogatepass"))
    drawn = int.from_bytes(hashlib.sha256(message).digest()[:6], "big")
    # Above 0 and below 1: the logarithm is neither infinite nor zero.
    return -weight / math.log((drawn + 0.5) / 2**48)
