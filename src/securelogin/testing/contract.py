"""What all contracts have in common: one colour, and nothing taken out of them.

Besides the adapter itself, an author may give these fixtures, in the class, its module
or a conftest. What is not given is skipped, with a reason that says what it would show:

    reopen       opens another instance over the same data: `reopen() → adapter` (or
                 store). If another process can be given it (a module's function, or a
                 `functools.partial` of one), processes race and are killed too.
    witness      reads everything the backend holds, past the adapter: `witness() → str`
    rollback     a context manager: inside it the application's own transaction is open,
                 and it is rolled back at the end
    unreachable  the adapter (or store) with its backend away
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from types import FunctionType
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings

from securelogin import adapters
from securelogin.errors import WiringError
from securelogin.guards import guarded
from securelogin.testing.blocking import in_sync
from securelogin.testing.races import Opener, can_travel

__all__ = ["QUICK", "Author", "Contract", "changed_facts", "require_whole"]

QUICK = settings(
    max_examples=25,
    stateful_step_count=15,
    deadline=None,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
"""How hard laws are tried: an adapter may be slow, and only one cause is told."""


class Author:
    """Looks up the fixtures that an author may give."""

    def __init__(self, request: pytest.FixtureRequest, /) -> None:
        self._request = request

    def gives(self, name: str, what: str, /) -> Any:
        """Return a fixture, or skip the test; *what* it would show."""
        try:
            return self._request.getfixturevalue(name)
        except pytest.FixtureLookupError as error:
            if error.argname != name:
                raise
        return pytest.skip(f"give a fixture `{name}` to show {what}")


class Contract:
    """A subject of one colour, and the guard of the contract's own facts.

    Attributes:
        part: the name of the fixture that gives the adapter.
        protocols: what it implements, of `securelogin.adapters` (the sync ones).
        threads: so many callers meet in a race; async adapters meet as tasks.
        rounds: so often.
        processes: so many of them race where there is a `reopen` that can travel.
    """

    part: ClassVar[str]
    protocols: ClassVar[tuple[type, ...]]
    threads: ClassVar[int] = 8
    rounds: ClassVar[int] = 40
    processes: ClassVar[int] = 3

    @pytest.fixture
    def author(
        self,
        subject: Any,  # noqa: ARG002 -- its parameters are the others' too; see below
        request: pytest.FixtureRequest,
    ) -> Author:
        """What else the author gives."""
        # Looked up by name, a fixture has only such parameters as the test has anyway.
        return Author(request)

    @pytest.fixture
    def opener(self, author: Author) -> Opener:
        """The author's `reopen`."""
        found: Opener = author.gives(
            "reopen", "that a second instance sees what the first has written"
        )
        return found

    @pytest.fixture
    def another(self, opener: Opener) -> Any:
        """Another instance over the same data, with a sync face."""
        return self.faced(opener())

    @pytest.fixture
    def travelling(self, opener: Opener) -> Opener:
        """The author's `reopen`, if it can be given to another process."""
        if not can_travel(opener):
            pytest.skip(
                "make `reopen` give a function of a module, or a functools.partial of "
                "one, to show what several processes and a killed one do"
            )
        return opener

    @pytest.fixture
    def raw(self, author: Author) -> Callable[[], str]:
        """The author's `witness`."""
        found: Callable[[], str] = author.gives(
            "witness", "that what was taken out is gone from the backend"
        )
        return found

    @pytest.fixture
    def rolled_back(self, author: Author) -> AbstractContextManager[object]:
        """The author's `rollback`."""
        found: AbstractContextManager[object] = author.gives(
            "rollback", "that a rollback of the application's takes nothing"
        )
        return found

    @pytest.fixture
    def away(self, author: Author) -> Any:
        """The author's `unreachable`, with a sync face."""
        return self.faced(
            author.gives("unreachable", "that an outage is told as Unavailable")
        )

    @classmethod
    def faced(cls, given: Any) -> Any:
        """Return an adapter, or this part of a store, with a sync face."""
        return in_sync(getattr(given, cls.part, given), verbs=cls.verbs())

    @classmethod
    def verbs(cls) -> list[str]:
        """Return the names of all methods of the protocols."""
        return [
            name
            for protocol in cls.protocols
            for name, member in vars(protocol).items()
            if inspect.isfunction(member) and not name.startswith("_")
        ]

    def test_every_method_is_there_and_of_one_colour(self, subject: Any) -> None:
        given = getattr(subject, "_adapter", subject)
        prefix = "" if given is subject else "Async"
        for protocol in self.protocols:
            wanted = getattr(adapters, f"{prefix}{protocol.__name__}")
            try:
                guarded(given, wanted, setting=self.part)
            except WiringError as error:
                message = (
                    f"{error.problem} Implement every method of {wanted.__name__}, all "
                    "of them `async def` or none."
                )
                raise AssertionError(message) from None

    def test_contract_is_whole(self) -> None:
        require_whole(type(self))
        assert self.threads > 1, "Races need two threads at least: mend `threads`."
        assert self.rounds > 0, "Races need one round at least: mend `rounds`."


def require_whole(given: type, /, *, subject: str = "adapter") -> None:
    """Fail if *given* no longer states a fact of its contract, and gives no reason.

    Args:
        subject: what the contract is about, for the message.
    """
    changed = list(changed_facts(given))
    assert not changed, (
        f"{', '.join(changed)}: part of the contract, and changed here. Mend the "
        f"{subject}; or, if it cannot keep this promise, write down why: override it "
        "with @pytest.mark.xfail(reason=…, strict=True) and call super()."
    )


def changed_facts(given: type) -> Iterator[str]:
    """Name the facts of the contract that *given* no longer states."""
    for kind in given.__mro__:
        if not kind.__module__.startswith("securelogin.testing."):
            continue
        for name, stated in vars(kind).items():
            if not name.startswith("test_"):
                continue
            now = inspect.getattr_static(given, name)
            if _is_ours(now) or now is stated:
                continue
            if not any(mark.kwargs.get("reason") for mark in _xfails(now)):
                yield name


def _is_ours(fact: object) -> bool:
    # One mix-in may sharpen a fact of another; both are ours.
    return isinstance(fact, FunctionType) and fact.__module__.startswith(
        "securelogin.testing."
    )


def _xfails(fact: object) -> Sequence[pytest.Mark]:
    marks: Sequence[pytest.Mark] = getattr(fact, "pytestmark", ())
    return [mark for mark in marks if mark.name == "xfail"]
