"""Tell what was measured: as a table, as JSON, as a picture."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from rich.table import Table

from securelogin.testing.uniformity.comparison import (
    AUC_LIMITS,
    POWER,
    THRESHOLD,
    Comparison,
)
from securelogin.testing.uniformity.timing import Timing

__all__ = ["as_json", "draw", "tables"]

_MICRO = 1e6


def tables(timing: Timing, /) -> Iterator[Table]:
    """Return the table of the scenes and that of their pairs."""
    yield _scenes(timing)
    yield _pairs(timing)


def _scenes(timing: Timing) -> Table:
    table = Table(title=f"{timing.operation}: {timing.rounds} rounds, in µs")
    for heading in ("scene", "first quartile", "median", "third quartile"):
        table.add_column(heading, justify="left" if heading == "scene" else "right")
    for name, taken in timing.seconds.items():
        quartiles = np.percentile(np.asarray(taken), (25, 50, 75)) * _MICRO
        table.add_row(name, *(f"{value:.1f}" for value in quartiles))
    return table


def _pairs(timing: Timing) -> Table:
    table = Table(
        title=f"in µs; bar: |t| < {THRESHOLD}, AUC {AUC_LIMITS[0]} to {AUC_LIMITS[1]}",
        caption=f"smallest seen: with a probability of {POWER:.0%}; intervals of 95 %",
    )
    table.add_column("pair")
    for heading in ("t", "AUC", "difference", "smallest seen", ""):
        table.add_column(heading, justify="right", no_wrap=True)
    for pair in (timing.control, timing.twin, *timing.pairs):
        table.add_row(*_row(pair, is_control=pair is timing.control))
    for form in timing.forms:
        # Of few, an AUC says little: t alone decides.
        *figures, _ = _row(form, is_control=False)
        table.add_row(*figures, "within" if form.has_even_means else "DIFFERS")
    return table


def _row(pair: Comparison, *, is_control: bool) -> Sequence[str]:
    reach = (pair.highest - pair.lowest) / 2
    if is_control:
        verdict = "seen" if pair.is_seen else "NOT SEEN"
    else:
        verdict = "within" if pair.is_within else "DIFFERS"
    return (
        f"{pair.first} / {pair.second}",
        f"{pair.t:.2f}",
        f"{pair.auc:.3f} ({pair.auc_lowest:.3f}-{pair.auc_highest:.3f})",
        f"{pair.difference * _MICRO:.1f} ± {reach * _MICRO:.1f}",
        f"{pair.smallest_seen * _MICRO:.1f}",
        verdict,
    )


def as_json(timing: Timing, /) -> dict[str, Any]:
    """Return everything that was found; times in seconds, without single samples."""
    return {
        "operation": timing.operation,
        "rounds": timing.rounds,
        "delay_of_control": timing.delay.total_seconds(),
        "valid": timing.is_valid,
        "uniform": timing.is_uniform,
        "medians": {
            name: float(np.median(np.asarray(taken)))
            for name, taken in timing.seconds.items()
        },
        "control": _told(timing.control),
        "twin": _told(timing.twin),
        "pairs": [_told(pair) for pair in timing.pairs],
        "forms": [
            {**_told(form), "within": form.has_even_means} for form in timing.forms
        ],
    }


def _told(pair: Comparison) -> dict[str, Any]:
    return {**dataclasses.asdict(pair), "within": pair.is_within}


def draw(timings: Sequence[Timing], path: Path, /) -> None:
    """Draw how the times of each scene are spread; SVG, PNG or PDF by the name.

    Raises:
        OSError, ValueError: the file cannot be written, or has no such ending.
    """
    figure = Figure(figsize=(9, 4 * len(timings)), layout="constrained")
    for n, timing in enumerate(timings):
        axes = figure.add_subplot(len(timings), 1, n + 1)
        for name, taken in timing.seconds.items():
            sample = np.sort(np.asarray(taken)) * _MICRO
            shares = np.arange(1, len(sample) + 1) / len(sample)
            axes.plot(sample, shares, label=name, linewidth=1)
        everything = np.concatenate([np.asarray(v) for v in timing.seconds.values()])
        low, high = np.percentile(everything, (0.5, 97)) * _MICRO
        axes.set_xlim(float(low), float(high))
        axes.set_xlabel("µs")
        axes.set_ylabel("share of answers")
        axes.set_title(f"{timing.operation}: {timing.rounds} rounds")
        axes.legend(fontsize="small")
    figure.savefig(path)
