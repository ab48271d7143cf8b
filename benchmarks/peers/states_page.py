"""Time by account state, as a section of the page; unfavourable figures too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.peers.run import STATES_COST, Found
from benchmarks.peers.tables import table
from benchmarks.peers.uniform import LATE, STORES
from securelogin.testing.uniformity.comparison import AUC_LIMITS, THRESHOLD, compare

__all__ = ["states"]

_MICRO = 1e6
_OWN = {
    "log-in": "A wrong password for unknown addresses and for accounts in six states, "
    "21 pairs:",
    "forgotten": "“Forgot your password” for unknown, known and disabled accounts, "
    "3 pairs, with a mail server that takes 50 ms:",
    "population": "A population with 60 % current, 25 % older and 15 % imported hashes "
    "(PBKDF2, 10,000 iterations), a wrong password for each, against as many unknown "
    "addresses. The control are unknown addresses that all take today's time. "
    "In brackets the 95 % interval of the AUC; *t* by form is that of the known of a "
    "form against the unknown who stand for it (current, older, imported):",
}


def states(found: Found) -> str:
    """Return the section, or nothing if none of it was measured."""
    parts = [
        _own(found.own) if found.own else "",
        _peers(found.states, found.forgotten) if found.states else "",
    ]
    said = [part for part in parts if part]
    return "\n\n".join(["## Time by account state", *said]) if said else ""


# -- ours, on every store --


def _own(found: Mapping[str, Mapping[str, Any]]) -> str:
    low, high = AUC_LIMITS
    said = [
        f"""Ours on every store, with Argon2 at 1 MiB and one pass (the population: today's hashes at its cheapest), so that what is beside it shows. Each row is
`securelogin uniformity --only OPERATION --store URL --rounds N`, with `--async` where it says so; SQLite lies on a disk in memory where there is one,
and PostgreSQL does not wait for its disk (`synchronous_commit = off`).
The bar is |*t*| < {THRESHOLD} and an AUC within {low} to {high} for every pair. “Smallest seen” is the largest of all pairs:
a difference of that size would have been seen with a probability of 95 %. The control is late by {LATE * 1_000} ms; where that
is not seen, all is measured again with one that is late by twice what could have been seen.
[How uniformity is measured](uniformity.md) says what that is, and what it cannot show."""
    ]
    for operation, text in _OWN.items():
        rows = list(_rows(found, operation))
        if rows:
            more = ("*t* by form",) if operation == "population" else ()
            said += [text, table((*_HEAD, *more), rows)]
    return "\n\n".join(said)


_HEAD = (
    *("store", "rounds", "control", "largest \\|t\\|", "AUC", "smallest seen"),
    "within the bar",
)


def _rows(
    found: Mapping[str, Mapping[str, Any]], operation: str
) -> Iterator[Sequence[str]]:
    for store in STORES:
        timing = found.get(f"{store} | {operation}")
        if timing is not None:
            yield (
                store,
                f"{timing['rounds']:,}",
                _control(timing),
                f"{max(abs(pair['t']) for pair in timing['pairs']):.1f}",
                _auc(timing),
                _micro(max(pair["smallest_seen"] for pair in timing["pairs"])),
                "yes" if timing["uniform"] else "**no**",
                *_forms(timing),
            )


def _control(timing: Mapping[str, Any]) -> str:
    control = timing["control"]
    seen = "seen" if timing["valid"] else "**not seen**"
    delay = timing["delay_of_control"]
    late = f" at {delay * 1_000:.1f} ms" if delay else ""
    return f"{seen}{late}, AUC {control['auc']:.2f}"


def _auc(timing: Mapping[str, Any]) -> str:
    pairs = timing["pairs"]
    if len(pairs) == 1:
        (pair,) = pairs
        return (
            f"{pair['auc']:.3f} ({pair['auc_lowest']:.3f} to {pair['auc_highest']:.3f})"
        )
    low, high = (f(pair["auc"] for pair in pairs) for f in (min, max))
    return f"{low:.3f} to {high:.3f}"


def _forms(timing: Mapping[str, Any]) -> Sequence[str]:
    return [", ".join(f"{form['t']:.1f}" for form in timing["forms"])][
        : len(timing["forms"])
    ]


def _micro(seconds: float) -> str:
    micro = seconds * _MICRO
    return "below 1 µs" if micro < 1 else f"{micro:.0f} µs"


# -- beside the peers --


def _peers(
    states: Mapping[str, Mapping[str, Sequence[float]]],
    forgotten: Mapping[str, Mapping[str, Sequence[float]]],
) -> str:
    rows = []
    for name, taken in states.items():
        for state, seconds in taken.items():
            if state != "unknown":
                rows.append(_compared(name, state, taken["unknown"], seconds))
    mails = [
        _compared(name, "known", taken["unknown"], taken["known"])
        for name, taken in forgotten.items()
    ]
    head = ("", "state", "ms more than unknown", "t", "AUC")
    return f"""Beside the peers: a wrong password, {STATES_COST.memory} KiB, t={STATES_COST.passes}, p=1, argon2-cffi, on SQLite, against an unknown address asked in the same round.
AUC 0.50: nothing can be told; 0.00 or 1.00: every single answer tells. The older hash was made with half the memory.
“everybody” is a draw from all who can log in, a third of them with older hashes, as in the store:
that is what a stranger can compare with unknown addresses, who follow the mix here.

{table(head, rows)}

“Forgot your password”, with a mail server that takes 50 ms:

{table(head, mails)}"""


def _compared(
    name: str, state: str, unknown: Sequence[float], known: Sequence[float]
) -> Sequence[str]:
    found = compare("unknown", unknown, state, known)
    return (
        name,
        state,
        f"{found.difference * 1_000:+.3f}",
        f"{found.t:.1f}",
        f"{found.auc:.2f}",
    )
