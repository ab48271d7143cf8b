"""What helps most people, made from the policy in force: so it cannot grow stale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from securelogin.accounts import Audience
from securelogin.policy import AliasLogin, Policy

__all__ = ["Solution", "solutions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """One common problem and its cure; the words are texts of the pages.

    Attributes:
        code: "help." + code is the problem, "help." + code + ".cure" the cure.
        values: numbers that stand in the cure.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def solutions(policy: Policy, /) -> tuple[Solution, ...]:
    """Return the common solutions, the likeliest first."""
    lives, limits = policy.lifetimes, policy.limits
    found = (
        Solution(code="url"),
        Audience.EXTERNAL in policy.link_required
        and Solution(code="link", values={"days": _number(lives.link, days=1)}),
        policy.aliases is AliasLogin.REFUSED and Solution(code="primary"),
        policy.aliases is AliasLogin.ACCEPTED and Solution(code="address"),
        Solution(
            code="temporary",
            values={"minutes": _number(lives.temporary, minutes=1)},
        ),
        Solution(
            code="forgot", values={"minutes": _number(lives.temporary, minutes=1)}
        ),
        Solution(code="mail"),
        Solution(code="new_password", values={"minimum": str(policy.shortest)}),
        Solution(
            code="waiting",
            values={
                "tries": str(limits.tries),
                "minutes": _number(limits.window, minutes=1),
            },
        ),
        Solution(code="browser"),
        Solution(
            code="idle", values={"minutes": _number(lives.session_idle, minutes=1)}
        ),
        Solution(code="support"),
    )
    return tuple(solution for solution in found if solution)


def _number(life: timedelta, /, **unit: float) -> str:
    """Return how many units a life has, a part of one as a whole."""
    return str(-(-life // timedelta(**unit)))
