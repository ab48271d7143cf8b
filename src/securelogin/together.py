"""A stretch of a flow whose verbs are done together: one journey, not one for each.

Where a verb is a hop to a thread and back, a log-in on an idle machine waits longer for
threads to wake than for the database. Several verbs in a row then make one hop. They
stay what they are, each its own durable step, in the flow's order; and no store has to
know which of them a flow calls after one another.

Not in here: what makes a journey (`stores.sql.file_database`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Protocol, TypeVar

__all__ = [
    "AsyncTogether",
    "AsyncVerbByVerb",
    "Together",
    "VerbByVerb",
    "joins_all",
]

T = TypeVar("T")


class Together(Protocol):
    """What `AsyncTogether` is without a thread to wait for: nothing is left to do."""

    @property
    def joins(self) -> Sequence[object]:
        """The parts whose verbs it is for."""
        ...

    def run(self, stretch: T, /) -> T:
        """Return what the stretch came to; it was run before it came here."""
        ...


class AsyncTogether(Protocol):
    """Run a stretch of verbs where they do their work, in one journey."""

    @property
    def joins(self) -> Sequence[object]:
        """The parts whose verbs it is for.

        Whoever puts another in the place of one of them is awaited verb by verb.
        """
        ...

    def run(self, stretch: Awaitable[T], /) -> Awaitable[T]:
        """Begin a stretch; await what is returned for what it comes to.

        A stretch awaits verbs of `joins` and nothing else: what would wait for the
        event loop cannot, where there is none. It tells nobody anything, since a sink
        may belong to the loop. A task that is cancelled meanwhile leaves it to end by
        itself, as it does a single verb.
        """
        ...


class VerbByVerb:
    """`Together` for any store: each verb has made its own journey."""

    joins: Sequence[object] = ()

    def run(self, stretch: T, /) -> T:
        """Return it."""
        return stretch


class AsyncVerbByVerb:
    """`AsyncTogether` for any store: each verb makes its own journey."""

    joins: Sequence[object] = ()

    def run(self, stretch: Awaitable[T], /) -> Awaitable[T]:
        """Return it, to be awaited."""
        return stretch


def joins_all(together: object, parts: Sequence[object], /) -> bool:
    """Whether verbs of all these parts may be done together.

    By identity: where another was put in the place of one, that one has to be asked,
    and may wait for whatever it likes.
    """
    joined = {id(part) for part in getattr(together, "joins", ())}
    return joined.issuperset(map(id, parts))
