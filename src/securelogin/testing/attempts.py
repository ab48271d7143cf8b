"""The contracts of the attempt log: written, searched, erased."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from securelogin.accounts import AccountId
from securelogin.adapters import AttemptErasure, AttemptLog, AttemptSearch
from securelogin.addresses import NO_TENANT
from securelogin.attempts import AttemptRecord, Span
from securelogin.testing.answers import all_same, ask, number, unavailable
from securelogin.testing.keyed import EXACT
from securelogin.testing.recording import RecordFacts
from securelogin.testing.values import (
    ACME,
    AT,
    ATTEMPTS,
    GLOBEX,
    HOUR,
    LOOK_ALIKES,
    TICK,
    attempt,
)

__all__ = [
    "AttemptErasureContract",
    "AttemptLogContract",
    "AttemptSearchContract",
    "AttemptsContract",
]


class AttemptLogContract(RecordFacts):
    """The contract of `AttemptLog`. Give a fixture `attempts` (or `store`).

    If it cannot be searched, override `find` with a raw reader of your own.
    """

    part = "attempts"
    protocols: ClassVar[tuple[type, ...]] = (AttemptLog,)
    samples: ClassVar[Sequence[Any]] = ATTEMPTS

    @staticmethod
    def make(name: str) -> AttemptRecord:
        """Return an attempt with this reference."""
        return attempt(name)

    @staticmethod
    def find(subject: Any, value: Any) -> Any:
        """Return the attempt with the same reference."""
        return ask(subject.by_reference, value.reference)

    @pytest.fixture
    def attempts(self, store: Any) -> Any:
        """The adapter under test."""
        return store.attempts

    @pytest.fixture
    def subject(self, attempts: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(attempts)


class AttemptSearchContract(AttemptLogContract):
    """The contract of `AttemptSearch`, for a log that can be written to as well.

    Give a fixture `attempts` (or `store`).
    """

    protocols: ClassVar[tuple[type, ...]] = (AttemptLog, AttemptSearch)

    def test_references_are_compared_exactly(self, subject: Any) -> None:
        plain, *others = [attempt(name) for name in LOOK_ALIKES]
        for one in others:
            self.put(subject, one)

        found = self.find(subject, plain)
        assert found is None, f"by_reference('ann') found {found!r}. {EXACT}"
        for one in others:
            self.kept(subject, one, what=f"by_reference() of a look-alike. {EXACT}")

    def test_of_two_with_one_reference_the_later_is_found(self, subject: Any) -> None:
        self.put(subject, attempt(note="first"))
        second = self.put(subject, attempt(note="second"))

        self.kept(
            subject,
            second,
            what="by_reference() of a reference that is there twice gives the later",
        )

    def test_the_newest_hundred_near_come_newest_first(self, subject: Any) -> None:
        made = [
            self.put(subject, attempt(f"r{n}", at=AT + n * TICK)) for n in range(105)
        ]

        all_same(
            made[:4:-1],
            near(subject, AT, AT + HOUR),
            what="near() of 105 attempts. Newest first, at most 100",
        )

    def test_both_ends_of_the_span_belong_to_it(self, subject: Any) -> None:
        made = [
            self.put(subject, attempt(f"r{n}", at=AT + n * TICK)) for n in range(-2, 3)
        ]

        all_same(
            made[3:0:-1],
            near(subject, AT - TICK, AT + TICK),
            what="near(): `after` and `before` belong to the span, to the microsecond",
        )

    def test_of_two_at_one_moment_the_later_comes_first(self, subject: Any) -> None:
        made = [self.put(subject, attempt(name)) for name in ("one", "two")]

        all_same(
            made[::-1],
            near(subject, AT, AT),
            what="near(): attempts of one moment come in reverse order",
        )

    def test_only_the_very_key_and_tenant_are_near(self, subject: Any) -> None:
        for name in LOOK_ALIKES:
            self.put(subject, attempt(f"ref {name}", lookup=f"{name}@acme.example"))
        self.put(subject, attempt("there", tenant=GLOBEX))

        found = [one.reference for one in near(subject, AT, AT)]
        assert found == ["ref ann"], (
            f"near() of ann@acme.example in acme found {found}. Ask for key and "
            f"tenant. {EXACT}"
        )

    def test_a_span_without_a_key_is_searched_by_source_and_tenant(
        self, subject: Any
    ) -> None:
        made = [
            self.put(subject, attempt("r1", lookup="a", ip="192.0.2.1")),
            self.put(subject, attempt("r2", lookup="b", ip="192.0.2.1")),
            self.put(subject, attempt("r3", lookup="b", ip="192.0.2.11")),
        ]
        self.put(subject, attempt("r4", lookup="b", ip="192.0.2.1", tenant=GLOBEX))
        span = Span(tenant=ACME, after=AT, before=AT)

        all_same(
            made[::-1],
            ask(subject.near, span),
            what="near() of a span that names neither key nor source",
        )
        all_same(
            made[1::-1],
            ask(subject.near, replace(span, ip="192.0.2.1")),
            what="near() of a span that names a source",
        )
        all_same(
            made[1:2],
            ask(subject.near, replace(span, ip="192.0.2.1", lookup="b")),
            what="near() of a span that names key and source",
        )

    def test_searches_raise_unavailable_when_the_backend_is_away(
        self, away: Any
    ) -> None:
        unavailable(away.by_reference, "REF")
        unavailable(away.near, Span(tenant=ACME, after=AT, before=AT))


def near(subject: Any, after: Any, before: Any) -> Sequence[Any]:
    """Return the attempts on ann@acme.example in a span."""
    span = Span(tenant=ACME, after=after, before=before, lookup="ann@acme.example")
    found: Sequence[Any] = ask(subject.near, span)
    return found


class AttemptErasureContract(AttemptLogContract):
    """The contract of `AttemptErasure`, for a log that can be written to as well.

    Give a fixture `attempts` (or `store`).
    """

    protocols: ClassVar[tuple[type, ...]] = (AttemptLog, AttemptErasure)

    def test_a_person_is_taken_out_and_the_attempt_stays(self, subject: Any) -> None:
        full = ATTEMPTS[1]
        by_key = attempt("c", lookup="z", typed="z", ip="192.0.2.1", hits=(1,))
        astray = attempt("d", lookup="z", tenant=NO_TENANT, ip="192.0.2.1")
        others = [
            attempt("Ann", account=AccountId("Ann"), lookup="x"),
            attempt("b", lookup="y"),
            attempt("there", lookup="z", tenant=GLOBEX),
            attempt("elsewhere", lookup="y", tenant=NO_TENANT),
        ]
        for record in (full, by_key, astray, *others):
            self.put(subject, record)

        blanked = number(subject.erase, full.account, ["z", "nobody"], tenant=ACME)

        assert blanked == 3, f"erase() answered {blanked}; it blanked 3 records."
        for record in (full, by_key):
            self.kept(
                subject,
                record.erased(),
                what="an erased attempt stays, as `AttemptRecord.erased` leaves it",
            )
        self.kept(
            subject,
            astray.erased(),
            what='what the person typed at a URL of no portal (tenant "") is theirs',
        )
        for record in others:
            self.kept(
                subject,
                record,
                what="erase() takes the account's attempts, and in *that* tenant, or "
                "in none, those of the keys; this is neither",
            )

    def test_erasing_nobody_changes_nothing(self, subject: Any) -> None:
        self.put(subject, ATTEMPTS[1])

        blanked = number(subject.erase, AccountId("nobody"), [], tenant=ACME)

        assert blanked == 0, f"erase() of nobody answered {blanked}, not 0."
        self.kept(subject, ATTEMPTS[1], what="erase() of somebody else")

    def test_what_was_erased_is_gone(
        self, subject: Any, raw: Callable[[], str]
    ) -> None:
        self.put(
            subject,
            attempt("r", lookup="ann-herself@x.example", typed="ann-herself@x.example"),
        )
        number(subject.erase, AccountId("-"), ["ann-herself@x.example"], tenant=ACME)

        assert "ann-herself" not in raw(), (
            "An address is still in the backend after erase(). Take it out of indexes, "
            "copies and histories too."
        )

    def test_erase_raises_unavailable_when_the_backend_is_away(self, away: Any) -> None:
        unavailable(away.erase, AccountId("ann"), [], tenant=ACME)


class AttemptsContract(AttemptSearchContract, AttemptErasureContract):
    """The contract of a whole attempt log: written, searched and erased.

    Give a fixture `attempts` (or `store`).
    """

    protocols: ClassVar[tuple[type, ...]] = (AttemptLog, AttemptSearch, AttemptErasure)
