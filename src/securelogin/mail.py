"""Mail as kind and fields, never as rendered text.

`MailOrder` is what lies in the outbox: which mail to make, for whom; it holds no
secret. The courier turns it into a `Mail`, which holds one and is never stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from securelogin.accounts import AccountId, Side
from securelogin.addresses import Address, AddressKey, Tenant
from securelogin.hidden import Hidden
from securelogin.portals import Portal

__all__ = [
    "DEAD_STATES",
    "Delivery",
    "DeliveryState",
    "Mail",
    "MailKind",
    "MailOrder",
    "OrderState",
]


class MailKind(StrEnum):
    """Every mail the library can ask for. Stable words, fit for template names."""

    TEMPORARY_PASSWORD = "temporary_password"  # noqa: S105 -- a kind, not a secret
    MESSAGE = "message"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- a kind, not a secret
    CONFIRM_ADDRESS = "confirm_address"
    ADDRESS_CHANGED = "address_changed"
    NEW_BROWSER = "new_browser"


class OrderState(StrEnum):
    """How far an order has come."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"


DEAD_STATES = frozenset({OrderState.REFUSED, OrderState.GIVEN_UP})
"""The ends of an order that no mail server took. A dropped one was not to be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailOrder:
    """A mail that is to be made and sent.

    Attributes:
        account: whom it is for; None where only an address is known.
        lookup: what to look the account up by, for "Forgot your password".
        portal: canonical URL of the portal it speaks for; "" for the tenant's first.
        link: id of the recipient link, for `MailKind.MESSAGE`; and for the first
            password that was ordered beside it, which nobody asked for.
        side: which mailbox is asked, for `MailKind.CONFIRM_ADDRESS`; with the id of
            the change in `change`.
        mark: pairing mark that stands on the page and in the mail.
        due_at: not to be tried before.
        leased_until: some courier has it until then.
        detail: what the mail server said, printable; never an address or a secret.
    """

    id: str
    kind: MailKind
    tenant: Tenant
    at: datetime
    due_at: datetime
    account: AccountId | None = None
    lookup: AddressKey | None = None
    portal: str = ""
    link: str | None = None
    side: Side | None = None
    change: str | None = None
    mark: str = ""
    state: OrderState = OrderState.WAITING
    tries: int = 0
    leased_until: datetime | None = None
    settled_at: datetime | None = None
    detail: str = ""
    version: int = 1

    def settled(
        self, state: OrderState, /, *, at: datetime, detail: str = ""
    ) -> MailOrder:
        """Return the order after its end: sent, refused, given up or dropped."""
        return replace(
            self,
            state=state,
            settled_at=at,
            leased_until=None,
            tries=self.tries + 1,
            detail=detail,
            version=self.version + 1,
        )

    def postponed(self, *, until: datetime, detail: str) -> MailOrder:
        """Return the order after a try that is worth another one."""
        return replace(
            self,
            due_at=until,
            leased_until=None,
            tries=self.tries + 1,
            detail=detail,
            version=self.version + 1,
        )

    @property
    def is_dead(self) -> bool:
        """It could not be delivered, and nobody tries it again: a dead letter."""
        return self.state in DEAD_STATES

    def requeued(self, *, at: datetime) -> MailOrder:
        """Return the order as one that is to be tried from the beginning."""
        return replace(
            self,
            state=OrderState.WAITING,
            due_at=at,
            settled_at=None,
            tries=0,
            detail="",
            version=self.version + 1,
        )

    def erased(self) -> MailOrder:
        """Return the order without the address it was asked for with."""
        return replace(self, lookup=None, version=self.version + 1)

    def leased(self, *, until: datetime) -> MailOrder:
        """Return the order in a courier's hands."""
        return replace(self, leased_until=until, version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one person, ready to be rendered and sent.

    Attributes:
        id: the same for each try of one order; fit for a Message-ID.
        to: the *stored* address of the account, exactly one recipient.
        fields: what the text says; plain strings, all made by the library or the
            portal's configuration.
        secrets: what only the reader may see: "password", "link".
    """

    id: str
    kind: MailKind
    portal: Portal
    to: Address
    language: str
    at: datetime
    fields: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Hidden] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Freeze both mappings."""
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))
        object.__setattr__(self, "secrets", MappingProxyType(dict(self.secrets)))


class DeliveryState(StrEnum):
    """What became of one try to send."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A mailer's answer. `detail` holds no address; 256 characters of it are kept."""

    state: DeliveryState
    detail: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not be settled, while it still counts as a try.

        Raises:
            ValueError: `state` is none.
            TypeError: `detail` is no str.
        """
        DeliveryState(self.state)
        if not isinstance(self.detail, str):
            message = f"detail must be a str, not {type(self.detail).__name__}"
            raise TypeError(message)
