"""Every language says all that English says, of the same things, by the same words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.languages import (
    fallbacks,
    is_language_tag,
    load_languages,
    texts_by_language,
)

ENGLISH = load_languages()["en"]
LANGUAGES = sorted(load_languages())
OTHERS = sorted(set(LANGUAGES) - {"en"})
# In the sentences, which speak of things; titles and buttons may leave a word out.
SENTENCE = 40
_PLACE = re.compile(r"\{[a-z_]+\}|\$[a-z_]+")


def said(language: str) -> dict[str, str]:
    """Return every text of a language by a name that is the same in all."""
    held = load_languages()[language]
    mails = {
        f"{kind}.{part}": text
        for kind, letter in held["letters"].items()
        for part, text in letter.items()
    }
    return {**held["messages"], **held["pages"], **mails}


def places(text: str) -> set[str]:
    return set(_PLACE.findall(text))


def words(text: str) -> str:
    return _PLACE.sub("", text).lower()


def test_these_languages_come_with_the_library():
    assert LANGUAGES == ["de", "en", "es", "fr", "ja", "nl"]
    assert all(map(is_language_tag, LANGUAGES))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_has_the_same_tables_and_codes(language):
    held = load_languages()[language]

    assert list(held) == list(ENGLISH)
    for table in ("glossary", "messages", "pages", "letters"):
        assert list(held[table]) == list(ENGLISH[table])
    assert list(said(language)) == list(said("en"))
    assert all(text == text.strip() != "" for text in said(language).values())


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_has_the_same_places_to_fill(language):
    english = {code: places(text) for code, text in said("en").items()}

    assert {code: places(text) for code, text in said(language).items()} == english


@pytest.mark.parametrize("language", OTHERS)
def test_a_mail_has_the_same_paragraphs(language):
    held = load_languages()[language]["letters"]

    for kind, letter in ENGLISH["letters"].items():
        # The portal's name may stand in the greeting.
        told, english = (
            [places(paragraph) - {"$portal"} for paragraph in text.split("\n\n")]
            for text in (held[kind]["text"], letter["text"])
        )
        assert told == english
        assert places(held[kind]["subject"]) == {"$portal"}


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_was_left_in_english(language):
    left = {
        code
        for code, text in said(language).items()
        if len(text) >= SENTENCE and text == said("en")[code]
    }

    assert left == set()


@pytest.mark.parametrize("term", ENGLISH["glossary"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_thing_has_one_word_in_every_sentence(language, term):
    ours = load_languages()[language]["glossary"][term]
    spoken_of = re.compile(rf"\b{ENGLISH['glossary'][term]['stem']}")

    assert ours["stem"].lower() in ours["word"].lower()
    assert not {
        code: text
        for code, text in said(language).items()
        if len(said("en")[code]) >= SENTENCE
        and spoken_of.search(words(said("en")[code]))
        and ours["stem"].lower() not in words(text)
    }


@pytest.mark.parametrize("language", ["en", "es", "nl"])
def test_western_texts_have_plain_blanks_only(language):
    assert not re.search(r"[^\S \n]|  ", "".join(said(language).values()))


def test_french_signs_do_not_stand_alone_at_the_beginning_of_a_line():
    assert not [text for text in said("fr").values() if re.search(r" [?!:;]", text)]


@pytest.mark.parametrize(
    ("language", "tags"),
    [
        ("de", ["de"]),
        ("DE-ch", ["de-ch", "de"]),
        ("zh-Hant-TW", ["zh-hant-tw", "zh-hant", "zh"]),
        # RFC 4647, 3.4: a single letter goes with what followed it.
        (
            "zh-Hant-CN-x-private1-private2",
            [
                "zh-hant-cn-x-private1-private2",
                "zh-hant-cn-x-private1",
                "zh-hant-cn",
                "zh-hant",
                "zh",
            ],
        ),
        ("x-klingon", ["x-klingon"]),
        ("de_CH", ["de-ch", "de"]),
        ("", [""]),
    ],
)
def test_a_tag_loses_one_part_after_the_other(language, tags):
    assert list(fallbacks(language)) == tags


@given(st.text(max_size=40))
def test_every_tag_comes_to_an_end_and_begins_as_it_was(language):
    found = list(fallbacks(language))

    assert found == sorted(found, key=len, reverse=True)
    assert all(found[0].startswith(tag) for tag in found)


@pytest.mark.parametrize("tag", ["en", "gsw", "de-CH", "zh-Hant-TW", "es-419"])
def test_this_is_a_language_tag(tag):
    assert is_language_tag(tag)


@pytest.mark.parametrize("tag", ["", "e", "de_CH", "en\n", "english please", None, 7])
def test_C05_this_is_no_language_tag(tag):
    assert not is_language_tag(tag)


def test_what_was_loaded_cannot_be_changed():
    with pytest.raises(TypeError):
        load_languages()["en"] = {}  # type: ignore[index]
    with pytest.raises(TypeError):
        texts_by_language("messages")["en"]["refused"] = "x"  # type: ignore[index]


def test_the_page_on_languages_has_every_word():
    page = Path("docs/reference/languages.md").read_text(encoding="utf-8")
    held = load_languages()
    named = " | ".join(f"{held[tag]['name']} `{tag}`" for tag in LANGUAGES)

    assert f"| thing | {named} |" in page
    for term in ENGLISH["glossary"]:
        known = " | ".join(held[tag]["glossary"][term]["word"] for tag in LANGUAGES)
        assert f"| `{term}` | {known} |" in page
