"""All that stands on the pages, by language and code; a language is one file.

The answers of the flows are in `securelogin.messages`, the mails' texts in
`mailers.letters`. A page is shown in a language that both this catalogue and the
policy's messages have.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from securelogin.messages import Messages
from securelogin.web.texts.english import ENGLISH
from securelogin.web.texts.german import GERMAN

__all__ = ["PAGE_TEXTS", "said"]

PAGE_TEXTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"en": ENGLISH, "de": GERMAN}
)
"""Texts by language and code. English is complete and stands in for any gap."""


def said(texts: Messages, code: str, language: str, /, **values: object) -> str:
    """Return the text for *code* with its `{names}` filled in."""
    text = texts.text(code, language=language)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
