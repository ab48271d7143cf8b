"""The kit as tests: quick, exact, without a clock.

What is compared are bytes and calls; time is for `securelogin uniformity`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pytest

from securelogin.outcomes import Cause
from securelogin.testing.contract import changed_facts
from securelogin.testing.uniformity.scenes import (
    CAUSES,
    OPERATIONS,
    STATES,
    UNKNOWN,
)
from securelogin.testing.uniformity.seen import ARGON2, Seen, differences
from securelogin.testing.uniformity.stage import AnyAuth, Stage
from securelogin.testing.uniformity.visits import Visitor, visit
from securelogin.testing.uniformity.watch import Watch
from securelogin.viewers import OPERATOR

__all__ = ["UniformityContract", "VisitorContract"]

Wire = Callable[[Watch], AnyAuth]


class _Whole:
    def test_contract_is_whole(self) -> None:
        changed = list(changed_facts(type(self)))
        assert not changed, (
            f"{', '.join(changed)}: part of the contract, and changed here. Mend the "
            "portal; or, if it cannot keep this promise, write down why: override it "
            "with @pytest.mark.xfail(reason=…, strict=True) and call super()."
        )


def _same(seen: Seen, usual: Seen, /, *, who: str) -> None:
    found = differences(seen, usual)
    assert not found, f"A stranger can tell {who}: " + "; ".join(found) + "."


class UniformityContract(_Whole):
    """A wired `auth` tells a stranger nothing, by its answers or by its calls.

    Give a fixture `wire`: a function that takes a `Watch` and returns your `auth`, of
    either colour, wired as in the portal, but with what the watch gives.
    """

    @pytest.fixture
    def stage(self, wire: Wire) -> Stage:
        """Your `auth`, ready for scenes."""
        watch = Watch()
        return Stage(wire(watch), watch)

    @pytest.mark.parametrize("operation", OPERATIONS)
    @pytest.mark.parametrize("state", [state for state in STATES if state != UNKNOWN])
    def test_every_state_looks_like_unknown(
        self, stage: Stage, state: str, operation: str
    ) -> None:
        known, unknown = stage.new_address(), stage.new_address()
        STATES[state](stage, known)

        seen, usual = (
            stage.watch.see(partial(OPERATIONS[operation], stage, who))
            for who in (known, unknown)
        )

        _same(seen, usual, who=f"an account that is “{state}” ({operation})")

    @pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.value)
    def test_every_cause_looks_like_an_unknown_address(
        self, stage: Stage, cause: Cause
    ) -> None:
        if cause is Cause.WRONG_TENANT and stage.foreign is None:
            pytest.skip("one tenant only: a link of another cannot be shown")
        usual = stage.watch.see(lambda: stage.check(stage.new_address()))
        attempt = CAUSES[cause](stage)

        seen = stage.watch.see(partial(stage.auth.login.check, attempt))

        _same(seen, usual, who=f"the cause “{cause.value}”")
        told = stage.auth.support.find(stage.watch.reference, by=OPERATOR).causes
        assert told[0] is cause, (
            f"The scene “{cause.value}” was refused for “{told[0].value}”: the policy "
            "or an adapter refuses earlier, and the scene shows nothing. Wire the "
            "`auth` so that its made-up people may enter."
        )

    def test_a_refused_log_in_runs_argon2_once(self, stage: Stage) -> None:
        seen = stage.watch.see(lambda: stage.check(stage.new_address()))

        runs = seen.trace.count(ARGON2)
        assert runs == 1, (
            f"Argon2 ran {runs} times for an unknown address. Wire the `auth` with "
            "`hasher=watch.hasher()`; a hasher of your own has to work for nobody too."
        )


class VisitorContract(_Whole):
    """A whole portal, asked over HTTP, answers every state with the same bytes.

    Give a fixture `visitor` (see `visits.Visitor`), and `people`: addresses by the
    state of their accounts, "unknown" among them.
    """

    chance: Sequence[str] = ()
    """Patterns of what is random in an answer: references, tokens against forgery."""

    @pytest.fixture
    @abstractmethod
    def people(self) -> Mapping[str, Sequence[str]]:
        """Addresses by the state of their accounts; "unknown" is one of them."""

    def test_every_state_is_answered_like_unknown(
        self, visitor: Visitor, people: Mapping[str, Sequence[str]]
    ) -> None:
        assert people.get(UNKNOWN), "Give `people` an address that is “unknown”."
        assert len(people) > 1, "Give `people` an account of another state."
        usual = visit(visitor, people[UNKNOWN][0], chance=self.chance)
        again = visit(visitor, people[UNKNOWN][0], chance=self.chance)
        found = differences(again, usual)
        assert not found, (
            "Two answers to one person differ, so nothing can be compared: "
            + "; ".join(found)
        )

        for state, addresses in people.items():
            for address in addresses:
                seen = visit(visitor, address, chance=self.chance)
                _same(seen, usual, who=f"an account that is “{state}”")
