"""The mails that nobody tries again: who may see them, and what is shown of each.

An operator sees all, an administrator those of their tenant. A sender sees none here:
what became of their own messages is in the diagnosis of an attempt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from securelogin.accounts import Account, AccountId, Status
from securelogin.addresses import Tenant
from securelogin.attempts import AttemptRecord
from securelogin.errors import InvalidInput
from securelogin.mail import MailKind, MailOrder, OrderState
from securelogin.portals import Portals
from securelogin.rules.accounts import read_tenant
from securelogin.rules.advice import Action, send_again
from securelogin.rules.viewing import nothing_found
from securelogin.viewers import Role, Viewer

__all__ = [
    "DeadLetter",
    "dead_letters",
    "ended_before",
    "letters_of",
    "looked_through",
]

# Another host's clock may be ahead of this one's.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A mail that no mail server took, and why.

    Private, as a diagnosis is: for the support desk's own page.

    Attributes:
        order: the id of the order.
        person: the account's primary address as it is now; if there is no account, the
            look-up key that was asked for, or "".
        ordered_at, ended_at: when it was asked for, and when it was tried last.
        why: what the mail server said; never an address or a secret.
        action: the call that has it carried again; None where nobody would get it.
    """

    order: str
    kind: MailKind
    tenant: Tenant
    person: str
    ordered_at: datetime
    ended_at: datetime
    state: OrderState
    tries: int
    why: str
    action: Action | None


def letters_of(
    viewer: Viewer, tenant: str | None, /, *, portals: Portals
) -> Tenant | None:
    """Return whose dead letters are listed; None: those of all tenants.

    Raises:
        InvalidInput: no portal is of this tenant.
    """
    if viewer.role is not Role.OPERATOR:
        return viewer.tenant
    return None if tenant is None else read_tenant(tenant, portals=portals)


def ended_before(before: datetime | None, /, *, at: datetime) -> datetime:
    """Return before which moment letters have to have ended; without one, any has.

    Raises:
        InvalidInput: the time has no zone.
    """
    if before is None:
        return at + _AHEAD
    if before.utcoffset() is None:
        raise InvalidInput("a time needs its zone", field="before", code="time_naive")
    return before


def dead_letters(
    viewer: Viewer,
    orders: Iterable[MailOrder],
    accounts: Mapping[AccountId | None, Account | None],
    /,
) -> tuple[DeadLetter, ...]:
    """Return what a viewer is shown of these orders, in the same order.

    Args:
        accounts: of the orders, by id.
    """
    if viewer.role is Role.SENDER:
        return ()
    return tuple(
        _letter(order, accounts.get(order.account), order.settled_at)
        for order in orders
        if order.is_dead and order.settled_at is not None
    )


def _letter(
    order: MailOrder, account: Account | None, ended_at: datetime
) -> DeadLetter:
    asked = "" if order.lookup is None else order.lookup.value
    is_gone = account is not None and account.status is not Status.ACTIVE
    return DeadLetter(
        order=order.id,
        kind=order.kind,
        tenant=order.tenant,
        person=asked if account is None else account.primary.text,
        ordered_at=order.at,
        ended_at=ended_at,
        state=order.state,
        tries=order.tries,
        why=order.detail,
        action=None if is_gone else send_again(order),
    )


def looked_through(tenant: Tenant | None, /, *, at: datetime) -> AttemptRecord:
    """Return what the record of such a look-up is about: a tenant, and nobody in it."""
    nobody = nothing_found(at=at)
    return nobody if tenant is None else replace(nobody, tenant=tenant)
