"""Mails as they came over the wire, for the page that shows everybody's mailbox."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from securelogin.tour.post import ReceivedLetter, read_letter

__all__ = ["Mailbox", "Piece", "pieces"]

_URL = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a mail's text; with a URL where one can be clicked."""

    text: str
    url: str = ""


class Mailbox:
    """Every mail that has arrived, under its number; the first is number 1.

    Args:
        received: tells every raw message so far, oldest first.
        site: what the URLs begin with that shall be clickable: the demo's own.
    """

    def __init__(
        self, received: Callable[[], Sequence[bytes]], /, *, site: str
    ) -> None:
        self._received = received
        self._site = site
        self._read: list[ReceivedLetter] = []

    @property
    def letters(self) -> list[tuple[int, ReceivedLetter]]:
        """All letters with their numbers, newest first."""
        self._read += map(read_letter, self._received()[len(self._read) :])
        return list(enumerate(self._read, 1))[::-1]

    def letter(self, number: int, /) -> ReceivedLetter | None:
        """Return one letter."""
        return dict(self.letters).get(number)

    def newest(self, address: str, /, *, carrying: str) -> ReceivedLetter:
        """Return the newest letter to *address* that brings a secret.

        Args:
            carrying: "password" or "token".

        Raises:
            LookupError: there is none.
        """
        for _, letter in self.letters:
            if letter.to == address and getattr(letter, carrying):
                return letter
        raise LookupError(address)

    def pieces(self, letter: ReceivedLetter, /) -> list[Piece]:
        """Return a letter's text, cut where URLs of this demo begin and end."""
        return pieces(letter.text, site=self._site)


def pieces(text: str, /, *, site: str) -> list[Piece]:
    """Return *text* cut where URLs that begin with *site* begin and end."""
    found: list[Piece] = []
    end = 0
    for match in _URL.finditer(text):
        if not match[0].startswith(site):
            continue
        found += [Piece(text=text[end : match.start()])]
        found += [Piece(text=match[0], url=match[0])]
        end = match.end()
    return [piece for piece in (*found, Piece(text=text[end:])) if piece.text]
