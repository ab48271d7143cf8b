"""From a credential to its row and back, as `rows` does it, in the same time for each.

A password that an account lacks is read, too, from a stand-in: half of a temporary one
is an error. What a query may fetch for it is in `BLANKS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from securelogin.credentials import (
    KEPT_MARKS,
    Credential,
    DeadTemporary,
    Death,
    Temporary,
)
from securelogin.stores.relational.columns import (
    Row,
    Values,
    checked,
    flag_of,
    list_of,
    microseconds,
    number_or_null,
    time_of,
    written,
)

__all__ = ["BLANKS", "credential_of", "credential_row"]

_NO_HASH = "-" * 97
_NO_TIME = -(10**15)

_NO_TEMPORARY: Mapping[str, str | int] = {
    "temporary_hash": _NO_HASH,
    "temporary_fingerprint": "-" * 4,
    "temporary_mark": "-" * 4,
    "temporary_issued_at": _NO_TIME,
    "temporary_until": _NO_TIME,
}
BLANKS: Mapping[str, str | int] = {
    "password_hash": _NO_HASH,
    **_NO_TEMPORARY,
    "changed_at": _NO_TIME,
}
"""What a query may give of a credential in the place of NULL; none is ever stored.

NULL is handed over and read sooner than what may be there, and by its time an answer
would tell of a password, or a temporary one (ASVS 6.3.8).
"""

_NEVER = time_of(_NO_TIME)
_NOTHING: tuple[Row, ...] = (
    (None,) * len(_NO_TEMPORARY),
    tuple(_NO_TEMPORARY.values()),
)
_NO_PARTS = frozenset({None, *_NO_TEMPORARY.values()})

# Of dead ones, as many are read as are kept: what is lacking, by how many there are.
_ONE = ["-" * 4, Death.USED.value, -_NO_TIME, -_NO_TIME]
_NO_DEAD = tuple(written([_ONE] * lacking) for lacking in range(KEPT_MARKS, -1, -1))


def credential_row(credential: Credential, /) -> Values:
    """Return a credential's row."""
    live = credential.temporary
    return {
        "account": credential.account,
        "password_hash": credential.password_hash,
        "temporary_hash": None if live is None else live.hash,
        "temporary_fingerprint": None if live is None else live.fingerprint,
        "temporary_mark": None if live is None else live.mark,
        "temporary_issued_at": None if live is None else microseconds(live.issued_at),
        "temporary_until": None if live is None else microseconds(live.until),
        "dead": written(
            [
                [
                    gone.fingerprint,
                    gone.death.value,
                    microseconds(gone.issued_at),
                    microseconds(gone.at),
                ]
                for gone in credential.dead
            ]
        ),
        "browsers": written(list(credential.browsers)),
        "must_change": int(credential.must_change),
        "changed_at": number_or_null(credential.changed_at),
        "generation": credential.generation,
        "version": credential.version,
    }


def credential_of(row: Row, /) -> Credential:
    """Return the credential in a row."""
    account, password_hash, *rest = row
    *temporary, dead, browsers, must_change, changed_at, generation, version = rest
    return Credential(
        account=account,
        password_hash=None if password_hash in _NO_PARTS else password_hash,
        temporary=_temporary(*temporary),
        dead=_all_dead(list_of(dead)),
        browsers=tuple(checked(browser, str) for browser in list_of(browsers)),
        must_change=flag_of(must_change),
        changed_at=_changed_at(changed_at),
        generation=generation,
        version=version,
    )


def _changed_at(stored: int | None) -> datetime | None:
    at = time_of(_NO_TIME if stored is None else stored)
    return None if at == _NEVER else at


def _temporary(*parts: object) -> Temporary | None:
    is_there = parts not in _NOTHING
    whole: Row = parts if is_there else _NOTHING[-1]
    if is_there is not _NO_PARTS.isdisjoint(whole):
        raise ValueError("half a temporary password")
    hash_, fingerprint, mark, issued_at, until = whole
    temporary = Temporary(
        hash=hash_,
        fingerprint=fingerprint,
        mark=mark,
        issued_at=time_of(issued_at),
        until=time_of(until),
    )
    return temporary if is_there else None


def _all_dead(listed: list[Any]) -> tuple[DeadTemporary, ...]:
    lacking = _NO_DEAD[min(len(listed), KEPT_MARKS)]
    padded = (*listed, *list_of(lacking))
    return tuple([_dead(*parts) for parts in padded][: len(listed)])


def _dead(fingerprint: object, death: str, issued_at: int, at: int) -> DeadTemporary:
    return DeadTemporary(
        fingerprint=checked(fingerprint, str),
        death=Death(death),
        issued_at=time_of(checked(issued_at, int)),
        at=time_of(checked(at, int)),
    )
