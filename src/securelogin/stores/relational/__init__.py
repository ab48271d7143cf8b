"""What stores in a relational database share, whatever runs their statements.

    columns     single columns, written and read
    rows        a value as a row and back; credentials: credential_rows, records of
                the trail: audit_rows
    nul         NUL where text cannot hold one
    clearing    when a table of counters is cleared

Nothing here knows SQLAlchemy or Django.
"""

from __future__ import annotations
