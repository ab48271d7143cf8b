"""Delete what has been over for long enough: from a timer, never within a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from securelogin.adapters import Purge
from securelogin.guards import guarded
from securelogin.installation import system_clock
from securelogin.retention import Kept, Retention
from securelogin.rules.retention import cutoffs, is_last, next_batch

__all__ = ["DataRetention"]


class DataRetention:
    """Keep data no longer than `Retention` says.

    Works in small batches, each durable: it can be stopped at any time, and goes on
    where it was. Any number may run at once. Usable without the rest of the library.
    """

    def __init__(
        self,
        *,
        retention: Retention,
        purge: Purge,
        clock: Callable[[], datetime] = system_clock,
    ) -> None:
        self._retention = retention
        self._adapter = guarded(purge, Purge, setting="retention")
        self._clock = clock

    def overdue(self) -> Mapping[Kept, int]:
        """Return how many of each kind `purge` would delete, and delete nothing."""
        return {
            kept: self._adapter.overdue(kept, before=before)
            for kept, before in cutoffs(self._retention, at=self._clock()).items()
        }

    def purge(self, *, limit: int = 100_000) -> Mapping[Kept, int]:
        """Delete what is overdue, of each kind up to *limit*; return how many went."""
        return {
            kept: self._purge(kept, before, limit)
            for kept, before in cutoffs(self._retention, at=self._clock()).items()
        }

    def _purge(self, kept: Kept, before: datetime, limit: int) -> int:
        gone = 0
        while (batch := next_batch(gone, limit=limit)) > 0:
            deleted = self._adapter.purge(kept, before=before, limit=batch)
            gone += deleted
            if is_last(deleted, batch=batch):
                break
        return gone
