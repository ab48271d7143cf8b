"""When a table of counters is cleared of what has ended, so that it stays bounded.

Only a hit that opens a window can make the table grow: one in so many clears more than
were opened in between. Which one, the key decides: a worker may be short-lived.

If there is too much although nothing has ended, what ends last goes first. Each address
that somebody makes up leaves a count for a year, and those are the newest of the
longest; were it the other way round, a flood of them would make every limit of a
quarter of an hour begin anew.
"""

from __future__ import annotations

import zlib

from securelogin.evidence import CounterKey

__all__ = ["MOST_CLEARED", "MOST_COUNTERS", "clears_ended", "clears_surplus"]

MOST_COUNTERS = 1_000_000
"""So many counters are kept at most, give or take what comes between two clearances."""

MOST_CLEARED = 256
"""So many ended ones go at once."""

_CLEARS_ENDED = 64
_CLEARS_SURPLUS = 16_384


def clears_ended(key: CounterKey, /) -> bool:
    """Tell whether the hit that has opened this key's window clears what has ended."""
    return zlib.crc32(key.encode()) % _CLEARS_ENDED == 0


def clears_surplus(key: CounterKey, /) -> bool:
    """Tell whether it also clears what is too much, although it has not ended."""
    return zlib.crc32(key.encode()) % _CLEARS_SURPLUS == 0
