"""Accounts: one person in one tenant, with one primary address.

An account knows *who* may come; what they prove it with is in `credentials`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from securelogin.addresses import ERASED, Address, AddressKey, Tenant

__all__ = [
    "Account",
    "AccountId",
    "AddressChange",
    "Audience",
    "Side",
    "Status",
]

AccountId = NewType("AccountId", str)
"""Opaque and unguessable; never an address. At most 64 characters."""


class Audience(StrEnum):
    """Whom a portal serves: its own people, or recipients of a message."""

    INTERNAL = "internal"
    EXTERNAL = "external"


class Status(StrEnum):
    """Whether an account may be used at all."""

    ACTIVE = "active"
    DISABLED = "disabled"
    ERASED = "erased"


class Side(StrEnum):
    """Which mailbox confirms a change of address."""

    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChange:
    """A change of primary address that both mailboxes still have to confirm."""

    id: str
    address: Address
    until: datetime
    confirmed: frozenset[Side] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person in one tenant.

    Attributes:
        primary: the one address they log in with, and that mail is sent to.
        aliases: further addresses known to be theirs; good for a diagnosis, and for
            log-in only if `Policy.aliases` says so.
        language: BCP 47 tag of the language of their mails.
        change: a change of address in progress.
        version: rises with every write; `replace` compares it.
        key: of the primary address.
        keys: every one the account is found by, the primary one first; none once it is
            erased.
    """

    id: AccountId
    tenant: Tenant
    audience: Audience
    primary: Address
    aliases: tuple[Address, ...] = ()
    status: Status = Status.ACTIVE
    language: str = "en"
    change: AddressChange | None = None
    version: int = 1

    # Made once, with the account: made anew for each look-up, they would cost an
    # attempt on a known address time that one on an unknown address does not take.
    key: AddressKey = field(init=False, repr=False, compare=False)
    keys: tuple[AddressKey, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the keys."""
        keys: tuple[AddressKey, ...] = (self.primary.key(self.tenant),)
        if self.aliases:
            more = (address.key(self.tenant) for address in self.aliases)
            keys = tuple(dict.fromkeys((*keys, *more)))
        object.__setattr__(self, "key", keys[0])
        object.__setattr__(self, "keys", () if self.status is Status.ERASED else keys)

    def with_status(self, status: Status) -> Account:
        """Return the account with another status."""
        return replace(self, status=status, version=self.version + 1)

    def with_alias(self, alias: Address) -> Account:
        """Return the account with one more known alias (once)."""
        if self.status is Status.ERASED or alias.key(self.tenant) in self.keys:
            return self
        return replace(self, aliases=(*self.aliases, alias), version=self.version + 1)

    def with_change(self, change: AddressChange | None) -> Account:
        """Return the account with a change of address begun (or dropped)."""
        return replace(self, change=change, version=self.version + 1)

    def with_confirmation(self, side: Side) -> Account:
        """Return the account after one mailbox has confirmed the change.

        When both have, the new address is the primary one and the old one an alias.
        """
        if self.change is None or side in self.change.confirmed:
            return self
        confirmed = self.change.confirmed | {side}
        if confirmed != frozenset(Side):
            return self.with_change(replace(self.change, confirmed=confirmed))
        new = self.change.address
        others = (self.primary, *self.aliases)
        return replace(
            self,
            primary=new,
            aliases=tuple(
                a for a in others if a.key(self.tenant) != new.key(self.tenant)
            ),
            change=None,
            version=self.version + 1,
        )

    def erased(self) -> Account:
        """Return what is left of an account once the person's data is gone."""
        return replace(
            self,
            primary=ERASED,
            aliases=(),
            change=None,
            status=Status.ERASED,
            version=self.version + 1,
        )
