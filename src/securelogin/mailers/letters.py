"""What the mails say, by language and kind; a portal may put its own texts first.

Every letter is plain text with `$name` for what changes; its HTML is made from the same
text, so that both always say the same. Values are escaped for HTML and never read as a
template. Not in here: headers and MIME parts (`mailers.mime`), and the sentences on
pages (`messages`).
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from string import Template
from types import MappingProxyType

from securelogin.attempts import printable
from securelogin.errors import WiringError
from securelogin.languages import fallbacks, is_language_tag, texts_by_language
from securelogin.mail import Mail, MailKind

__all__ = ["DEFAULT_LETTERS", "PLACEHOLDERS", "Letter", "Letters", "Written"]

_ALWAYS = frozenset({"portal", "url", "contact"})
_SECRETS = frozenset({"password", "link"})
_NOTICES = frozenset(
    {MailKind.PASSWORD_CHANGED, MailKind.ADDRESS_CHANGED, MailKind.NEW_BROWSER}
)
_WIDTH = 76
_NAME = re.compile(r"\$(?:(?P<name>[a-z_]+)|\{(?P<braced>[a-z_]+)\}|\$)", re.ASCII)
_HEAD = """\
<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"></head>
<body style="font-family: sans-serif; font-size: 16px; line-height: 1.5">"""
_TAIL = "</body>\n</html>\n"
_SHOWN = {
    "password": (
        '<code style="font-size: 24px; letter-spacing: 2px; white-space: nowrap">'
        "${password}</code>"
    ),
    "link": '<a href="${link}">${link}</a>',
    "url": '<a href="${url}">${url}</a>',
}

PLACEHOLDERS: Mapping[MailKind, frozenset[str]] = MappingProxyType(
    {
        MailKind.TEMPORARY_PASSWORD: _ALWAYS | {"password", "until", "mark", "address"},
        MailKind.MESSAGE: _ALWAYS | {"link", "sender", "until", "address"},
        MailKind.PASSWORD_CHANGED: _ALWAYS | {"at"},
        MailKind.CONFIRM_ADDRESS: _ALWAYS | {"link", "until", "new"},
        MailKind.ADDRESS_CHANGED: _ALWAYS | {"at"},
        MailKind.NEW_BROWSER: _ALWAYS | {"at"},
    }
)
"""The names a letter of each kind may use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The text of one kind of mail in one language.

    `$name` (or `${name}`) stands for a value, `$$` for a dollar sign. A paragraph, that
    is what stands between blank lines, is left out when a value it names is empty.

    Attributes:
        subject: one line. It may not name a secret: subjects show on lock screens and
            stand in the logs of mail servers.
        text: plain text; lines are wrapped when it is written.
        html: a whole HTML document of your own; made from *text* if left out.
    """

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A letter with its values filled in. Text and HTML hold the mail's secret."""

    language: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


DEFAULT_LETTERS: Mapping[str, Mapping[MailKind, Letter]] = MappingProxyType(
    {
        tag: MappingProxyType(
            {MailKind(k): Letter(**held) for k, held in kinds.items()}
        )
        for tag, kinds in texts_by_language("letters").items()
    }
)
"""Letters by language and kind. All are complete; English stands in for any other."""


