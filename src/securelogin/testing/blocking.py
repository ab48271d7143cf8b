"""Give an async adapter the face of a sync one, so that one contract tests both.

All coroutines run on one event loop in a thread of its own, since a driver's connection
belongs to the loop that opened it. A fixture that has to await something, such as the
making of tables, does so there too: `run(store.create())`.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Coroutine, Sequence
from functools import cache, wraps
from typing import Any, TypeVar

__all__ = ["Blocking", "in_sync", "run"]

T = TypeVar("T")

_PATIENCE = 60.0
"""Seconds after which an adapter that hangs has failed."""


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(
        target=loop.run_forever, name="securelogin-testing", daemon=True
    ).start()
    return loop


def run(coroutine: Coroutine[Any, Any, T], /) -> T:
    """Run a coroutine on the kit's event loop, and return what it returns.

    Raises:
        TimeoutError: it has not ended within 60 seconds.
    """
    return asyncio.run_coroutine_threadsafe(coroutine, _loop()).result(_PATIENCE)


class Blocking:
    """An async adapter whose methods wait for their answers.

    Attributes that are no coroutine functions are handed through.
    """

    def __init__(self, adapter: Any, /) -> None:
        self._adapter = adapter

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._adapter, name)
        if not _is_async(value):
            return value

        @wraps(value)
        def wait(*args: Any, **options: Any) -> Any:
            return run(value(*args, **options))

        return wait

    def together(
        self, calls: Sequence[tuple[str, tuple[Any, ...], dict[str, Any]]]
    ) -> list[Any]:
        """Let all calls (verb, arguments, options) go at once; return the answers.

        An exception stands in the place of the answer.
        """
        return run(self._gather(calls))

    async def _gather(
        self, calls: Sequence[tuple[str, tuple[Any, ...], dict[str, Any]]]
    ) -> list[Any]:
        async def one(verb: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
            return await getattr(self._adapter, verb)(*args, **options)

        return await asyncio.gather(
            *(one(*each) for each in calls), return_exceptions=True
        )


def in_sync(adapter: Any, /, *, verbs: Sequence[str]) -> Any:
    """Return *adapter* as it is, or as `Blocking` if any of *verbs* is async."""
    methods = (getattr(adapter, verb, None) for verb in verbs)
    return Blocking(adapter) if any(map(_is_async, methods)) else adapter


def _is_async(value: object) -> bool:
    return callable(value) and inspect.iscoroutinefunction(inspect.unwrap(value))
