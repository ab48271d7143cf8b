"""`get`, `add` and `replace`: three of the five verbs, for whatever has a key.

Each class states the facts of one verb; a contract is made of several. `Kind` says what
the records are.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any, ClassVar, cast

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from securelogin.testing.answers import ask, no, same, unavailable, yes
from securelogin.testing.contract import QUICK, Contract
from securelogin.testing.races import (
    Opener,
    call,
    race,
    race_in_processes,
    write_and_be_killed,
)
from securelogin.testing.values import LOOK_ALIKES, Kind

__all__ = ["AddFacts", "GetFacts", "LikeADictionary", "ReplaceFacts"]

FREE = (
    "Its key is free: store it and answer True. (Does the fixture give an empty "
    "adapter to each test?)"
)
CURRENT = "It is current: store the new one and answer True."
EXACT = (
    "Compare keys byte for byte: no folding of case, accents or width by a collation, "
    "and no trimming."
)


class Keyed(Contract):
    """Whatever has a key."""

    kind: ClassVar[Kind]

    @pytest.fixture
    def stored(self, subject: Any) -> Any:
        """A record that has been added."""
        return self.put(subject, self.kind.make("ann"))

    def put(self, subject: Any, value: Any) -> Any:
        """Add a record and return it."""
        yes(subject.add, value, why=FREE)
        return value

    def kept(self, subject: Any, value: Any) -> Any:
        """Return what is stored under the record's key."""
        return ask(subject.get, self.kind.key_of(value))

    def holds(self, subject: Any, value: Any, *, what: str) -> None:
        """Check that this very record is stored."""
        same(value, self.kept(subject, value), what=what)


class GetFacts(Keyed):
    """`get` reads its own writes, exactly, whatever has become of a record."""

    def test_get_finds_nothing_under_a_free_key(self, subject: Any) -> None:
        found = ask(subject.get, "nobody")

        assert found is None, (
            f"get() found {found!r} under a key that is free. Answer None."
        )

    def test_get_returns_every_field_as_it_was_added(self, subject: Any) -> None:
        for value in self.kind.examples:
            self.put(subject, value)

        for value in self.kind.examples:
            self.holds(subject, value, what="get() after add()")

    def test_get_returns_what_is_over(self, subject: Any) -> None:
        for value in self.kind.over:
            self.put(subject, value)

        for value in self.kind.over:
            self.holds(subject, value, what="get() of what has expired or ended")

    def test_get_compares_keys_exactly(self, subject: Any) -> None:
        plain, *others = [self.kind.make(name) for name in LOOK_ALIKES]
        for value in others:
            yes(subject.add, value, why=f"A look-alike of its key is taken. {EXACT}")
            found = self.kept(subject, plain)
            assert found is None, f"get('ann') found {found!r}. {EXACT}"
        for value in others:
            self.holds(subject, value, what=f"get() of a look-alike. {EXACT}")

    def test_text_may_hold_a_nul(self, subject: Any) -> None:
        for value in self.kind.nul:
            self.put(subject, value)
        for value in self.kind.nul:
            self.holds(subject, value, what="get() of text that holds a NUL")

    def test_get_reads_the_latest_write(self, subject: Any, stored: Any) -> None:
        current = stored
        for _ in range(5):
            self.holds(
                subject,
                current,
                what="get() after replace() is stale: keep no copy, read the backend",
            )
            new = self.kind.newer(current)
            yes(subject.replace, current, new, why=CURRENT)
            current = new

    def test_get_sees_what_another_instance_wrote(
        self, subject: Any, stored: Any, another: Any
    ) -> None:
        what = "get() by a second instance: keep all data in the backend and commit it"
        self.holds(another, stored, what=what)
        new = self.kind.newer(stored)
        yes(another.replace, stored, new, why=CURRENT)

        self.holds(subject, new, what=what)

    def test_get_raises_unavailable_when_the_backend_is_away(self, away: Any) -> None:
        unavailable(away.get, "ann")

    def test_any_verbs_in_any_order_are_as_with_a_dictionary(
        self, subject: Any
    ) -> None:
        run_state_machine_as_test(
            # It is called to make one, whatever its annotation says.
            cast("type[LikeADictionary]", partial(LikeADictionary, subject, self.kind)),
            settings=QUICK,
        )


class AddFacts(Keyed):
    """`add` stores if the key is free; exactly one of many callers gets True."""

    def test_add_twice_leaves_the_first(self, subject: Any, stored: Any) -> None:
        for again in (stored, self.kind.newer(stored)):
            no(
                subject.add,
                again,
                why="Its key is taken: let the key be unique in the backend, and "
                "answer False.",
            )
            self.holds(subject, stored, what="add() under a taken key must not write")

    def test_of_many_who_add_one_gets_true(self, subject: Any) -> None:
        for n in range(self.rounds):
            value = self.kind.make(f"race {n}")

            answers = race(subject, [call("add", value)] * self.threads)

            one_won(answers, "add")

    def test_of_many_processes_that_add_one_gets_true(
        self, subject: Any, travelling: Opener
    ) -> None:
        calls = [call("add", self.kind.make(f"race {n}")) for n in range(self.rounds)]

        for answers in race_in_processes(
            travelling, self.part, [calls] * self.processes
        ):
            one_won(answers, "add")
        self.holds(subject, calls[0].args[0], what="get() of what a process added")

    def test_add_outlives_its_process(self, subject: Any, travelling: Opener) -> None:
        value = self.kind.make("last words")

        write_and_be_killed(travelling, self.part, call("add", value))

        self.holds(
            subject,
            value,
            what="The process was killed after add() had returned. Commit before you "
            "answer",
        )

    def test_add_raises_unavailable_when_the_backend_is_away(self, away: Any) -> None:
        unavailable(away.add, self.kind.make("ann"))


