"""From a session to its row and back, and how times are written.

A row is two fields: the version, which a script compares, and the session as compact
JSON, which no script reads. What cannot have been written here is not guessed at, but
raises: `read_sessions`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from securelogin.accounts import AccountId
from securelogin.addresses import Tenant
from securelogin.errors import AdapterError
from securelogin.sessions import Session, SessionDigest

__all__ = [
    "FIELDS",
    "life_of",
    "milliseconds",
    "moment",
    "read_sessions",
    "session_text",
]

FIELDS = ("version", "session")
"""A session's row, in the order in which it is read."""

_SLACK = timedelta(minutes=10)
"""Redis forgets so much later than it may: clocks of hosts differ, and are set."""

_FIRST = datetime.min.replace(tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MILLISECOND = timedelta(milliseconds=1)
# Made once: json.dumps with separators of its own makes an encoder for each call.
_written = json.JSONEncoder(separators=(",", ":")).encode
_NAMES = frozenset(Session.__dataclass_fields__) - {"version"}

W = TypeVar("W")


def moment(at: datetime, /, *, after: timedelta = timedelta()) -> str:
    """Return a time as text that sorts as time does: microseconds, 20 digits."""
    # Summed up as numbers: a window may reach beyond the last year there is.
    return f"{_since_first(at) + after // _MICROSECOND:020d}"


def milliseconds(span: timedelta, /) -> int:
    """Return how long Redis has to keep what matters for *span*, with slack."""
    return -(-(span + _SLACK) // _MILLISECOND)


def life_of(session: Session, /, *, retention: timedelta) -> int:
    """Return how long a session has to be kept from its last use on, in ms."""
    left = max(session.until - session.seen_at, timedelta())
    return milliseconds(left) + retention // _MILLISECOND


def session_text(session: Session, /) -> str:
    """Return a session without its version, as JSON in ASCII."""
    ended_at = session.ended_at
    return _written(
        {
            "digest": session.digest,
            "account": session.account,
            "tenant": session.tenant,
            "generation": session.generation,
            "began_at": _since_first(session.began_at),
            "seen_at": _since_first(session.seen_at),
            "until": _since_first(session.until),
            "browser": session.browser,
            "user_agent": session.user_agent,
            "ip": session.ip,
            "ended_at": None if ended_at is None else _since_first(ended_at),
        }
    )


def read_sessions(
    rows: Iterable[Sequence[Any]], /, *, adapter: str, verb: str
) -> tuple[Session, ...]:
    """Return the sessions in *rows*; a row of two Nones is no session.

    Raises:
        AdapterError: one was not written by this library; says nothing of it.
    """
    try:
        return tuple(_session(*row) for row in rows if list(row) != [None, None])
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError):
        # Not raised here: the first error quotes the row, and would be its context.
        pass
    del rows
    raise AdapterError("a stored session is malformed", adapter=adapter, verb=verb)


def _session(version: bytes | str, text: bytes | str) -> Session:
    stored = json.loads(text)
    if _checked(stored, dict).keys() != _NAMES:
        message = "not the fields of a session"
        raise ValueError(message)
    ended_at = stored["ended_at"]
    return Session(
        digest=SessionDigest(_checked(stored["digest"], str)),
        account=AccountId(_checked(stored["account"], str)),
        tenant=Tenant(_checked(stored["tenant"], str)),
        generation=_checked(stored["generation"], int),
        began_at=_time(stored["began_at"]),
        seen_at=_time(stored["seen_at"]),
        until=_time(stored["until"]),
        browser=_checked(stored["browser"], str),
        user_agent=_checked(stored["user_agent"], str),
        ip=_checked(stored["ip"], str),
        ended_at=None if ended_at is None else _time(ended_at),
        version=int(version),
    )


def _since_first(at: datetime) -> int:
    return (at - _FIRST) // _MICROSECOND


def _time(stored: object) -> datetime:
    return _FIRST + timedelta(microseconds=_checked(stored, int))


def _checked(value: object, kind: type[W]) -> W:
    # Exactly: JSON's true is an int for Python.
    if type(value) is kind:
        return value
    message = f"not {kind.__name__}"
    raise TypeError(message)
