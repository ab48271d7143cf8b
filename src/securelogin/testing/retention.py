"""The contract of `Purge`. Give a fixture `store`: all its parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, assert_never

import pytest

from securelogin.accounts import AccountId
from securelogin.adapters import Purge
from securelogin.evidence import CounterKey
from securelogin.mail import OrderState
from securelogin.retention import Kept
from securelogin.testing.answers import (
    number,
    same,
    unavailable,
    yes,
)
from securelogin.testing.blocking import in_sync
from securelogin.testing.contract import Contract
from securelogin.testing.races import call, race
from securelogin.testing.values import (
    AT,
    HOUR,
    TEMPORARY,
    TICK,
    attempt,
    credential,
    link,
    order,
    session,
)

__all__ = ["PurgeContract"]

_ENDS = {"old": AT - TICK, "older": AT - HOUR, "now": AT, "new": AT + TICK}

ANN = AccountId("ann")


class Shelves:
    """A store whose parts can be filled and looked into, whatever its colour."""

    def __init__(self, store: Any, /) -> None:
        self._store = store

    def part(self, name: str, *verbs: str) -> Any:
        """Return a part with a sync face."""
        return in_sync(getattr(self._store, name), verbs=list(verbs))

    def whole(self, *names: str) -> list[object]:
        """Return parts as they are."""
        return [getattr(self._store, name) for name in names]

    def put(self, kept: Kept, name: str, *, ended: datetime) -> None:
        """Store something that was over at a moment."""
        match kept:
            case Kept.SESSIONS:
                self._add("sessions", session(name, until=ended))
            case Kept.COUNTERS:
                self._hit(name, ended)
            case Kept.LINKS:
                self._add("links", link(name, until=ended))
            case Kept.ATTEMPTS:
                self.part("attempts", "record").record(attempt(name, at=ended))
            case Kept.MAILS:
                self.part("outbox", "record").record(
                    order(name, state=OrderState.SENT, settled_at=ended)
                )
            case Kept.TEMPORARIES:
                live = replace(TEMPORARY, until=ended)
                self._add("credentials", credential(name, temporary=live))
            case _:
                assert_never(kept)

    def has(self, kept: Kept, name: str, *, ended: datetime) -> bool:
        """Tell whether it is still there. Counts, where that is the only way."""
        match kept:
            case Kept.SESSIONS:
                return self.part("sessions", "get").get(name) is not None
            case Kept.COUNTERS:
                return self._hit(name, ended) > 1
            case Kept.LINKS:
                return self.part("links", "get").get(name) is not None
            case Kept.ATTEMPTS:
                log = self.part("attempts", "by_reference")
                return log.by_reference(name) is not None
            case Kept.MAILS:
                found = self.part("outbox", "about").about(ANN, None)
                return any(one.id == name for one in found)
            case Kept.TEMPORARIES:
                row = self.part("credentials", "get").get(name)
                return row is not None and row.temporary is not None
            case _:
                assert_never(kept)

    def _add(self, part: str, value: Any) -> None:
        yes(self.part(part, "add").add, value, why="Its key is free: True.")

    def _hit(self, name: str, ended: datetime) -> int:
        counters = self.part("counters", "hit")
        key = CounterKey(name)
        total: int = counters.hit({key: TICK}, at=ended - TICK)[key]
        return total


class RetentionFacts(Contract):
    """What the contracts of `Purge` and `Erasure` look at."""

    part = "retention"

    @pytest.fixture
    def retention(self, store: Any) -> Any:
        """The adapter under test."""
        return store.retention

    @pytest.fixture
    def subject(self, retention: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(retention)

    @pytest.fixture
    def shelves(self, store: Any) -> Shelves:
        """The store beside it."""
        return Shelves(store)


class PurgeContract(RetentionFacts):
    """The contract of `Purge`. Give a fixture `store` whose parts are all there."""

    protocols: ClassVar[tuple[type, ...]] = (Purge,)

    def test_what_is_overdue_is_counted_and_stays(
        self, subject: Any, shelves: Shelves
    ) -> None:
        _fill(shelves)

        for kept in Kept:
            counted = number(subject.overdue, kept, before=AT)
            assert counted == 2, (
                f"overdue({kept.value}) counted {counted} of 4 of which 2 were over "
                "before that moment. Over *at* it is not before it."
            )
            for name, ended in _ENDS.items():
                assert shelves.has(kept, name, ended=ended), (
                    f"overdue({kept.value}) deleted {name!r}: it only counts."
                )

    def test_the_longest_over_go_first_and_no_more_than_the_limit(
        self, subject: Any, shelves: Shelves
    ) -> None:
        _fill(shelves)

        for kept in Kept:
            for limit, gone, left in (
                (0, 0, ["old", "older", "now", "new"]),
                (1, 1, ["old", "now", "new"]),
                (9, 1, ["now", "new"]),
                (9, 0, ["now", "new"]),
            ):
                count = number(subject.purge, kept, before=AT, limit=limit)
                still = [n for n, at in _ENDS.items() if shelves.has(kept, n, ended=at)]
                # A counter that was looked for is there again.
                _forget(shelves, kept, _ENDS.keys() - still)
                assert (count, still) == (gone, left), (
                    f"purge({kept.value}, limit={limit}) answered {count} and left "
                    f"{still}; {gone} should go, and {left} be left. Only what was "
                    "over *before* that moment, longest over first, `limit` at most."
                )

    def test_what_has_no_end_is_never_purged(
        self, subject: Any, shelves: Shelves
    ) -> None:
        waiting = order("waiting")
        shelves.part("outbox", "record").record(waiting)
        yes(
            shelves.part("credentials", "add").add,
            credential("none"),
            why="Its key is free: True.",
        )

        for kept in (Kept.MAILS, Kept.TEMPORARIES):
            count = number(subject.purge, kept, before=AT + 99 * HOUR, limit=9)
            assert count == 0, (
                f"purge({kept.value}) deleted {count} of what is not over: an order "
                "that waits has no end, nor has an account without temporary password."
            )
        found = shelves.part("outbox", "about").about(ANN, None)
        assert [one.id for one in found] == ["waiting"], (
            "purge(mails) took an order away that still waits to be sent."
        )

    def test_a_credential_stays_without_its_temporary_password(
        self, subject: Any, shelves: Shelves
    ) -> None:
        before = credential(
            "ann", password_hash="$argon2id$mine", temporary=TEMPORARY, generation=4
        )
        shelves.part("credentials", "add").add(before)

        number(subject.purge, Kept.TEMPORARIES, before=AT + 999 * HOUR, limit=9)

        same(
            before.without_temporary(),
            shelves.part("credentials", "get").get(ANN),
            what="a credential after purge(temporaries): only the temporary password "
            "goes, and the version rises",
        )

    def test_one_kind_is_purged_and_no_other(
        self, subject: Any, shelves: Shelves
    ) -> None:
        for kept in Kept:
            shelves.put(kept, "one", ended=AT - TICK)

        for n, kept in enumerate(Kept):
            number(subject.purge, kept, before=AT, limit=9)
            rest = [number(subject.overdue, other, before=AT) for other in Kept]
            assert rest == [0] * (n + 1) + [1] * (len(Kept) - n - 1), (
                f"purge({kept.value}) left {rest} of {', '.join(Kept)}. Delete of "
                "that kind only."
            )

    def test_each_goes_by_one_of_many_who_purge_at_once(
        self, subject: Any, shelves: Shelves
    ) -> None:
        for n in range(max(self.rounds // 10, 1)):
            for k in range(6):
                shelves.put(Kept.ATTEMPTS, f"{n}.{k}", ended=AT - TICK)

            answers = race(
                subject,
                [call("purge", Kept.ATTEMPTS, before=AT, limit=2)] * self.threads,
            )

            left = number(subject.overdue, Kept.ATTEMPTS, before=AT)
            total = sum(answers) + number(
                subject.purge, Kept.ATTEMPTS, before=AT, limit=9
            )
            assert total == 6, (
                f"Of 6 attempts {total} were purged by many at once, {left} of them "
                "at the end. Count what the statement has deleted, not what it chose."
            )

    def test_a_purge_raises_unavailable_when_the_backend_is_away(
        self, away: Any
    ) -> None:
        unavailable(away.overdue, Kept.MAILS, before=AT)
        unavailable(away.purge, Kept.MAILS, before=AT, limit=1)


def _fill(shelves: Shelves) -> None:
    for kept in Kept:
        for name, ended in _ENDS.items():
            shelves.put(kept, name, ended=ended)


def _forget(shelves: Shelves, kept: Kept, names: Any) -> None:
    if kept is Kept.COUNTERS:
        shelves.part("counters", "reset").reset([CounterKey(name) for name in names])
