"""A stretch of a flow whose verbs are done together: one hop, not one for each.

Where a verb is a hop to a thread and back, a log-in on an idle machine waits longer for
threads to wake than for the database. Several verbs in a row then make one hop. They
stay what they are, each its own durable step, in the flow's order; and no store has to
know which of them a flow calls after one another.

Not in here: the hop (`stores.sql.file_database`), and whose verbs may share one
(`defaults.joint_part`).
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol, TypeVar

__all__ = [
    "AsyncTogether",
    "AsyncVerbByVerb",
    "Together",
    "VerbByVerb",
]

T = TypeVar("T")


class Together(Protocol):
    """What `AsyncTogether` is without a thread to wait for: nothing is left to do."""

    def run(self, stretch: T, /) -> T:
        """Return what the stretch came to; it was run before it came here."""
        ...


class AsyncTogether(Protocol):
    """Run a stretch of verbs where they do their work, in one hop.

    A store that has one names in its `joins` the parts that it is for: login_reads,
    sessions, counters, attempts. Whoever puts another in the place of one of them is
    awaited verb by verb.
    """

    def run(self, stretch: Awaitable[T], /) -> Awaitable[T]:
        """Begin a stretch; await what is returned for what it comes to.

        A stretch awaits verbs of one store's own parts and nothing else: what would
        wait for the event loop cannot, where there is none. It tells nobody anything,
        since a sink may belong to the loop. A task that is cancelled meanwhile leaves
        it to end by itself, as it does a single verb.
        """
        ...


class VerbByVerb:
    """`Together` for any store: each verb is done by itself."""

    def run(self, stretch: T, /) -> T:
        """Return it."""
        return stretch


class AsyncVerbByVerb:
    """`AsyncTogether` for any store: each verb is done by itself."""

    def run(self, stretch: Awaitable[T], /) -> Awaitable[T]:
        """Return it, to be awaited."""
        return stretch
