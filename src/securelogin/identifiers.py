"""Random identifiers: 128 bits, URL-safe, meaningless (ASVS 11.5.1)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable

__all__ = ["make_id"]


def make_id(random: Callable[[int], bytes], /) -> str:
    """Return 22 URL-safe characters made of 16 random bytes; the first is a letter."""
    text = urlsafe_b64encode(random(16)).rstrip(b"=").decode("ascii")
    # The last one holds two bits and is one of A, Q, g, w. In front of the others it
    # keeps commands from reading an id as an option: one in 64 would begin with "-".
    return text[-1] + text[:-1]