class ReplaceFacts(Keyed):
    """`replace` writes over the version that was read, and over nothing else."""

    def test_replace_writes_every_field(self, subject: Any, stored: Any) -> None:
        current = stored
        for example in self.kind.examples:
            value = self.kind.under(self.kind.key_of(stored), example)
            new = replace(value, version=current.version + 1)
            yes(subject.replace, current, new, why=CURRENT)
            self.holds(subject, new, what="get() after replace()")
            current = new

    def test_a_stale_replace_leaves_the_record(self, subject: Any, stored: Any) -> None:
        second = self.kind.newer(stored)
        yes(subject.replace, stored, second, why=CURRENT)

        for old in (stored, self.kind.newer(second)):
            no(
                subject.replace,
                old,
                self.kind.newer(old),
                why="Another version is stored: compare `old.version` with it in the "
                "statement that writes (… WHERE key = ? AND version = ?).",
            )
            self.holds(subject, second, what="a stale replace() must not write")

    def test_replace_never_inserts(self, subject: Any) -> None:
        value = self.kind.make("ann")
        why = "There is nothing to replace: never insert here, answer False."

        no(subject.replace, value, self.kind.newer(value), why=why)
        assert self.kept(subject, value) is None, f"replace() stored it. {why}"

    def test_replace_touches_no_other_record(self, subject: Any, stored: Any) -> None:
        others = [self.kind.make(name) for name in LOOK_ALIKES[1:]]
        for other in others:
            self.put(subject, other)

        yes(subject.replace, stored, self.kind.newer(stored), why=CURRENT)

        for other in others:
            self.holds(
                subject, other, what=f"replace() wrote over another record. {EXACT}"
            )

    def test_of_many_who_replace_one_gets_true(self, subject: Any, stored: Any) -> None:
        old = stored
        for _ in range(self.rounds):
            new = self.kind.newer(old)

            answers = race(subject, [call("replace", old, new)] * self.threads)

            one_won(answers, "replace")
            self.holds(subject, new, what="get() after a race")
            old = new

    def test_of_many_processes_that_replace_one_gets_true(
        self, subject: Any, stored: Any, travelling: Opener
    ) -> None:
        calls = []
        old = stored
        for _ in range(self.rounds):
            new = self.kind.newer(old)
            calls.append(call("replace", old, new))
            old = new

        for answers in race_in_processes(
            travelling, self.part, [calls] * self.processes
        ):
            one_won(answers, "replace")
        self.holds(subject, old, what="get() after a race of processes")

    def test_replace_raises_unavailable_when_the_backend_is_away(
        self, away: Any
    ) -> None:
        value = self.kind.make("ann")
        unavailable(away.replace, value, self.kind.newer(value))


def one_won(answers: list[Any], verb: str) -> None:
    """Check that exactly one of many callers was told True."""
    __tracebackhide__ = True
    winners = [answer for answer in answers if answer is not False]
    assert winners == [True], (
        f"{len(winners)} of {len(answers)} callers at once were told {verb}() had "
        f"worked, and one should be (answers: {answers}). Check and write in one "
        "statement: do not read first and write then."
    )


_RUNS = count()


class LikeADictionary(RuleBasedStateMachine):
    """`get`, `add` and `replace` beside the dictionary they have to behave like."""

    _names = st.sampled_from(["a", "A", "a "])
    _versions = st.integers(1, 4)

    def __init__(self, subject: Any, kind: Kind) -> None:
        super().__init__()
        self._subject = subject
        self._kind = kind
        # The adapter stays; each run has keys of its own.
        self._run = next(_RUNS)
        self._model: dict[str, Any] = {}

    def _value(self, name: str, version: int) -> Any:
        return replace(self._kind.make(f"{self._run} {name}"), version=version)

    @initialize(name=_names, version=_versions)
    def begin(self, name: str, version: int) -> None:
        """Add a first record: without one, no verb has anything to be wrong about."""
        self.add(name, version)

    @rule(name=_names, version=_versions)
    def add(self, name: str, version: int) -> None:
        """Add a record; it works if the key is free."""
        value = self._value(name, version)
        key = self._kind.key_of(value)
        if key in self._model:
            no(self._subject.add, value, why="Its key is taken.")
        else:
            yes(self._subject.add, value, why=FREE)
            self._model[key] = value

    @rule(name=_names, version=_versions)
    def replace(self, name: str, version: int) -> None:
        """Replace a record; it works if the version is the stored one."""
        old = self._value(name, version)
        new = self._kind.newer(old)
        key = self._kind.key_of(old)
        current = self._model.get(key)
        if current is not None and current.version == version:
            yes(self._subject.replace, old, new, why=CURRENT)
            self._model[key] = new
        else:
            no(self._subject.replace, old, new, why="It is not what is stored.")

    @rule(name=_names)
    def get(self, name: str) -> None:
        """Read a record; it is what was last written."""
        key = self._kind.key_of(self._value(name, 1))
        found = ask(self._subject.get, key)
        if (expected := self._model.get(key)) is not None:
            same(expected, found, what="get() after several verbs")
        else:
            assert found is None, f"get() found {found!r} under a free key."
