"""What is kept of an operation, for support.

The address is kept as typed only if it is one: people type their password into the
wrong field (ASVS 16.2.5). Never a secret, a token, or a query string.
"""

from __future__ import annotations

from datetime import datetime

from securelogin.accounts import Account
from securelogin.addresses import NO_TENANT, Address, AddressKey, Tenant
from securelogin.attempts import AttemptRecord, Client, Operation, printable
from securelogin.evidence import Evidence
from securelogin.links import RecipientLink
from securelogin.outcomes import Cause
from securelogin.portals import Portal
from securelogin.rules.login import Refuse, Shed, Verdict
from securelogin.rules.password_change import Spent

__all__ = ["causes_of", "login_record", "operation_record"]


def causes_of(verdict: Verdict | Spent, /) -> tuple[Cause, ...]:
    """Return the causes a verdict is recorded with; () for a good end."""
    match verdict:
        case Refuse(causes=causes):
            return causes
        case Shed():
            return (Cause.OVERLOADED,)
        case _:
            return ()


def login_record(
    verdict: Verdict, evidence: Evidence, /, *, reference: str
) -> AttemptRecord:
    """Return what is kept of a log-in, granted or not."""
    asked, account = evidence.asked, evidence.account
    return AttemptRecord(
        reference=reference,
        at=evidence.at,
        operation=Operation.LOGIN,
        causes=causes_of(verdict),
        tenant=asked.tenant,
        portal="" if asked.portal is None else asked.portal.base,
        url=_place(evidence.attempt.url),
        lookup=asked.key.value,
        typed="" if asked.address is None else asked.address.text,
        account=None if account is None else account.id,
        link=None if asked.claim is None else asked.claim.link,
        form=asked.form,
        ip=evidence.attempt.client.ip or "",
        user_agent=evidence.attempt.client.user_agent,
        device_time=evidence.attempt.client.device_time,
        hits=evidence.hits,
        note=printable(verdict.note if isinstance(verdict, Refuse) else "", most=256),
        preflight=evidence.attempt.client.preflight,
    )


def operation_record(
    operation: Operation,
    causes: tuple[Cause, ...] = (),
    /,
    *,
    reference: str,
    at: datetime,
    client: Client,
    url: str = "",
    portal: Portal | None = None,
    tenant: Tenant | None = None,
    key: AddressKey | None = None,
    address: Address | None = None,
    account: Account | None = None,
    link: RecipientLink | None = None,
    hits: tuple[int, ...] = (),
) -> AttemptRecord:
    """Return what is kept of any other operation."""
    owner = _tenant(tenant, portal, account)
    return AttemptRecord(
        reference=reference,
        at=at,
        operation=operation,
        causes=causes,
        tenant=owner,
        portal="" if portal is None else portal.base,
        url=_place(url),
        lookup=_lookup(key, account, link, owner),
        typed="" if address is None else address.text,
        account=None if account is None else account.id,
        link=None if link is None else link.id,
        ip=client.ip or "",
        user_agent=client.user_agent,
        device_time=client.device_time,
        hits=hits,
        preflight=client.preflight,
    )


def _lookup(
    key: AddressKey | None,
    account: Account | None,
    link: RecipientLink | None,
    tenant: Tenant,
) -> str:
    """Return what the record is found by: the person it is about, if that is known.

    An opened link is found by its recipient, but never in another tenant.
    """
    if key is not None:
        return key.value
    if account is not None:
        return account.key.value
    return "" if link is None or link.tenant != tenant else link.address.value


def _tenant(
    tenant: Tenant | None, portal: Portal | None, account: Account | None
) -> Tenant:
    if tenant is not None:
        return tenant
    if portal is not None:
        return Tenant(portal.tenant)
    return NO_TENANT if account is None else account.tenant


def _place(url: str) -> str:
    """Return a URL without query and fragment: tokens travel there."""
    return printable(url.partition("?")[0].partition("#")[0], most=512)
