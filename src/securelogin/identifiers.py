"""Random identifiers: 128 bits, URL-safe, meaningless (ASVS 11.5.1)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable

__all__ = ["make_id"]


def make_id(random: Callable[[int], bytes], /) -> str:
    """Return 22 URL-safe characters made of 16 random bytes."""
    return urlsafe_b64encode(random(16)).rstrip(b"=").decode("ascii")
