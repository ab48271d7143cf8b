"""One installation: its portals, keys and policy, its clock and randomness.

What every flow needs and no flow may take from anywhere else (time and randomness come
in as arguments).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Concatenate, ParamSpec, assert_never

from securelogin.errors import WiringError
from securelogin.events import Event, Sink
from securelogin.identifiers import make_id
from securelogin.keyring import KeyRing
from securelogin.outcomes import Overloaded, PublicFailure, Refused
from securelogin.policy import Policy
from securelogin.portals import Portal, Portals
from securelogin.random_bytes import full_draws
from securelogin.references import make_mark, make_reference
from securelogin.rules.login import Refuse, Shed
from securelogin.sinks import EventLog, Sinks

__all__ = ["DEFAULT_SINKS", "Installation", "make_chance", "system_clock"]

P = ParamSpec("P")

DEFAULT_SINKS: tuple[Sink, ...] = (EventLog(),)
"""Who is told what happens, where nobody says otherwise: standard logging."""


def system_clock() -> datetime:
    """Return the present time, aware and in UTC."""
    return datetime.now(UTC)


def make_chance(random: Callable[[int], bytes], /) -> float:
    """Return a random number from 0 up to 1, for waits; no secret is made of it."""
    return int.from_bytes(random(2), "big") / 65_536


class Installation:
    """What all flows of one portal installation share. Never changes; share it freely.

    Args:
        portals: every place where people log in.
        keys: sign links and tickets.
        policy: settings; the defaults are safe.
        clock: tells the time, aware.
        random: gives so many random bytes. If it raises or gives fewer, nothing is made
            (F-70).
        sinks: are told each event; one that fails changes nothing, and is counted.

    Raises:
        WiringError: an argument is of the wrong type, or the clock is naive.
    """

    def __init__(
        self,
        *,
        portals: Iterable[Portal],
        keys: KeyRing,
        policy: Policy | None = None,
        clock: Callable[[], datetime] = system_clock,
        random: Callable[[int], bytes] = secrets.token_bytes,
        sinks: Iterable[Sink] = DEFAULT_SINKS,
    ) -> None:
        self.policy: Policy = Policy() if policy is None else policy
        for value, kind, setting in (
            (keys, KeyRing, "keys"),
            (self.policy, Policy, "policy"),
        ):
            if not isinstance(value, kind):
                raise WiringError(
                    f"expected a {kind.__name__}, not {type(value).__name__}.",
                    setting=setting,
                    cure=f"Pass {setting}={kind.__name__}(…).",
                )
        told = clock()
        if not isinstance(told, datetime) or told.utcoffset() is None:
            raise WiringError(
                "the clock tells a time without a zone.",
                setting="clock",
                cure="Return datetime.now(UTC).",
            )
        self.portals: Portals = Portals(portals)
        self.keys = keys
        self._clock = clock
        self.random: Callable[[int], bytes] = full_draws(random)
        self.sinks: Sinks = Sinks(sinks)

    def now(self) -> datetime:
        """Return the present time in UTC."""
        return self._clock().astimezone(UTC)

    def tell(
        self,
        make: Callable[Concatenate[KeyRing, P], Event],
        /,
        *of: P.args,
        **more: P.kwargs,
    ) -> None:
        """Tell every sink what happened; never fails. `make` is one of `rules.events`.

        Not the event itself: where nobody listens, none is made.
        """
        self.sinks.tell(self.keys, make, *of, **more)

    def new_id(self) -> str:
        """Return a new identifier of 128 random bits."""
        return make_id(self.random)

    def new_reference(self) -> str:
        """Return a new support reference."""
        return make_reference(random=self.random)

    def new_mark(self) -> str:
        """Return a new pairing mark."""
        return make_mark(random=self.random)

    def refused(self, reference: str, /, *, language: str) -> Refused:
        """Return the one answer for every failure."""
        return Refused(public=self._failure("refused", reference, language))

    def turned_down(
        self, verdict: Refuse | Shed, reference: str, /, *, language: str
    ) -> Refused | Overloaded:
        """Return what a stranger is told of a verdict that lets nobody go on."""
        match verdict:
            case Refuse():
                return self.refused(reference, language=language)
            case Shed():
                return Overloaded(
                    public=self._failure("overloaded", reference, language)
                )
            case _:
                assert_never(verdict)

    def _failure(self, code: str, reference: str, language: str) -> PublicFailure:
        return self.policy.messages.failure(
            code, reference=reference, language=language
        )
