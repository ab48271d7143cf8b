"""The sentences that people read, by language; the codes behind them are stable.

The default is the sentence of the portal this began with. A portal may replace any text
with its own, but only for everybody at once: texts are chosen by code and language,
never by cause or account (ASVS 6.3.8). Mail texts are in `mailers.letters`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from securelogin.errors import WiringError
from securelogin.outcomes import Problem, PublicFailure

__all__ = ["CODES", "DEFAULT_MESSAGES", "Messages"]

DEFAULT_MESSAGES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "refused": (
                "Invalid username, password or permissions. "
                "Please check you are using the correct URL."
            ),
            "refused.advice": (
                "If this goes on, contact your administrator, or the sender of the "
                "message if you received one, and quote the reference."
            ),
            "overloaded": "The portal is busy just now. Please try again in a minute.",
            "overloaded.advice": "Nothing is lost; the reference is for your support.",
            "reset_requested": (
                "If this address has an account here, a mail with a temporary password "
                "is on its way. Type that password by hand and check that the mail "
                "shows the same mark."
            ),
            "browser_old": (
                "This browser is older than this portal supports. If something does "
                "not work, please update it or use another one."
            ),
            "problem.too_short": "The password needs at least {minimum} characters.",
            "problem.too_long": "The password may have at most 1,024 characters.",
            "problem.unreadable": (
                "The password holds a character that not every device can type."
            ),
            "problem.common": "This password is among the first that guessers try.",
            "problem.breached": "This password was found in a data breach.",
            "problem.looks_temporary": "This looks like a temporary password.",
            "problem.same_as_before": "The new password must differ from the old one.",
        },
        "de": {
            "refused": (
                "Benutzername, Passwort oder Berechtigung ungültig. "
                "Bitte prüfen Sie, ob Sie die richtige URL verwenden."
            ),
            "refused.advice": (
                "Bleibt es dabei, wenden Sie sich an Ihren Administrator oder, wenn "
                "Sie eine Nachricht erhalten haben, an deren Absender, und nennen Sie "
                "die Referenz."
            ),
            "overloaded": (
                "Das Portal ist gerade ausgelastet. "
                "Bitte versuchen Sie es in einer Minute noch einmal."
            ),
            "overloaded.advice": (
                "Es ging nichts verloren; die Referenz ist für Ihren Support."
            ),
            "reset_requested": (
                "Gehört zu dieser Adresse ein Konto, ist eine Mail mit einem "
                "vorläufigen Passwort unterwegs. Tippen Sie es von Hand ab und prüfen "
                "Sie, ob die Mail dasselbe Kennzeichen trägt."
            ),
            "browser_old": (
                "Dieser Browser ist älter, als das Portal unterstützt. Wenn etwas "
                "nicht geht, aktualisieren Sie ihn bitte oder verwenden einen anderen."
            ),
            "problem.too_short": "Das Passwort braucht mindestens {minimum} Zeichen.",
            "problem.too_long": "Das Passwort darf höchstens 1.024 Zeichen haben.",
            "problem.unreadable": (
                "Das Passwort enthält ein Zeichen, das nicht jedes Gerät tippen kann."
            ),
            "problem.common": (
                "Dieses Passwort gehört zu den ersten, die geraten werden."
            ),
            "problem.breached": "Dieses Passwort stand in einem Datenleck.",
            "problem.looks_temporary": "Das sieht aus wie ein vorläufiges Passwort.",
            "problem.same_as_before": (
                "Das neue Passwort muss sich vom alten unterscheiden."
            ),
        },
    }
)
"""Texts by language and code. English is complete and stands in for any gap."""

CODES = frozenset(DEFAULT_MESSAGES["en"])


class Messages:
    """The catalogue of one portal installation.

    Args:
        texts: own texts by language and code; they go before the defaults.

    Raises:
        WiringError: a code does not exist, or a text is empty.
    """

    def __init__(self, texts: Mapping[str, Mapping[str, str]] | None = None) -> None:
        merged = {tag: dict(known) for tag, known in DEFAULT_MESSAGES.items()}
        for language, own in (texts or {}).items():
            wrong = [
                str(code)
                for code, text in own.items()
                if code not in CODES or not isinstance(text, str) or not text.strip()
            ]
            if wrong:
                raise WiringError(
                    f"unknown code or empty text: {', '.join(sorted(wrong))}.",
                    setting=f"Messages(texts[{language!r}])",
                    cure=f"Known codes: {', '.join(sorted(CODES))}.",
                )
            merged.setdefault(language.lower(), {}).update(own)
        self._texts = merged

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are texts in."""
        return tuple(sorted(self._texts))

    def text(self, code: str, /, *, language: str = "en") -> str:
        """Return the text for *code*; "de-CH" falls back to "de", then to English."""
        tag = language.lower()
        for candidate in (tag, tag.partition("-")[0], "en"):
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
