"""How a courier that runs for long paces itself: when it waits, how long, what it says.

Pure: a `Shift` is how far a worker has come, and each turn makes the next one. What a
turn does is in the courier; who ends a shift is the process that runs it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from securelogin.errors import WiringError

__all__ = ["Ending", "Pace", "Shift", "Turn", "jittered"]

# One mail that is put off may be a server's greylisting; three in a row, an outage.
_PATIENCE = 3
_DOUBLINGS = 16
_DAY = timedelta(days=1)


class Ending(StrEnum):
    """When a worker stops by itself: never, or where it would wait for anything."""

    WHEN_TOLD = "when_told"
    WHEN_IDLE = "when_idle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How eager a worker is.

    Attributes:
        idle: the wait before it looks again where nothing was due.
        longest: the longest wait in an outage; waits double up to it.
        heartbeat: how often it says in the log that it is alive.

    Raises:
        WiringError: a time is not above zero, or above a day.
    """

    idle: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(minutes=1)
    heartbeat: timedelta = timedelta(minutes=5)

    def __post_init__(self) -> None:
        """Refuse a worker that never waits or never comes back."""
        for name in ("idle", "longest", "heartbeat"):
            value = getattr(self, name)
            if not isinstance(value, timedelta) or not timedelta() < value <= _DAY:
                raise WiringError(
                    "expected a timedelta above zero, at most a day.",
                    setting=f"Pace({name}=…)",
                    cure="Leave it out for the default.",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What came of one turn: numbers of orders, or why there was none.

    Attributes:
        outage: what kept the courier from its work; "" if nothing did.
        why: what the mail server said to a mail that was put off; never an address.
    """

    sent: int = 0
    postponed: int = 0
    refused: int = 0
    dropped: int = 0
    outage: str = ""
    why: str = ""

    @property
    def carried(self) -> int:
        """How many orders were in hand."""
        return self.sent + self.postponed + self.refused + self.dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How far a worker has come.

    Attributes:
        done: all turns together.
        last: the last turn.
        held_up: how many turns in a row came to nothing.
        beat_at: when it last said that it is alive.
    """

    beat_at: datetime
    done: Turn = field(default_factory=Turn)
    last: Turn | None = None
    held_up: int = 0

    def after(self, turn: Turn, /) -> Shift:
        """Return the shift with one turn more."""
        return replace(
            self, done=_sum(self.done, turn), last=turn, held_up=self._held_up(turn)
        )

    def _held_up(self, turn: Turn) -> int:
        if turn.outage:
            return max(self.held_up, _PATIENCE - 1) + 1
        if turn.postponed:
            return self.held_up + 1
        is_back = self.last is not None and bool(self.last.outage)
        # That nothing was due says nothing about a mail server that was away.
        return 0 if turn.carried or is_back else self.held_up

    @property
    def is_outage(self) -> bool:
        """Whether something seems to be away: the store or the mail server."""
        return self.held_up >= _PATIENCE

    @property
    def cause(self) -> str:
        """Why the last turn came to nothing."""
        return "" if self.last is None else self.last.outage or self.last.why

    def goes_on(self, ending: Ending, /, *, limit: int | None) -> bool:
        """Tell whether there is a next turn.

        One that ends when idle waits for nothing: in an outage it ends, too, and
        whatever starts it again tries the rest.
        """
        if limit is not None and self.done.carried >= limit:
            return False
        return ending is Ending.WHEN_TOLD or not (self._is_idle or self._holds_back)

    @property
    def _is_idle(self) -> bool:
        return self.last is not None and not self.last.carried

    @property
    def _holds_back(self) -> bool:
        """Whether the next turn has to wait for what is away."""
        if self.last is None:
            return False
        return bool(self.last.outage) or (self.is_outage and bool(self.last.postponed))

    def wait(self, pace: Pace, /, *, chance: float) -> timedelta:
        """Return how long to wait before the next turn.

        Nothing while there are orders; a little where none was due; longer and longer
        in an outage, each worker by another time: they do not come back all at once.
        """
        if self._holds_back:
            doubled = pace.idle * 2 ** min(self.held_up - _PATIENCE, _DOUBLINGS)
            return jittered(min(doubled, pace.longest), chance=chance)
        return pace.idle if self._is_idle else timedelta()

    def beat(self, pace: Pace, /, *, at: datetime) -> Shift:
        """Return the shift after its heartbeat; the same one if it is not time yet."""
        return (
            replace(self, beat_at=at) if at - self.beat_at >= pace.heartbeat else self
        )


def jittered(wait: timedelta, /, *, chance: float) -> timedelta:
    """Return between half of *wait* and all of it; *chance* is 0 to 1.

    Without it, whatever failed together would be tried again together.
    """
    return wait * (1 + chance) / 2


def _sum(one: Turn, other: Turn) -> Turn:
    return Turn(
        sent=one.sent + other.sent,
        postponed=one.postponed + other.postponed,
        refused=one.refused + other.refused,
        dropped=one.dropped + other.dropped,
    )
