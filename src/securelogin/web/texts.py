"""All that stands on the pages, by language and code.

The answers of the flows are in `securelogin.messages`, the mails' texts in
`mailers.letters`. A page is shown in a language that both this catalogue and the
policy's messages have.
"""

from __future__ import annotations

from collections.abc import Mapping

from securelogin.languages import texts_by_language
from securelogin.messages import Messages

__all__ = ["PAGE_TEXTS", "said"]

PAGE_TEXTS: Mapping[str, Mapping[str, str]] = texts_by_language("pages")
"""Texts by language and code. All are complete; English stands in for any other."""


def said(texts: Messages, code: str, language: str, /, **values: object) -> str:
    """Return the text for *code* with its `{names}` filled in."""
    text = texts.text(code, language=language)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
