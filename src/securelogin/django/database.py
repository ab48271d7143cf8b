"""A connection of the store's own, beside the one that views are in.

Under `ATOMIC_REQUESTS`, or in a view's own `atomic`, Django's connection takes back
everything when the view fails: a guess would not have been counted. So the store has an
alias of its own to the same database, made of the settings of the other. Each verb is
one transaction there, committed when it returns, whatever becomes of the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db import Error, IntegrityError, connections, models, transaction
from django.db.models import QuerySet

from securelogin.django.stored import columns_of
from securelogin.errors import Unavailable, WiringError
from securelogin.stores.relational.columns import Caller, Row, Values, read_rows

__all__ = ["PREFIX", "Database", "Rows"]

K = TypeVar("K", bound=str)
V = TypeVar("V")
T = TypeVar("T")

PREFIX = "securelogin:"
"""What the store's own aliases begin with."""

# Text that is no UTF-8 and a number too large come as Python's own errors.
_FAILURES = (Error, ValueError, ArithmeticError)
_MOST_TURNS = 8
# PostgreSQL's SQLSTATE: serialization failure, deadlock. MariaDB's number: deadlock.
_GAVE_IN = {"40001", "40P01", 1213}
_SQLITE = {
    # Who reads before they write would find that another was first, and fail.
    "transaction_mode": "IMMEDIATE",
    # As `stores.sql.engines`: a reader waits for no writer, nor the other way round.
    "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
}


class Database:
    """Run queries, each its own durable transaction; what fails is `Unavailable`.

    Raises:
        WiringError: there is no such alias in `DATABASES`.
    """

    def __init__(self, using: str, /) -> None:
        self.alias: str = f"{PREFIX}{using}"
        if self.alias not in connections.settings:
            connections.settings[self.alias] = _own_settings(using)

    def rows(self, model: type[models.Model], /) -> QuerySet[Any]:
        """Return a query for all that a table holds."""
        return model._base_manager.using(self.alias)  # noqa: SLF001 -- documented, for all its name

    def transaction(self) -> Any:  # noqa: ANN401 -- Django's own
        """Begin a transaction, for queries that go together."""
        return transaction.atomic(using=self.alias, durable=True)

    def run(self, work: Callable[[], T], /, *, by: Caller, taken: T | None = None) -> T:
        """Return what *work* returns; or *taken*, if a key was there already.

        Raises:
            Unavailable: the database failed.
        """
        done = self._tried(work, by=by, taken=taken)
        # What a crash report shows of this frame holds no row (threats F-36).
        del work
        # Not raised where it was caught: Django's error quotes rows (threats F-37).
        if isinstance(done, Unavailable):
            raise done
        return done

    def _tried(
        self, work: Callable[[], T], *, by: Caller, taken: T | None
    ) -> T | Unavailable:
        turn = 1
        while True:
            try:
                return work()
            except _FAILURES as error:
                if taken is not None and isinstance(error, IntegrityError):
                    return taken
                # Outside of requests nobody else lets go of a connection that is lost.
                connections[self.alias].close_if_unusable_or_obsolete()
                if turn == _MOST_TURNS or not _gave_in(error):
                    return _unavailable(error, by=by)
            turn += 1


def _own_settings(using: str) -> dict[str, Any]:
    if using not in connections.settings:
        raise WiringError(
            f"there is no database {using!r}.",
            setting="DjangoStore(using=…)",
            cure="Name one of DATABASES, or leave it out for the default one.",
        )
    settings = connections.settings[using]
    options = {**settings["OPTIONS"]}
    # What is promised holds at the level that a database begins with.
    options.pop("isolation_level", None)
    if connections[using].vendor == "sqlite":
        options |= _SQLITE
    return {
        **settings,
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "OPTIONS": options,
    }


def _gave_in(error: BaseException) -> bool:
    """Tell whether the database has undone everything, for another's sake."""
    driver = error.__cause__ or error
    known = (getattr(driver, "sqlstate", None), *driver.args[:1])
    return any(one in _GAVE_IN for one in known if isinstance(one, str | int))


def _unavailable(error: BaseException, *, by: Caller) -> Unavailable:
    kind = type(error.__cause__ or error).__name__
    return Unavailable(
        f"the database failed with {kind}", adapter=by.adapter, verb=by.verb
    )


class Rows(Generic[K, V]):
    """`get`, `add` and `replace` for values that know their key and version."""

    def __init__(
        self,
        database: Database,
        model: type[models.Model],
        /,
        *,
        key: str,
        write: Callable[[V], Values],
        read: Callable[[Row], V],
        stand_in: V | None = None,
    ) -> None:
        self._database = database
        self._model = model
        self._columns = columns_of(model)
        self._key = key
        self._key_of = attrgetter(key)
        self._version_of = attrgetter("version")
        self._write = write
        self._read = read
        # Read where nothing was found: what a stranger asks for takes the same time.
        self._stand_in = [] if stand_in is None else [tuple(write(stand_in).values())]
        self._name = type(self).__name__

    @property
    def _rows(self) -> QuerySet[Any]:
        return self._database.rows(self._model)

    def get(self, key: K, /) -> V | None:
        """Return what is stored under this key."""
        return self._first("get", **{self._key: key})

    def add(self, value: V, /) -> bool:
        """Store a new value if its key is free; one of many callers gets True."""
        return self._database.run(
            lambda: self._insert(value), by=Caller(self._name, "add"), taken=False
        )

    def replace(self, old: V, new: V, /) -> bool:
        """Store *new* if *old* is current; one of many callers gets True."""
        return self._database.run(
            lambda: self._update(old, new), by=Caller(self._name, "replace")
        )

    def _insert(self, value: V) -> bool:
        row = self._model(**self._write(value))
        row.save(force_insert=True, using=self._database.alias)
        return True

    def _update(self, old: V, new: V) -> bool:
        current = {self._key: self._key_of(old), "version": self._version_of(old)}
        values = self._write(new)
        del values[self._key]
        return self._rows.filter(**current).update(**values) == 1

    def _first(self, verb: str, /, **wanted: object) -> V | None:
        by = Caller(self._name, verb)
        found = self._rows.filter(**wanted).values_list(*self._columns)
        rows = self._database.run(lambda: list(found), by=by)
        is_there = bool(rows)
        handed: list[Sequence[Row]] = [rows or self._stand_in]
        # Rows keep no name here, should one of them be malformed (threats F-36).
        del rows
        values = read_rows(self._read, handed.pop(), by=by)
        return values[0] if is_there else None

    def _all(self, found: QuerySet[Any], verb: str, /) -> tuple[V, ...]:
        """Return the values that a query finds."""
        return self.read_all(found, by=Caller(self._name, verb))

    def read_all(self, found: QuerySet[Any], /, *, by: Caller) -> tuple[V, ...]:
        """Return the values that a query finds, asked for by somebody."""
        return self._database.run(lambda: self._values(found, by), by=by)

    def _values(self, found: QuerySet[Any], by: Caller) -> tuple[V, ...]:
        return read_rows(self._read, found.values_list(*self._columns), by=by)
