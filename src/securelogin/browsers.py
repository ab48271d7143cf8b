"""Which browsers a portal supports, as data; nobody is kept out by it unless told so.

A user agent says what it likes: the matrix serves a notice before the log-in and a
fact for support, both from the request alone, never a decision on an account.
How a user agent is read is the extra `browsers` (`securelogin.user_agents`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from securelogin.errors import WiringError
from securelogin.evidence import Evidence

__all__ = ["NO_MATRIX", "Browser", "BrowserMatrix"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """What a user agent says it is.

    Attributes:
        family: such as "Firefox" or "Mobile Safari".
        version: the major version.
    """

    family: str
    version: int

    def __str__(self) -> str:
        return f"{self.family} {self.version}"


def _reads_nothing(_user_agent: str, /) -> Browser | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserMatrix:
    """The lowest supported version of each browser.

    Attributes:
        lowest: major version by family, such as {"Firefox": 128}; case does not
            matter. A family that is not in it is neither supported nor refused.
        read: returns the browser behind a user agent, or None. Pure and total;
            `securelogin.user_agents.read_browser` is one.

    Raises:
        WiringError: a version is no whole number above 0, or there are versions but
            nothing to read a user agent with.
    """

    lowest: Mapping[str, int] = field(default_factory=dict)
    read: Callable[[str], Browser | None] = _reads_nothing

    def __post_init__(self) -> None:
        """Check once, then trust."""
        if not callable(self.read) or (self.lowest and self.read is _reads_nothing):
            raise WiringError(
                "expected a function that reads a user agent.",
                setting="BrowserMatrix(read=…)",
                cure="Install securelogin[browsers] and pass "
                "securelogin.user_agents.read_browser.",
            )
        if any(type(version) is not int or version < 1 for version in self._versions):
            raise WiringError(
                "a lowest version is a whole number above 0.",
                setting="BrowserMatrix(lowest=…)",
                cure='Write it as in {"Firefox": 128}.',
            )
        folded = {family.casefold(): low for family, low in self.lowest.items()}
        object.__setattr__(self, "lowest", MappingProxyType(folded))

    @property
    def _versions(self) -> tuple[object, ...]:
        return tuple(self.lowest.values())

    def needed(self, user_agent: str, /) -> int | None:
        """Return the lowest version that would do, if this browser is below it."""
        browser = self.read(user_agent)
        low = None if browser is None else self.lowest.get(browser.family.casefold())
        if browser is None or low is None or browser.version >= low:
            return None
        return low

    def refuse_older(self, evidence: Evidence, /) -> str | None:
        """Refuse browsers below the matrix: a check for `Policy(checks=…)`.

        Only for portals that really mean it: people behind an old browser then cannot
        come in at all, and get the one answer that everybody gets.
        """
        low = self.needed(evidence.attempt.client.user_agent)
        return None if low is None else f"the browser is below version {low}"


NO_MATRIX = BrowserMatrix()
"""Every browser will do."""
