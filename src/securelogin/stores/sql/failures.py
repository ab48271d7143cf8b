"""What a database's errors mean: taken, to be repeated, or out of order.

Three things can be told from an error. A key is taken: that is an answer (MariaDB has
no statement that would say it otherwise without hiding other errors too). Two
transactions were in each other's way and this one gave in: it is begun again. Anything
else is `Unavailable`, and takes nothing of the driver's text along.
"""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from securelogin.errors import Unavailable
from securelogin.stores.relational.columns import Caller

__all__ = ["FAILURES", "is_taken", "may_repeat", "unavailable"]

# SQLAlchemy wraps what the driver calls its errors. A refused connection, a text
# that is no UTF-8 and a number too large come as Python's own.
FAILURES = (SQLAlchemyError, OSError, ValueError, ArithmeticError)

_MOST_TURNS = 8
# PostgreSQL's SQLSTATE: serialization failure, deadlock.
_GAVE_IN_POSTGRES = {"40001", "40P01"}
# MariaDB's numbers: deadlock; a row has changed since the snapshot.
_GAVE_IN_MARIADB = {1213, 1020}
_TAKEN_IN_MARIADB = 1062


def is_taken(error: Exception, /) -> bool:
    """Tell whether MariaDB refused a row because its key is there already."""
    return _number(error) == _TAKEN_IN_MARIADB


def may_repeat(error: Exception, /, *, turn: int) -> bool:
    """Tell whether to begin again after the turn with this number, from 1.

    Only where the database says that it has undone everything: a lost connection may
    have been lost after the commit.
    """
    state = getattr(_driver_error(error), "sqlstate", None)
    gave_in = state in _GAVE_IN_POSTGRES or _number(error) in _GAVE_IN_MARIADB
    return gave_in and turn < _MOST_TURNS


def unavailable(error: Exception, /, *, by: Caller) -> Unavailable:
    """Return what to raise for a driver's error: its name, never its text.

    Drivers quote rows and parameters. Raise it outside the `except` block, or the
    driver's error goes along as its context (threats F-37).
    """
    kind = type(_driver_error(error)).__name__
    return Unavailable(
        f"the database failed with {kind}", adapter=by.adapter, verb=by.verb
    )


def _driver_error(error: Exception) -> BaseException:
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig
    return error


def _number(error: Exception) -> object:
    args = _driver_error(error).args
    return args[0] if args else None
