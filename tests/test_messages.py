"""What people read: chosen by code and language, never by cause."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.errors import WiringError
from securelogin.messages import CODES, DEFAULT_MESSAGES, Messages
from securelogin.outcomes import Problem, PublicFailure

SENTENCE = (
    "Invalid username, password or permissions. "
    "Please check you are using the correct URL."
)


def test_the_one_sentence_is_the_one():
    assert Messages().text("refused") == SENTENCE


@pytest.mark.parametrize("language", DEFAULT_MESSAGES)
def test_every_language_is_complete(language):
    assert set(DEFAULT_MESSAGES[language]) == CODES
    assert all(text.strip() for text in DEFAULT_MESSAGES[language].values())


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        *(("en", "en"), ("de", "de"), ("DE", "de"), ("de-CH", "de"), ("en-GB", "en")),
        *(("fr-CA", "fr"), ("zh-Hant-TW", "en"), ("", "en"), ("x-klingon", "en")),
    ],
)
def test_a_language_falls_back_to_its_root_and_then_to_english(language, spoken):
    said = Messages().text("overloaded", language=language)

    assert said == DEFAULT_MESSAGES[spoken]["overloaded"]


def test_own_texts_go_before_the_defaults():
    messages = Messages({"en": {"refused": "No."}, "fr-CH": {"refused": "Non."}})

    assert messages.text("refused") == "No."
    assert messages.text("refused", language="fr-ch") == "Non."
    assert messages.text("overloaded", language="fr-CH").startswith("Le portail")
    assert messages.languages == ("de", "en", "es", "fr", "fr-ch", "ja", "nl")
    assert Messages().text("refused") == SENTENCE


@pytest.mark.parametrize(
    "own",
    [{"refusal": "x"}, {"wrong_password": "x"}, {"refused": ""}, {"refused": " \n"}],
    ids=repr,
)
def test_C62_an_unknown_code_or_empty_text_is_refused_when_wired(own):
    with pytest.raises(WiringError, match="unknown code or empty text") as caught:
        Messages({"en": own})

    assert caught.value.setting == "Messages(texts['en'])"


def test_a_new_language_is_offered_once_it_has_every_text():
    texts = {code: f"{code}." for code in CODES}
    half = Messages({"it": {"refused": texts.pop("refused")}})
    whole = Messages({"it": {**texts, "refused": "No."}})

    assert half.missing("it") == set(texts)
    assert half.text("refused", language="it") == "refused."
    assert half.text("overloaded", language="it").startswith("The portal")
    assert "it" not in half.languages
    assert whole.missing("it-CH") == set()
    assert "it" in whole.languages


@pytest.mark.parametrize("text", ["{maximum}", "{minimum", "}", "{}", "{Minimum}"])
def test_C62_a_place_that_nothing_fills_is_refused_when_wired(text):
    with pytest.raises(WiringError, match=r"in: problem\.too_short") as caught:
        Messages({"fr": {"problem.too_short": text, "refused": "Non."}})

    assert caught.value.setting == "Messages(texts['fr'])"


@pytest.mark.parametrize("tag", ["", "english please", "de_CH", "de\n", None])
def test_C62_an_unfit_language_tag_is_refused_when_wired(tag):
    with pytest.raises(WiringError, match="no language tag"):
        Messages({tag: {"refused": "No."}})


@pytest.mark.parametrize("text", [None, 5, b"No."], ids=repr)
def test_C62_F64_a_text_is_a_str(text):
    with pytest.raises(WiringError):
        Messages({"en": {"refused": text}})


@given(st.text(st.characters(), max_size=20))
def test_every_language_whatever_it_is_gets_an_answer(language):
    assert Messages().text("refused", language=language)


def test_an_unknown_code_says_itself():
    assert Messages().text("no.such.code") == "no.such.code"


@pytest.mark.parametrize("code", ["refused", "overloaded"])
def test_a_failure_is_code_sentence_advice_and_reference(code):
    failure = Messages().failure(code, reference="7QK-4MX-P9D", language="de")

    assert failure == PublicFailure(
        code=code,
        message=DEFAULT_MESSAGES["de"][code],
        advice=DEFAULT_MESSAGES["de"][f"{code}.advice"],
        reference="7QK-4MX-P9D",
    )


def test_C71_F55_a_text_is_chosen_by_code_and_language_only():
    taken = set(inspect.signature(Messages.failure).parameters)

    assert taken == {"self", "code", "reference", "language"}


def test_problems_are_said_in_their_order():
    said = Messages().problems((Problem.TOO_SHORT, Problem.COMMON), minimum=15)

    assert said == (
        "The password needs at least 15 characters.",
        "This password is among the first that guessers try.",
    )
