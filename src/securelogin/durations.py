"""Spans of time as people write them: “15 minutes”, “14 days”."""

from __future__ import annotations

import re
from datetime import timedelta

__all__ = ["read_duration", "written_duration"]

_UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}
_WRITTEN = re.compile(r"([0-9]{1,9}) ?(second|minute|hour|day)s?", re.ASCII)


def read_duration(text: str, /) -> timedelta | None:
    """Return the span that *text* names, so many of one unit; None if it does not."""
    found = _WRITTEN.fullmatch(text.strip())
    return None if found is None else int(found[1]) * _UNITS[found[2]]


def written_duration(span: timedelta, /) -> str:
    """Return a span in the largest unit that is exact."""
    fitting = [name for name, unit in _UNITS.items() if not span % unit]
    if not fitting:
        return f"{span.total_seconds():g} seconds"
    count = span // _UNITS[fitting[-1]]
    return f"{count} {fitting[-1]}{'' if count == 1 else 's'}"
