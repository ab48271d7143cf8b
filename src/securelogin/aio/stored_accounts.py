"""Rewrite what is stored of an account: its record and its credential."""

from __future__ import annotations

from collections.abc import Callable

from securelogin.accounts import Account, AccountId, Status
from securelogin.adapters import (
    AsyncAccountRegistry,
    AsyncAccounts,
    AsyncCredentials,
)
from securelogin.credentials import Credential
from securelogin.errors import InvalidInput, Unavailable
from securelogin.guards import guarded

__all__ = ["AsyncStoredAccounts"]

_TRIES = 16


class AsyncStoredAccounts:
    """Accounts by id, and steps from one version to the next.

    Each step is a guarded write over the very version it was taken from. Where somebody
    else came first, it is taken again from what they stored: so a step says what is to
    become of whatever it is given, and may return that itself if nothing is to be done.

    Raises:
        InvalidInput: no account has the id, or it was erased.
        Unavailable: others wrote it all the time, or it is kept elsewhere.
    """

    def __init__(
        self,
        *,
        accounts: AsyncAccounts,
        registry: AsyncAccountRegistry,
        credentials: AsyncCredentials,
    ) -> None:
        self._accounts = guarded(accounts, AsyncAccounts, setting="accounts")
        self._registry = guarded(registry, AsyncAccountRegistry, setting="registry")
        self._credentials = guarded(
            credentials, AsyncCredentials, setting="credentials"
        )

    async def known(self, account: AccountId, /) -> Account:
        """Return the account as it is stored."""
        known = await self._accounts.get(account)
        if known is None or known.status is Status.ERASED:
            raise InvalidInput(
                "no account has this id", field="account", code="account_unknown"
            )
        return known

    async def rewrite(
        self, account: AccountId, step: Callable[[Account], Account], /
    ) -> Account:
        """Store what *step* makes of the account, and return it."""
        for _ in range(_TRIES):
            old = await self.known(account)
            new = step(old)
            if new is old or await self._registry.replace(old, new) is True:
                return new
        raise Unavailable(
            "the account is not kept here, or is written to all the time",
            adapter="registry",
            verb="replace",
        )

    async def rewrite_credential(
        self, account: AccountId, step: Callable[[Credential], Credential], /
    ) -> bool:
        """Store what *step* makes of the credential; False if none is there."""
        for _ in range(_TRIES):
            old = await self._credentials.get(account)
            if old is None:
                return False
            new = step(old)
            if new is old or await self._credentials.replace(old, new) is True:
                return True
        raise Unavailable(
            "the credential is written to all the time",
            adapter="credentials",
            verb="replace",
        )
