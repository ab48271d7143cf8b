"""Run a courier for long: turn after turn, until told to stop."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Protocol

from securelogin.errors import AdapterError
from securelogin.flows.courier import Courier
from securelogin.installation import Installation, make_chance
from securelogin.rules.courier_shift import Ending, Pace, Shift, Turn

__all__ = ["CourierWorker", "Pause"]

_log = logging.getLogger("securelogin.courier")


class Pause(Protocol):
    """Wait, but not longer than until somebody wants the worker to stop."""

    def __call__(self, wait: timedelta, /) -> bool:
        """Wait so long at most; True, at once, if the worker is to stop."""
        ...


class CourierWorker:
    """Deliver mails as they come. Any number of workers may run.

    It stops between two mails only: what is in hand is sent and settled. A store or a
    mail server that is away holds it up and does not end it; it says so once in the
    log `securelogin.courier`, with the cause, and once when it goes on. No line there
    has an address or a secret.

    Args:
        courier: such as `auth.courier`.
        installation: such as `auth.installation`, for time and chance.
        pause: how to wait; says when to stop.
        pace: how eager it is.
    """

    def __init__(
        self,
        *,
        courier: Courier,
        installation: Installation,
        pause: Pause,
        pace: Pace | None = None,
    ) -> None:
        self._courier = courier
        self._installation = installation
        self._pause = pause
        self._pace = pace or Pace()

    def work(
        self, ending: Ending = Ending.WHEN_TOLD, /, *, limit: int | None = None
    ) -> Shift:
        """Work until told to stop; or until it would wait, or for *limit* orders.

        Returns:
            What was done, and in `cause` why the last turn came to nothing, if so.
        """
        shift = Shift(beat_at=self._installation.now())
        while shift.goes_on(ending, limit=limit) and not self._pause(
            shift.wait(self._pace, chance=make_chance(self._installation.random))
        ):
            shift = self._told(shift, shift.after(self._turn()))
        return shift

    def _turn(self) -> Turn:
        try:
            # One order: whoever wants us to stop waits for one mail at most.
            done = self._courier.deliver(limit=1)
        except AdapterError as error:
            # Names adapter, verb and the driver's error, never what it was about.
            return Turn(outage=str(error))
        return Turn(
            sent=done.sent,
            postponed=done.postponed,
            refused=done.refused,
            dropped=done.dropped,
            why=done.why,
        )

    def _told(self, before: Shift, after: Shift) -> Shift:
        if after.is_outage and not before.is_outage:
            _log.warning("courier is held up: %s", after.cause)
        if before.is_outage and not after.is_outage:
            _log.info("courier goes on")
        beaten = after.beat(self._pace, at=self._installation.now())
        if beaten is not after:
            done = beaten.done
            _log.info(
                "courier is at work: sent %d, postponed %d, refused %d, dropped %d",
                done.sent,
                done.postponed,
                done.refused,
                done.dropped,
            )
        return beaten
