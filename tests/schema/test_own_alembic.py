"""Beside an application's own Alembic: its history and ours, in one database."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from securelogin.stores.sql import schema
from securelogin.stores.sql.versions import NEWEST

ENV = """
import sqlalchemy as sa
from alembic import context
from securelogin.stores.sql import make_tables

metadata = sa.MetaData()
sa.Table("app_orders", metadata, sa.Column("id", sa.Integer, primary_key=True))
make_tables(metadata)
engine = sa.create_engine(
    context.config.attributes["url"], poolclass=sa.NullPool
)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = """
import sqlalchemy as sa
from alembic import op
from securelogin.stores.sql import schema

revision = "a1"
down_revision = None


def upgrade():
    {calls}
    # What Alembic handed to this revision is still there after the call.
    op.create_table("app_orders", sa.Column("id", sa.Integer, primary_key=True))
"""


@pytest.fixture
def config(database, tmp_path):
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text(ENV, encoding="utf-8")
    (tmp_path / "script.py.mako").write_text(
        "${imports if imports else ''}\n${upgrades}", encoding="utf-8"
    )
    config = Config(attributes={"url": database.url})
    config.set_main_option("script_location", str(tmp_path))
    return config


def write_revision(folder, calls):
    text = REVISION.format(calls=calls)
    (folder / "versions" / "a1_first.py").write_text(text, encoding="utf-8")


def test_a_revision_of_the_application_brings_our_tables_too(
    database, config, tmp_path
):
    write_revision(tmp_path, "schema.upgrade(op.get_bind())")

    command.upgrade(config, "head")

    assert schema.check(database.url) == ()
    assert database.versions() == [NEWEST]
    assert database.versions("alembic_version") == ["a1"]
    assert "app_orders" in sa.inspect(database.engine).get_table_names()
    # Autogenerate finds nothing to add, change or drop.
    command.check(config)


def test_a_revision_that_fails_afterwards_takes_our_tables_along(on_server, tmp_path):
    # As far as the database can: MariaDB ends a transaction at each table.
    config = Config(attributes={"url": on_server.url})
    config.set_main_option("script_location", str(tmp_path))
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text(ENV, encoding="utf-8")
    write_revision(tmp_path, "schema.upgrade(op.get_bind())")
    on_server.run("CREATE TABLE app_orders (id INTEGER)")

    with pytest.raises(sa.exc.DatabaseError):
        command.upgrade(config, "head")

    names = set(sa.inspect(on_server.engine).get_table_names())
    assert ("securelogin_accounts" in names) == (on_server.kind == "mariadb")
    on_server.run("DROP TABLE app_orders")
    command.upgrade(config, "head")
    assert schema.check(on_server.url) == ()
