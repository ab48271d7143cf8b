"""`record`, the fifth verb."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from securelogin.testing.answers import ask, real, same, unavailable
from securelogin.testing.contract import Contract
from securelogin.testing.counting import SURVIVES
from securelogin.testing.races import Opener, call, race, write_and_be_killed

__all__ = ["RecordFacts"]


class RecordFacts(Contract):
    """`record` has appended, durably, when it returns.

    Attributes:
        samples: every field filled.
    """

    samples: ClassVar[Sequence[Any]]

    @staticmethod
    @abstractmethod
    def make(name: str) -> Any:
        """Return a small value with a key from a word."""

    @staticmethod
    @abstractmethod
    def find(subject: Any, value: Any) -> Any:
        """Return what an adapter has recorded as *value*, or None."""

    def put(self, subject: Any, value: Any) -> Any:
        """Record a value and return it."""
        answer = ask(subject.record, value)
        if answer is not None:
            real(answer, type(None), verb="record")
        return value

    def kept(self, subject: Any, value: Any, *, what: str) -> None:
        """Check that the value is recorded."""
        same(value, self.find(subject, value), what=what)

    def test_every_field_comes_back_as_it_was_recorded(self, subject: Any) -> None:
        for value in self.samples:
            self.put(subject, value)
            self.kept(subject, value, what="after record()")

    def test_many_who_record_lose_nothing(self, subject: Any) -> None:
        for n in range(self.rounds):
            values = [self.make(f"{n}.{who}") for who in range(self.threads)]

            race(subject, [call("record", value) for value in values])

            for value in values:
                self.kept(subject, value, what="one of many recorded at once is lost")

    def test_a_record_outlives_its_process(
        self, subject: Any, travelling: Opener
    ) -> None:
        value = self.make("last words")

        write_and_be_killed(travelling, self.part, call("record", value))

        self.kept(
            subject,
            value,
            what="The process was killed after record() had returned. Commit before "
            "you return",
        )

    def test_a_record_survives_the_applications_rollback(
        self, subject: Any, rolled_back: AbstractContextManager[object]
    ) -> None:
        value = self.make("kept")
        with rolled_back:
            self.put(subject, value)

        found = self.find(subject, value)
        assert found is not None, (
            f"The application's rollback took a record away. {SURVIVES}"
        )

    def test_another_instance_finds_the_record(
        self, subject: Any, another: Any
    ) -> None:
        value = self.put(subject, self.make("seen"))

        self.kept(another, value, what="a second instance, after record()")

    def test_record_raises_unavailable_when_the_backend_is_away(
        self, away: Any
    ) -> None:
        unavailable(away.record, self.make("lost"))
