"""Wire everything once; what is unfit is refused here, by name, never later."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from securelogin.adapters import (
    AsyncAccountRegistry,
    AsyncAccounts,
    AsyncAttemptErasure,
    AsyncAttemptLog,
    AsyncAttemptSearch,
    AsyncBreachCheck,
    AsyncCounters,
    AsyncCredentials,
    AsyncErasure,
    AsyncLinks,
    AsyncMailer,
    AsyncOutbox,
    AsyncOutboxQueue,
    AsyncPasswordCheck,
    AsyncPermissions,
    AsyncPurge,
    AsyncSessions,
)
from securelogin.aio.accounts import AsyncAccountAdministration
from securelogin.aio.address_changes import AsyncAddressChanges
from securelogin.aio.courier import AsyncCourier
from securelogin.aio.data_retention import AsyncDataRetention
from securelogin.aio.login import AsyncLogin
from securelogin.aio.passwords import AsyncPasswordChange
from securelogin.aio.recipient_links import AsyncRecipientLinks
from securelogin.aio.reset import AsyncPasswordReset
from securelogin.aio.sessions import AsyncSessionControl
from securelogin.aio.support_desk import AsyncSupportDesk
from securelogin.defaults import (
    AsyncAccountsInTurn,
    AsyncEveryoneMay,
    AsyncNoBreachList,
)
from securelogin.errors import WiringError
from securelogin.guards import guarded
from securelogin.hashing import AsyncHashing
from securelogin.hashing_pool import HashingPool
from securelogin.installation import Installation, system_clock
from securelogin.keyring import KeyRing
from securelogin.passwords import PasswordHasher
from securelogin.policy import Policy
from securelogin.portals import Portal

__all__ = ["AsyncSecureLogin", "AsyncStore"]


class _AsyncAccounts(AsyncAccounts, AsyncAccountRegistry, Protocol): ...


class _AsyncAttempts(
    AsyncAttemptLog, AsyncAttemptSearch, AsyncAttemptErasure, Protocol
): ...


class _AsyncOutbox(AsyncOutbox, AsyncOutboxQueue, Protocol): ...


class _AsyncRetention(AsyncPurge, AsyncErasure, Protocol): ...


class AsyncStore(Protocol):
    """All that is stored, as attributes of one object; see `adapters` for each."""

    @property
    def accounts(self) -> _AsyncAccounts:
        """Accounts the library keeps."""
        ...

    @property
    def credentials(self) -> AsyncCredentials:
        """One for each account."""
        ...

    @property
    def links(self) -> AsyncLinks:
        """Recipient links."""
        ...

    @property
    def sessions(self) -> AsyncSessions:
        """Sessions by digest."""
        ...

    @property
    def counters(self) -> AsyncCounters:
        """What is counted."""
        ...

    @property
    def attempts(self) -> _AsyncAttempts:
        """The attempt log."""
        ...

    @property
    def outbox(self) -> _AsyncOutbox:
        """Orders for mails."""
        ...

    @property
    def retention(self) -> _AsyncRetention:
        """What purges and erases all that is stored."""
        ...


class AsyncSecureLogin:
    """The log-in of a portal. Make one at start-up and share it freely.

    Args:
        portals: every place where people log in.
        keys: sign links and tickets; newest first.
        store: carries every storage interface.
        mailer: sends mails, for the courier.
        policy: settings; the defaults are safe.
        hasher: cost, backend and pepper of password hashes.
        pool: the threads that hash; by default one of this object's own.
        own_accounts: the portal's own user table, read only; it goes before the
            store's accounts, which then hold external recipients only.
        permissions: who may enter; by default every active account.
        breaches: a list of breached passwords, beside the policy's block list.
        authorities: password checks by lower-case domain of the address.
        clock, random: time and randomness.

    Raises:
        WiringError: something is missing, unfit or of the other colour.

    Attributes:
        login: decide log-ins.
        passwords: complete and change passwords.
        reset: "Forgot your password".
        links: issue, open and recall recipient links.
        sessions: resolve and end sessions.
        accounts: administer accounts.
        addresses: change primary addresses.
        courier: deliver mails.
        retention: delete what has been kept for long enough.
        support: find out why somebody could not log in.
    """

    def __init__(
        self,
        *,
        portals: Iterable[Portal],
        keys: KeyRing,
        store: AsyncStore,
        mailer: AsyncMailer,
        policy: Policy | None = None,
        hasher: PasswordHasher | None = None,
        pool: HashingPool | None = None,
        own_accounts: AsyncAccounts | None = None,
        permissions: AsyncPermissions | None = None,
        breaches: AsyncBreachCheck | None = None,
        authorities: Mapping[str, AsyncPasswordCheck] | None = None,
        clock: Callable[[], datetime] = system_clock,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        # Long, and a list: who gets what is best seen in one place.
        self.installation = Installation(
            portals=portals, keys=keys, policy=policy, clock=clock, random=random
        )
        _require_parts(store)
        hashing = AsyncHashing(
            hasher or PasswordHasher(random=random), pool or HashingPool()
        )
        accounts: AsyncAccounts = store.accounts
        if own_accounts is not None:
            first = guarded(own_accounts, AsyncAccounts, setting="own_accounts")
            accounts = AsyncAccountsInTurn(first, accounts)
        self.login = AsyncLogin(
            installation=self.installation,
            hashing=hashing,
            accounts=accounts,
            credentials=store.credentials,
            links=store.links,
            sessions=store.sessions,
            counters=store.counters,
            log=store.attempts,
            outbox=store.outbox,
            permissions=permissions or AsyncEveryoneMay(),
            authorities=authorities or {},
        )
        self.passwords = AsyncPasswordChange(
            installation=self.installation,
            hashing=hashing,
            accounts=accounts,
            credentials=store.credentials,
            sessions=store.sessions,
            counters=store.counters,
            log=store.attempts,
            outbox=store.outbox,
            breaches=breaches or AsyncNoBreachList(),
        )
        self.reset = AsyncPasswordReset(
            installation=self.installation,
            counters=store.counters,
            log=store.attempts,
            outbox=store.outbox,
        )
        self.links = AsyncRecipientLinks(
            installation=self.installation,
            accounts=accounts,
            registry=store.accounts,
            credentials=store.credentials,
            links=store.links,
            log=store.attempts,
            outbox=store.outbox,
        )
        self.sessions = AsyncSessionControl(
            installation=self.installation,
            accounts=accounts,
            credentials=store.credentials,
            sessions=store.sessions,
        )
        self.accounts = AsyncAccountAdministration(
            installation=self.installation,
            accounts=accounts,
            registry=store.accounts,
            credentials=store.credentials,
            outbox=store.outbox,
            erasure=store.attempts,
            remains=store.retention,
        )
        self.addresses = AsyncAddressChanges(
            installation=self.installation,
            accounts=accounts,
            registry=store.accounts,
            log=store.attempts,
            outbox=store.outbox,
        )
        self.courier = AsyncCourier(
            installation=self.installation,
            hashing=hashing,
            accounts=accounts,
            credentials=store.credentials,
            links=store.links,
            queue=store.outbox,
            mailer=mailer,
        )
        self.retention = AsyncDataRetention(
            retention=self.installation.policy.retention,
            purge=store.retention,
            clock=self.installation.now,
        )
        self.support = AsyncSupportDesk(
            installation=self.installation,
            accounts=accounts,
            credentials=store.credentials,
            links=store.links,
            attempts=store.attempts,
            queue=store.outbox,
            counters=store.counters,
            log=store.attempts,
        )


def _require_parts(store: AsyncStore) -> None:
    parts = ("accounts", "credentials", "links", "sessions", "counters", "attempts")
    missing = [
        part for part in (*parts, "outbox", "retention") if not hasattr(store, part)
    ]
    if missing:
        raise WiringError(
            f"{type(store).__name__} has no {', '.join(missing)}.",
            setting="store",
            cure="A store carries every part of AsyncStore as an attribute.",
        )
