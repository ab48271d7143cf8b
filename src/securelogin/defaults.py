"""Adapters that stand in where a portal hands over none, and one that joins two."""

from __future__ import annotations

from securelogin.accounts import Account, AccountId
from securelogin.adapters import Accounts, AsyncAccounts
from securelogin.addresses import AddressKey
from securelogin.hidden import Hidden
from securelogin.links import MessageId

__all__ = [
    "AccountsInTurn",
    "AsyncAccountsInTurn",
    "AsyncEveryoneMay",
    "AsyncNoBreachList",
    "EveryoneMay",
    "NoBreachList",
]


class EveryoneMay:
    """`Permissions` of a portal that every active account may enter."""

    def permits(
        self,
        account: AccountId,  # noqa: ARG002 -- whoever it is
        /,
        *,
        portal: str,  # noqa: ARG002 -- wherever it is
        message: MessageId | None,  # noqa: ARG002 -- whatever it is about
    ) -> bool:
        """Say yes."""
        return True


class AsyncEveryoneMay:
    """`EveryoneMay`, awaited."""

    async def permits(
        self,
        account: AccountId,  # noqa: ARG002 -- whoever it is
        /,
        *,
        portal: str,  # noqa: ARG002 -- wherever it is
        message: MessageId | None,  # noqa: ARG002 -- whatever it is about
    ) -> bool:
        """Say yes."""
        return True


class NoBreachList:
    """`BreachCheck` where none is wired; the policy's block list still holds."""

    def contains(self, password: Hidden, /) -> bool:  # noqa: ARG002 -- knows none
        """Say no."""
        return False


class AsyncNoBreachList:
    """`NoBreachList`, awaited."""

    async def contains(self, password: Hidden, /) -> bool:  # noqa: ARG002 -- knows none
        """Say no."""
        return False


class AccountsInTurn:
    """`Accounts` of two places: the portal's own table, then the library's.

    Both are always asked, so that where an account is kept cannot be timed.
    """

    def __init__(self, first: Accounts, second: Accounts, /) -> None:
        self._first = first
        self._second = second

    def find(self, key: AddressKey, /) -> Account | None:
        """Return the account with this key; the first place goes before."""
        first, second = self._first.find(key), self._second.find(key)
        return second if first is None else first

    def get(self, account: AccountId, /) -> Account | None:
        """Return the account with this id; the first place goes before."""
        first, second = self._first.get(account), self._second.get(account)
        return second if first is None else first


class AsyncAccountsInTurn:
    """`AccountsInTurn`, awaited."""

    def __init__(self, first: AsyncAccounts, second: AsyncAccounts, /) -> None:
        self._first = first
        self._second = second

    async def find(self, key: AddressKey, /) -> Account | None:
        """Return the account with this key; the first place goes before."""
        first, second = await self._first.find(key), await self._second.find(key)
        return second if first is None else first

    async def get(self, account: AccountId, /) -> Account | None:
        """Return the account with this id; the first place goes before."""
        first, second = await self._first.get(account), await self._second.get(account)
        return second if first is None else first
