"""The kit tested: each wrong adapter is caught, by a message that says what to mend."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from securelogin import testing
from securelogin.errors import Unavailable
from securelogin.mail import MailKind
from securelogin.testing.retention import Shelves
from securelogin.testing.values import GLOBEX, account
from tests.testing.broken import (
    attempts,
    auditing,
    counters,
    keyed,
    login_reads,
    mailers,
    outboxes,
    people,
    reading,
    retention,
    rollbacks,
    samples,
    session_reads,
)
from tests.testing.caught import CAUGHT

PLACES = (
    login_reads,
    session_reads,
    keyed,
    reading,
    people,
    counters,
    attempts,
    outboxes,
    retention,
    samples,
    auditing,
    mailers,
)


def made(name: str) -> Any:
    return next(getattr(place, name) for place in PLACES if hasattr(place, name))


def arguments(contract: Any, broken: Any, request: Any) -> dict[str, Callable[[], Any]]:
    """Return what pytest would hand to a fact, made only when it is asked for."""
    subject = contract.faced(broken)
    people = (
        account(aliases=(account("b").primary,)),
        account("x", tenant=GLOBEX),
    )
    return {
        "subject": lambda: subject,
        "stored": lambda: contract.put(subject, contract.kind.make("ann")),
        "known": lambda: [contract.put(subject, one) for one in people],
        "another": lambda: contract.faced(broken.reopen()),
        "away": lambda: contract.faced(broken.unreachable()),
        "raw": lambda: broken.witness,
        "rolled_back": lambda: broken.rollback(),  # noqa: PLW0108 -- some have none
        "held": lambda: broken.counted,
        "postbox": lambda: broken.arrived,
        "unwanted": lambda: broken.refused_address,
        "kind": lambda: MailKind.TEMPORARY_PASSWORD,
        "how_many": lambda: 5,
        "shelves": lambda: Shelves(broken.store),
        "caplog": lambda: request.getfixturevalue("caplog"),
        "capfd": lambda: request.getfixturevalue("capfd"),
    }


def state(contract_name: str, fact: str, broken: Any, request: Any) -> None:
    """Have one fact of a contract tested."""
    contract = getattr(testing, f"{contract_name}Contract")()
    test = getattr(contract, f"test_{fact}")
    given = arguments(contract, broken, request)
    test(**{name: given[name]() for name in inspect.signature(test).parameters})


@pytest.mark.parametrize("name", CAUGHT)
def test_a_wrong_adapter_is_caught_and_its_author_told(name, request):
    contract, fact, says = CAUGHT[name]

    with pytest.raises(AssertionError) as caught:
        state(contract, fact, made(name)(), request)

    told = str(caught.value).replace("\n", " ")
    assert says in told or re.search(says, told), told


@pytest.mark.parametrize(
    "name", ["IgnoresTheVersion", "FoldsCase", "AddsOverWhatIsThere"]
)
def test_verbs_in_any_order_find_it_too(name, request):
    with pytest.raises(AssertionError, match=r"(add|replace|get)\(\)"):
        state(
            "Credentials",
            "any_verbs_in_any_order_are_as_with_a_dictionary",
            made(name)(),
            request,
        )


@pytest.mark.parametrize("name", ["Shelf", "AsyncShelf"])
def test_a_right_adapter_passes_what_catches_the_wrong_ones(name, request):
    facts = {fact for contract, fact, _ in CAUGHT.values() if contract == "Credentials"}
    for fact in sorted(facts):
        if not {"another", "away", "raw"} & set(
            inspect.signature(
                getattr(testing.CredentialsContract, f"test_{fact}")
            ).parameters
        ):
            state("Credentials", fact, made(name)(), request)


PARTS = {
    "audit",
    "login_reads",
    "session_reads",
    "accounts",
    "credentials",
    "sessions",
    "counters",
    "attempts",
    "outbox",
}


class Away:
    """Right: its backend is away, and whatever is asked of it, it says so."""

    def unreachable(self):
        return self

    def __getattr__(self, verb):
        if verb in PARTS:
            raise AttributeError(verb)

        def call(*args, **options):
            raise Unavailable("down", adapter="Away", verb=verb)

        return call


@pytest.mark.parametrize(
    "contract",
    [
        "AccountRegistry",
        "Credentials",
        "HashSample",
        "Sessions",
        "Counters",
        "Attempts",
        "DeadLetters",
        "AuditLog",
        "AuditRetention",
        "LoginReads",
        "SessionReads",
    ],
)
def test_who_says_that_the_backend_is_away_passes(contract, request):
    facts = [
        name.removeprefix("test_")
        for name in dir(getattr(testing, f"{contract}Contract"))
        if name.endswith("_when_the_backend_is_away")
    ]

    assert facts
    for fact in facts:
        state(contract, fact, Away(), request)


def test_there_are_enough_of_them():
    assert len(CAUGHT) >= 25


def test_every_wrong_adapter_is_in_the_table():
    right = {
        "AsyncShelf",
        "Chains",
        "Counting",
        "Letters",
        "Log",
        "Post",
        "Queue",
        "Reads",
        "ReadsAtOnce",
        "Registry",
        "SessionsAtOnce",
    }
    right |= {"Right", "Sampled", "Shelf", "Transactional"}
    classes = {
        name
        for module in (*PLACES, rollbacks)
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__
    }

    assert classes - right == set(CAUGHT)
