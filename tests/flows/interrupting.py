"""A library over the same store, in which something else comes before a call."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from tests.wiring import Wired


class Before:
    """A part of a store, before one call of which something else is done."""

    def __init__(self, inner: Any, verb: str, act: Callable[[], object]) -> None:
        self._inner, self._verb = inner, verb
        self._acts = [act]

    def __getattr__(self, verb):
        method = getattr(self._inner, verb)
        if verb != self._verb:
            return method

        def called(*args, **options):
            if self._acts:
                self._acts.pop()()
            return method(*args, **options)

        async def awaited(*args, **options):
            return await called(*args, **options)

        return awaited if inspect.iscoroutinefunction(method) else called


def over(wired, wrap, colour: str = "") -> Wired:
    """Wire another library over the same store."""
    return Wired(colour or wired.colour, store=wired.store, keys=wired.keys, wrap=wrap)


def interrupted(wired, call: str, act: Callable[[], object]) -> Wired:
    """Wire a library that has *act* come before its next such call."""
    part, _, verb = call.partition(".")
    return over(
        wired, lambda name, inner: Before(inner, verb, act) if name == part else inner
    )
