"""From any version to the newest, once, whoever asks at the same time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from securelogin.errors import Unavailable, WiringError
from securelogin.stores.sql import SQLStore, make_tables, schema
from securelogin.stores.sql.migrations.history import SHIPPED, History
from securelogin.stores.sql.migrations.names import Names
from securelogin.stores.sql.migrations.turns import one_at_a_time
from securelogin.stores.sql.versions import NEWEST, VERSIONS, require_newest
from securelogin.testing.values import account
from tests.schema.databases import DATA, KINDS
from tests.schema.revisions import broken

NAMES = Names(prefix="securelogin_", schema=None)


def test_the_versions_a_store_knows_are_those_there_are_revisions_for():
    assert History(*SHIPPED).versions == VERSIONS


def test_a_new_database_is_at_the_newest_version(database):
    schema.create(database.url)

    assert database.versions() == [NEWEST]
    assert schema.check(database.url) == ()


def test_create_and_upgrade_lead_to_the_same_tables(database):
    schema.create(database.url, prefix="one_")
    schema.upgrade(database.url, prefix="two_")

    assert shape(database.engine, "one_") == shape(database.engine, "two_")


def shape(engine, prefix):
    """Return all that the inspector can tell of the tables with a prefix."""
    inspector = sa.inspect(engine)
    told = {}
    for table in make_tables(prefix=prefix).in_order:
        told[table.name] = [
            [
                {**column, "type": column["type"].compile(dialect=engine.dialect)}
                for column in inspector.get_columns(table.name)
            ],
            inspector.get_pk_constraint(table.name),
            inspector.get_unique_constraints(table.name),
            inspector.get_foreign_keys(table.name),
            sorted(inspector.get_indexes(table.name), key=str),
            inspector.get_table_options(table.name),
        ]
    return str(told).replace(prefix, "")


def test_making_the_tables_again_changes_nothing(database):
    schema.create(database.url)
    database.load("0001.rows.sql")

    schema.create(database.url)

    assert database.versions() == [NEWEST]
    assert database.run("SELECT count(*) FROM securelogin_accounts") == [(4,)]


def test_upgrading_again_finds_nothing_to_do(database):
    assert schema.upgrade(database.url) == VERSIONS
    assert schema.upgrade(database.url) == ()


def test_one_revision_more_is_run_on_the_tables_of_the_last_release(database, longer):
    database.load_first_release()

    assert schema.upgrade(database.url, history=longer) == ("0002",)

    assert database.versions() == ["0002"]
    assert "nickname" in database.columns("securelogin_accounts")
    indexes = sa.inspect(database.engine).get_indexes("securelogin_accounts")
    assert [index["name"] for index in indexes] == ["securelogin_accounts_by_nickname"]


def test_all_revisions_are_run_on_an_empty_database(database, longer):
    assert schema.upgrade(database.url, history=longer) == ("0001", "0002")

    assert database.versions() == ["0002"]


def test_tables_made_before_there_were_versions_are_taken_as_the_first(
    database, longer
):
    database.load_first_release()
    database.run("DROP TABLE securelogin_version")

    assert schema.upgrade(database.url, history=longer) == ("0001", "0002")

    assert database.run("SELECT count(*) FROM securelogin_accounts") == [(4,)]


def test_processes_of_the_release_before_go_on_after_the_upgrade(file, longer):
    file.load_first_release()
    running = SQLStore(file.url)
    found = running.accounts.get("id of ann")

    schema.upgrade(file.url, history=longer)

    assert running.accounts.get("id of ann") == found
    assert running.accounts.add(account("new")) is True
    running.close()


@pytest.mark.parametrize("begin", ["empty", "0001"])
def test_of_many_that_upgrade_at_once_one_does_it(database, longer, begin):
    if begin == "0001":
        database.load_first_release()
    barrier = threading.Barrier(6)

    def upgrade(_: int) -> tuple[str, ...]:
        barrier.wait(30)
        return schema.upgrade(database.url, history=longer)

    with ThreadPoolExecutor(6) as threads:
        did = list(threads.map(upgrade, range(6)))

    expected = ("0001", "0002") if begin == "empty" else ("0002",)
    assert [(), (), (), (), (), expected] == sorted(did)
    assert database.versions() == ["0002"]


def test_of_many_that_create_at_once_all_find_the_tables(database):
    barrier = threading.Barrier(6)

    def create(_: int) -> None:
        barrier.wait(30)
        schema.create(database.url)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(create, range(6)))

    assert database.versions() == [NEWEST]
    assert schema.check(database.url) == ()


def test_who_waits_too_long_for_a_turn_gives_up(database):
    engine = sa.create_engine(database.url, poolclass=sa.NullPool)
    with (
        engine.connect() as one,
        engine.connect() as two,
        one_at_a_time(one, NAMES),
        pytest.raises((Unavailable, sa.exc.OperationalError)),
        one_at_a_time(two, NAMES, patience=timedelta(milliseconds=50)),
    ):
        pass


def test_other_tables_of_the_database_need_not_wait(on_server):
    other = Names(prefix="other_", schema=None)
    engine = sa.create_engine(on_server.url, poolclass=sa.NullPool)
    with (
        engine.connect() as one,
        engine.connect() as two,
        one_at_a_time(one, NAMES),
        one_at_a_time(two, other, patience=timedelta(milliseconds=50)),
    ):
        assert two.scalar(sa.text("SELECT 1")) == 1


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_the_next_one_sees_what_was_written_in_the_turn_before(database):
    # The others keep the lock until the transaction has ended.
    database.run("CREATE TABLE noted (version INTEGER)")
    engine = sa.create_engine(database.url, poolclass=sa.NullPool)
    noted = sa.text("SELECT count(*) FROM noted")
    with engine.connect() as one, engine.connect() as two:
        assert two.scalar(noted) == 0
        with one_at_a_time(one, NAMES):
            one.execute(sa.text("INSERT INTO noted VALUES (1)"))
        with one_at_a_time(two, NAMES):
            assert two.scalar(noted) == 1


def test_a_revision_that_breaks_off_can_be_run_again_when_it_is_mended(
    database, longer
):
    database.load_first_release()

    with pytest.raises(Unavailable) as caught:
        schema.upgrade(database.url, history=History(*SHIPPED, broken))

    assert "swordfish" not in str(caught.value)
    assert (caught.value.__context__, caught.value.__cause__) == (None, None)
    assert database.versions() == ["0001"]
    is_undone = "nickname" not in database.columns("securelogin_accounts")
    assert is_undone == (database.kind != "mariadb")
    assert schema.upgrade(database.url, history=longer) == ("0002",)


def test_an_upgrade_within_the_caller_s_transaction_is_the_caller_s_to_commit(file):
    file.run("CREATE TABLE orders (id INTEGER)")
    engine = sa.create_engine(file.url)
    with engine.connect() as connection:
        connection.execute(sa.text("INSERT INTO orders VALUES (1)"))
        schema.upgrade(connection)
        connection.rollback()

    assert sa.inspect(file.engine).get_table_names() == ["orders"]

    with engine.begin() as connection:
        schema.upgrade(connection)

    assert file.versions() == [NEWEST]
    engine.dispose()


def test_the_caller_s_own_patience_is_as_it_was(database):
    asked = {
        "sqlite": "PRAGMA busy_timeout",
        "postgresql": "SHOW lock_timeout",
        "mariadb": "SELECT @@lock_wait_timeout",
    }[database.kind]
    engine = sa.create_engine(database.url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        before = connection.scalar(sa.text(asked))
        schema.upgrade(connection)
        after = connection.scalar(sa.text(asked))

    assert before == after


def test_a_connection_in_autocommit_is_refused(database):
    with (
        database.engine.connect() as connection,
        pytest.raises(WiringError, match="autocommit"),
    ):
        schema.upgrade(connection)


def test_an_engine_of_the_application_stays_its_own(file):
    engine = sa.create_engine(file.url)

    schema.upgrade(engine)

    with engine.connect() as connection:
        assert list(schema_versions(connection)) == [NEWEST]
    engine.dispose()


def schema_versions(connection):
    return connection.scalars(sa.text("SELECT version_num FROM securelogin_version"))


def test_prefix_and_schema_name_every_table(database):
    if database.kind == "postgresql":
        database.run("CREATE SCHEMA portal")
    place = {"prefix": "login_", "schema": schema_of(database)}

    assert schema.upgrade(database.url, **place) == VERSIONS

    assert schema.check(database.url, **place) == ()
    names = set(sa.inspect(database.engine).get_table_names(schema=place["schema"]))
    assert {table.name for table in make_tables(prefix="login_").in_order} == names


def schema_of(database):
    return {
        "sqlite": "main",
        "postgresql": "portal",
        "mariadb": database.url.database,
    }[database.kind]


@pytest.mark.parametrize("kind", KINDS)
def test_a_released_revision_stays_as_it_is(kind):
    frozen = (DATA / f"0001.{kind}.sql").read_text(encoding="utf-8")
    told = "\n".join(line.rstrip() for line in schema.sql(kind).split("\n"))

    # More may follow: the next revision.
    assert told.startswith(frozen.removesuffix("COMMIT;\n\n"))


def test_the_statements_for_an_administrator_do_what_upgrade_does(database, tmp_path):
    script = schema.sql(database.kind)
    (tmp_path / "all.sql").write_text(script, encoding="utf-8")

    database.load(str(tmp_path / "all.sql"))

    assert schema.check(database.url) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_statements_after_a_version_leave_out_what_is_there(kind):
    place = {"prefix": "login_", "schema": "portal"}

    assert "CREATE TABLE" not in schema.sql(kind, after=NEWEST, **place)
    assert "CREATE TABLE IF NOT EXISTS portal.login_links" in schema.sql(kind, **place)


@pytest.mark.parametrize(
    ("dialect", "after", "setting"),
    [("oracle", None, "dialect"), ("sqlite", "9999", "after")],
)
def test_statements_for_what_there_is_not_are_refused(dialect, after, setting):
    with pytest.raises(WiringError) as caught:
        schema.sql(dialect, after=after)

    assert caught.value.setting == setting


@pytest.mark.parametrize("function", [schema.upgrade, schema.create])
def test_tables_of_a_version_that_is_not_known_are_left_alone(file, function):
    file.load_first_release()
    file.run("UPDATE securelogin_version SET version_num = '9999'")

    with pytest.raises(WiringError, match="does not know") as caught:
        function(file.url)

    assert "Update securelogin" in caught.value.cure
    assert file.versions() == ["9999"]


def test_two_versions_at_once_are_none_that_is_known(file):
    file.load_first_release()
    file.run("INSERT INTO securelogin_version VALUES ('9999')")

    with pytest.raises(WiringError, match="does not know"):
        schema.upgrade(file.url)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ((), "`securelogin schema upgrade`"),
        (("0000",), "Update securelogin"),
        ((NEWEST, "0000"), "Update securelogin"),
    ],
)
def test_a_version_that_is_not_the_newest_is_refused_with_its_cure(found, said):
    with pytest.raises(WiringError) as caught:
        require_newest(found)

    assert said in caught.value.cure


def test_an_older_version_is_refused_with_the_command_that_brings_it_up():
    with pytest.raises(WiringError, match="version 0001, not 0002") as caught:
        require_newest(("0001",), versions=("0001", "0002"))

    assert "`securelogin schema upgrade`" in caught.value.cure


def test_a_database_that_cannot_be_reached_is_unavailable(tmp_path):
    with pytest.raises(Unavailable, match=r"schema\.upgrade") as caught:
        schema.upgrade(f"sqlite:///{tmp_path}/no/such/folder/x.db")

    assert (caught.value.__context__, caught.value.__cause__) == (None, None)
