"""Recipient links: signed locators that never log anybody in.

A link says which tenant, which recipient and which message. It may be fetched as often
as anybody likes until it expires or is recalled; what opens the portal is what only
the person knows (threats F-47; mail scanners open, run and submit everything).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, NewType

from securelogin.accounts import AccountId, Audience
from securelogin.addresses import ERASED, Address, AddressKey, Tenant
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing
from securelogin.tokens import Claims, Purpose, read_token, sign_token

__all__ = [
    "LinkClaim",
    "LinkId",
    "MessageId",
    "RecipientLink",
    "read_link",
    "sign_link",
]

LinkId = NewType("LinkId", str)
MessageId = NewType("MessageId", str)
"""The portal's own name for a message; opaque here, at most 128 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientLink:
    """One message for one recipient, as the store keeps it.

    Attributes:
        address: key of the address it was mailed to; it dies when that changes.
        sender: whom the recipient turns to; `ERASED` once their data is gone.
    """

    id: LinkId
    tenant: Tenant
    recipient: AccountId
    address: AddressKey
    message: MessageId
    sender: Address
    issued_at: datetime
    until: datetime
    recalled_at: datetime | None = None
    version: int = 1

    def recalled(self, *, at: datetime) -> RecipientLink:
        """Return the link after its sender took it back; once is enough."""
        if self.recalled_at is not None:
            return self
        return replace(self, recalled_at=at, version=self.version + 1)

    @property
    def sender_key(self) -> AddressKey:
        """Who the sender is in the link's tenant: what they are erased by."""
        return self.sender.key(self.tenant)

    def without_sender(self) -> RecipientLink:
        """Return the link without the address of its sender; it opens what it did."""
        return replace(self, sender=ERASED, version=self.version + 1)

    def erased(self) -> RecipientLink:
        """Return the link without the address it was mailed to; it opens nothing."""
        nobody = replace(self.address, value="")
        return replace(self, address=nobody, version=self.version + 1)


class LinkClaim(NamedTuple):
    """What a token with a good signature says about a link.

    A tuple for the same reason as `securelogin.tokens.Claims`.
    """

    link: LinkId
    tenant: Tenant
    issued_at: datetime
    until: datetime


def sign_link(link: RecipientLink, /, *, keys: KeyRing) -> Hidden:
    """Return the token that stands in the mail: under 200 URL-safe characters."""
    return sign_token(
        Claims(
            purpose=Purpose.LINK,
            tenant=link.tenant,
            id=link.id,
            issued_at=link.issued_at,
            until=link.until,
            tag=Audience.EXTERNAL.value[0],
        ),
        keys=keys,
    )


def read_link(
    token: Hidden, /, *, tenants: Collection[Tenant], keys: KeyRing
) -> LinkClaim | None:
    """Return what a token says if it was signed here, else None. Never raises."""
    claims = read_token(token, purpose=Purpose.LINK, tenants=tenants, keys=keys)
    if claims is None:
        return None
    _, tenant, id_, issued_at, until, *_ = claims
    return LinkClaim(LinkId(id_), tenant, issued_at, until)
