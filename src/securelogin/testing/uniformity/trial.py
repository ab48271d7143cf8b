"""A whole trial: set scenes, ask, compare; the library, an `auth` or a portal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from itertools import cycle

from securelogin.errors import WiringError
from securelogin.phc import Argon2Parameters
from securelogin.testing.uniformity.own import (
    CHEAP,
    courier_at_work,
    own_stage,
    own_store,
)
from securelogin.testing.uniformity.people import FORGOTTEN, MEASURED, scenes_for
from securelogin.testing.uniformity.population import POPULATION, measure_population
from securelogin.testing.uniformity.scenes import UNKNOWN
from securelogin.testing.uniformity.stage import WRONG, AnyAuth, Stage
from securelogin.testing.uniformity.timing import Ready, Timing, measure
from securelogin.testing.uniformity.visits import Visitor
from securelogin.testing.uniformity.watch import Watch

__all__ = ["OPERATIONS", "try_auth", "try_own", "try_visitor"]

OPERATIONS = (*MEASURED, POPULATION)
"""What is measured of the library itself."""

_PREFIX = "securelogin_population_"


def try_auth(
    wire: Callable[[Watch], AnyAuth],
    /,
    *,
    rounds: int,
    delay: timedelta,
    seed: int = 1,
    operations: Collection[str] = tuple(MEASURED),
) -> Iterator[Timing]:
    """Measure an `auth` of the application's, log-in and forgotten password."""
    for operation in (name for name in MEASURED if name in operations):
        watch = Watch()
        yield _timed(
            operation, Stage(wire(watch), watch), rounds=rounds, delay=delay, seed=seed
        )


def try_own(
    *,
    store: str,
    is_async: bool,
    rounds: int,
    delay: timedelta,
    seed: int = 1,
    operations: Collection[str] = OPERATIONS,
    parameters: Argon2Parameters = CHEAP,
) -> Iterator[Timing]:
    """Measure the library itself over a store: "memory", or a database's URL.

    The population has tables of its own there: of others, unknown addresses would
    follow the hashes too. And it has hashes of its own forms, whatever *parameters*
    says.
    """
    for operation in (name for name in MEASURED if name in operations):
        with own_stage(
            Watch(), store=store, is_async=is_async, parameters=parameters
        ) as stage:
            yield _timed(operation, stage, rounds=rounds, delay=delay, seed=seed)
    if POPULATION in operations:
        with own_store(store, is_async=is_async, prefix=_PREFIX) as kept:
            yield measure_population(
                Watch(), kept, is_async=is_async, rounds=rounds, seed=seed
            )


def _timed(
    operation: str, stage: Stage, *, rounds: int, delay: timedelta, seed: int
) -> Timing:
    scenes = scenes_for(operation, stage, rounds=rounds)
    beside = courier_at_work(stage) if operation == FORGOTTEN else nullcontext()
    with beside:
        return measure(operation, scenes, rounds=rounds, delay=delay, seed=seed)


def try_visitor(
    visitor: Visitor,
    people: Mapping[str, Sequence[str]],
    /,
    *,
    rounds: int,
    delay: timedelta,
    seed: int = 1,
) -> Timing:
    """Measure a whole portal, asked as its tests ask it.

    Args:
        people: addresses by state, "unknown" among them. Each is asked in turn, so let
            there be so many that none comes over the portal's limits.

    Raises:
        WiringError: nobody is unknown, or nobody is known.
    """
    if not people.get(UNKNOWN) or not all(people.values()) or len(people) == 1:
        raise WiringError(
            "there is nobody to compare.",
            setting="people",
            cure="Give addresses for “unknown” and for one other state at least.",
        )

    def ready(turn: Iterator[str]) -> Callable[[], object]:
        return partial(visitor.send, next(turn), WRONG)

    scenes: dict[str, Ready] = {
        state: partial(ready, cycle(people[state]))
        for state in (UNKNOWN, *(state for state in people if state != UNKNOWN))
    }
    return measure("visit", scenes, rounds=rounds, delay=delay, seed=seed)
