"""Adapters that stand in where a portal hands over none, and some that join others."""

from __future__ import annotations

from securelogin.accounts import Account, AccountId
from securelogin.adapters import (
    Accounts,
    AsyncAccounts,
    AsyncCredentials,
    AsyncLinks,
    AsyncSessions,
    Credentials,
    Links,
    Sessions,
)
from securelogin.addresses import AddressKey
from securelogin.credentials import generation_of
from securelogin.evidence import LoginRows
from securelogin.hidden import Hidden
from securelogin.links import LinkId, MessageId
from securelogin.sessions import SessionDigest, SessionRows

__all__ = [
    "AccountsInTurn",
    "AsyncAccountsInTurn",
    "AsyncEveryoneMay",
    "AsyncLoginReadsInTurn",
    "AsyncNoBreachList",
    "AsyncSessionReadsInTurn",
    "EveryoneMay",
    "LoginReadsInTurn",
    "NoBreachList",
    "SessionReadsInTurn",
    "joint_part",
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


def joint_part(store: object, name: str, /, *parts: object) -> object | None:
    """Return the store's part of this name, if these are the parts that it joins.

    By identity: where another was put in the place of one, that one has to be asked.
    """
    part = getattr(store, name, None)
    joined = getattr(part, "joins", ())
    return part if [*map(id, joined)] == [*map(id, parts)] else None


class LoginReadsInTurn:
    """`LoginReads` of three places: three calls, the same for everybody."""

    def __init__(
        self, accounts: Accounts, credentials: Credentials, links: Links, /
    ) -> None:
        self._accounts = accounts
        self._credentials = credentials
        self._links = links

    @property
    def joins(self) -> tuple[object, object, object]:
        """The accounts, credentials and links that are read."""
        return self._accounts, self._credentials, self._links

    def read(self, key: AddressKey, stand_in: AccountId, link: LinkId, /) -> LoginRows:
        """Return what each of the three gives, in this order."""
        account = self._accounts.find(key)
        holder = stand_in if account is None else account.id
        credential = self._credentials.get(holder)
        return LoginRows(
            account=account,
            credential=None if account is None else credential,
            link=self._links.get(link),
        )


class AsyncLoginReadsInTurn:
    """`LoginReadsInTurn`, awaited."""

    def __init__(
        self,
        accounts: AsyncAccounts,
        credentials: AsyncCredentials,
        links: AsyncLinks,
        /,
    ) -> None:
        self._accounts = accounts
        self._credentials = credentials
        self._links = links

    @property
    def joins(self) -> tuple[object, object, object]:
        """The accounts, credentials and links that are read."""
        return self._accounts, self._credentials, self._links

    async def read(
        self, key: AddressKey, stand_in: AccountId, link: LinkId, /
    ) -> LoginRows:
        """Return what each of the three gives, in this order."""
        account = await self._accounts.find(key)
        holder = stand_in if account is None else account.id
        credential = await self._credentials.get(holder)
        return LoginRows(
            account=account,
            credential=None if account is None else credential,
            link=await self._links.get(link),
        )


class SessionReadsInTurn:
    """`SessionReads` of three places: up to three calls."""

    def __init__(
        self,
        sessions: Sessions,
        accounts: Accounts,
        credentials: Credentials,
        /,
    ) -> None:
        self._sessions = sessions
        self._accounts = accounts
        self._credentials = credentials

    @property
    def joins(self) -> tuple[object, object, object]:
        """The sessions, accounts and credentials that are read."""
        return self._sessions, self._accounts, self._credentials

    def read(self, digest: SessionDigest, /) -> SessionRows | None:
        """Return what each of the three gives, in this order."""
        session = self._sessions.get(digest)
        if session is None:
            return None
        account = self._accounts.get(session.account)
        credential = self._credentials.get(session.account)
        return SessionRows(
            session=session,
            account=account,
            generation=generation_of(credential),
        )


class AsyncSessionReadsInTurn:
    """`SessionReadsInTurn`, awaited."""

    def __init__(
        self,
        sessions: AsyncSessions,
        accounts: AsyncAccounts,
        credentials: AsyncCredentials,
        /,
    ) -> None:
        self._sessions = sessions
        self._accounts = accounts
        self._credentials = credentials

    @property
    def joins(self) -> tuple[object, object, object]:
        """The sessions, accounts and credentials that are read."""
        return self._sessions, self._accounts, self._credentials

    async def read(self, digest: SessionDigest, /) -> SessionRows | None:
        """Return what each of the three gives, in this order."""
        session = await self._sessions.get(digest)
        if session is None:
            return None
        account = await self._accounts.get(session.account)
        credential = await self._credentials.get(session.account)
        return SessionRows(
            session=session,
            account=account,
            generation=generation_of(credential),
        )