class Letters:
    """The letters of one portal installation. Never changes; safe to share.

    Args:
        texts: own letters by language tag and kind; they go before the defaults.

    Raises:
        WiringError: a letter is of no known kind, names an unknown placeholder, keeps
            from its reader what the mail is for, or shows a secret in its subject.
    """

    def __init__(
        self, texts: Mapping[str, Mapping[MailKind, Letter]] | None = None
    ) -> None:
        merged = {tag: dict(known) for tag, known in DEFAULT_LETTERS.items()}
        for language, own in (texts or {}).items():
            setting = f"Letters(texts[{language!r}])"
            if not is_language_tag(language):
                raise WiringError(
                    "this is no language tag.",
                    setting=setting,
                    cure="Write it as in 'fr' or 'de-CH'.",
                )
            for kind, letter in own.items():
                known = _known_kind(kind, setting=setting)
                _check(letter, known, setting=setting)
                merged.setdefault(language.lower(), {})[known] = letter
        self._texts = merged

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are letters in."""
        return tuple(sorted(self._texts))

    def write(self, mail: Mail, /) -> Written:
        """Write the letter for *mail*, in its language or the nearest there is.

        "de-CH" falls back to "de", then to the portal's language, then to English.
        """
        language, letter = self._find(mail)
        values = _values_of(mail)
        return Written(
            language=language,
            subject=Template(letter.subject).substitute(values),
            text=_wrapped(_filled(letter.text, values)) + "\n",
            html=_filled(
                letter.html or _html_from(letter.text, language=language),
                {name: escape(value) for name, value in values.items()},
            ),
        )

    def _find(self, mail: Mail) -> tuple[str, Letter]:
        for tag in (*fallbacks(mail.language), *fallbacks(mail.portal.language)):
            found = self._texts.get(tag, {}).get(mail.kind)
            if found is not None:
                return tag, found
        return "en", self._texts["en"][mail.kind]


def _known_kind(kind: str, *, setting: str) -> MailKind:
    try:
        return MailKind(kind)
    except ValueError:
        raise WiringError(
            "there is no such kind of mail.",
            setting=setting,
            cure=f"Known kinds: {', '.join(MailKind)}.",
        ) from None


def _check(letter: Letter, kind: MailKind, *, setting: str) -> None:
    """Refuse a letter that would fail, or fail its reader, when a mail is sent."""
    parts = (letter.subject, letter.text, letter.html)
    if not all(Template(part).is_valid() for part in parts):
        problem = "a $ stands alone; write $$ for a dollar sign."
    elif unknown := {n for part in parts for n in _names_in(part)} - PLACEHOLDERS[kind]:
        problem = f"unknown placeholder: {', '.join(sorted(unknown))}."
    elif not letter.subject.strip() or not letter.text.strip():
        problem = "subject and text may not be empty."
    elif not _is_line(letter.subject):
        problem = "a subject is one printable line without '=?'."
    elif _SECRETS & _names_in(letter.subject):
        problem = "a subject may not show a secret."
    elif missing := _missing_from(letter, kind):
        problem = f"the text must hold {', '.join(sorted(missing))}."
    else:
        return
    raise WiringError(
        problem,
        setting=f"{setting}[{kind.value!r}]",
        cure=f"Known placeholders: {', '.join(sorted(PLACEHOLDERS[kind]))}.",
    )


def _missing_from(letter: Letter, kind: MailKind) -> frozenset[str]:
    # A notice must say whom to tell that it was not oneself (NIST SP 800-63B-4, 4.6);
    # the other mails are there for their secret.
    needed = PLACEHOLDERS[kind] & _SECRETS
    if kind in _NOTICES:
        needed = frozenset({"contact"})
    bodies = [letter.text, *([letter.html] if letter.html else [])]
    return frozenset(name for body in bodies for name in needed - _names_in(body))


def _is_line(subject: str) -> bool:
    return printable(subject, most=len(subject)) == subject and "=?" not in subject


def _names_in(text: str) -> frozenset[str]:
    return frozenset(Template(text).get_identifiers())


def _values_of(mail: Mail) -> dict[str, str]:
    """Return a printable value for each placeholder; "" for what the mail lacks."""
    values = {
        **dict.fromkeys(PLACEHOLDERS[mail.kind], ""),
        **mail.fields,
        **{name: secret.reveal() for name, secret in mail.secrets.items()},
        "portal": mail.portal.name,
        "url": mail.portal.base,
        "contact": mail.portal.contact,
    }
    return {name: printable(value, most=len(value)) for name, value in values.items()}


def _filled(text: str, values: Mapping[str, str]) -> str:
    return "\n\n".join(
        Template(paragraph).substitute(values)
        for paragraph in text.split("\n\n")
        if all(values[name] for name in _names_in(paragraph))
    )


def _wrapped(text: str) -> str:
    # Never inside a word: a broken link or password could not be used.
    return "\n".join(
        textwrap.fill(
            line, width=_WIDTH, break_long_words=False, break_on_hyphens=False
        )
        for line in text.split("\n")
    )


def _html_from(text: str, *, language: str) -> str:
    """Return a template for a simple HTML document that says the same as *text*."""
    paragraphs = (
        escape(paragraph).replace("\n", "<br>\n")
        for paragraph in text.strip().split("\n\n")
    )
    shown = (f"<p>{_NAME.sub(_shown, paragraph)}</p>" for paragraph in paragraphs)
    return "\n\n".join((_HEAD.format(language=language), *shown, _TAIL))


def _shown(found: re.Match[str]) -> str:
    name = found["name"] or found["braced"]
    return _SHOWN.get(name, found[0])
