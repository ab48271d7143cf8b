"""What a record of another portal says: a person to move, or why that cannot be.

Pure. A record is a mapping of names to what was found; names that mean nothing here are
left alone, so that a whole table can be handed over as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from securelogin.accounts import Audience, Status
from securelogin.addresses import Address, Tenant, parse_address
from securelogin.errors import InvalidInput
from securelogin.hidden import Hidden
from securelogin.portals import Portals
from securelogin.rules.accounts import read_language, read_tenant

__all__ = ["NAMES", "Home", "Person", "Record", "Rejected", "read_record"]

NAMES = (
    "address",
    "password_hash",
    "tenant",
    "audience",
    "language",
    "active",
    "confirmed",
)
"""What a record may have; the address it must have."""

_YES = frozenset({"1", "true", "t", "yes", "y"})
_NO = frozenset({"0", "false", "f", "no", "n"})
# How Django marks that nobody can log in with a password.
_DJANGO_UNUSABLE = "!"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record as it was found.

    Attributes:
        place: line of a file, or id in a table.
        found: names and values; hidden, because hashes are among them.
        fault: why it could not even be taken apart; "" if it could.
    """

    place: str
    found: Mapping[str, object] = field(default_factory=dict, repr=False)
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where accounts go that do not say it themselves.

    Attributes:
        tenant: one of the portals'; None if every record names its own.
        audience: internal or external.
    """

    tenant: str | None = None
    audience: Audience = Audience.INTERNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person to move.

    Attributes:
        password_hash: as the other portal stored it; None where there is none.
        confirmed: whether the other portal saw that the address is theirs, or does
            not say: then somebody else may have chosen the password.
    """

    address: Address
    password_hash: Hidden | None
    tenant: Tenant
    audience: Audience
    language: str
    status: Status
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Why a record was not moved, or not wholly.

    Attributes:
        name: of the value that is unfit; "" for the record as a whole.
        code: a stable word.
        problem: what is wrong and what would do, in one sentence; repeats no value.
    """

    record: Record
    name: str
    code: str
    problem: str


def read_record(
    record: Record, /, *, home: Home, portals: Portals
) -> Person | Rejected:
    """Return what a record says; total, whatever is in it."""
    if record.fault:
        return Rejected(
            record=record, name="", code="record_malformed", problem=record.fault
        )
    try:
        return _person(record.found, home, portals)
    except InvalidInput as error:
        return Rejected(
            record=record, name=error.field, code=error.code, problem=error.problem
        )


def _person(found: Mapping[str, object], home: Home, portals: Portals) -> Person:
    tenant = read_tenant(_text(found, "tenant") or home.tenant or "", portals=portals)
    stored = _text(found, "password_hash")
    has_hash = bool(stored) and not stored.startswith(_DJANGO_UNUSABLE)
    audience = _audience(_text(found, "audience") or home.audience.value)
    return Person(
        address=parse_address(_text(found, "address")),
        password_hash=Hidden(stored) if has_hash else None,
        tenant=tenant,
        audience=audience,
        language=read_language(
            _text(found, "language") or None,
            portal=portals.of(tenant, audience=audience),
        ),
        status=_status(found),
        confirmed=_confirmed(found),
    )


def _text(found: Mapping[str, object], name: str) -> str:
    value = found.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidInput("expected a text", field=name, code="text_expected")
    return value.strip()


def _audience(text: str) -> Audience:
    try:
        return Audience(text.lower())
    except ValueError:
        raise InvalidInput(
            'expected "internal" or "external"',
            field="audience",
            code="audience_unknown",
        ) from None


def _status(found: Mapping[str, object]) -> Status:
    if "active" not in found:
        return Status.ACTIVE
    # Where others keep NULL, they let nobody in (Flask-Security, Django).
    is_active = False if found["active"] is None else _truth(found["active"])
    if is_active is None:
        # Nor is it known what an empty field stands for: CSV has no NULL.
        raise InvalidInput(
            "expected true or false; without such a column everybody is active",
            field="active",
            code="active_malformed",
        )
    return Status.ACTIVE if is_active else Status.DISABLED


def _confirmed(found: Mapping[str, object]) -> bool:
    """Read a truth value, or since when it is true; nothing there is no."""
    if "confirmed" not in found:
        return True
    value = found["confirmed"]
    if value is None or value == "":
        return False
    is_confirmed = _truth(value)
    return _is_date(value) if is_confirmed is None else is_confirmed


def _truth(value: object) -> bool | None:
    # Tables hold a number where there is no truth value; JSON has both.
    text = str(value).strip().lower()
    return text in _YES if text in _YES | _NO else None


def _is_date(value: object) -> bool:
    try:
        # A driver hands out a date, or how it was stored.
        datetime.fromisoformat(str(value).strip())
    except ValueError:
        # Not chained: it repeats the value.
        is_date = False
    else:
        is_date = True
    if not is_date:
        raise InvalidInput(
            "expected true or false, or a date (ISO 8601), or nothing",
            field="confirmed",
            code="confirmed_malformed",
        )
    return is_date
