"""Tickets: signed, short-lived permits for exactly one further step.

`ChangeTicket` lets its holder set a new password, nothing else; it holds no password
(threats C27). `AddressProof` shows that a mailbox was read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from securelogin.accounts import AccountId, Side
from securelogin.addresses import Tenant
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing
from securelogin.tokens import Claims, Purpose, read_token, sign_token

__all__ = [
    "AddressProof",
    "ChangeTicket",
    "read_address_proof",
    "read_ticket",
    "sign_address_proof",
    "sign_ticket",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTicket:
    """A permit to set a new password.

    Attributes:
        version: of the credential that the secret was checked against. Any write
            since then (a newer temporary password, a completed change, a disabled
            account) makes the ticket worthless: that is what spends it.
    """

    account: AccountId
    tenant: Tenant
    version: int
    issued_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressProof:
    """One mailbox's yes to a change of address."""

    account: AccountId
    tenant: Tenant
    change: str
    side: Side
    issued_at: datetime
    until: datetime


def sign_ticket(ticket: ChangeTicket, /, *, keys: KeyRing) -> Hidden:
    """Return the token of a ticket."""
    return sign_token(
        Claims(
            purpose=Purpose.CHANGE,
            tenant=ticket.tenant,
            id=ticket.account,
            issued_at=ticket.issued_at,
            until=ticket.until,
            serial=ticket.version,
        ),
        keys=keys,
    )


def read_ticket(
    token: Hidden, /, *, tenants: Collection[Tenant], keys: KeyRing
) -> ChangeTicket | None:
    """Return the ticket if it was signed here, else None. Never raises."""
    claims = read_token(token, purpose=Purpose.CHANGE, tenants=tenants, keys=keys)
    if claims is None:
        return None
    return ChangeTicket(
        account=AccountId(claims.id),
        tenant=claims.tenant,
        version=claims.serial,
        issued_at=claims.issued_at,
        until=claims.until,
    )


def sign_address_proof(proof: AddressProof, /, *, keys: KeyRing) -> Hidden:
    """Return the token that is mailed to one of the two mailboxes."""
    return sign_token(
        Claims(
            purpose=Purpose.ADDRESS,
            tenant=proof.tenant,
            id=proof.account,
            issued_at=proof.issued_at,
            until=proof.until,
            tag=f"{proof.side.value}.{proof.change}",
        ),
        keys=keys,
    )


def read_address_proof(
    token: Hidden, /, *, tenants: Collection[Tenant], keys: KeyRing
) -> AddressProof | None:
    """Return the proof if it was signed here, else None. Never raises."""
    claims = read_token(token, purpose=Purpose.ADDRESS, tenants=tenants, keys=keys)
    if claims is None:
        return None
    side, _, change = claims.tag.partition(".")
    if side not in set(Side) or not change:
        return None
    return AddressProof(
        account=AccountId(claims.id),
        tenant=claims.tenant,
        change=change,
        side=Side(side),
        issued_at=claims.issued_at,
        until=claims.until,
    )
