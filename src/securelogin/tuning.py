"""Measure Argon2 on this machine, and propose parameters for it.

The procedure is that of RFC 9106, section 4: as much memory as can be spared for each
run, then as many passes as the time allows, and never below OWASP's table. What is
proposed has been measured, with all threads of the pool at work; nothing is changed.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from securelogin.argon2_backends import (
    Argon2Backend,
    Argon2CFFI,
    Libsodium,
    default_backend,
)
from securelogin.argon2_build import Build, HugePages, read_build, read_huge_pages
from securelogin.errors import WiringError
from securelogin.guessing import RENTED_CARD, Guesser
from securelogin.machine import usable_cores, usable_memory
from securelogin.phc import (
    OWASP_FLOOR,
    RECOMMENDED,
    Argon2Parameters,
    HashBounds,
)

__all__ = [
    "Speed",
    "Tuning",
    "backends",
    "lets_others_run",
    "measure",
    "propose",
    "tune",
]

_SECRET, _SALT, _TAG = b"a password of usual length", b"salt for tuning!", 32
_LEAST_BLOCK = min(low.memory for low in OWASP_FLOOR)
_MOST_RUNS = 1_000
_TOLERANCE = 1.1
"""By so much a measurement may exceed the target: machines are never quite still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How fast one backend ran one set of parameters.

    Attributes:
        alone: median time of a run, with nothing beside it.
        together: median time of a run with every thread of the pool at work.
        per_second: runs of all threads together.
    """

    backend: str
    parameters: Argon2Parameters
    threads: int
    alone: timedelta
    together: timedelta
    per_second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What was measured and what follows.

    Attributes:
        speeds: of each backend, at `RECOMMENDED`; fastest first.
        proposal: the parameters, run by the backend of that name.
        within_target: they keep to the target; not so where the floor takes longer.
        holding: backends that let nothing else run meanwhile: never use them.
        default_backend: the name of what `PasswordHasher` takes by itself.
    """

    threads: int
    memory_budget: int
    target: timedelta
    speeds: tuple[Speed, ...]
    proposal: Speed
    within_target: bool
    holding: tuple[str, ...]
    default_backend: str
    build: Build
    huge_pages: HugePages
    guesser: Guesser


def backends() -> dict[str, Argon2Backend]:
    """Return the backends that are installed, by name."""
    found: dict[str, Argon2Backend] = {"Argon2CFFI": Argon2CFFI()}
    fast = default_backend()
    if isinstance(fast, Libsodium):
        found["Libsodium"] = fast
    return found


def lets_others_run(backend: Argon2Backend, /) -> bool:
    """Tell whether a backend releases the interpreter lock during a run.

    A thread beside it takes turns of a millisecond: at least a tenth of what the time
    of the run has room for, in the best of three runs, or it was held up.
    """
    return any(_turns_beside(backend) for _ in range(3))


def _turns_beside(backend: Argon2Backend) -> bool:
    parameters = Argon2Parameters(memory=RECOMMENDED.memory, passes=1)
    began = threading.Event()
    ended: list[float] = []

    def work() -> None:
        began.set()
        _run(backend, parameters)
        ended.append(time.perf_counter())

    thread = threading.Thread(target=work)
    start = time.perf_counter()
    thread.start()
    began.wait()
    turns = 0
    while not ended:
        time.sleep(0.001)
        turns += 1
    thread.join()
    return turns >= max(3.0, (ended[0] - start) * 100)


def measure(
    name: str,
    backend: Argon2Backend,
    parameters: Argon2Parameters,
    /,
    *,
    threads: int,
    lasting: timedelta,
) -> Speed:
    """Run a backend for about so long alone, then as long on all threads."""
    _run(backend, parameters)
    alone = _times(partial(_run, backend, parameters), lasting)
    together: list[float] = []
    begin = time.perf_counter()
    crowd = [
        threading.Thread(
            target=lambda: together.extend(
                _times(partial(_run, backend, parameters), lasting)
            )
        )
        for _ in range(threads)
    ]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    return Speed(
        backend=name,
        parameters=parameters,
        threads=threads,
        alone=timedelta(seconds=statistics.median(alone)),
        together=timedelta(seconds=statistics.median(together)),
        per_second=len(together) / (time.perf_counter() - begin),
    )


def _run(backend: Argon2Backend, parameters: Argon2Parameters) -> None:
    backend.run(_SECRET, salt=_SALT, parameters=parameters, length=_TAG)


def _times(run: Callable[[], None], lasting: timedelta) -> list[float]:
    """Return how long each run took; at least one, at most a thousand."""
    end = time.perf_counter() + lasting.total_seconds()
    taken: list[float] = []
    while not taken or (time.perf_counter() < end and len(taken) < _MOST_RUNS):
        begun = time.perf_counter()
        run()
        taken.append(time.perf_counter() - begun)
    return taken


