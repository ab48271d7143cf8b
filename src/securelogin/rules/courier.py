"""Which mail an order becomes, and what a delivery makes of the order.

The courier works off the request path. Whether an address has an account is decided
here, where no stranger can time it (threats C17, C40, F-05).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import assert_never

from securelogin.accounts import Account, AddressChange, Side, Status
from securelogin.addresses import NO_TENANT, Address, AddressKey, Tenant
from securelogin.attempts import printable
from securelogin.credentials import Credential
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing
from securelogin.links import RecipientLink, sign_link
from securelogin.mail import (
    Delivery,
    DeliveryState,
    Mail,
    MailKind,
    MailOrder,
    OrderState,
)
from securelogin.policy import Limits
from securelogin.portals import Portal
from securelogin.rules.courier_shift import jittered
from securelogin.tickets import AddressProof, sign_address_proof

__all__ = [
    "Draft",
    "Drop",
    "address_orders",
    "after_delivery",
    "draft",
    "finished",
    "new_order",
    "notification_orders",
    "still_reaches",
    "written_time",
]

_FIRST_WAIT = timedelta(seconds=30)
_DOUBLINGS = 10
_LONGEST_WAIT = timedelta(hours=1)
_LONGEST_DETAIL = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """There is nobody to send this mail to, or nothing to send it for any more."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail but for its temporary password, if it needs one.

    Attributes:
        needs_temporary: a temporary password must be made and stored before.
    """

    order: MailOrder
    portal: Portal
    account: Account
    to: Address
    fields: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Hidden] = field(default_factory=dict)
    needs_temporary: bool = False


def new_order(
    kind: MailKind,
    /,
    *,
    id: str,  # noqa: A002 -- the field's name
    at: datetime,
    account: Account | None = None,
    lookup: AddressKey | None = None,
    portal: Portal | None = None,
    link: RecipientLink | None = None,
    side: Side | None = None,
    change: str | None = None,
    mark: str = "",
) -> MailOrder:
    """Return an order for a mail to an account, or to whoever has a look-up key."""
    tenant = account.tenant if account is not None else _tenant_of(lookup)
    return MailOrder(
        id=id,
        kind=kind,
        tenant=tenant,
        at=at,
        due_at=at,
        account=None if account is None else account.id,
        lookup=lookup,
        portal="" if portal is None else portal.base,
        link=None if link is None else link.id,
        side=side,
        change=change,
        mark=mark,
    )


def draft(
    order: MailOrder,
    /,
    *,
    account: Account | None,
    credential: Credential | None,
    link: RecipientLink | None,
    portal: Portal | None,
    keys: KeyRing,
    elsewhere: Collection[str],
    at: datetime,
) -> Draft | Drop:
    """Return what an order becomes, given what is stored now.

    At a domain in *elsewhere* another authority checks passwords: whoever has their
    primary address there is mailed no temporary one.
    """
    if portal is None or account is None or account.status is not Status.ACTIVE:
        return Drop(why=_nobody(account, portal))
    match order.kind:
        case MailKind.TEMPORARY_PASSWORD:
            if account.primary.domain in elsewhere:
                return Drop(why="another authority checks the password of this address")
            return _temporary_draft(order, account, credential, portal, at=at)
        case MailKind.MESSAGE:
            return _message_draft(order, account, link, portal, keys=keys, at=at)
        case MailKind.CONFIRM_ADDRESS:
            return _confirm_draft(order, account, portal, keys=keys, at=at)
        case (
            MailKind.PASSWORD_CHANGED | MailKind.ADDRESS_CHANGED | MailKind.NEW_BROWSER
        ):
            former = account.aliases[:1] if order.side is Side.OLD else ()
            return Draft(
                order=order,
                portal=portal,
                account=account,
                to=next(iter(former), account.primary),
                fields={"at": written_time(order.at)},
            )
        case _:
            assert_never(order.kind)


def _nobody(account: Account | None, portal: Portal | None) -> str:
    if portal is None:
        return "the tenant has no portal"
    return (
        "no account has this address"
        if account is None
        else "the account is not active"
    )


def _temporary_draft(
    order: MailOrder,
    account: Account,
    credential: Credential | None,
    portal: Portal,
    *,
    at: datetime,
) -> Draft | Drop:
    if order.lookup is not None and order.lookup not in account.keys:
        return Drop(why="the account has another address now")
    if _is_asked_again(order, credential):
        return Drop(why="a temporary password was asked for again meanwhile")
    if order.link is not None and _has_way_in(credential, order, at=at):
        return Drop(why="the person has a password by now")
    return Draft(
        order=order,
        portal=portal,
        account=account,
        to=account.primary,
        fields={"mark": order.mark, "address": account.primary.text},
        needs_temporary=True,
    )


def still_reaches(plan: Draft, holder: Account | None, /) -> bool:
    """Tell whether a draft's address is still that of an account that is active."""
    return (
        holder is not None
        and holder.primary == plan.to
        and holder.status is Status.ACTIVE
    )


def _is_asked_again(order: MailOrder, credential: Credential | None) -> bool:
    """Tell whether a later order has been carried, whatever became of its password."""
    if credential is None:
        return False
    live = () if credential.temporary is None else (credential.temporary,)
    return any(one.issued_at > order.at for one in (*live, *credential.dead))


