"""Support references: nine symbols that a person can read out over the telephone.

`7QK-4MX-P9R`: 40 random bits and a check symbol. A reference says nothing; it leads
support to the record (threats: a code that encodes the cause would be an oracle).
"""

from __future__ import annotations

from collections.abc import Callable

from securelogin.temporary import (
    ALPHABET,
    check_symbol,
    random_symbols,
    tidy_symbols,
)

__all__ = ["make_mark", "make_reference", "read_reference"]

_RANDOM = 8


def make_reference(*, random: Callable[[int], bytes]) -> str:
    """Make a reference from 40 random bits."""
    symbols = random_symbols(random, count=_RANDOM)
    return _grouped(symbols + check_symbol(symbols))


def read_reference(text: str, /) -> str | None:
    """Return the canonical reference somebody read out, or None if it is none.

    Forgives case, blanks, dashes and look-alikes; a slip in one symbol is noticed.
    """
    symbols = tidy_symbols(text) if isinstance(text, str) else ""
    well_formed = len(symbols) == _RANDOM + 1 and set(symbols) <= set(ALPHABET)
    if not well_formed or check_symbol(symbols[:-1]) != symbols[-1]:
        return None
    return _grouped(symbols)


def make_mark(*, random: Callable[[int], bytes]) -> str:
    """Make a pairing mark: four symbols that stand on a page and in its mail."""
    return random_symbols(random, count=4)


def _grouped(symbols: str) -> str:
    return f"{symbols[:3]}-{symbols[3:6]}-{symbols[6:]}"