def propose(
    per_pass: timedelta, /, *, memory: int, target: timedelta
) -> Argon2Parameters:
    """Return the dearest parameters that keep to *target*, or the floor's quickest.

    Pure. *memory* is what a run may have (KiB, at least the least of `OWASP_FLOOR`),
    *per_pass* what one pass over it takes. Takes memory before passes (RFC 9106, 4).
    """
    bounds = HashBounds()
    reach = target / per_pass
    affordable = [
        parameters
        for passes in range(1, bounds.passes + 1)
        if (fits := min(memory, bounds.memory, int(memory * reach / passes)))
        >= _LEAST_BLOCK
        and bounds.hold(parameters := Argon2Parameters(memory=fits, passes=passes))
    ]
    if affordable:
        return max(affordable)
    low = [line for line in OWASP_FLOOR if line.memory <= memory]
    return min(low, key=lambda line: line.memory * line.passes)


def tune(
    *,
    target: timedelta = timedelta(milliseconds=250),
    memory_budget: int | None = None,
    threads: int | None = None,
    lasting: timedelta = timedelta(milliseconds=700),
    guesser: Guesser = RENTED_CARD,
    candidates: Mapping[str, Argon2Backend] | None = None,
) -> Tuning:
    """Measure this machine and propose.

    Args:
        target: how long a log-in may take in Argon2 while the pool is busy.
        memory_budget: KiB for all runs together; by default 64 MiB for each thread,
            and no more than a quarter of what the process may use.
        threads: of the pool; by default as many as cores. Fewer where the budget does
            not hold a block of OWASP's floor for each.
        lasting: about how long each measurement takes; there are up to twelve.
        guesser: whose guesses are priced.
        candidates: backends by name; by default those that are installed.

    Raises:
        WiringError: the target is none, the budget holds no block, or no backend lets
            other threads run.
    """
    _require_above_zero(target)
    threads, budget = _room(threads, memory_budget)
    block = min(budget // threads, HashBounds().memory)
    given = backends() if candidates is None else candidates
    able = _able(given)
    measured = partial(measure, threads=threads, lasting=lasting)
    usual = Argon2Parameters(
        memory=min(block, RECOMMENDED.memory), passes=RECOMMENDED.passes
    )
    speeds = sorted(
        (measured(name, backend, usual) for name, backend in able.items()),
        key=lambda speed: -speed.per_second,
    )
    fastest = speeds[0].backend
    proposal = _measured_proposal(
        partial(measured, fastest, able[fastest]), block=block, target=target
    )
    return Tuning(
        threads=threads,
        memory_budget=budget,
        target=target,
        speeds=tuple(speeds),
        proposal=proposal,
        within_target=proposal.together <= target * _TOLERANCE,
        holding=tuple(name for name in given if name not in able),
        default_backend=type(default_backend()).__name__,
        build=read_build(),
        huge_pages=read_huge_pages(),
        guesser=guesser,
    )


def _require_above_zero(target: timedelta) -> None:
    if target <= timedelta(0):
        raise WiringError(
            "a target is above zero.",
            setting="tune(target=…)",
            cure="Leave it out for 250 milliseconds.",
        )


def _able(given: Mapping[str, Argon2Backend]) -> dict[str, Argon2Backend]:
    """Return the backends that may be used: those that let other threads run."""
    able = {name: given[name] for name in given if lets_others_run(given[name])}
    if not able:
        raise WiringError(
            "no backend lets other threads run.",
            setting="tune(candidates=…)",
            cure="A backend has to release the interpreter lock while it runs.",
        )
    return able


def _room(threads: int | None, budget: int | None) -> tuple[int, int]:
    """Return how many threads there can be, and the KiB for all of them."""
    threads = usable_cores() if threads is None else threads
    if budget is None:
        quarter = (usable_memory() or RECOMMENDED.memory * threads * 4) // 4
        budget = min(RECOMMENDED.memory * threads, quarter)
    if threads < 1 or budget < _LEAST_BLOCK:
        raise WiringError(
            "no run of OWASP's floor fits.",
            setting="tune(threads=…, memory_budget=…)",
            cure=f"One thread needs at least {_LEAST_BLOCK} KiB.",
        )
    return min(threads, budget // _LEAST_BLOCK), budget


def _measured_proposal(
    measured: Callable[[Argon2Parameters], Speed],
    *,
    block: int,
    target: timedelta,
) -> Speed:
    """Propose, measure what was proposed, and propose less where it took too long."""
    per_pass = measured(Argon2Parameters(memory=block, passes=2)).together / 2
    speed = measured(propose(per_pass, memory=block, target=target))
    for _ in range(2):
        if speed.together <= target * _TOLERANCE:
            break
        per_pass *= speed.together / target
        again = propose(per_pass, memory=block, target=target)
        if again == speed.parameters:
            break
        speed = measured(again)
    return speed
