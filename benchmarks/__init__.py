"""Figures of one run on one machine; never tests."""

from __future__ import annotations
