"""Keep the mix that unknown addresses follow up to date, without anybody's doing.

Whoever is about to check a password asks whether the mix is due: at the first check of
a process, and after `EVERY`. That depends on time alone, never on the attempt, so it
tells nothing of an account. Not in here: what a mix is (`mix`), and who runs what
follows from it (`passwords`).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from securelogin.errors import AdapterError, WiringError

__all__ = ["EVERY", "SAMPLE", "SOON", "AsyncDecoys", "Decoys", "can_be_sampled"]

EVERY = timedelta(minutes=10)
"""So long a mix is followed: an import is, at the latest after this."""

SOON = timedelta(minutes=1)
"""After this it is tried again, if a store or the pool could not do it."""

SAMPLE = 2_000
"""Hashes of a sample: they know a share of 15 % to within 0.8 points."""

_log = logging.getLogger("securelogin.decoys")


def can_be_sampled(
    credentials: object, /, *, takes_imported: bool, interface: str
) -> bool:
    """Tell whether a store's credentials can show the hashes that they keep.

    Where they cannot, it is said in the log `securelogin.decoys`: from the day the cost
    is raised, time would tell who is known.

    Args:
        takes_imported: then it would tell so from the first day, and is refused.
        interface: the name of what is missing, in the colour that is wired.

    Raises:
        WiringError: they cannot, and hashes of other libraries are taken.
    """
    if hasattr(credentials, "sample"):
        return True
    lacks = f"{type(credentials).__name__} has no sample()"
    cure = f"Implement {interface} of securelogin.adapters there, or give hashes=."
    if takes_imported:
        raise WiringError(
            f"{lacks}: time would tell imported hashes from unknown addresses.",
            setting="hashes",
            cure=cure,
        )
    _log.warning(
        "%s: once the cost is raised, time tells older hashes from unknown addresses. "
        "%s",
        lacks,
        cure,
    )
    return False


class _Turn:
    """Whose turn it is to read. Two at once may both get it: they read the same."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._taken: datetime | None = None
        self._lasts = SOON

    def take(self) -> bool:
        """Tell whether it is due; then it is not for a while.

        A clock that was set back makes it due as well.
        """
        now, taken = self._clock(), self._taken
        if taken is not None and taken <= now < taken + self._lasts:
            return False
        self._taken, self._lasts = now, SOON
        return True

    def done(self) -> None:
        """Say that it came to something, which lasts longer."""
        self._lasts = EVERY


def _told(error: AdapterError) -> None:
    # Names adapter and verb, and no hash. Nobody is kept out for it.
    _log.warning("unknown addresses follow the mix as it was: %s", error)


class Decoys:
    """Reads a sample of stored hashes now and then.

    Args:
        sample: returns so many stored hashes; may raise `AdapterError`.
        clock: time.

    Safe to share between threads.
    """

    def __init__(
        self, sample: Callable[[int], Sequence[str]], *, clock: Callable[[], datetime]
    ) -> None:
        self._sample = sample
        self._turn = _Turn(clock)

    def refresh(self, follow: Callable[[Sequence[str]], bool], /) -> None:
        """Give *follow* a new sample if one is due; it says whether it was taken.

        What fails is tried again after `SOON`. A store that is away is told in the log
        `securelogin.decoys` and keeps nobody out by this.
        """
        if not self._turn.take():
            return
        try:
            hashes = self._sample(SAMPLE)
        except AdapterError as error:
            _told(error)
            return
        if follow(hashes):
            self._turn.done()


class AsyncDecoys:
    """`Decoys`, awaited."""

    def __init__(
        self,
        sample: Callable[[int], Awaitable[Sequence[str]]],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._sample = sample
        self._turn = _Turn(clock)

    async def refresh(
        self, follow: Callable[[Sequence[str]], Awaitable[bool]], /
    ) -> None:
        """Give *follow* a new sample if one is due; it says whether it was taken."""
        if not self._turn.take():
            return
        try:
            hashes = await self._sample(SAMPLE)
        except AdapterError as error:
            _told(error)
            return
        if await follow(hashes):
            self._turn.done()
