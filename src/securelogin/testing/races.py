"""Make calls at the same moment: from threads, tasks or processes.

A race that is run finds a bug; that it finds none proves nothing. In memory, the
interpreter's lock hides most of them. So read your statements too.
"""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any, Protocol

from securelogin.testing.blocking import Blocking, in_sync

__all__ = [
    "Call",
    "Gate",
    "Opener",
    "call",
    "can_travel",
    "race",
    "race_in_processes",
    "serve",
    "write_and_be_killed",
]

Opener = Callable[[], Any]
"""Opens another instance over the same data."""

_PATIENCE = 60.0
"""Seconds after which a runner that hangs has failed."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that can be sent to another thread or process."""

    verb: str
    args: tuple[Any, ...]
    options: dict[str, Any]

    def of(self, adapter: Any, /) -> Any:
        """Call it; an exception is an answer too, to be looked at later."""
        try:
            return getattr(adapter, self.verb)(*self.args, **self.options)
        except Exception as error:  # noqa: BLE001 -- whatever an adapter may raise
            return error


def call(verb: str, /, *args: Any, **options: Any) -> Call:
    """Return a call to make later."""
    return Call(verb, args, options)


def race(adapter: Any, calls: Sequence[Call], /) -> list[Any]:
    """Let all calls go at once, each in a thread (async: a task) of its own.

    Returns:
        The answers in the order of the calls.

    Raises:
        AssertionError: a call raised something.
    """
    if isinstance(adapter, Blocking):
        answers = adapter.together([(c.verb, c.args, c.options) for c in calls])
    else:
        barrier = threading.Barrier(len(calls))

        def start(one: Call) -> Any:
            barrier.wait(_PATIENCE)
            return one.of(adapter)

        with _quick_switching():
            started = _threads(len(calls)).map(start, calls, timeout=_PATIENCE)
            answers = list(started)
    _none_raised(answers, calls[0].verb)
    return answers


@cache
def _threads(number: int) -> ThreadPoolExecutor:
    # Kept: to begin threads takes longer than most calls, and hundreds of short ones
    # have been seen to hang coverage's support of greenlets.
    return ThreadPoolExecutor(number, thread_name_prefix="securelogin-race")


@contextmanager
def _quick_switching() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _none_raised(answers: Sequence[Any], verb: str) -> None:
    raised = [answer for answer in answers if isinstance(answer, Exception)]
    if raised:
        message = (
            f"{verb}() raised {type(raised[0]).__name__} for one of many callers at "
            "once. Let it wait for the others, or try again; it has an answer."
        )
        raise AssertionError(message) from raised[0]


class Gate(Protocol):
    """Where runners wait for one another, such as a `Barrier`."""

    def wait(self, timeout: float | None = None, /) -> int:
        """Wait until all are there."""
        ...


def serve(
    opener: Opener, part: str, calls: Sequence[Call], gate: Gate, pipe: Connection
) -> None:
    """Run in a process of its own: make each call when all others are ready.

    Afterwards it waits to be told to end, or to be killed.
    """
    opened = opener()
    adapter = in_sync(getattr(opened, part, opened), verbs=[one.verb for one in calls])
    for one in calls:
        gate.wait(_PATIENCE)
        answer = one.of(adapter)
        if isinstance(answer, Exception):
            # Not every exception survives a pipe, nor should its text.
            answer = RuntimeError(type(answer).__name__)
        pipe.send(answer)
    pipe.poll(_PATIENCE)


@contextmanager
def _processes(
    opener: Opener, part: str, series: Sequence[Sequence[Call]]
) -> Iterator[list[Connection]]:
    # Never forked: threads, locks and connections would be copied half-way.
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Barrier(len(series))
    pipes, started = [], []
    for calls in series:
        here, there = spawn.Pipe()
        process = spawn.Process(
            target=serve, args=(opener, part, calls, gate, there), daemon=True
        )
        process.start()
        # Only the child holds this end: if it dies, we read the end of the file.
        there.close()
        pipes.append(here)
        started.append(process)
    try:
        yield pipes
    finally:
        for process in started:
            process.kill()
            process.join(_PATIENCE)
            process.close()
        for pipe in pipes:
            pipe.close()


def race_in_processes(
    opener: Opener, part: str, series: Sequence[Sequence[Call]], /
) -> list[list[Any]]:
    """Let each process make its series of calls, all at once call by call.

    Returns:
        For each round the answers of all processes.
    """
    with _processes(opener, part, series) as pipes:
        rounds = [[_answer(pipe) for pipe in pipes] for _ in series[0]]
    for answers in rounds:
        _none_raised(answers, series[0][0].verb)
    return rounds


def write_and_be_killed(opener: Opener, part: str, one: Call, /) -> None:
    """Make one call in another process, and kill it as soon as the call returns."""
    race_in_processes(opener, part, [[one]])


def _answer(pipe: Connection) -> Any:
    assert pipe.poll(_PATIENCE), "another process did not answer within a minute"
    try:
        return pipe.recv()
    except EOFError:
        message = "another process ended before it answered; see its traceback above"
        raise AssertionError(message) from None


def can_travel(opener: Opener, /) -> bool:
    """Tell whether another process can be given *opener*."""
    try:
        ForkingPickler.dumps(opener)
    except Exception:  # noqa: BLE001 -- anything may say that it does not travel
        return False
    return True
