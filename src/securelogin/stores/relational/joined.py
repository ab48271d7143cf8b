"""Rows that hold several things in a line: all that a log-in reads, or a session.

For an address that nobody holds, the database fetches somebody else's rows, so that it
has the same work. What they hold is not looked at: as everywhere a stranger's try comes
by, a stand-in is read instead (see `stand_ins`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar

from securelogin.evidence import LoginRows
from securelogin.sessions import Session, SessionRows
from securelogin.stand_ins import NO_ACCOUNT, NO_CREDENTIAL
from securelogin.stores.relational.columns import Row
from securelogin.stores.relational.credential_rows import (
    credential_of,
    credential_row,
)
from securelogin.stores.relational.rows import (
    account_of,
    account_row,
    link_of,
    session_of,
)

__all__ = ["login_rows_of", "session_rows_of"]

V = TypeVar("V")

_NO_ACCOUNT = tuple(account_row(NO_ACCOUNT).values())
_NO_CREDENTIAL = tuple(credential_row(NO_CREDENTIAL).values())
# First comes the id of the account that holds the address; NULL if nobody does.
_CREDENTIAL_AT = 1 + len(_NO_ACCOUNT)
_LINK_AT = _CREDENTIAL_AT + len(_NO_CREDENTIAL)


def login_rows_of(row: Row, /) -> LoginRows:
    """Return the values in a row, as far as they are the holder's."""
    is_held = row[0] is not None
    return LoginRows(
        account=_read(
            account_of,
            row[1:_CREDENTIAL_AT],
            is_there=is_held,
            stand_in=_NO_ACCOUNT,
        ),
        credential=_read(
            credential_of,
            row[_CREDENTIAL_AT:_LINK_AT],
            is_there=is_held and row[_CREDENTIAL_AT] is not None,
            stand_in=_NO_CREDENTIAL,
        ),
        # Whether there is a link tells nothing of the address.
        link=link_of(row[_LINK_AT:]) if row[_LINK_AT] is not None else None,
    )


_REMEMBERED = 4_096
"""About 9 MB of rows and what they mean; a portal at work has so many sessions."""
# A session's columns, the generation of its account's credential, the account's.
_GENERATION_AT = len(fields(Session))


def session_rows_of(row: Row, /) -> SessionRows:
    """Return the values in a row; the account may be gone, and its credential.

    Each request of one person fetches the same row until their use is noted. What it
    means is remembered, for so many rows; whether it still stands is not.
    """
    return _session_rows(tuple(row))


@lru_cache(maxsize=_REMEMBERED)
def _session_rows(row: tuple[Any, ...], /) -> SessionRows:
    generation, *account = row[_GENERATION_AT:]
    return SessionRows(
        session=session_of(row[:_GENERATION_AT]),
        account=None if account[0] is None else account_of(account),
        generation=0 if generation is None else generation,
    )


def _read(
    read: Callable[[Row], V], row: Row, /, *, is_there: bool, stand_in: Row
) -> V | None:
    value = read(row if is_there else stand_in)
    return value if is_there else None
