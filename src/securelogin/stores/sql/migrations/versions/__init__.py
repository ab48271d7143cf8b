"""One module for each version of the tables; `history` has them in their order."""

from __future__ import annotations
