"""The library's own cost, as a section of the page; unfavourable figures too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from benchmarks.login import BESIDE
from benchmarks.peers.tables import spread, table

__all__ = ["operations"]

_BAR = 2.0

_INTRODUCTION = """## The library's own cost

`python -m benchmarks.login`, in one process that stays on one core, with Argon2 at its cheapest.
The bare things are what nobody can do without: `sqlite3` on a connection that is kept, to a file with the same tables, rows and settings as ours;
`loads` of itsdangerous with a token like a link's; argon2-cffi's `verify`. Whoever runs those has decided, counted and recorded nothing.
A link that is opened is recorded, so on SQLite it cannot cost what a `loads` in memory does: it is set beside both.
What a session's row means is remembered for the last 4,096 rows, and the row itself is read each time; so it is measured with one session,
with 1,000 that take turns, and with 5,000, where nothing that is remembered is of use.
A log-in is `login.check`: three counters, the record of the attempt and the session."""


def operations(found: Mapping[str, Sequence[float]]) -> str:
    """Return the section."""
    head = ("", "µs", "beside", "µs more", "x")
    bare = [[name, spread(taken, digits=1)] for name, taken in _bare(found)]
    return "\n\n".join(
        [
            _INTRODUCTION,
            table(head, _beside(found)),
            _above_the_bar(found),
            "The bare things themselves:",
            table(("", "µs"), bare),
        ]
    )


def _beside(found: Mapping[str, Sequence[float]]) -> Iterator[Sequence[str]]:
    for name, bare_ones in BESIDE.items():
        taken = found[name]
        for bare in bare_ones:
            pairs = list(zip(taken, found[bare], strict=True))
            yield (
                name,
                spread(taken, digits=1),
                bare,
                spread([one - base for one, base in pairs], digits=1),
                spread([one / base for one, base in pairs]),
            )


def _above_the_bar(found: Mapping[str, Sequence[float]]) -> str:
    above = [
        f"{name} ({ratio:.2f} x {bare})"
        for name, bare_ones in BESIDE.items()
        if not name.startswith("log-in")
        for bare in bare_ones
        if (ratio := _ratio(found[name], found[bare])) > _BAR
    ]
    said = "; ".join(above) or "none"
    return f"For links and sessions the aim is {_BAR:.0f} times the bare thing. Above it: {said}."


def _ratio(taken: Sequence[float], bare: Sequence[float]) -> float:
    return median(one / base for one, base in zip(taken, bare, strict=True))


def _bare(
    found: Mapping[str, Sequence[float]],
) -> Iterator[tuple[str, Sequence[float]]]:
    return ((name, taken) for name, taken in found.items() if name not in BESIDE)
