from __future__ import annotations

from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.errors import WiringError
from securelogin.hidden import Hidden
from securelogin.mail import MailKind
from securelogin.mailers.letters import (
    DEFAULT_LETTERS,
    PLACEHOLDERS,
    Letter,
    Letters,
)
from securelogin.portals import Portal
from tests.mailers.servers import FIELDS, LINK, PASSWORD, make_mail

KINDS = list(MailKind)
LANGUAGES = sorted(DEFAULT_LETTERS)
NOTICES = [MailKind.PASSWORD_CHANGED, MailKind.ADDRESS_CHANGED, MailKind.NEW_BROWSER]
TEMPORARY = MailKind.TEMPORARY_PASSWORD
FIT = Letter(subject="Hello", text="$password")


def test_there_are_letters_of_every_kind_in_six_languages() -> None:
    assert LANGUAGES == ["de", "en", "es", "fr", "ja", "nl"]
    assert all(set(KINDS) == set(letters) for letters in DEFAULT_LETTERS.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_rules_hold_for_the_default_letters(language: str) -> None:
    again = Letters({language: DEFAULT_LETTERS[language]})

    assert again.languages == tuple(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_letter_says_all_that_the_mail_brings(kind: MailKind, language: str) -> None:
    mail = make_mail(kind, language=language)
    written = Letters().write(mail)

    said = [*mail.fields.values(), *(s.reveal() for s in mail.secrets.values())]
    said += [mail.portal.name, mail.portal.base, mail.portal.contact]
    for body in (written.text, unescape(written.html)):
        assert [value for value in said if value not in " ".join(body.split())] == []
        assert "$" not in body
    assert f'<html lang="{language}">' in written.html
    assert mail.portal.name in written.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_temporary_password_stands_on_a_line_of_its_own(language: str) -> None:
    written = Letters().write(make_mail(language=language))

    assert PASSWORD in written.text.splitlines()


@pytest.mark.parametrize("kind", [MailKind.MESSAGE, MailKind.CONFIRM_ADDRESS])
def test_link_is_never_broken_and_its_text_is_where_it_leads(kind: MailKind) -> None:
    written = Letters().write(make_mail(kind))

    assert LINK in written.text.splitlines()
    assert f'<a href="{LINK}">{LINK}</a>' in written.html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", NOTICES)
def test_notice_says_whom_to_tell_that_it_was_not_oneself(
    kind: MailKind, language: str
) -> None:
    assert "$contact" in DEFAULT_LETTERS[language][kind].text


@pytest.mark.parametrize("language", LANGUAGES)
def test_mail_without_a_mark_does_not_speak_of_one(language: str) -> None:
    unmarked = make_mail(language=language, fields=FIELDS[TEMPORARY] | {"mark": ""})
    marked = Letters().write(make_mail(language=language))
    written = Letters().write(unmarked)

    shorter = marked.text.count("\n\n") - written.text.count("\n\n")
    assert shorter == 1
    assert marked.html.count("<p>") - written.html.count("<p>") == 1


def test_mail_that_lacks_its_fields_is_still_a_letter() -> None:
    written = Letters().write(make_mail(fields={}, secrets={}))

    assert "it@acme.example" in written.text
    assert "$" not in written.text + written.html


def test_lines_are_wrapped_between_words_only() -> None:
    written = Letters().write(make_mail(MailKind.MESSAGE))
    long = [line for line in written.text.splitlines() if len(line) > 76]

    assert long == [LINK]


FALLBACKS = {
    "de": "de",
    "DE": "de",
    "de-CH": "de",
    "en-GB": "en",
    "fr_CA": "fr",
    "ja-Jpan-JP": "ja",
    "pt": "en",
    "": "en",
    "\r\n": "en",
}


@pytest.mark.parametrize(("asked", "given"), FALLBACKS.items())
def test_language_falls_back_step_by_step(asked: str, given: str) -> None:
    assert Letters().write(make_mail(language=asked)).language == given


@pytest.mark.parametrize(
    ("asked", "given"), [("pt", "nl"), ("de-CH", "de"), ("", "nl"), ("en", "en")]
)
def test_what_no_letter_speaks_is_said_in_the_portals_language(
    asked: str, given: str
) -> None:
    portal = replace(make_mail().portal, language="nl-BE")

    assert Letters().write(make_mail(language=asked, portal=portal)).language == given


def test_what_neither_account_nor_portal_has_is_said_in_english() -> None:
    portal = replace(make_mail().portal, language="pt-BR")

    assert Letters().write(make_mail(language="it", portal=portal)).language == "en"


def test_own_letter_goes_before_the_default_for_its_kind_only() -> None:
    letters = Letters({"fr": {TEMPORARY: FIT}, "DE-ch": {TEMPORARY: FIT}})

    assert letters.languages == ("de", "de-ch", "en", "es", "fr", "ja", "nl")
    assert letters.write(make_mail(language="fr-CA")).text == f"{PASSWORD}\n"
    assert letters.write(make_mail(language="de-CH")).language == "de-ch"
    assert letters.write(make_mail(language="de")).language == "de"
    message = make_mail(MailKind.MESSAGE, language="de-CH")
    assert letters.write(message).language == "de"


def test_own_html_is_taken_as_it_is_and_its_values_are_escaped() -> None:
    letter = Letter(
        subject="s", text="$password", html="<b>${password}</b>\n\n<i>$mark</i> $$"
    )
    mail = make_mail(fields={"mark": ""}, secrets={"password": Hidden("<&\"'")})

    written = Letters({"en": {TEMPORARY: letter}}).write(mail)
    assert written.html == "<b>&lt;&amp;&quot;&#x27;</b>"


def test_dollar_sign_and_markup_of_a_text_are_shown_as_they_are() -> None:
    letter = Letter(subject="$$5", text="<b>\n$$password & ${password}")
    written = Letters({"en": {TEMPORARY: letter}}).write(make_mail())

    assert written.subject == "$5"
    assert written.text == f"<b>\n$password & {PASSWORD}\n"
    assert "<p>&lt;b&gt;<br>\n$password &amp; <code" in written.html


@given(text=st.text(max_size=80))
def test_a_value_is_never_read_as_markup_or_as_a_template(text: str) -> None:
    fields = dict.fromkeys(("sender", "until", "address"), f"$link<{text}>")
    mail = make_mail(MailKind.MESSAGE, fields=fields)
    written = Letters().write(mail)

    plain = Letters().write(make_mail(MailKind.MESSAGE))
    assert written.html.count("<") == plain.html.count("<")
    assert written.html.count(">") == plain.html.count(">")
    assert written.html.count(LINK) == plain.html.count(LINK)
    assert "$link&lt;" in written.html


@given(text=st.text())
def test_a_value_cannot_begin_a_line(text: str) -> None:
    fields = FIELDS[MailKind.MESSAGE] | {"until": f"a{text}a"}
    letters = Letters(
        {"en": {MailKind.MESSAGE: Letter(subject="$until", text="$until $link")}}
    )
    written = letters.write(make_mail(MailKind.MESSAGE, fields=fields))

    assert len(written.subject.splitlines()) == 1


def test_writing_shows_no_secret_in_its_repr() -> None:
    shown = repr(Letters().write(make_mail())) + repr(Letters())

    assert "K7QM" not in shown


def test_portal_name_is_escaped_too() -> None:
    portal = Portal(
        tenant="acme", name="A & <B>", url="https://a.example/", contact="a@b.example"
    )
    written = Letters().write(make_mail(portal=portal))

    assert "A &amp; &lt;B&gt;" in written.html
    assert "A & <B>" in written.text


UNFIT: dict[str, tuple[str, Any]] = {
    "no kind": ("newsletter", FIT),
    "unknown name": (TEMPORARY, Letter(subject="s", text="$password $sender")),
    "name in html": (TEMPORARY, Letter(subject="s", text="$password", html="$x")),
    "lone dollar": (TEMPORARY, Letter(subject="s", text="$password costs $ 5")),
    "no secret": (TEMPORARY, Letter(subject="s", text="Hello")),
    "no secret in html": (TEMPORARY, Letter(subject="s", text="$password", html="x")),
    "no link": (MailKind.MESSAGE, Letter(subject="s", text="$sender")),
    "no contact": (MailKind.NEW_BROWSER, Letter(subject="s", text="$at")),
    "secret subject": (TEMPORARY, Letter(subject="$password", text="$password")),
    "two-line subject": (TEMPORARY, Letter(subject="a\nb", text="$password")),
    "encoded subject": (TEMPORARY, Letter(subject="=?a?q?b?=", text="$password")),
    "empty subject": (TEMPORARY, Letter(subject=" ", text="$password")),
    "empty text": (TEMPORARY, Letter(subject="s", text="")),
}


@pytest.mark.parametrize(("kind", "letter"), UNFIT.values(), ids=UNFIT)
def test_unfit_letter_is_refused_when_wired(kind: MailKind, letter: Letter) -> None:
    with pytest.raises(WiringError) as caught:
        Letters({"en": {kind: letter}})

    assert caught.value.setting.startswith("Letters(texts['en'])")


@pytest.mark.parametrize("tag", ["", "english please", "de\n", "../de", "\u00e4"])
def test_unfit_language_tag_is_refused_when_wired(tag: str) -> None:
    with pytest.raises(WiringError):
        Letters({tag: {}})


@pytest.mark.parametrize("kind", KINDS)
def test_placeholders_are_what_the_courier_fills(kind: MailKind) -> None:
    mail = make_mail(kind)
    always = {"portal", "url", "contact"}

    assert always | set(mail.fields) | set(mail.secrets) == PLACEHOLDERS[kind]
