"""The way from each version of the tables to the next (Alembic: extra `migrations`).

There is no `env.py` and no `alembic.ini`: `history` runs the revisions over whatever
connection it is given, beside any history the application has of its own.

A revision is a module in `versions` with `revision`, `down_revision` and
`upgrade(op, names)`. Once released, it is never edited. It

- repeats the types it uses: `tables` tells how they are today, not how they were;
- can be run again after it broke off in the middle (`if_not_exists`), because MariaDB
  ends a transaction at each change of a table;
- leaves what the version before it needs, so that its processes may go on meanwhile:
  a column is added with a default or as NULL, and removed one release after the last
  statement that names it. In SQLite that also keeps a table STRICT, which Alembic's
  copy of a table would not.

Going back is restoring a backup: no revision throws data away.
"""

from __future__ import annotations
