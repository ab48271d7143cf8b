"""Which database serves an engine."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from securelogin.stores.sql.async_database import AsyncEngineDatabase
from securelogin.stores.sql.databases import AsyncDatabase, Database
from securelogin.stores.sql.file_database import AsyncFileDatabase
from securelogin.stores.sql.sync_database import EngineDatabase

__all__ = ["async_database", "sync_database"]


def sync_database(engine: Engine, /, *, is_own: bool) -> Database:
    """Return the database behind an engine of `engines.sync_engine`."""
    return EngineDatabase(engine, is_own=is_own)


def async_database(engine: AsyncEngine | Engine, /, *, is_own: bool) -> AsyncDatabase:
    """Return the database behind an engine of `engines.async_engine`."""
    if isinstance(engine, AsyncEngine):
        return AsyncEngineDatabase(engine, is_own=is_own)
    return AsyncFileDatabase(engine)
