"""Decisions, pure: the same arguments give the same verdict, and nothing else happens.

Whoever wants to audit one folder audits this one. No I/O, clock, thread or randomness
in here; times, keys and everything fetched come in as arguments.
"""
