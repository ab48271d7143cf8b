"""Ask a whole portal, over HTTP or however its test client does it.

The kit knows no HTTP library: the portal's tests hand over a `Visitor`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from securelogin.testing.uniformity.seen import Seen
from securelogin.testing.uniformity.stage import WRONG

__all__ = ["OF_THE_MOMENT", "Answer", "Visitor", "visit"]

OF_THE_MOMENT = frozenset({"date", "age", "x-request-id", "server-timing"})
"""Headers that differ between any two answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back.

    Attributes:
        headers: names and values as they came, doubles too.
    """

    status: int
    headers: Iterable[tuple[str, str]] = ()
    body: bytes = b""


class Visitor(Protocol):
    """Somebody who asks the portal one thing: to log in, or for a new password."""

    def send(self, address: str, password: str, /) -> Answer:
        """Ask as a stranger would, following no redirect, and return the answer."""
        ...


def visit(
    visitor: Visitor, address: str, /, *, chance: Sequence[str] = (), wrong: str = WRONG
) -> Seen:
    """Return what is seen of one answer.

    What is known to differ is blanked: the typed address, and, keeping its length, what
    the patterns in *chance* match. In headers too: a new cookie's value is random.
    """
    answer = visitor.send(address, wrong)

    def blank(text: str) -> str:
        text = text.replace(address, "·")
        for pattern in chance:
            text = re.sub(pattern, lambda found: "·" * len(found[0]), text)
        return text

    return Seen(
        kind=str(answer.status),
        headers=tuple(
            (name.lower(), blank(value))
            for name, value in answer.headers
            if name.lower() not in OF_THE_MOMENT
        ),
        # Byte by byte, whatever the encoding.
        body=blank(answer.body.decode("latin-1")).encode("latin-1"),
    )
