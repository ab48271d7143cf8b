"""A revision that breaks off in the middle."""

from __future__ import annotations

from alembic.operations import Operations
from sqlalchemy import Column, String
from sqlalchemy.dialects import sqlite

from securelogin.stores.sql.migrations.names import Names

revision = "0002"
down_revision = "0001"

# Strict tables know no other text.
NAME = String(64).with_variant(sqlite.TEXT(), "sqlite")


def upgrade(op: Operations, names: Names) -> None:
    op.add_column(
        names.table("accounts"),
        Column("nickname", NAME, nullable=True),
        schema=names.schema,
    )
    op.execute("SELECT 'swordfish' FROM nowhere")
