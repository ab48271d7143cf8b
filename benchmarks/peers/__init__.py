"""The library beside its peers: each side in a process of its own, asked in turn."""

from __future__ import annotations
