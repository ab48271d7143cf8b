"""What was found, as a page of the documentation; unfavourable figures too."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.peers.operations_page import operations
from benchmarks.peers.run import (
    CHEAP,
    LOW,
    OWN_PARTS,
    PARTS,
    PEERS,
    RECOMMENDED,
    Found,
)
from benchmarks.peers.sides import Cost
from benchmarks.peers.states_page import states
from benchmarks.peers.tables import spread, table
from benchmarks.peers.uniform import rows_of
from securelogin.machine import usable_cores

__all__ = ["page"]

_PACKAGES = (
    "argon2-cffi",
    "argon2-cffi-bindings",
    "PyNaCl",
    "SQLAlchemy",
    "Django",
    "Flask",
    "Flask-Security",
    "fastapi",
    "fastapi-users",
)
_OF_BEST, _OF_MANY = 0.97, 1.05
_MIB = 1_024


def page(found: Found, *, quick: bool) -> str:
    """Return the page as MyST."""
    command = "python -m benchmarks" + (" --quick" if quick else "")
    parts = [
        _head(command, missing=_missing(found)),
        found.operations and operations(found.operations),
        found.sequential and _sequential(found),
        *[
            _crowds(found, cost)
            for cost in (RECOMMENDED, LOW)
            if f"{cost.memory}" in found.crowds
        ],
        found.memory and _memory(found),
        found.lags and _lags(found),
        states(found),
        _reading(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _missing(found: Found) -> list[str]:
    """Return the parts that were not measured, by the names of `--parts`."""
    there = {
        "operations": found.operations,
        "sequential": found.sequential,
        "throughput": f"{RECOMMENDED.memory}" in found.crowds,
        "throughput-low": f"{LOW.memory}" in found.crowds,
        "memory": found.memory,
        "lag": found.lags,
        "states": found.states,
        **{
            part: all(row in found.own for row in rows_of(name))
            for part, name in OWN_PARTS.items()
        },
    }
    return [part for part in PARTS if not there[part]]


def _head(command: str, *, missing: Sequence[str]) -> str:
    versions = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    gap = f"""
**{len(missing)} of its {len(PARTS)} parts are not here**, because they were not measured: {", ".join(missing)}.
`{command} --parts {" ".join(missing)}` measures them.
"""
    return f"""# Benchmarks beside peers

Made by `pip install -e ".[bench]" && {command}`, which writes this page.
{gap if missing else ""}
Each part is one run, each side in a process of its own, over an SQLite file of its own, wired as its documentation says.
What is compared is asked by turns. Figures are medians, with the quartiles in brackets.
Only ratios within the run mean something: the machine's other load is in every figure.

Machine: {_processor()}, {usable_cores()} cores, {platform.system()} {platform.release()},
Python {platform.python_version()}.
Versions: {versions}.
{_older_sqlalchemy()}"""


def _older_sqlalchemy() -> str:
    if not _version("SQLAlchemy").startswith("2.0."):
        return ""
    return """FastAPI Users' adapter asks for an SQLAlchemy below 2.1, so that is what all sides had here, ours too.
They are installed with `-c benchmarks/constraints.txt`, into an environment of their own."""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.processor() or platform.machine()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


def _sequential(found: Found) -> str:
    rounds = {
        name: [statistics.median(taken) * 1_000 for taken in each]
        for name, each in found.sequential.items()
    }
    ours = _above(rounds["ours"], rounds["floor"])
    rows = []
    for name, taken in rounds.items():
        above = _above(taken, rounds["floor"])
        ratio = [one / own for one, own in zip(above, ours, strict=True)]
        is_floor = name == "floor"
        rows.append(
            [
                name,
                spread(taken),
                "" if is_floor else spread(above),
                "" if name.startswith("floor") else spread(ratio),
            ]
        )
    awaited = _above(rounds["ours, async"], rounds["floor, async"])
    text = f"""## One log-in after another

