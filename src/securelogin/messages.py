"""The sentences that people read, by language; the codes behind them are stable.

The default is the sentence of the portal this began with. A portal may replace any text
with its own, but only for everybody at once: texts are chosen by code and language,
never by cause or account (ASVS 6.3.8). Mail texts are in `mailers.letters`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from securelogin.errors import WiringError
from securelogin.languages import fallbacks, is_language_tag, texts_by_language
from securelogin.outcomes import Problem, PublicFailure

__all__ = ["CODES", "DEFAULT_MESSAGES", "Messages"]

DEFAULT_MESSAGES: Mapping[str, Mapping[str, str]] = texts_by_language("messages")
"""Texts by language and code. All are complete; English stands in for any other."""

CODES = frozenset(DEFAULT_MESSAGES["en"])

_NAME = re.compile(r"\{[a-z_]+\}", re.ASCII)
_BRACE = re.compile(r"[{}]")


class Messages:
    """The catalogue of one portal installation.

    Args:
        texts: own texts by language and code; they go before the defaults.
        defaults: the catalogue they belong to. `securelogin.web` has one of its own
            for the texts of pages.

    Raises:
        WiringError: a language is no tag, a code does not exist, a text is empty or
            names a placeholder that the English one does not.
    """

    def __init__(
        self,
        texts: Mapping[str, Mapping[str, str]] | None = None,
        *,
        defaults: Mapping[str, Mapping[str, str]] = DEFAULT_MESSAGES,
    ) -> None:
        self.codes: frozenset[str] = frozenset(defaults["en"])
        merged = {tag: dict(known) for tag, known in defaults.items()}
        for language, own in (texts or {}).items():
            _check(own, language, defaults=defaults["en"])
            merged.setdefault(language.lower(), {}).update(own)
        self._texts = merged
        self._languages = tuple(t for t in sorted(merged) if not self.missing(t))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages a page can be shown in: those that no text is missing in."""
        return self._languages

    def missing(self, language: str, /) -> frozenset[str]:
        """Return the codes that only English has a text for, for a test of one's own.

        Until there are none, a language of one's own is offered to nobody: half a page
        in another language than it says it is in helps no one (WCAG 2.2, 3.1.1).
        """
        have = [self._texts.get(tag, {}) for tag in fallbacks(language)]
        return self.codes.difference(*have)

    def text(self, code: str, /, *, language: str = "en") -> str:
        """Return the text for *code*; "de-CH" falls back to "de", then to English."""
        for candidate in (*fallbacks(language), "en"):
            found = self._texts.get(candidate, {}).get(code)
            if found is not None:
                return found
        return code

    def failure(
        self, code: str, /, *, reference: str, language: str = "en"
    ) -> PublicFailure:
        """Return the public answer for *code*: "refused" or "overloaded"."""
        return PublicFailure(
            code=code,
            message=self.text(code, language=language),
            advice=self.text(f"{code}.advice", language=language),
            reference=reference,
        )

    def problems(
        self, problems: tuple[Problem, ...], /, *, minimum: int, language: str = "en"
    ) -> tuple[str, ...]:
        """Return what is wrong with a new password, in words."""
        return tuple(
            self.text(f"problem.{problem.value}", language=language).replace(
                "{minimum}", str(minimum)
            )
            for problem in problems
        )


def _check(
    own: Mapping[str, str], language: str, *, defaults: Mapping[str, str]
) -> None:
    """Refuse texts that nobody would be shown, or that would show a gap."""
    wrong = [
        str(code)
        for code, text in own.items()
        if code not in defaults or not isinstance(text, str) or not text.strip()
    ]
    if not is_language_tag(language):
        problem, cure = "this is no language tag.", "Write it as in 'fr' or 'de-CH'."
    elif wrong:
        problem = f"unknown code or empty text: {', '.join(sorted(wrong))}."
        cure = f"Known codes: {', '.join(sorted(defaults))}."
    elif strange := sorted(
        code for code, text in own.items() if not _names(text) <= _names(defaults[code])
    ):
        problem = f"unknown placeholder, or a brace alone, in: {', '.join(strange)}."
        cure = "Use those of the English text only, and no other braces."
    else:
        return
    raise WiringError(problem, setting=f"Messages(texts[{language!r}])", cure=cure)


def _names(text: str) -> frozenset[str]:
    return frozenset(_NAME.findall(text)) | frozenset(
        _BRACE.findall(_NAME.sub("", text))
    )
