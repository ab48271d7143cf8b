"""`hit`, the fourth verb, and the contract of `Counters`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import count, cycle, islice
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.adapters import Counters
from securelogin.testing.answers import ask, real, total, unavailable
from securelogin.testing.contract import QUICK, Author, Contract
from securelogin.testing.races import (
    Opener,
    call,
    race,
    race_in_processes,
    write_and_be_killed,
)
from securelogin.testing.values import AT, HOUR, LOOK_ALIKES, TICK

__all__ = ["CountersContract", "HitFacts"]

ONE_STATEMENT = (
    "Add one and read the total in one statement (… SET n = n + 1 RETURNING n), so "
    "that n callers get 1…n."
)
SURVIVES = (
    "Use a connection of your own in autocommit: else a guesser makes the application "
    "fail, and its rollback forgets the guess."
)
_RUNS = count()


class HitFacts(Contract):
    """`hit` adds one and returns the new total, whatever happens around it.

    Attributes:
        most_keys: with a fixture `counted() → int`, so many keys may be held at most
            after three times as many windows have ended.
    """

    most_keys: ClassVar[int] = 1_000

    @pytest.fixture
    def held(self, author: Author) -> Callable[[], int]:
        """The author's `counted`."""
        found: Callable[[], int] = author.gives(
            "counted", "that the number of keys is bounded"
        )
        return found

    def test_hits_are_counted_from_one(self, subject: Any) -> None:
        totals = [total(subject, "key", at=AT, window=HOUR) for _ in range(5)]

        assert totals == [1, 2, 3, 4, 5], (
            f"Five hits were counted as {totals}. Return the total with this hit in it."
        )

    def test_a_hit_at_the_end_of_the_window_opens_the_next(self, subject: Any) -> None:
        hits = [(AT, 1), (AT + HOUR - TICK, 2), (AT + HOUR, 1), (AT + 2 * HOUR, 1)]

        for at, expected in hits:
            found = total(subject, "key", at=at, window=HOUR)
            assert expected == found, (
                f"A hit {at - AT} after the first, with a window of an hour, gave "
                f"{found}, not {expected}. A window ends at its first hit's "
                "`at + window`, to the microsecond, and then a new total begins at 1. "
                "Go by `at`, not by the backend's clock."
            )

    def test_a_hit_does_not_prolong_its_window(self, subject: Any) -> None:
        total(subject, "key", at=AT, window=HOUR)
        total(subject, "key", at=AT + HOUR / 2, window=timedelta(days=365))

        found = total(subject, "key", at=AT + HOUR, window=HOUR)
        assert found == 1, (
            "A hit prolonged the window, so somebody who keeps trying is never let in "
            "again. Set the window's end with its first hit only."
        )

    def test_keys_are_counted_apart(self, subject: Any) -> None:
        for expected in (1, 2):
            totals = [total(subject, key, at=AT, window=HOUR) for key in LOOK_ALIKES]
            assert [expected] * len(LOOK_ALIKES) == totals, (
                f"Look-alikes are counted together ({totals}). Compare keys byte for "
                "byte."
            )

    def test_keys_that_are_hit_together_are_each_counted(self, subject: Any) -> None:
        total(subject, "b", at=AT, window=HOUR)
        total(subject, "c", at=AT, window=TICK)

        windows = {f"{key}": (3 - n) * HOUR for n, key in enumerate("cabdef")}
        answer = ask(subject.hit, windows, at=AT + TICK)
        expected = {**dict.fromkeys(windows, 1), "b": 2}
        assert expected == dict(answer), (
            f"Six keys hit together have the totals {dict(answer)}, not {expected}. "
            "Each key has a total and a window of its own; a database may return what "
            "it has written in any order, so read each total with its key."
        )
        for found in answer.values():
            real(found, int, verb="hit")

    def test_each_key_has_the_window_given_with_it(self, subject: Any) -> None:
        ask(subject.hit, {"long": 2 * HOUR, "short": HOUR}, at=AT)

        answer = ask(subject.hit, {"short": HOUR, "long": HOUR}, at=AT + HOUR)
        assert dict(answer) == {"short": 1, "long": 2}, (
            f"After windows of one hour and of two, a hit an hour later gave {answer}. "
            "Each key's window is the one given with it by its first hit."
        )

    def test_many_who_hit_the_same_keys_get_every_number_once(
        self, subject: Any
    ) -> None:
        orders = ("abc", "cab", "bca", "cba")
        for n in range(self.rounds):
            hits = [
                call("hit", {f"{key} {n}": HOUR for key in order}, at=AT)
                for order in islice(cycle(orders), self.threads)
            ]
            answers = race(subject, hits)
            for key in "abc":
                every_number_once([{key: one[f"{key} {n}"]} for one in answers])

    def test_totals_follow_the_law_of_windows(self, subject: Any) -> None:
        gaps = st.integers(0, 2 * HOUR // TICK)
        windows = st.integers(1, HOUR // TICK)

        @QUICK
        @given(steps=st.lists(st.tuples(gaps, windows), min_size=1, max_size=12))
        def law(steps: list[tuple[int, int]]) -> None:
            key, at = f"law {next(_RUNS)}", AT
            expected, until = 0, AT
            for gap, ticks in steps:
                at, window = at + gap * TICK, ticks * TICK
                if until <= at:
                    expected, until = 0, at + window
                expected += 1
                found = total(subject, key, at=at, window=window)
                assert expected == found, (
                    f"The total is {found}, not {expected}, at {at} with a window of "
                    f"{window}. The first hit's window counts until it ends."
                )

        law()

    def test_many_who_hit_get_every_number_once(self, subject: Any) -> None:
        for n in range(self.rounds):
            hit = call("hit", {f"race {n}": HOUR}, at=AT)
            every_number_once(race(subject, [hit] * self.threads))

    def test_many_who_open_a_new_window_share_it(self, subject: Any) -> None:
        for n in range(self.rounds):
            hit = call("hit", {"key": HOUR}, at=AT + n * HOUR)
            every_number_once(race(subject, [hit] * self.threads))

    def test_many_processes_that_hit_get_every_number_once(
        self, travelling: Opener
    ) -> None:
        calls = [call("hit", {f"race {n}": HOUR}, at=AT) for n in range(self.rounds)]

        for totals in race_in_processes(
            travelling, self.part, [calls] * self.processes
        ):
            every_number_once(totals)

    def test_a_hit_outlives_its_process(self, subject: Any, travelling: Opener) -> None:
        hit = call("hit", {"last words": HOUR}, at=AT)

        write_and_be_killed(travelling, self.part, hit)

        found = total(subject, "last words", at=AT, window=HOUR)
        assert found == 2, (
            "A process was killed after hit() had returned, and its hit is gone. "
            "Commit before you answer."
        )

    def test_another_instance_goes_on_counting(
        self, subject: Any, another: Any
    ) -> None:
        totals = [
            total(one, "key", at=AT, window=HOUR) for one in (subject, another, subject)
        ]

        assert totals == [1, 2, 3], (
            f"Two instances counted {totals}. Keep totals in the backend, not in the "
            "process."
        )

    def test_a_hit_survives_the_applications_rollback(
        self, subject: Any, rolled_back: AbstractContextManager[object]
    ) -> None:
        with rolled_back:
            total(subject, "key", at=AT, window=HOUR)

        found = total(subject, "key", at=AT, window=HOUR)
        assert found == 2, f"The application's rollback took a hit away. {SURVIVES}"

    def test_the_number_of_keys_is_bounded(
        self, subject: Any, held: Callable[[], int]
    ) -> None:
        for n in range(3 * self.most_keys):
            total(subject, f"key {n}", at=AT + n * HOUR, window=HOUR)

        assert held() <= self.most_keys, (
            f"{held()} keys are held, though all windows but one have ended; anybody "
            f"can make keys. Delete ended windows as you go: at most {self.most_keys} "
            "(`most_keys`) should stay."
        )

    def test_hit_raises_unavailable_when_the_backend_is_away(self, away: Any) -> None:
        unavailable(away.hit, {"key": HOUR}, at=AT)


def every_number_once(answers: Sequence[Any]) -> None:
    """Check that n callers of one key got 1…n."""
    __tracebackhide__ = True
    totals = [found for answer in answers for found in answer.values()]
    assert list(range(1, len(totals) + 1)) == sorted(totals), (
        f"{len(totals)} hits at once were counted as {sorted(totals)}: some were lost. "
        f"{ONE_STATEMENT}"
    )


class CountersContract(HitFacts):
    """The contract of `Counters`. Give a fixture `counters` (or `store`)."""

    part = "counters"
    protocols: ClassVar[tuple[type, ...]] = (Counters,)

    @pytest.fixture
    def counters(self, store: Any) -> Any:
        """The adapter under test."""
        return store.counters

    @pytest.fixture
    def subject(self, counters: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(counters)

    @pytest.mark.parametrize("how_many", [0, 1, 2, 5, 9])
    def test_as_many_keys_as_are_given_are_forgotten(
        self, subject: Any, how_many: int
    ) -> None:
        keys = [f"key {n}" for n in range(10)]
        for key in keys:
            total(subject, key, at=AT, window=HOUR)

        for _ in range(2):
            answer = ask(subject.reset, keys[:how_many])
            assert answer is None, f"reset() answered {answer!r}; it promises None."

        totals = [total(subject, key, at=AT, window=HOUR) for key in keys]
        assert [1] * how_many + [2] * (10 - how_many) == totals, (
            f"After reset() of {how_many} of 10 keys their totals are {totals}. Forget "
            "all of the keys given, and no other; for keys that are gone do nothing."
        )

    def test_reset_raises_unavailable_when_the_backend_is_away(self, away: Any) -> None:
        unavailable(away.reset, ["key"])
