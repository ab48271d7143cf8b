"""What a process writes into its logs, and what of it was typed into a secret field."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Log", "listening"]

_SECRET_FIELDS = ("password", "new", "current", "token")


class Log(logging.Handler):
    """Every line that anything in the process writes, but for the asking side's."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        if not record.name.startswith(("urllib3", "schemathesis", "hypothesis")):
            self.lines.append(logging.Formatter().format(record))

    def betrays(self, body: object, ask: Callable[[object], object]) -> list[str]:
        """Return what is written because it was typed into a secret field.

        Words of our own code are typed too, and "change" is in a path, which every
        server's log has. So what is found is asked with once more, every letter
        another: only what is found again was written for having been typed.
        """
        found = self._has(body)
        if not found or not isinstance(body, dict):
            return []
        other = {
            name: _other(value) if value in found else value
            for name, value in body.items()
        }
        self.lines.clear()
        ask(other)
        again = self._has(other)
        return [text for text in found if _other(text) in again]

    def _has(self, body: object) -> list[str]:
        """Return what is typed into secret fields, can be told, and is written."""
        fields = body if isinstance(body, dict) else {}
        typed = (fields.get(name) for name in _SECRET_FIELDS)
        said = "\n".join(self.lines)
        return [
            text
            for text in typed
            if isinstance(text, str) and len(text) > 5 and text in said
        ]


def _other(text: str) -> str:
    return "".join(chr(ord(letter) ^ 1) for letter in text)


@contextmanager
def listening() -> Iterator[Log]:
    """Hear of everything, however little it matters, and go away again."""
    log, root = Log(), logging.getLogger()
    before = root.level
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    try:
        yield log
    finally:
        root.removeHandler(log)
        root.setLevel(before)
