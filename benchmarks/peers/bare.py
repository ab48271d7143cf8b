"""Argon2 and nothing else: what the machine gives at most."""

from __future__ import annotations

from benchmarks.peers.sides import Place
from securelogin.phc import Argon2Parameters
from securelogin.tuning import backends

__all__ = ["Bare"]


class Bare:
    """One run of a backend, on one lane."""

    def __init__(self, place: Place, each: int, /) -> None:
        del each
        self._backend = backends()[place.backend or "Argon2CFFI"]
        self._parameters = Argon2Parameters(
            memory=place.cost.memory, passes=place.cost.passes
        )

    def login(self, address: str, password: str, /) -> bool:
        """Run it."""
        del address
        tag = self._backend.run(
            password.encode(), salt=b"s" * 16, parameters=self._parameters, length=32
        )
        return bool(tag)
