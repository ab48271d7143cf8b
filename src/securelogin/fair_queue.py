"""Work that waits, by source, and is taken in turn.

No lock, no thread and no clock: `hashing_pool` has those. Whoever sends much waits
behind their own work only. Where room runs out, the source with most in the queue gives
way, so the choice depends on where requests come from and how many there are, and on
nothing they ask for (threats C75, F-18).
"""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

__all__ = ["FairQueue"]

T = TypeVar("T")


class FairQueue(Generic[T]):
    """A queue for each source, served round robin; a newcomer may push a crowd back.

    A source that holds no more than `room // sources` places, itself counted among the
    sources that wait, is neither refused nor pushed out. A source alone may fill it.

    Not safe between threads: hold a lock around each call.
    """

    __slots__ = ("_length", "_lines")

    def __init__(self) -> None:
        # A dict keeps its order: the source at its head is the next one's turn.
        self._lines: dict[str, deque[T]] = {}
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def add(self, item: T, /, *, source: str, room: int) -> T | None:
        """Add *item* and return what has to go for it, if there is no room left.

        That is the newest of the source with most places, where *source* stays below
        it even then; else it is *item* itself, which was not added. Costs a look at
        each source that waits, and only when the queue is full.
        """
        gone = None
        if self._length >= room:
            gone = self._pushed_out(of_at_least=len(self._lines.get(source, ())) + 2)
            if gone is None:
                return item
        self._lines.setdefault(source, deque()).append(item)
        self._length += 1
        return gone

    def take(self) -> T | None:
        """Return the oldest of the source whose turn it is; None if nobody waits."""
        if not self._lines:
            return None
        source = next(iter(self._lines))
        line = self._lines.pop(source)
        item = line.popleft()
        self._length -= 1
        if line:
            # Back to the end of the round.
            self._lines[source] = line
        return item

    def remove(self, item: T, /, *, source: str) -> None:
        """Remove what waits, because nobody wants it any more.

        Raises:
            KeyError, ValueError: it does not wait here.
        """
        line = self._lines[source]
        line.remove(item)
        self._length -= 1
        if not line:
            del self._lines[source]

    def _pushed_out(self, *, of_at_least: int) -> T | None:
        longest = max(self._lines.values(), key=len, default=None)
        if longest is None or len(longest) < of_at_least:
            return None
        # Its line keeps at least one: `of_at_least` is two or more.
        self._length -= 1
        return longest.pop()
