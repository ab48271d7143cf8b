"""Versions of the tables, on every database there is."""
