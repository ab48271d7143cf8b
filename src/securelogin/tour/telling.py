"""How a tour is told and judged: every claim is checked, and nothing is forgotten.

The story (`story`) says what should be; `Telling` compares, counts and hands each
result to a `Screen`. It knows no terminal (`show`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from securelogin.outcomes import Cause, PublicFailure, Refused
from securelogin.rules.diagnosis import Diagnosis
from securelogin.tour.post import ReceivedLetter

__all__ = ["Refusal", "Screen", "StoryEnds", "Telling", "digest_of"]

T = TypeVar("T")

_DIGITS = 8


class StoryEnds(Exception):
    """A step failed without which the story cannot go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One way to fail: what a stranger saw, and what support sees.

    Attributes:
        name: the mistake, in a few words.
        typed: what the person did, in a sentence.
        diagnosis: None if support finds nothing for the reference.
        problems: what was not as expected; () if all was.
    """

    name: str
    typed: str
    public: PublicFailure
    diagnosis: Diagnosis | None
    problems: tuple[str, ...]

    @property
    def cause(self) -> str:
        """The first cause as a stable word; "" if support finds none."""
        causes = () if self.diagnosis is None else self.diagnosis.causes
        return causes[0].value if causes else ""


class Screen(Protocol):
    """Where a tour is shown."""

    def scene(self, title: str, text: str, /) -> None:
        """Begin a scene."""
        ...

    def say(self, text: str, /) -> None:
        """Tell what happens."""
        ...

    def step(self, claim: str, problem: str, /) -> None:
        """Show a checked claim; *problem* is empty if it holds."""
        ...

    def letter(self, letter: ReceivedLetter, /) -> None:
        """Show a mail."""
        ...

    def refusal(self, refusal: Refusal, /) -> None:
        """Show one refusal from both sides."""
        ...

    def table(self, refusals: Sequence[Refusal], /) -> None:
        """Show all refusals together."""
        ...


class Telling:
    """Check the claims of a story, and keep account of them.

    Attributes:
        screen: where it is shown; what is only told goes there directly.
        steps: how many claims were checked.
        failures: the claims that did not hold.
        refusals: those that were shown, in order.
        answers: every public answer to a refusal, shown or not.
    """

    def __init__(self, screen: Screen, /) -> None:
        self.screen = screen
        self.steps: int = 0
        self.failures: list[str] = []
        self.refusals: list[Refusal] = []
        self.answers: list[PublicFailure] = []

    def check(self, claim: str, /, *, problem: str | bool = "") -> None:
        """Show *claim*; it holds if *problem* is empty or False."""
        problem = "it does not hold" if problem is True else problem or ""
        self.steps += 1
        if problem:
            self.failures.append(f"{claim}: {problem}")
        self.screen.step(claim, problem)

    def need(self, claim: str, seen: object, kind: type[T], /) -> T:
        """Show *claim*, which holds if *seen* is a *kind*, and return it.

        Raises:
            StoryEnds: it is not.
        """
        if not isinstance(seen, kind):
            self.check(claim, problem=f"expected {kind.__name__}, saw {_named(seen)}")
            raise StoryEnds
        self.check(claim)
        return seen

    def same_answer(self, claim: str, /, *outcomes: object) -> None:
        """Check that each outcome is a refusal like every other one so far."""
        found = [problem for seen in outcomes for problem in self._unlike(seen)]
        self.check(claim, problem="; ".join(dict.fromkeys(found)))

    def check_equality(self) -> None:
        """Check once more, over all answers so far: one text, no reference twice."""
        total = len(self.answers)
        texts = len({digest_of(answer) for answer in self.answers})
        references = len({answer.reference for answer in self.answers})
        seen = f"saw {texts} answers and {references} references"
        self.check(
            f"{total} refusals gave one and the same answer, and {total} references",
            problem="" if (texts, references) == (1, total) else seen,
        )

    def refused(
        self,
        outcome: object,
        /,
        *,
        name: str,
        typed: str,
        expected: Cause,
        diagnosis: Diagnosis | None,
    ) -> None:
        """Show a refusal from both sides; check that it is *the* answer, and why."""
        problems = list(self._unlike(outcome))
        self.steps += 1
        first = None
        if diagnosis is None:
            problems.append("support finds nothing for the reference")
        else:
            first = next(iter(diagnosis.causes), None)
        if diagnosis is not None and first is not expected:
            seen = "no cause" if first is None else first.value
            problems.append(f"expected the cause {expected.value}, saw {seen}")
        if problems:
            self.failures.append(f"{name}: {'; '.join(problems)}")
        if not isinstance(outcome, Refused):
            self.screen.step(f"{name}: refused", "; ".join(problems))
            return
        refusal = Refusal(
            name=name,
            typed=typed,
            public=outcome.public,
            diagnosis=diagnosis,
            problems=tuple(problems),
        )
        self.refusals.append(refusal)
        self.screen.refusal(refusal)

    def _unlike(self, outcome: object) -> list[str]:
        """Return how an outcome differs from the one answer for every failure."""
        if not isinstance(outcome, Refused):
            return [f"expected Refused, saw {_named(outcome)}"]
        public, earlier = outcome.public, tuple(self.answers)
        self.answers.append(public)
        problems = []
        if earlier and _bare(public) != _bare(earlier[0]):
            problems.append("the answer differs from the first one")
        if public.reference in {answer.reference for answer in earlier}:
            problems.append("the reference was given before")
        return problems


def digest_of(public: PublicFailure, /) -> str:
    """Return a short digest of an answer without its reference: equal means equal."""
    parts = (public.code, public.message, public.advice)
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:_DIGITS]


def _bare(public: PublicFailure) -> PublicFailure:
    return replace(public, reference="")


def _named(seen: object) -> str:
    return "nothing" if seen is None else type(seen).__name__
