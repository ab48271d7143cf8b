"""Ask somebody who is logged in for their current password, before a change.

Whoever found a browser open has the session, and not the password (ASVS 6.2.3, 7.5.1).
Not in here: what the proof is then good for.
"""

from __future__ import annotations

from datetime import datetime

from securelogin.accounts import Account, AccountId
from securelogin.adapters import (
    AsyncAccounts,
    AsyncCounters,
    AsyncCredentials,
    AsyncSessions,
)
from securelogin.addresses import Address, AddressKey, Tenant
from securelogin.attempts import Client, Form
from securelogin.credentials import Credential, generation_of
from securelogin.evidence import Count
from securelogin.guards import guarded
from securelogin.hashing import AsyncHashing
from securelogin.hidden import Hidden
from securelogin.installation import Installation
from securelogin.rules.login import Refuse, RequireChange, Shed
from securelogin.rules.password_change import (
    asked_session,
    change_key,
    holder_of_session,
    judge_change,
)
from securelogin.rules.sessions import holds
from securelogin.rules.throttle import (
    address_counts,
    hits_of,
    is_too_often,
    login_counts,
    windows_of,
)
from securelogin.sessions import Session

__all__ = ["AsyncCurrentPassword"]


class AsyncCurrentPassword:
    """Judge a session's token together with the password of whose session it is.

    One run of Argon2 and the same calls, whatever is wrong; counted like any other try,
    in the counters of the log-in, before anything is checked (threats C67, C68).
    """

    def __init__(
        self,
        *,
        installation: Installation,
        hashing: AsyncHashing,
        accounts: AsyncAccounts,
        credentials: AsyncCredentials,
        sessions: AsyncSessions,
        counters: AsyncCounters,
    ) -> None:
        self._keys = installation.keys
        self._policy = installation.policy
        self._hashing = hashing
        self._accounts = guarded(accounts, AsyncAccounts, setting="accounts")
        self._credentials = guarded(
            credentials, AsyncCredentials, setting="credentials"
        )
        self._sessions = guarded(sessions, AsyncSessions, setting="sessions")
        self._counters = guarded(counters, AsyncCounters, setting="counters")

    async def check(
        self,
        token: Hidden,
        current: Hidden,
        /,
        *,
        client: Client,
        now: datetime,
        address: Address | None = None,
    ) -> tuple[Account | None, RequireChange | Refuse | Shed]:
        """Return whose session it is, and whether they know the current password.

        Args:
            address: the new one that is asked for, which is limited by itself.
        """
        session = await self._sessions.get(asked_session(token, keys=self._keys))
        holder = holder_of_session(session, keys=self._keys)
        account = await self._accounts.get(holder)
        credential = await self._credentials.get(holder)
        key = change_key(account, holder)
        counts = self._tries(client, key)
        further = self._requests(holder, key.tenant, address)
        # order matters: counted before it is checked (threats C67, C68)
        # (test_passwords: a wrong current password counts).
        totals = await self._counters.hit(windows_of((*counts, *further)), at=now)
        match_ = await self._hashing.for_source(client.source).check(
            current,
            stored=None if credential is None else credential.password_hash,
            account=holder,
            address=key,
        )
        permit = judge_change(
            account,
            credential,
            is_logged_in=self._holds(session, account, credential, now),
            match=match_,
            counts=counts,
            hits=hits_of(counts, totals),
            asked_too_often=is_too_often(further, hits_of(further, totals)),
        )
        return account, permit

    def _holds(
        self,
        session: Session | None,
        account: Account | None,
        credential: Credential | None,
        now: datetime,
    ) -> bool:
        return holds(
            session,
            account,
            generation=generation_of(credential),
            at=now,
            lifetimes=self._policy.lifetimes,
        )

    def _tries(self, client: Client, key: AddressKey) -> tuple[Count, ...]:
        """Return what a try of the lasting password is counted by, as at a log-in."""
        return login_counts(
            client=client,
            key=key,
            form=Form.LASTING,
            limits=self._policy.limits,
            keys=self._keys,
        )

    def _requests(
        self, holder: AccountId, tenant: Tenant, address: Address | None
    ) -> tuple[Count, ...]:
        """Return what is counted besides the try: a new address that is asked for."""
        if address is None:
            return ()
        return address_counts(
            holder, address.key(tenant), limits=self._policy.limits, keys=self._keys
        )
