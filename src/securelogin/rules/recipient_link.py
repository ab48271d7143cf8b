"""When a recipient link counts, and for whom.

Signature first, then time, then recall, then the person (ASVS 9.2.1, 8.3.2): state is
looked at on every use, not only when the link was made.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from securelogin.accounts import Account, AccountId, Status
from securelogin.addresses import ERASED, Address, AddressKey, Tenant
from securelogin.attempts import printable
from securelogin.errors import InvalidInput
from securelogin.keyring import KeyRing
from securelogin.links import LinkClaim, LinkId, MessageId, RecipientLink
from securelogin.outcomes import Cause
from securelogin.portals import Portal

__all__ = [
    "fits_recipient",
    "judge_opening",
    "link_causes",
    "new_link",
    "opened_link",
    "read_message",
    "read_reissue",
    "recipient_of",
]

_LONGEST_MESSAGE = 128


def new_link(
    *,
    link: LinkId,
    recipient: Account,
    message: MessageId,
    sender: Address,
    at: datetime,
    life: timedelta,
) -> RecipientLink:
    """Return a link for one recipient and one message.

    Its times are whole seconds, as they are in its token.
    """
    issued = at.replace(microsecond=0)
    return RecipientLink(
        id=link,
        tenant=recipient.tenant,
        recipient=recipient.id,
        address=recipient.key,
        message=message,
        sender=sender,
        issued_at=issued,
        until=issued + life,
    )


def link_causes(
    claim: LinkClaim | None,
    link: RecipientLink | None,
    /,
    *,
    tenant: Tenant,
    at: datetime,
    leeway: timedelta,
) -> tuple[Cause, ...]:
    """Return why a presented link does not count, whoever holds it; () if it does."""
    if claim is None:
        return (Cause.LINK_BAD_SIGNATURE,)
    found = (
        claim.tenant != tenant and Cause.WRONG_TENANT,
        link is None and Cause.LINK_BAD_SIGNATURE,
        claim.issued_at > at + leeway and Cause.CLOCK_SKEW,
        claim.until < at - leeway and Cause.LINK_EXPIRED,
        link is not None and link.recalled_at is not None and Cause.LINK_RECALLED,
    )
    return tuple(cause for cause in found if cause)


def fits_recipient(
    link: RecipientLink, /, *, account: AccountId, keys: tuple[AddressKey, ...]
) -> bool:
    """Tell whether a link was made for this account, at an address it still has.

    An address that was taken from the account takes its links with it (threats F-11,
    F-46).
    """
    return link.recipient == account and link.address in keys


def judge_opening(
    claim: LinkClaim | None,
    link: RecipientLink | None,
    /,
    *,
    portal: Portal | None,
    at: datetime,
    leeway: timedelta,
) -> tuple[Cause, ...]:
    """Return why a link opens nothing; () if it leads to its message."""
    if portal is None:
        return (Cause.WRONG_PORTAL,)
    return link_causes(claim, link, tenant=Tenant(portal.tenant), at=at, leeway=leeway)


def opened_link(claim: LinkClaim | None, /, *, keys: KeyRing) -> LinkId:
    """Return which link to ask for; a stand-in without a good token."""
    return LinkId(keys.stand_in("no link")) if claim is None else claim.link


def read_message(message: str, /) -> MessageId:
    """Return the portal's name for a message, if it is 1 to 128 printable characters.

    Raises:
        InvalidInput: it is not.
    """
    fits = isinstance(message, str) and 0 < len(message) <= _LONGEST_MESSAGE
    if not fits or printable(message, most=_LONGEST_MESSAGE) != message:
        raise InvalidInput(
            "expected 1 to 128 printable characters",
            field="message",
            code="message_malformed",
        )
    return MessageId(message)


def recipient_of(link: RecipientLink | None, /) -> AccountId:
    """Return whose link it is, or an id that is nobody's."""
    return AccountId("") if link is None else link.recipient


def read_reissue(
    link: RecipientLink | None, recipient: Account | None, /
) -> tuple[RecipientLink, Account]:
    """Return the link to replace, and whom the new one is for.

    Raises:
        InvalidInput: there is no such link, nobody to send a new one to, or nobody left
            who sent it.
    """
    if link is None:
        raise InvalidInput("no link has this id", field="link", code="link_unknown")
    if link.sender == ERASED:
        raise InvalidInput(
            "its sender has been erased: issue one of another sender",
            field="link",
            code="sender_erased",
        )
    if recipient is None or recipient.status is Status.ERASED:
        raise InvalidInput(
            "its recipient has no account any more",
            field="link",
            code="account_unknown",
        )
    return link, recipient
