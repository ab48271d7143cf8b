"""Since when what is over may go, and how much of it at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from securelogin.retention import Kept, Retention

__all__ = ["BATCH", "cutoffs", "is_last", "next_batch"]

BATCH = 500
"""Deleted by one statement: few enough that nobody waits for its locks."""


def cutoffs(retention: Retention, /, *, at: datetime) -> Mapping[Kept, datetime]:
    """Return for each kind the moment before which it has to be over to go."""
    return {kept: at - getattr(retention, kept.value) for kept in Kept}


def next_batch(gone: int, /, *, limit: int) -> int:
    """Return how many to delete next, when so many have gone."""
    return min(BATCH, limit - gone)


def is_last(deleted: int, /, *, batch: int) -> bool:
    """Tell whether a batch that had so many deleted was the last one."""
    return deleted < batch
