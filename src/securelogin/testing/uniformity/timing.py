"""Measure how long answers take, interleaved, with a control of known size.

Every round asks each scene once, in an order drawn anew: what the machine does
meanwhile falls on all of them alike (dudect: Reparaz, Balasch, Verbauwhede, 2017). Two
scenes are there for the measuring itself:

    control   the first scene once more, with a delay of known size; it has to be seen
    twin      the first scene once more, as it is; it should not be seen

Where a delay would prove little, others may take the place of the two.
"""

from __future__ import annotations

import gc
import inspect
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from securelogin.testing.blocking import run
from securelogin.testing.uniformity.comparison import Comparison, compare

__all__ = ["CONTROL", "TWIN", "WARM_UP", "Ready", "Timing", "measure"]

Ready = Callable[[], Callable[[], object]]
"""Prepares one question, untimed; returns what asks it, and may have to be awaited."""

CONTROL = "control"
TWIN = "twin"

WARM_UP = 20
"""Rounds before the first that counts."""

_TOGETHER = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What was measured of one operation.

    Attributes:
        operation: what was asked.
        delay: of the control; none if the control is a scene of its own.
        seconds: of every scene, in the order of the rounds; control and twin too.
        pairs: every two scenes, compared.
        control, twin: against the first scene.
        forms: of a population, the known against the unknown of each form of hash.
    """

    operation: str
    delay: timedelta
    seconds: Mapping[str, Sequence[float]]
    pairs: Sequence[Comparison]
    control: Comparison
    twin: Comparison
    forms: Sequence[Comparison] = ()

    @property
    def rounds(self) -> int:
        """How often each scene was asked."""
        return self.control.rounds

    @property
    def is_valid(self) -> bool:
        """Whether the control was seen: without that, nothing else means anything."""
        return self.control.is_seen

    @property
    def is_uniform(self) -> bool:
        """Whether the control was seen, and no two scenes could be told apart.

        Of a form there may be few, too few for an AUC: there *t* alone decides.
        """
        return (
            self.is_valid
            and all(pair.is_within for pair in self.pairs)
            and all(pair.has_even_means for pair in self.forms)
        )


def measure(
    operation: str,
    scenes: Mapping[str, Ready],
    /,
    *,
    rounds: int,
    delay: timedelta,
    seed: int = 1,
    beside: Mapping[str, Ready] | None = None,
) -> Timing:
    """Ask every scene in each of so many rounds, and compare the times.

    Args:
        scenes: two at least; the first is what control and twin repeat.
        rounds: so often each is asked; under 1,000 little can be said.
        delay: of the control. What is smaller than the smallest difference that could
            be seen is not seen, and the timing not valid.
        seed: of the drawn orders.
        beside: another control and another twin, by these names.

    Raises:
        ValueError: there are fewer than two scenes, or fewer than 20 rounds.
    """
    least = 20
    if len(scenes) < 2 or rounds < least:
        message = f"give two scenes and {least} rounds at least"
        raise ValueError(message)
    names = list(scenes)
    first = scenes[names[0]]
    asked = {**scenes, CONTROL: first, TWIN: first, **(beside or {})}
    orders = _orders(list(asked), rounds=WARM_UP + rounds, seed=seed)
    seconds: dict[str, list[float]] = {name: [] for name in asked}
    with _quiet():
        for order in orders:
            for name, took in _ask_all(order, asked, delay=delay.total_seconds()):
                seconds[name].append(took)
    kept = {name: taken[WARM_UP:] for name, taken in seconds.items()}
    return Timing(
        operation=operation,
        delay=delay,
        seconds=kept,
        pairs=[
            compare(one, kept[one], other, kept[other])
            for n, one in enumerate(names)
            for other in names[n + 1 :]
        ],
        control=compare(names[0], kept[names[0]], CONTROL, kept[CONTROL]),
        twin=compare(names[0], kept[names[0]], TWIN, kept[TWIN]),
    )


def _orders(names: Sequence[str], *, rounds: int, seed: int) -> Iterator[list[str]]:
    """Return so many rounds, a few at a time, each in an order of its own."""
    drawn = np.random.default_rng(seed)
    for begin in range(0, rounds, _TOGETHER):
        yield [
            names[n]
            for _ in range(min(_TOGETHER, rounds - begin))
            for n in drawn.permutation(len(names))
        ]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the garbage collector out of what is timed."""
    was_on = gc.isenabled()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


def _ask_all(
    order: Sequence[str], asked: Mapping[str, Ready], *, delay: float
) -> list[tuple[str, float]]:
    gc.collect(1)
    taken: list[tuple[str, float]] = []
    for n, name in enumerate(order):
        ask = asked[name]()
        wait = delay if name == CONTROL else 0.0
        began = time.perf_counter()
        answer = ask()
        if inspect.isawaitable(answer):
            # It lives on a loop, so the rest of these rounds is asked there as well.
            return taken + run(_ask_awaited(order[n:], asked, delay, answer))
        _spin(wait)
        taken.append((name, time.perf_counter() - began))
    return taken


async def _ask_awaited(
    order: Sequence[str],
    asked: Mapping[str, Ready],
    delay: float,
    first: Awaitable[object],
) -> list[tuple[str, float]]:
    taken: list[tuple[str, float]] = []
    waiting: Awaitable[object] | None = first
    for name in order:
        wait = delay if name == CONTROL else 0.0
        if waiting is None:
            ask = asked[name]()
            began = time.perf_counter()
            answer = ask()
        else:
            began, answer, waiting = time.perf_counter(), waiting, None
        if inspect.isawaitable(answer):
            await answer
        _spin(wait)
        taken.append((name, time.perf_counter() - began))
    return taken


def _spin(seconds: float) -> None:
    """Wait as work does: a sleeping thread would come back late."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass
