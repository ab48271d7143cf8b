"""Placeholder until the list is made."""

from __future__ import annotations
from collections.abc import Iterable


def load_block_list() -> frozenset[str]:
    return frozenset()


def is_blocked(
    password: str, /, *, entries: frozenset[str], context_words: Iterable[str]
) -> bool:
    return password.casefold() in entries
