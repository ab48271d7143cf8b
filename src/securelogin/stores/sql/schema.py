"""Make the tables, bring them to this package's version, tell how they differ from it.

The same is on the command line as `securelogin schema`. Each call takes a database URL,
an engine, or a connection inside the caller's own transaction, such as the one an
Alembic revision of the application runs in. Async code hands these functions to
`AsyncConnection.run_sync`.

`create` and `check` need SQLAlchemy only; `upgrade` and `sql` need Alembic (extra
`migrations`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine, create_engine, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from securelogin.errors import SecureLoginError, WiringError
from securelogin.stores.relational.columns import Caller
from securelogin.stores.sql.engines import isolation_of, sync_engine
from securelogin.stores.sql.failures import FAILURES, unavailable
from securelogin.stores.sql.migrations.differences import differences
from securelogin.stores.sql.migrations.names import Names
from securelogin.stores.sql.migrations.turns import one_at_a_time
from securelogin.stores.sql.statements import Statements
from securelogin.stores.sql.tables import Tables, make_tables
from securelogin.stores.sql.versions import NEWEST, require_newest

if TYPE_CHECKING:
    from securelogin.stores.sql.migrations.history import History

__all__ = ["DIALECTS", "Source", "check", "create", "sql", "stamp", "upgrade"]

T = TypeVar("T")
Source = str | URL | Engine | Connection

DIALECTS = ("sqlite", "postgresql", "mariadb")
"""What `sql` can be asked for."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the tables are."""

    names: Names
    tables: Tables = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self,
            "tables",
            make_tables(prefix=self.names.prefix, schema=self.names.schema),
        )

    def versions(self, connection: Connection) -> tuple[str, ...]:
        """Return the versions that the database says it has: one, or none yet."""
        table = self.tables.version
        if not inspect(connection).has_table(table.name, schema=table.schema):
            return ()
        return tuple(connection.scalars(select(table.c.version_num)))


def create(
    source: Source, /, *, prefix: str = "securelogin_", schema: str | None = None
) -> None:
    """Make the tables in a database that has none. Twice is as good as once.

    Safe for any number of processes at once: they take turns.

    Raises:
        WiringError: there are tables already, of another version; the source or the
            prefix is unfit; or the connection is in autocommit.
        Unavailable: the database could not do it.
    """
    place = _place(prefix, schema)

    def make(connection: Connection) -> None:
        with one_at_a_time(connection, place.names):
            if not place.versions(connection):
                dialect = connection.dialect.name
                for statement in Statements(place.tables, dialect=dialect).create:
                    connection.execute(statement)
            require_newest(place.versions(connection))

    _run(make, source, verb="create")


def upgrade(
    source: Source,
    /,
    *,
    prefix: str = "securelogin_",
    schema: str | None = None,
    history: History | None = None,
) -> tuple[str, ...]:
    """Bring the tables to the newest version, from any earlier one or from none.

    Safe for any number of processes at once: they take turns, and the later ones find
    nothing left to do. SQLite and PostgreSQL do it in one transaction, all or nothing;
    where it broke off in MariaDB, call it again.

    Args:
        source: a URL, an engine, or a connection in a transaction of yours.
        prefix: what the tables' names begin with.
        schema: the database schema they are in; None: the default one.
        history: other revisions than those of this package; for tests of revisions.

    Returns:
        the versions it went through, oldest first; none if there was nothing to do.

    Raises:
        WiringError: the tables are of a version unknown here, Alembic is not
            installed, or as `create`.
        Unavailable: the database could not do it.
    """
    place = _place(prefix, schema)
    line = history or _shipped()

    def bring(connection: Connection) -> tuple[str, ...]:
        with one_at_a_time(connection, place.names):
            found = place.versions(connection)
            if len(found) > 1 or not set(found) <= set(line.versions):
                require_newest(found)
            ahead = line.after(found[0] if found else None)
            line.run(connection, place.names)
            return ahead

    return _run(bring, source, verb="upgrade")


