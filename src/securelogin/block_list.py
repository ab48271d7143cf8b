"""The block list: passwords that guessers try first, and words they expect here.

Two things refuse a new password, both of them looking at the whole of it:

- it is on the list, `data/block_list.txt`: entries out of breaches, chosen from public
  packages under MIT licences, and entries made by the rules that guessing programs use.
  At least 3,000 have 15 code points or more, so that they fit the default policy
  (OWASP ASVS 5.0, 6.2.4; NIST SP 800-63B-4, 3.1.1.2; threats X11, E18);
- nothing is left of it but words of its surroundings: product, tenant, address
  (ASVS 6.1.2 and 6.2.11; threats C12).

A long passphrase that has "password" somewhere in it is neither, and passes: NIST
forbids looking at substrings. How the list was made is told in
`docs/reference/block-list.md`.

Not in here: the length of a password, the wish for more entries (`Policy.block_list`
takes any set), and the question to a breach service, which is an adapter's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

__all__ = ["fold", "is_blocked", "load_block_list"]

_COMMENT = "# "
_SHORTEST_AMID_DIGITS = 3
"""Shorter words mean nothing between digits: `a1b2…` is not made of "a" and "b"."""
_SHORTEST_NUMBER = 6
"""A shorter number stands by chance in too many random ones."""


@cache
def load_block_list() -> frozenset[str]:
    """Return the entries that come with the library, read once per process."""
    path = files("securelogin") / "data" / "block_list.txt"
    lines = path.read_text(encoding="utf-8").split("\n")
    return frozenset(line for line in lines if line and not line.startswith(_COMMENT))


def fold(text: str, /) -> str:
    """Return *text* as entries are written: composed (NFC), then without case.

    Not NFKC: full-width letters stay other letters, as they do in the hash.
    """
    return unicodedata.normalize("NFC", text).casefold()


def is_blocked(
    password: str, /, *, entries: frozenset[str], context_words: Iterable[str]
) -> bool:
    """Tell whether a new password, as a whole, is one that guessers expect.

    Pure, and linear in the password's length for given words: no patterns, no
    distances (CVE-2021-45115). Only NFC is not, so cap the length first.

    Args:
        entries: passwords in the form that `fold` gives.
        context_words: in any spelling; of "Acme Health" each part is a word too. A
            password is refused if it is made of these alone, in any order and number,
            with any digits, blanks and punctuation before, between and after them.

    Raises:
        TypeError: *context_words* is one str.
    """
    if isinstance(context_words, str):
        # Read letter by letter it would be no word at all, and nothing refused.
        message = "context_words must be several words, not one str"
        raise TypeError(message)
    folded = fold(password)
    if folded in entries:
        return True
    plain = "".join(_parts(folded))
    words = set[str]()
    for parts in map(_parts, map(fold, context_words)):
        words.update(parts, ["".join(parts)])
    words.discard("")
    return _is_made_of(plain, words=words) or _is_amid_digits(plain, words=words)


def _parts(text: str) -> list[str]:
    """Return what stands between blanks, punctuation and other signs.

    Marks ("M") go with the letters: without its vowel signs a word is another one.
    """
    return "".join(
        character if unicodedata.category(character)[0] in "LMN" else " "
        for character in text
    ).split()


def _letters(text: str) -> str:
    return "".join(
        character for character in text if unicodedata.category(character)[0] in "LM"
    )


def _is_amid_digits(plain: str, *, words: set[str]) -> bool:
    """Tell whether *plain* is words and digits, or a number that is a word and digits.

    The price: three letters of context and twelve digits by chance are refused too.
    """
    letters = _letters(plain)
    if not letters:
        return any(
            len(word) >= _SHORTEST_NUMBER and not _letters(word) and word in plain
            for word in words
        )
    return _is_made_of(
        letters,
        words={
            word for word in map(_letters, words) if len(word) >= _SHORTEST_AMID_DIGITS
        },
    )


def _is_made_of(text: str, *, words: set[str]) -> bool:
    """Tell whether *text* is one or more of *words* in a row, nothing left over.

    Each place is visited once, from the left, if words reach up to it: the work is at
    most `len(text)` times the letters of all words, whatever they are.
    """
    is_reached = [False] * (len(text) + 1)
    is_reached[0] = bool(text)
    for start in range(len(text)):
        if is_reached[start]:
            for word in words:
                if text.startswith(word, start):
                    is_reached[start + len(word)] = True
    return is_reached[-1]
