"""Versions of the table of messages."""
