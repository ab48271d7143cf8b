"""How operations end: values, and a cause that no page can reach."""

from __future__ import annotations

import typing
from dataclasses import fields, is_dataclass

import pytest

from securelogin import outcomes
from securelogin.messages import DEFAULT_MESSAGES
from securelogin.outcomes import (
    Cause,
    Changed,
    ChangeRequired,
    Granted,
    Outcome,
    Overloaded,
    PasswordOutcome,
    Problem,
    PublicFailure,
    Refused,
)

ENDS = [
    value for name in outcomes.__all__ if is_dataclass(value := getattr(outcomes, name))
]


def test_a_log_in_has_four_ends():
    assert set(typing.get_args(Outcome)) == {
        *(Granted, ChangeRequired, Refused, Overloaded)
    }


def test_C21_a_completed_change_cannot_be_granted():
    assert Granted not in typing.get_args(PasswordOutcome)
    assert Changed().session is None


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_C09_F55_no_outcome_has_a_place_for_a_cause(end):
    kinds = typing.get_type_hints(end)

    assert Cause not in kinds.values()
    assert "cause" not in " ".join(kinds)


@pytest.mark.parametrize("end", [Refused, Overloaded])
def test_F55_a_failure_is_its_public_part_and_nothing_else(end):
    assert [field.name for field in fields(end)] == ["public"]


def test_F55_a_public_failure_is_four_strings():
    kinds = typing.get_type_hints(PublicFailure)

    assert kinds == {"code": str, "message": str, "advice": str, "reference": str}


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_every_outcome_is_frozen_slotted_and_keyword_only(end):
    parameters = end.__dataclass_params__

    assert parameters.frozen
    assert hasattr(end, "__slots__")
    assert all(field.kw_only for field in fields(end))


@pytest.mark.parametrize("words", [Cause, Problem])
def test_words_are_stable_and_say_their_names(words):
    assert all(word.value == word.name.lower() for word in words)


@pytest.mark.parametrize("language", DEFAULT_MESSAGES)
def test_every_problem_of_a_password_can_be_said(language):
    said = DEFAULT_MESSAGES[language]

    assert {f"problem.{problem.value}" for problem in Problem} <= set(said)


@pytest.mark.parametrize("language", DEFAULT_MESSAGES)
def test_F55_no_text_has_the_name_of_a_cause(language):
    # Both the cause and the answer are called so, and it is the same for everybody.
    private = {cause.value for cause in Cause} - {Cause.OVERLOADED}

    assert not private & set(DEFAULT_MESSAGES[language])
