"""Several things in one setting: taken once, before anything looks at them.

A generator is empty the second time it is read. A setting that was read to be checked
would be kept without anything in it, and switch itself off unseen (threats C62).
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["taken"]


def taken(given: object, /) -> tuple[object, ...] | None:
    """Return what *given* holds; None if it does not hold several things.

    A text is one thing: letter by letter nobody means it.
    """
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        return None
    return tuple(given)
