"""How long the entries of the block list are, and whom that matters to."""

from __future__ import annotations

SHORTEST = 8  # Policy's least length with a second factor; below it nothing is needed
LONG = 15  # Policy's least length without one
LONGEST = 32  # longer ones are accidents of a dump, not habits


def is_short(entry: str) -> bool:
    """Tell whether *entry* matters only to portals with a second factor."""
    return SHORTEST <= len(entry) < LONG


def is_long(entry: str) -> bool:
    """Tell whether *entry* is as long as a password has to be by default."""
    return LONG <= len(entry) <= LONGEST
