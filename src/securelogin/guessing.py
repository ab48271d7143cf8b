"""What a guess costs somebody who has stolen the hashes: a bound on certain terms."""

from __future__ import annotations

from dataclasses import dataclass

from securelogin.phc import Argon2Parameters

__all__ = ["RENTED_CARD", "Guesser"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesser:
    """Hardware that guesses, bound by how fast it moves memory.

    A bound from above: each pass over a block reads one and writes one, and from the
    second pass on reads what it overwrites as well (RFC 9106, 3.4); whatever else the
    work costs is left out, and so is what lies in the card's cache.

    Attributes:
        bandwidth: bytes a second.
        hourly: price of an hour, in US dollars.
    """

    name: str
    bandwidth: float
    hourly: float

    def per_second(self, parameters: Argon2Parameters, /) -> float:
        """Return how many guesses a second it makes at most."""
        touched = 2 + 3 * (parameters.passes - 1)
        return self.bandwidth / (parameters.memory * 1_024 * touched)

    def dollars_per_million(self, parameters: Argon2Parameters, /) -> float:
        """Return what a million guesses cost at least."""
        return 1e6 / self.per_second(parameters) / 3_600 * self.hourly


RENTED_CARD = Guesser(name="NVIDIA RTX 4090", bandwidth=1.008e12, hourly=0.40)
"""1,008 GB/s by its maker's data sheet; the price of an hour is an assumption."""
