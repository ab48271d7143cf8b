"""By which fact of which contract each wrong adapter is caught, and in which words.

A module here stands for the one of the same name in `tests.testing.broken`.
"""

from __future__ import annotations

from tests.testing.caught import (
    attempts,
    auditing,
    counters,
    keyed,
    login_reads,
    mailers,
    outboxes,
    people,
    reading,
    retention,
    samples,
    session_reads,
)

# Broken adapter: contract, fact that catches it, what its message says.
CAUGHT = {
    **login_reads.CAUGHT,
    **session_reads.CAUGHT,
    **keyed.CAUGHT,
    **reading.CAUGHT,
    **people.CAUGHT,
    **counters.CAUGHT,
    **attempts.CAUGHT,
    **outboxes.CAUGHT,
    **retention.CAUGHT,
    **samples.CAUGHT,
    **auditing.CAUGHT,
    **mailers.CAUGHT,
}
