"""Run an audit trail beside the portal: in a thread, or in a task of the event loop.

    with writing(trail):
        serve()

In each process that logs people in; with a server that forks, in the worker.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Protocol

from securelogin.errors import SecureLoginError

__all__ = ["async_writing", "writing"]

_EVERY = timedelta(seconds=1)
_log = logging.getLogger("securelogin.audit")


class _Trail(Protocol):
    def write(self) -> int: ...

    def close(self) -> int: ...


class _AsyncTrail(Protocol):
    async def write(self) -> int: ...

    async def close(self) -> int: ...


@contextmanager
def writing(trail: _Trail, /, *, every: timedelta = _EVERY) -> Iterator[None]:
    """Store what the trail has gathered, time and again; end its chain at the end.

    A store that is away is told to the logger `securelogin.audit`, and asked again.
    """
    stop = threading.Event()

    def _work() -> None:
        while not stop.wait(every.total_seconds()):
            try:
                trail.write()
            except SecureLoginError as error:
                _tell(error)

    thread = threading.Thread(target=_work, name="securelogin-audit", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        try:
            trail.close()
        except SecureLoginError as error:
            _tell(error)


@asynccontextmanager
async def async_writing(
    trail: _AsyncTrail, /, *, every: timedelta = _EVERY
) -> AsyncIterator[None]:
    """Do as `writing` does, in a task of the running event loop."""
    stop = asyncio.Event()

    async def _work() -> None:
        while not stop.is_set():
            try:
                await asyncio.wait_for(stop.wait(), every.total_seconds())
            except TimeoutError:
                await _stored(trail)

    task = asyncio.create_task(_work())
    try:
        yield
    finally:
        stop.set()
        await task
        try:
            await trail.close()
        except SecureLoginError as error:
            _tell(error)


async def _stored(trail: _AsyncTrail) -> None:
    try:
        await trail.write()
    except SecureLoginError as error:
        _tell(error)


def _tell(error: SecureLoginError) -> None:
    # No such error repeats a URL, a row or a secret (see `errors`).
    _log.error("the audit trail cannot be stored: %s", error)