{CHEAP.memory} KiB, t={CHEAP.passes}, p=1 and argon2-cffi for all, so that what is above Argon2 shows.
The floor looks an address up in SQLite and verifies; it records, counts and hides nothing. Where the event loop has to go on
meanwhile, one thread does both for it (`asyncio.to_thread`): nobody can await less. Ours, async, is {spread(awaited)} ms above that.
Ours is `login.check`: three counters, the record of the attempt and the session, each committed to the file.
[What a log-in costs](log-in-cost.md) has smaller figures for ours: its files lie on a disk in memory.
A peer's is its whole log-in request, without a server; `authenticate` alone makes no session.
FastAPI Users answers with a JWT and writes nothing at all, and hashes on the event loop.
"""
    head = ("", "ms", "ms above the floor", "x ours")
    return f"{text}\n{table(head, rows)}"


def _above(taken: Sequence[float], floor: Sequence[float]) -> list[float]:
    return [one - bare for one, bare in zip(taken, floor, strict=True)]


def _crowds(found: Found, cost: Cost) -> str:
    memory = cost.memory
    rates = found.crowds[f"{memory}"]
    median = {name: statistics.median(taken) for name, taken in rates.items()}
    best = max(rate for name, rate in median.items() if name.split(" | ")[0] in PEERS)
    ratios = {name: _ratios(name, rates) for name in rates if name.startswith("ours")}
    rows = [
        [
            *name.split(" | "),
            spread(taken, digits=1),
            f"{median[name] / best:.2f}",
            *(map(spread, ratios[name]) if name in ratios else ("", "")),
        ]
        for name, taken in rates.items()
    ]
    below = [
        f"{name.replace(' | ', ', ')} at once ({of_best:.2f}, {of_many:.2f})"
        for name, both in ratios.items()
        for of_best, of_many in [map(statistics.median, both)]
        if of_best < _OF_BEST or of_many < _OF_MANY
    ]
    text = f"""## Throughput, {memory // _MIB} MiB, t={cost.passes}

Log-ins in a second, of one process. Ours and the bare backends on one lane (p=1), peers on as many lanes as they take by themselves
(Django 8, the others 4): the same memory and passes, so the same work for a guesser.
The last columns are against the same backend, bare, in the same process and round, on its best number of threads, and on 16.
From one minute to the next, the same differs by some percent. Peers are asked in the first two rounds.
"""
    head = ("", "at once", "per second", "x best peer", "x bare at best", "x bare, 16")
    aim = f"""The aim is {_OF_BEST} of the bare backend's best, and {_OF_MANY} of its 16 threads. Below it: {"; ".join(below) or "none"}.
A log-in does more than hash, and where all cores hash, a hash waits while its own work is done."""
    return f"{text}\n{table(head, rows)}\n\n{aim}"


def _ratios(
    name: str, rates: Mapping[str, Sequence[float]]
) -> tuple[list[float], list[float]]:
    """Return ours against the bare backend on its best number of threads, and on 16.

    One of each round.
    """
    bare = {
        int(other.split(" | ")[1]): taken
        for other, taken in rates.items()
        if other.startswith(
            f"{name.split(' | ', maxsplit=1)[0].replace('ours', 'bare')} | "
        )
    }
    best = max(bare.values(), key=statistics.median)
    return _of(rates[name], best), _of(rates[name], bare[16])


def _of(taken: Sequence[float], others: Sequence[float]) -> list[float]:
    return [one / other for one, other in zip(taken, others, strict=True)]


def _memory(found: Found) -> str:
    bound = usable_cores() * RECOMMENDED.memory / _MIB + 20
    rows = [
        [
            *name.split(" | "),
            f"{kept['base'] / _MIB:.0f}",
            f"{(kept['peak'] - kept['base']) / _MIB:.0f}",
        ]
        for name, kept in found.memory.items()
    ]
    text = f"""## Memory, 64 MiB, t=3

So many log-ins at once, in a process made for it. Ours may take {usable_cores()} x 64 + 20 = {bound:.0f} MiB above its base.
Of a thousand at once, most are turned away by the pool's queue; a portal's server has its own bound before that.
"""
    head = ("", "at once", "MiB before", "MiB more at most")
    return f"{text}\n{table(head, rows)}"


def _lags(found: Found) -> str:
    idle = statistics.median(next(iter(found.lags.values())))
    rows = [
        [
            name,
            spread([one * 1_000 for one in taken], digits=1),
            f"{(statistics.median(taken) - idle) * 1_000:+.1f}",
        ]
        for name, taken in found.lags.items()
    ]
    text = """## Lag of the event loop, 64 MiB, t=3

The longest that a loop was late while 8 log-ins were in flight; median of the maxima.
"""
    head = ("", "ms late", "ms against idle")
    return f"{text}\n{table(head, rows)}"


def _reading() -> str:
    return """## What this does not say

Servers, networks and templates are left out for all. A peer whose log-in does less (no audit record, no counters)
may be what you want. Settings were taken from each documentation; other settings give other figures.
[How uniformity is measured](uniformity.md) has the bars, [the pool](hashing-pool.md) how the threads work."""
