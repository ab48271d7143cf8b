"""What an account may be given, and when a mailbox's yes counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from securelogin.accounts import Account, AccountId, AddressChange, Audience, Status
from securelogin.addresses import Address, Tenant, check_tenant
from securelogin.errors import InvalidInput
from securelogin.keyring import KeyRing
from securelogin.languages import is_language_tag
from securelogin.outcomes import Cause
from securelogin.portals import Portal, Portals
from securelogin.tickets import AddressProof

__all__ = [
    "holder_of_proof",
    "judge_address_proof",
    "new_account",
    "new_change",
    "read_language",
    "read_tenant",
]


def new_account(
    *,
    id: str,  # noqa: A002 -- the field's name
    tenant: Tenant,
    audience: Audience,
    address: Address,
    language: str,
) -> Account:
    """Return a new, active account."""
    return Account(
        id=AccountId(id),
        tenant=tenant,
        audience=Audience(audience),
        primary=address,
        language=language,
    )


def new_change(
    *,
    id: str,  # noqa: A002 -- the field's name
    address: Address,
    at: datetime,
    life: timedelta,
) -> AddressChange:
    """Return a change of address that both mailboxes have yet to confirm."""
    return AddressChange(id=id, address=address, until=at + life)


def read_tenant(tenant: str, /, *, portals: Portals) -> Tenant:
    """Return *tenant* if one of the portals is its.

    Raises:
        InvalidInput: none is; the error names those there are.
    """
    checked = check_tenant(tenant)
    if checked not in portals.tenants:
        raise InvalidInput(
            f"no portal has it; there are {', '.join(sorted(portals.tenants))}",
            field="tenant",
            code="tenant_unknown",
        )
    return checked


def read_language(language: str | None, /, *, portal: Portal | None) -> str:
    """Return a language tag if it has the form of one (BCP 47); None is the portal's.

    Raises:
        InvalidInput: it has not.
    """
    home = "en" if portal is None else portal.language
    chosen = home if language is None else language
    if not is_language_tag(chosen):
        raise InvalidInput(
            'expected a tag such as "en" or "de-CH"',
            field="language",
            code="language_malformed",
        )
    return chosen


def holder_of_proof(proof: AddressProof | None, /, *, keys: KeyRing) -> AccountId:
    """Return whose account to ask for; a stand-in without a good token."""
    return AccountId(keys.stand_in("no proof")) if proof is None else proof.account


def judge_address_proof(
    proof: AddressProof | None,
    account: Account | None,
    /,
    *,
    at: datetime,
    leeway: timedelta,
) -> tuple[Cause, ...]:
    """Return why a mailbox's yes does not count; () if it does.

    The proof must be for the very change that the account waits for: an older or
    completed one is dead (threats C23, C36, C43).
    """
    if proof is None or account is None:
        return (Cause.TICKET_INVALID,)
    change = account.change
    found = (
        account.status is not Status.ACTIVE and Cause.DISABLED,
        not proof.issued_at - leeway <= at < proof.until and Cause.TICKET_EXPIRED,
        (change is None or change.id != proof.change) and Cause.OVERTAKEN,
    )
    return tuple(cause for cause in found if cause)
