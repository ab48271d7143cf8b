"""Enough people in each state to ask a wired `auth` a thousand times and more.

Nobody is asked more often than the policy's limits allow: past them, an account would
be in another state than the one that is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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

_SPARE = 30
"""Rounds for warming up and for the check of each scene."""


def scenes_for(operation: str, stage: Stage, /, *, rounds: int) -> dict[str, Ready]:
    """Put people into every state that is measured for an operation.

    Raises:
        WiringError: an attempt in a state was refused for another cause than it
            should be; or the policy's limits leave no try at all.
    """
    asking = _log_in if operation == LOG_IN else _forgotten
    each = _tries(operation, stage)
    people = {
        state: [
            stage.new_address()
            for _ in range(-(-(rounds + _SPARE) * _shares(state) // each))
        ]
        for state in MEASURED[operation]
    }
    for state, addresses in people.items():
        for address in addresses:
            STATES[state](stage, address)
    # Whatever a first try makes (such as rows of counters), everybody has it now.
    for addresses in people.values():
        for address in addresses:
            stage.check(address)
    if operation == LOG_IN:
        for state, addresses in people.items():
            _require_cause(stage, state, addresses[0])
    return {
        state: partial(asking, stage, cycle(addresses))
        for state, addresses in people.items()
    }


def _shares(state: str) -> int:
    # Control and twin ask unknown people as well.
    return 3 if state == UNKNOWN else 1


def _tries(operation: str, stage: Stage) -> int:
    limits = stage.limits
    if operation == FORGOTTEN:
        return limits.resets
    spent = 2
    tries = min(limits.tries, limits.consecutive) - spent
    if tries < 1:
        raise WiringError(
            "three tries at least are needed of everybody.",
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
    return partial(
        stage.given.reset.request,
        address=next(people),
        url=stage.portal.url,
        client=stage.new_client(),
    )
