"""Threads in which a call blocks, so that no event loop has to.

`asyncio.to_thread` would do, but costs a log-in twice as much: it makes two futures for
each call, copies the context, and shares its threads with whatever the portal runs.
"""

from __future__ import annotations

import asyncio
import os
import threading
import weakref
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

__all__ = ["Threads"]

T = TypeVar("T")


class _Job(Generic[T]):
    """One call, and who waits for it on which loop."""

    __slots__ = ("_call", "_done", "_loop")

    def __init__(
        self, call: Callable[[], T], done: Future[T], loop: AbstractEventLoop
    ) -> None:
        self._call: Callable[[], T] | None = call
        self._done = done
        self._loop = loop

    def run(self) -> None:
        call, self._call = self._call, None
        result: Any = None
        error: BaseException | None = None
        try:
            result = None if call is None else call()
        except BaseException as raised:  # noqa: BLE001 -- raised again in the caller
            error = raised
        # What a crash report shows of this frame holds no row (threats F-36).
        call = None
        # A loop that was closed meanwhile has nobody left who waits.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(_settle, self._done, result, error)


def _settle(done: Future[T], result: T, error: BaseException | None) -> None:
    if done.cancelled():
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)


_Jobs = SimpleQueue[_Job[Any] | None]


class Threads:
    """So many threads at most, begun when they are needed.

    A task that is cancelled while it waits leaves its call to end by itself. Safe
    between threads and event loops; a forked child begins with no thread. They end
    with `close`, with this object, or with the process.
    """

    def __init__(self, most: int, /, *, name: str) -> None:
        self._most = most
        self._name = name
        self._begin()

    def _begin(self) -> None:
        # A child may have been forked while another thread held the old one.
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._jobs: _Jobs = SimpleQueue()
        self._begun: list[threading.Thread] = []
        self._end = weakref.finalize(self, _end, self._jobs, self._most)

    def run(self, call: Callable[[], T], /) -> Future[T]:
        """Let a thread make the call; await what is returned for its result."""
        if self._process != os.getpid():
            self._begin()
        loop = asyncio.get_running_loop()
        done: Future[T] = loop.create_future()
        if len(self._begun) < self._most:
            self._begin_one()
        self._jobs.put(_Job(call, done, loop))
        return done

    def _begin_one(self) -> None:
        thread = threading.Thread(
            target=_serve, args=(self._jobs,), name=self._name, daemon=True
        )
        with self._lock:
            if len(self._begun) < self._most:
                try:
                    thread.start()
                except RuntimeError:
                    # The system has none left to give: those there are have to do.
                    if not self._begun:
                        raise
                else:
                    self._begun.append(thread)

    def close(self) -> Sequence[threading.Thread]:
        """End the threads once the calls before are made; a later call begins anew.

        Returns:
            Those that are ending. Join them, off the loop: then those calls are made,
            also the ones whose tasks were cancelled.
        """
        ending = self._begun
        self._end()
        self._begin()
        return ending


def _serve(jobs: _Jobs) -> None:
    # It holds the queue alone: whoever drops the threads' owner ends them.
    while (job := jobs.get()) is not None:
        job.run()
        del job


def _end(jobs: _Jobs, most: int) -> None:
    for _ in range(most):
        jobs.put(None)
