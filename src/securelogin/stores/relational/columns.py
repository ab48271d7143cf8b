"""How single columns are written and read; what fits no column is refused.

`read_rows` is the gate: whatever goes wrong in reading becomes one `AdapterError`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from securelogin.errors import AdapterError

__all__ = [
    "Caller",
    "Row",
    "Values",
    "checked",
    "flag_of",
    "list_of",
    "microseconds",
    "number_or_null",
    "read_rows",
    "time_of",
    "time_or_none",
    "written",
]

Row = Sequence[Any]
"""One row as the driver gives it, read by position."""

Values = dict[str, object]
"""What a statement is run with, by name."""

V = TypeVar("V")
W = TypeVar("W")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Made once: json.dumps with separators of its own makes an encoder for each call.
written: Callable[[object], str] = json.JSONEncoder(separators=(",", ":")).encode
"""Return a list as compact JSON, in ASCII whatever it holds."""
# And `json.loads` would look for blanks around it, which nobody has written.
_scanned = json.JSONDecoder().raw_decode


class Caller(NamedTuple):
    """Who asked, for the error if nothing can be answered."""

    adapter: str
    verb: str


def read_rows(
    read: Callable[[Row], V], rows: Iterable[Row], /, *, by: Caller
) -> tuple[V, ...]:
    """Return the values that *rows* hold.

    Raises:
        AdapterError: one of them was not written by this library; says nothing of it.
    """
    try:
        return tuple(map(read, rows))
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError):
        # Not raised here: the first error quotes the row, and would be its context.
        pass
    del rows
    raise AdapterError("a stored row is malformed", adapter=by.adapter, verb=by.verb)


def microseconds(at: datetime, /) -> int:
    """Return an aware time as whole microseconds since 1970-01-01 UTC, exactly."""
    return (at - _EPOCH) // _MICROSECOND


def time_of(stored: int, /) -> datetime:
    """Return the time behind so many microseconds."""
    return _EPOCH + _MICROSECOND * stored


def number_or_null(at: datetime | None, /) -> int | None:
    """Return `microseconds`, or NULL for None."""
    return None if at is None else microseconds(at)


def time_or_none(stored: int | None, /) -> datetime | None:
    """Return `time_of`, or None for NULL."""
    return None if stored is None else time_of(stored)


def list_of(stored: str, /) -> list[Any]:
    """Return the list in a JSON text; anything else is an error."""
    found, end = _scanned(stored)
    if type(found) is not list or end != len(stored):
        message = "not a list"
        raise TypeError(message)
    return found


def checked(value: object, kind: type[W], /) -> W:
    """Return *value* if it is of exactly this type."""
    # Exactly: JSON's true is an int for Python, and an address is a string.
    if type(value) is kind:
        return value
    message = f"not {kind.__name__}"
    raise TypeError(message)


def flag_of(stored: int, /) -> bool:
    """Return the bool behind 0 or 1."""
    if stored not in (0, 1):
        message = "neither 0 nor 1"
        raise ValueError(message)
    return stored == 1
