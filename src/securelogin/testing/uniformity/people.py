"""Enough people in each state to ask a wired `auth` a thousand times and more.

Nobody is asked more often than the policy's limits allow: past them, an account would
be in another state than the one that is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import cycle
from typing import Any

from securelogin.errors import WiringError
from securelogin.outcomes import Cause
from securelogin.testing.uniformity.scenes import STATES, UNKNOWN
from securelogin.testing.uniformity.stage import Stage
from securelogin.testing.uniformity.timing import Ready
from securelogin.viewers import OPERATOR

__all__ = ["FORGOTTEN", "LOG_IN", "MEASURED", "scenes_for"]

LOG_IN = "log-in"
FORGOTTEN = "forgotten password"

_CAUSES = {
    UNKNOWN: Cause.UNKNOWN_ADDRESS,
    "active": Cause.WRONG_PASSWORD,
    "disabled": Cause.DISABLED,
    "no password": Cause.NO_PASSWORD_SET,
    "temporary pending": Cause.WRONG_PASSWORD,
    "must change": Cause.WRONG_PASSWORD,
    "locked": Cause.LOCKED,
}

MEASURED: Mapping[str, tuple[str, ...]] = {
    LOG_IN: tuple(_CAUSES),
    FORGOTTEN: (UNKNOWN, "active", "disabled"),
}
"""The states whose times are compared, by operation.

Not the older hash: it takes the time of its own parameters.
"""

_PENDING = "temporary pending"

_PEOPLE = 100
"""So many in each state at least, where nobody would be asked fewer than ten times.

Of a few people alone, it would be measured where in an index their rows lie: on SQLite,
that makes some microseconds from one to the other.
"""

_SPARE = 30
"""Rounds for warming up and for the check of each scene."""


def scenes_for(operation: str, stage: Stage, /, *, rounds: int) -> dict[str, Ready]:
    """Put people into every state that is measured for an operation.

    Raises:
        WiringError: an attempt in a state was refused for another cause than it
            should be; or the policy's limits leave no try at all.
    """
    asking = _log_in if operation == LOG_IN else _forgotten
    each = min(_tries(operation, stage), max(10, rounds // _PEOPLE))
    people = {
        state: [
            stage.new_address()
            for _ in range(-(-(rounds + _SPARE) * _shares(state) // each))
        ]
        for state in MEASURED[operation]
    }
    _settle_in(stage, people)
    if operation == LOG_IN:
        for state, addresses in people.items():
            _require_cause(stage, state, addresses[0])
    return {
        state: partial(asking, stage, cycle(addresses))
        for state, addresses in people.items()
    }


def _settle_in(stage: Stage, people: Mapping[str, Sequence[str]]) -> None:
    """Put everybody into their state, and let them try once, by turns.

    A state after the other, what is kept of those whose state takes little work would
    lie close together, in memory and in a database, and be found sooner. The first try
    makes the rows of counters, for unknown addresses too. To lock an account moves the
    clock, so who has a temporary password gets it last, and windows begin anew.
    """
    by_turns = list(_by_turns(people))
    for state, address in by_turns:
        STATES["active" if state == _PENDING else state](stage, address)
        stage.check(address)
    stage.purge()
    for address in people.get(_PENDING, ()):
        stage.auth.reset.request(**_request(stage, address))
        stage.auth.courier.deliver()
    for _, address in by_turns:
        stage.check(address)
    stage.vacuum()


def _by_turns(people: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Return everybody with their state, each state spread over the whole."""
    places = [
        ((n + 0.5) / len(addresses), state, address)
        for state, addresses in people.items()
        for n, address in enumerate(addresses)
    ]
    for _, state, address in sorted(places):
        yield state, address


def _shares(state: str) -> int:
    # Control and twin ask unknown people as well.
    return 3 if state == UNKNOWN else 1


def _tries(operation: str, stage: Stage) -> int:
    limits = stage.limits
    if operation == FORGOTTEN:
        return limits.resets
    spent = 3
    tries = min(limits.tries, limits.consecutive) - spent
    if tries < 1:
        raise WiringError(
            "four tries at least are needed of everybody.",
            setting="Limits(tries=…, consecutive=…)",
            cure="Measure with higher limits.",
        )
    return tries


def _require_cause(stage: Stage, state: str, address: str) -> None:
    outcome = stage.check(address)
    told = stage.auth.support.find(outcome.public.reference, by=OPERATOR).causes[0]
    if told is not _CAUSES[state]:
        raise WiringError(
            f"“{state}” was refused for {told.value}, not {_CAUSES[state].value}.",
            setting="auth",
            cure="Wire it so that its made-up people may enter the portal.",
        )


def _log_in(stage: Stage, people: Iterator[str]) -> Callable[[], Any]:
    return partial(stage.given.login.check, stage.attempt(next(people)))


def _forgotten(stage: Stage, people: Iterator[str]) -> Callable[[], Any]:
    return partial(stage.given.reset.request, **_request(stage, next(people)))


def _request(stage: Stage, address: str) -> dict[str, Any]:
    return {
        "address": address,
        "url": stage.portal.url,
        "client": stage.new_client(),
    }
