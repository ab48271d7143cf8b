"""Tables of the page, as Markdown, and the figures in them."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

__all__ = ["spread", "table"]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; of no rows, its head."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def spread(taken: Sequence[float], *, digits: int = 2) -> str:
    """Return the median, with the quartiles in brackets."""
    if len(taken) < 2:
        return f"{taken[0]:.{digits}f}"
    low, middle, high = statistics.quantiles(taken, n=4, method="inclusive")
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
