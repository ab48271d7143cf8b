"""Sixty-four callers at one moment, round by round, each round judged by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import settings

from securelogin.accounts import AccountId
from securelogin.credentials import Credential, Temporary
from securelogin.testing.races import call, race
from securelogin.testing.values import AT, HOUR, credential

ANN = AccountId("ann")
CROWD = 64
# As hard as hypothesis looks: 50 at a desk, 200 in CI (tests/conftest.py).
ROUNDS = settings.default.max_examples


def count(counters: Any, rounds: int) -> None:
    """Let everybody hit one counter: they get every number once."""
    for n in range(rounds):
        answers = race(counters, [call("hit", {"key": HOUR}, at=AT)] * CROWD)
        totals = sorted(answer["key"] for answer in answers)
        assert [*range(n * CROWD + 1, (n + 1) * CROWD + 1)] == totals, f"round {n}"


def issue_and_redeem(credentials: Any, rounds: int) -> None:
    """Let everybody issue a temporary password, then redeem the one that lives.

    One is stored, whoever made it, and one of all who know it redeems it.
    """
    current = credential("ann", temporary=None)
    assert credentials.add(current) is True
    for n in range(rounds):
        issued = [with_temporary(current, f"{n}.{who}") for who in range(CROWD)]
        current = one_winner(credentials, current, issued)
        spent = replace(current, temporary=None, version=current.version + 1)
        current = one_winner(credentials, current, [spent] * CROWD)


def with_temporary(old: Credential, name: str) -> Credential:
    issued = Temporary(
        hash=name, fingerprint=name, mark="blue", issued_at=AT, until=AT + HOUR
    )
    return replace(old, temporary=issued, version=old.version + 1)


def one_winner(adapter: Any, old: Any, new: list[Any]) -> Any:
    """Let everybody store theirs over *old*; return what is there, the winner's."""
    answers = race(adapter, [call("replace", old, one) for one in new])
    assert [answer for answer in answers if answer is not False] == [True], answers
    won = new[answers.index(True)]
    assert won == adapter.get(key_of(won))
    return won


def key_of(value: Any) -> str:
    return str(value.account if isinstance(value, Credential) else value.digest)
