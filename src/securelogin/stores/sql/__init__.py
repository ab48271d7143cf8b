"""A store in a relational database, over SQLAlchemy 2 Core (extra `sql`).

Statements are shared by both colours; nothing here knows of a flow. Read
`stores.memory` first: this does the same, one statement for each verb.
"""

from __future__ import annotations

from securelogin.stores.sql.async_adapters import AsyncSQLStore
from securelogin.stores.sql.sync_adapters import SQLStore
from securelogin.stores.sql.tables import Tables, make_tables

__all__ = ["AsyncSQLStore", "SQLStore", "Tables", "make_tables"]
