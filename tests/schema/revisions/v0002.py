"""A revision that was never released: a column and an index more."""

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
    accounts = names.table("accounts")
    # MariaDB may have been here before: it cannot undo this.
    is_again = op.get_context().dialect.name == "mariadb"
    op.add_column(
        accounts,
        Column("nickname", NAME, nullable=True),
        schema=names.schema,
        if_not_exists=is_again or None,
    )
    op.create_index(
        f"{accounts}_by_nickname",
        accounts,
        ["nickname"],
        schema=names.schema,
        if_not_exists=True,
    )