def _has_way_in(
    credential: Credential | None, order: MailOrder | None = None, /, *, at: datetime
) -> bool:
    """Tell whether there is a lasting password, or a temporary one that lives.

    One that an earlier try of *order* has stored is none: its mail may not have left.
    """
    if credential is None:
        return False
    live = credential.temporary
    is_own = (
        live is not None
        and order is not None
        and (live.issued_at, live.mark) == (order.at, order.mark)
    )
    has_temporary = live is not None and live.until > at and not is_own
    return credential.password_hash is not None or has_temporary


def _message_draft(
    order: MailOrder,
    account: Account,
    link: RecipientLink | None,
    portal: Portal,
    *,
    keys: KeyRing,
    at: datetime,
) -> Draft | Drop:
    if link is None or link.recalled_at is not None or link.until <= at:
        return Drop(why="the link was recalled or has expired")
    if link.address not in account.keys:
        return Drop(why="the account has another address now")
    token = sign_link(link, keys=keys)
    return Draft(
        order=order,
        portal=portal,
        account=account,
        to=account.primary,
        fields={
            "sender": link.sender.text,
            "until": written_time(link.until),
            "address": account.primary.text,
        },
        secrets={"link": Hidden(portal.link_to("link", token=token.reveal()))},
    )


def _confirm_draft(
    order: MailOrder, account: Account, portal: Portal, *, keys: KeyRing, at: datetime
) -> Draft | Drop:
    change = account.change
    if change is None or change.id != order.change or change.until <= at:
        return Drop(why="the change of address is over")
    side = order.side or Side.NEW
    proof = AddressProof(
        account=account.id,
        tenant=account.tenant,
        change=change.id,
        side=side,
        issued_at=order.at.replace(microsecond=0),
        until=change.until,
    )
    token = sign_address_proof(proof, keys=keys)
    return Draft(
        order=order,
        portal=portal,
        account=account,
        to=change.address if side is Side.NEW else account.primary,
        fields={"until": written_time(change.until), "new": change.address.text},
        secrets={"link": Hidden(portal.link_to("address", token=token.reveal()))},
    )


def finished(
    draft: Draft, /, *, at: datetime, temporary: Hidden | None, until: datetime | None
) -> Mail:
    """Return the mail, with the temporary password that has just been stored."""
    fields, secrets = dict(draft.fields), dict(draft.secrets)
    if temporary is not None and until is not None:
        fields["until"] = written_time(until)
        secrets["password"] = temporary
    return Mail(
        id=draft.order.id,
        kind=draft.order.kind,
        portal=draft.portal,
        to=draft.to,
        language=draft.account.language,
        at=at,
        fields=fields,
        secrets=secrets,
    )


def after_delivery(
    order: MailOrder,
    delivery: Delivery,
    /,
    *,
    at: datetime,
    limits: Limits,
    chance: float,
) -> MailOrder:
    """Return the order after a try: sent, refused, later, or given up.

    Waits double from half a minute up to an hour. *chance*, 0 to 1, takes up to half
    of one away: mails that failed together are not tried again together.
    """
    # Of whatever length a mailer tells it: what a store cannot keep would leave the
    # order as it was, and its mail would go out again and again.
    detail = printable(delivery.detail, most=_LONGEST_DETAIL)
    match delivery.state:
        case DeliveryState.ACCEPTED:
            return order.settled(OrderState.SENT, at=at, detail=detail)
        case DeliveryState.REFUSED:
            return order.settled(OrderState.REFUSED, at=at, detail=detail)
        case DeliveryState.POSTPONED if order.tries + 1 >= limits.mail_tries:
            return order.settled(OrderState.GIVEN_UP, at=at, detail=detail)
        case DeliveryState.POSTPONED:
            wait = min(_FIRST_WAIT * 2 ** min(order.tries, _DOUBLINGS), _LONGEST_WAIT)
            until = at + jittered(wait, chance=chance)
            return order.postponed(until=until, detail=detail)
        case _:
            assert_never(delivery.state)


def notification_orders(
    *,
    account: Account,
    credential: Credential | None,
    link: RecipientLink,
    portal: Portal | None,
    ids: tuple[str, str],
    mark: str,
    at: datetime,
) -> tuple[MailOrder, ...]:
    """Return the mails for a new message: its link, and once a first password.

    The password notification is ordered for whoever has no password here, because none
    was set or it was revoked, and is not just holding a live temporary one. It names
    the link, as nobody asked for it: `draft` drops it if by then the person has one,
    such as by an earlier message.
    """
    message = new_order(
        MailKind.MESSAGE, id=ids[0], at=at, account=account, portal=portal, link=link
    )
    if _has_way_in(credential, at=at):
        return (message,)
    password = new_order(
        MailKind.TEMPORARY_PASSWORD,
        id=ids[1],
        at=at,
        account=account,
        portal=portal,
        link=link,
        mark=mark,
    )
    return (password, message)


def address_orders(
    account: Account, change: AddressChange, /, *, ids: tuple[str, str], at: datetime
) -> tuple[MailOrder, ...]:
    """Return what both mailboxes are told of a change of address.

    While it waits, each is asked; once it is done, each gets the notice.
    """
    asked = account.change is not None
    return tuple(
        new_order(
            MailKind.CONFIRM_ADDRESS if asked else MailKind.ADDRESS_CHANGED,
            id=id_,
            at=at,
            account=account,
            side=side,
            change=change.id,
        )
        for id_, side in zip(ids, Side, strict=True)
    )


def written_time(at: datetime) -> str:
    """Return a time as a mail states it: absolute, to the minute, with its zone."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _tenant_of(lookup: AddressKey | None) -> Tenant:
    return NO_TENANT if lookup is None else lookup.tenant
