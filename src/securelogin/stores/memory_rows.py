"""What most parts of the store in memory share: rows by key, under one lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

__all__ = ["MemoryRows", "longest_over"]


class _Versioned(Protocol):
    @property
    def version(self) -> int: ...


K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=_Versioned)


class MemoryRows(Generic[K, V]):
    """`get`, `add` and `replace` for values that know their key and version.

    *ends* tells when one is over; what has no such moment is never purged.
    """

    def __init__(
        self,
        key: Callable[[V], K],
        lock: threading.RLock,
        *,
        ends: Callable[[V], datetime | None] = lambda _: None,
    ) -> None:
        self._key = key
        self._ends = ends
        self._lock = lock
        self._rows: dict[K, V] = {}

    def get(self, key: K, /) -> V | None:
        """Return what is stored under this key."""
        with self._lock:
            return self._rows.get(key)

    def add(self, value: V, /) -> bool:
        """Store a new value if its key is free."""
        with self._lock:
            if self._key(value) in self._rows:
                return False
            self._rows[self._key(value)] = value
            return True

    def replace(self, old: V, new: V, /) -> bool:
        """Store *new* if *old* is current."""
        with self._lock:
            current = self._rows.get(self._key(old))
            if current is None or current.version != old.version:
                return False
            self._rows[self._key(old)] = new
            return True

    def over(self, before: datetime, /) -> list[K]:
        """Return the keys of what was over before a moment, longest over first."""
        return longest_over(
            ((key, self._ends(row)) for key, row in self._rows.items()), before
        )

    def drop(self, keys: Sequence[K], /) -> None:
        """Delete these."""
        for key in keys:
            del self._rows[key]

    def rewrite(self, fits: Callable[[V], bool], step: Callable[[V], V], /) -> int:
        """Take a step with every value that fits; return how many there were."""
        fitting = [key for key, row in self._rows.items() if fits(row)]
        self._rows.update({key: step(self._rows[key]) for key in fitting})
        return len(fitting)


def longest_over(
    ends: Iterable[tuple[K, datetime | None]], before: datetime, /
) -> list[K]:
    """Return the keys of what ended before a moment, longest over first."""
    over = [(end, key) for key, end in ends if end is not None and end < before]
    return [key for _, key in sorted(over, key=lambda pair: pair[0])]
