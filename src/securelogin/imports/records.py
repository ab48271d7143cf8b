"""What a record of another portal says: a person to move, or why that cannot be.

Pure. A record is a mapping of names to what was found; names that mean nothing here are
left alone, so that a whole table can be handed over as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from securelogin.accounts import Audience, Status
from securelogin.addresses import Address, Tenant, parse_address
from securelogin.errors import InvalidInput
from securelogin.hidden import Hidden
from securelogin.portals import Portals
from securelogin.rules.accounts import read_language, read_tenant

__all__ = ["NAMES", "Home", "Person", "Record", "Rejected", "read_record"]

NAMES = ("address", "password_hash", "tenant", "audience", "language", "active")
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
    """

    address: Address
    password_hash: Hidden | None
    tenant: Tenant
    audience: Audience
    language: str
    status: Status


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
        status=_status(found.get("active")),
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


def _status(value: object) -> Status:
    if value is None or value == "":
        return Status.ACTIVE
    # Tables hold a number where there is no truth value; JSON has both.
    text = str(value).strip().lower()
    if text not in _YES | _NO:
        raise InvalidInput(
            "expected true or false", field="active", code="active_malformed"
        )
    return Status.ACTIVE if text in _YES else Status.DISABLED