def check(
    source: Source, /, *, prefix: str = "securelogin_", schema: str | None = None
) -> tuple[str, ...]:
    """Compare the database with what this package expects; change nothing.

    Returns:
        one plain line for each difference, of version, table, column, type, key, index
        or collation; none if all is as expected.

    Raises:
        WiringError: the source or the prefix is unfit.
        Unavailable: the database could not be asked.
    """
    place = _place(prefix, schema)

    def compare(connection: Connection) -> tuple[str, ...]:
        told = differences(connection, place.tables)
        try:
            require_newest(place.versions(connection))
        except WiringError as unfit:
            return (f"{unfit.problem} {unfit.cure}", *told)
        return told

    return _run(compare, source, verb="check")


def stamp(
    source: Source, /, *, prefix: str = "securelogin_", schema: str | None = None
) -> None:
    """Note that the tables are of this package's version; they were made elsewhere.

    For an application whose own migrations make them, from its own MetaData.

    Raises:
        WiringError: they are not as this version's are; or as `create`.
        Unavailable: the database could not do it.
    """
    place = _place(prefix, schema)

    def note(connection: Connection) -> None:
        with one_at_a_time(connection, place.names):
            told = differences(connection, place.tables)
            if told:
                raise WiringError(
                    f"the tables are not those of version {NEWEST}: {told[0]}.",
                    setting="store",
                    cure="`securelogin schema check` lists all differences.",
                )
            table = place.tables.version
            connection.execute(table.delete())
            connection.execute(table.insert(), {"version_num": NEWEST})

    _run(note, source, verb="stamp")


def sql(
    dialect: str,
    /,
    *,
    after: str | None = None,
    prefix: str = "securelogin_",
    schema: str | None = None,
) -> str:
    """Return the statements that `upgrade` would run, for a database administrator.

    Args:
        dialect: one of `DIALECTS`.
        after: the version the database is at; None: it is empty.
        prefix: what the tables' names begin with.
        schema: the database schema they are in; None: the default one.

    Raises:
        WiringError: there is no such dialect, version or prefix; or Alembic is not
            installed.
    """
    names = _place(prefix, schema).names
    history = _shipped()
    if dialect not in DIALECTS:
        raise WiringError(
            "there are no statements for that.",
            setting="dialect",
            cure=f"Use one of: {', '.join(DIALECTS)}.",
        )
    if after is not None and after not in history.versions:
        raise WiringError(
            "there is no such version.",
            setting="after",
            cure=f"Use one of: {', '.join(history.versions)}.",
        )
    return history.script(dialect, names, after=after)


def _place(prefix: str, schema: str | None) -> _Place:
    return _Place(Names(prefix=prefix, schema=schema))


def _shipped() -> History:
    try:
        from securelogin.stores.sql.migrations.history import (  # noqa: PLC0415 -- an extra
            SHIPPED,
            History,
        )
    except ModuleNotFoundError as error:
        missing = error.name
    else:
        return History(*SHIPPED)
    raise WiringError(
        f"{missing} is not installed.",
        setting="migrations",
        cure="pip install 'securelogin[migrations]'",
    )


def _run(work: Callable[[Connection], T], source: Source, /, *, verb: str) -> T:
    """Do *work*; what the driver says stays here: it may quote rows."""
    try:
        with _connected(source) as connection:
            return work(connection)
    except SecureLoginError:
        raise
    except FAILURES as error:
        failure = unavailable(error, by=Caller("schema", verb))
    raise failure


@contextmanager
def _connected(source: Source) -> Iterator[Connection]:
    if isinstance(source, Connection):
        # Its transaction is the caller's to end.
        yield source
        return
    engine = source if isinstance(source, Engine) else _patient_engine(source)
    try:
        in_transactions = engine.execution_options(
            isolation_level=isolation_of(engine.dialect)
        )
        with in_transactions.connect() as connection:
            yield connection
            connection.commit()
    finally:
        if engine is not source:
            engine.dispose()


def _patient_engine(source: str | URL) -> Engine:
    """Return an engine for one connection, which waits for a long statement to end.

    A store's own gives up after some seconds; an index may take minutes to build.
    """
    impatient = sync_engine(source)
    impatient.dispose()
    return create_engine(impatient.url, poolclass=NullPool, hide_parameters=True)
