"""What the doctor says: one finding for each thing looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Said", "Severity"]


class Severity(StrEnum):
    """How bad it is. In this order, the worst first."""

    UNSAFE = "unsafe"
    WARNING = "warning"
    UNKNOWN = "unknown"
    GOOD = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found at one place, and how to mend it.

    Attributes:
        check: stable word for what was looked at, such as "mail.spf".
        severity: UNKNOWN where it could not be looked at; the problem says why.
        problem: one sentence; holds no secret and no URL with a password.
        cure: what to do; "" where nothing is.
        asvs: the requirement behind it, if there is one.
    """

    check: str
    severity: Severity
    problem: str
    cure: str = ""
    asvs: str = ""


Said = tuple[Severity, str, str]
"""What one check says: how bad, the problem, the cure."""
