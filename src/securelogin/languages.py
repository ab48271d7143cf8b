"""What the library says, by language; each language is one file in `data/languages`.

A file holds the words for the things people read of (`glossary`), the answers of the
flows (`messages`), the texts of the pages (`pages`) and of the mails (`letters`). Not
in here: what a portal puts in their place; see `messages` and `mailers.letters`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

__all__ = ["fallbacks", "is_language_tag", "load_languages", "texts_by_language"]

_SUFFIX = ".toml"
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)


@cache
def load_languages() -> Mapping[str, Mapping[str, Any]]:
    """Return all that the files hold, by language tag; read once per process."""
    folder = files("securelogin") / "data" / "languages"
    found = sorted(folder.iterdir(), key=lambda file: file.name)
    return MappingProxyType(
        {
            file.name.removesuffix(_SUFFIX): MappingProxyType(
                tomllib.loads(file.read_text(encoding="utf-8"))
            )
            for file in found
            if file.name.endswith(_SUFFIX)
        }
    )


def texts_by_language(table: str, /) -> Mapping[str, Mapping[str, Any]]:
    """Return one table of every file, by language tag."""
    return MappingProxyType(
        {tag: MappingProxyType(held[table]) for tag, held in load_languages().items()}
    )


def is_language_tag(text: object, /) -> bool:
    """Tell whether *text* has the form of a language tag, such as "en" or "de-CH".

    That is BCP 47 (RFC 5646) without its private and inherited tags.
    """
    return isinstance(text, str) and _TAG.fullmatch(text) is not None


def fallbacks(language: str, /) -> Iterator[str]:
    """Yield what to look for, in lower case: "zh-Hant-TW", "zh-Hant", "zh".

    By RFC 4647, section 3.4: a single letter or digit goes with what followed it.
    Total; "de_CH", as operating systems write it, counts as "de-CH".
    """
    subtags = language.lower().replace("_", "-").split("-")
    while subtags:
        yield "-".join(subtags)
        subtags.pop()
        while subtags and len(subtags[-1]) == 1:
            subtags.pop()
