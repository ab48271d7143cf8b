"""How text with a NUL is written where the database has none in its text (PostgreSQL).

As two characters that no other text is written as: what is read is what was written,
and what differs stays different.
"""

from __future__ import annotations

__all__ = ["read_nul", "write_nul"]

# The sign for NUL stands for itself only if it is followed by a 1.
_SIGN = "\u2400"
_NUL, _ITSELF = f"{_SIGN}0", f"{_SIGN}1"


def write_nul(value: str | None, /) -> str | None:
    """Return what is stored for a text."""
    if value is None or (value.isascii() and "\x00" not in value):
        return value
    return value.replace(_SIGN, _ITSELF).replace("\x00", _NUL)


def read_nul(value: str | None, /) -> str | None:
    """Return the text behind what is stored."""
    if value is None or _SIGN not in value:
        return value
    return value.replace(_NUL, "\x00").replace(_ITSELF, _SIGN)
