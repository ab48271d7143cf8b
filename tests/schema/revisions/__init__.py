"""Revisions that were never released."""

from __future__ import annotations
