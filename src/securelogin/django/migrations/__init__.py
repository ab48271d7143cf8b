"""Migrations of the tables that Django keeps for the log-in."""

from __future__ import annotations
