"""Argon2id parameters and the PHC strings that carry them.

The parser is strict: one spelling, canonical base64, salt and tag of full length, and
bounds on the cost *before* any backend sees a stored string (threats C77, E07 to E09,
F-39 to F-41). argon2-cffi's own parser forgives what a tampered row may hold.
"""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import a2b_base64
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from securelogin.errors import WiringError
from securelogin.several import taken

__all__ = [
    "OWASP_FLOOR",
    "RECOMMENDED",
    "Argon2Parameters",
    "HashBounds",
    "PHCHash",
    "decoded",
    "encoded",
    "parse_phc",
]

SALT_BYTES = 16
TAG_BYTES = 32

_NUMBER = r"([1-9][0-9]{0,8})"
_PHC = re.compile(
    rf"\$argon2id\$v=19\$m={_NUMBER},t={_NUMBER},p={_NUMBER}"
    r"(?:,keyid=([A-Za-z0-9+/]{11}))?"
    r"\$([A-Za-z0-9+/]{22,64})\$([A-Za-z0-9+/]{43,86})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Argon2Parameters:
    """What one Argon2id run costs (RFC 9106, 3.1).

    Attributes:
        memory: KiB.
        passes: iterations, `t`.
        lanes: degree of parallelism, `p`.

    Raises:
        WiringError: Argon2 itself cannot run this.
    """

    memory: int
    passes: int
    lanes: int = 1

    def __post_init__(self) -> None:
        """Refuse what Argon2 itself cannot run (RFC 9106, 3.1)."""
        for name in ("memory", "passes", "lanes"):
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise WiringError(
                    "expected a whole number above 0.",
                    setting=f"Argon2Parameters({name}=…)",
                    cure="RECOMMENDED is a good choice.",
                )
        if self.memory < 8 * self.lanes:
            raise WiringError(
                "Argon2 needs at least 8 KiB a lane.",
                setting="Argon2Parameters(memory=…)",
                cure="RECOMMENDED is a good choice.",
            )

    def reaches(self, other: Argon2Parameters, /) -> bool:
        """Tell whether these cost at least as much as *other* in memory and passes."""
        return self.memory >= other.memory and self.passes >= other.passes


RECOMMENDED = Argon2Parameters(memory=65_536, passes=3, lanes=1)
"""The second profile of RFC 9106 on one lane, which is the same work for a guesser and
the form that every backend can run."""

OWASP_FLOOR = (
    Argon2Parameters(memory=47_104, passes=1),
    Argon2Parameters(memory=19_456, passes=2),
    Argon2Parameters(memory=12_288, passes=3),
    Argon2Parameters(memory=9_216, passes=4),
    Argon2Parameters(memory=7_168, passes=5),
)
"""OWASP Password Storage cheat sheet, equivalent minima (ASVS 11.4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HashBounds:
    """How cheap and how costly a stored hash may be.

    Attributes:
        floor: a hash must reach one of these; an empty tuple takes all, which is for
            migrations and tests.
        memory, passes, lanes: the ceiling; a row above it is never run.

    Raises:
        WiringError: the floor is made of something else.
    """

    floor: tuple[Argon2Parameters, ...] = OWASP_FLOOR
    memory: int = 262_144
    passes: int = 10
    lanes: int = 16

    def __post_init__(self) -> None:
        """Check once, then trust."""
        floor = taken(self.floor)
        if floor is None or not all(isinstance(low, Argon2Parameters) for low in floor):
            raise WiringError(
                "expected several Argon2Parameters.",
                setting="HashBounds(floor=…)",
                cure="Leave it out for OWASP_FLOOR.",
            )
        object.__setattr__(self, "floor", floor)

    def hold(self, parameters: Argon2Parameters, /) -> bool:
        """Tell whether *parameters* lie between floor and ceiling."""
        return (
            parameters.memory <= self.memory
            and parameters.passes <= self.passes
            and parameters.lanes <= self.lanes
            and (not self.floor or any(parameters.reaches(low) for low in self.floor))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PHCHash:
    """A parsed PHC string; `str()` gives the one spelling back.

    Attributes:
        pepper: id of the pepper key, or "" for none.
    """

    parameters: Argon2Parameters
    salt: bytes = field(repr=False)
    tag: bytes = field(repr=False)
    pepper: str = ""

    def text(self) -> str:
        """Return the PHC string."""
        p = self.parameters
        keyid = f",keyid={self.pepper}" if self.pepper else ""
        return (
            f"$argon2id$v=19$m={p.memory},t={p.passes},p={p.lanes}{keyid}"
            f"${encoded(self.salt)}${encoded(self.tag)}"
        )

    @classmethod
    def stand_in(
        cls, parameters: Argon2Parameters, /, *, salt: bytes, pepper: str = ""
    ) -> Self:
        """Return a hash that no password matches: its tag is no Argon2 output."""
        return cls(
            parameters=parameters, salt=salt, tag=bytes(TAG_BYTES), pepper=pepper
        )


def parse_phc(text: str, /) -> PHCHash | None:
    """Parse a stored PHC string; None unless it is spelt exactly as we write it."""
    found = _PHC.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    memory, passes, lanes, pepper, salt, tag = found.groups()
    salt_bytes, tag_bytes = decoded(salt), decoded(tag)
    parameters = _parameters(memory, passes, lanes)
    if salt_bytes is None or tag_bytes is None or parameters is None:
        return None
    return PHCHash(
        parameters=parameters,
        salt=salt_bytes,
        tag=tag_bytes,
        pepper=pepper or "",
    )


@lru_cache(maxsize=64)
def _parameters(memory: str, passes: str, lanes: str) -> Argon2Parameters | None:
    # A store holds thousands of hashes and a handful of these.
    if int(memory) < 8 * int(lanes):
        return None
    return Argon2Parameters(memory=int(memory), passes=int(passes), lanes=int(lanes))


def encoded(raw: bytes, /) -> str:
    """Return base64 as PHC strings have it: without padding."""
    return b64encode(raw).rstrip(b"=").decode("ascii")


def decoded(text: str, /) -> bytes | None:
    """Return what canonical base64 without padding says; None for any other."""
    try:
        raw = a2b_base64(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    # What is no base64 was passed over, and is missing here.
    return raw if encoded(raw) == text else None
