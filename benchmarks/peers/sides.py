"""What is asked of every side, and the people that each of them has.

A side is one library over an SQLite file of its own, wired as its documentation says.
Not in here: asking it (`child`), and starting it (`run`).
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

__all__ = [
    "PASSWORD",
    "STATES",
    "WRONG",
    "Cost",
    "Place",
    "Side",
    "nobody",
    "people",
]

PASSWORD = "a quiet harbour at six"
WRONG = "another harbour at seven"
DOMAIN = "acme.example"

STATES = ("wrong", "disabled", "no password", "older hash")
"""States of known accounts. “wrong” is an active one; its password is not given."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Cost of Argon2. `lanes` is what a peer takes by itself; 0: its own default."""

    memory: int
    passes: int
    lanes: int = 0

    @property
    def older(self) -> Cost:
        """The cost of hashes that were made before it was raised."""
        return Cost(memory=self.memory // 2, passes=self.passes, lanes=self.lanes)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a side lives, and what it is made with."""

    folder: Path
    cost: Cost
    mail_port: int
    backend: str = ""


class Side(Protocol):
    """One library; its calls are either all awaited or none is."""

    def login(self, address: str, password: str, /) -> bool | Awaitable[bool]:
        """Log in as a whole request does; whether the person is in."""
        ...

    def forgot(self, address: str, /) -> object | Awaitable[object]:
        """Ask for a new password."""
        ...


def people(state: str, number: int, /) -> list[str]:
    """Return the addresses of so many people in a state; all are of one length."""
    short = f"{state.replace(' ', '')[:8]:x<8}"
    return [f"{short}.{n:04}@{DOMAIN}" for n in range(number)]


def nobody() -> str:
    """Return an address that nobody has, as long as the others."""
    return f"x{secrets.token_hex(6)}@{DOMAIN}"
