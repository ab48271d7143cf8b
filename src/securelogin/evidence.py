"""What a log-in is judged by: everything that was fetched, and nothing else.

The rules get one `Evidence` and give one verdict. A portal's own checks get the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from securelogin.accounts import Account, AccountId
from securelogin.addresses import Address, AddressKey, Tenant
from securelogin.attempts import Attempt, Form
from securelogin.credentials import Credential
from securelogin.hidden import Hidden
from securelogin.links import LinkClaim, LinkId, RecipientLink
from securelogin.passwords import Match
from securelogin.portals import Portal

__all__ = ["Asked", "Count", "CounterKey", "Evidence", "LoginRows", "Windows"]

CounterKey = NewType("CounterKey", str)
"""Keyed digest of what is counted: no address, at most 32 characters."""

Windows = Mapping[CounterKey, timedelta]
"""What is counted together, each key with the length of its window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One thing that is counted for each attempt.

    Attributes:
        most: attempts above this number are refused; None: only counted.
    """

    key: CounterKey
    window: timedelta
    most: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an attempt asks for, before anything is fetched.

    Everything has a value, so that the same calls follow whatever was typed: where
    there is nothing to ask for, there is a stand-in.

    Attributes:
        portal: the portal whose URL was used, or None.
        address: the typed address, or None if it is none.
        key: what the account is looked up by.
        form: what the typed secret looks like, and so what it is checked against.
        secret: the secret in the spelling in which it was hashed.
        claim: what the link's token says; None without a good token.
        link: id of the link, or a stand-in.
        stand_in: the account id to ask for if there is no account.
        counts: source, address, consecutive failures; in this order.
    """

    portal: Portal | None
    tenant: Tenant
    address: Address | None
    key: AddressKey
    form: Form
    secret: Hidden
    claim: LinkClaim | None
    link: LinkId
    stand_in: AccountId
    counts: tuple[Count, ...]

    @property
    def domain(self) -> str:
        """The typed address's domain, or "" for what is no address."""
        return "" if self.address is None else self.address.domain


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRows:
    """What is stored about one log-in; None where there is nothing.

    Attributes:
        account: the holder of the address.
        credential: that account's; without an account there is none.
        link: the recipient link that was asked for.
    """

    account: Account | None
    credential: Credential | None
    link: RecipientLink | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that one log-in is judged by.

    Attributes:
        hits: totals of `asked.counts`, this attempt included.
        match: what the one check of the secret gave.
        elsewhere: another authority than ours checked the secret.
        permitted: the portal's `Permissions` let this account in.
        fingerprints: of the typed secret, to tell dead temporary passwords apart.
    """

    at: datetime
    attempt: Attempt
    asked: Asked
    hits: tuple[int, ...]
    account: Account | None
    credential: Credential | None
    link: RecipientLink | None
    match: Match
    elsewhere: bool
    permitted: bool
    fingerprints: tuple[str, ...]
