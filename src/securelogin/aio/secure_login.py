"""Wire everything once; what is unfit is refused here, by name, never later."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from securelogin.adapters import (
    AsyncAccounts,
    AsyncBreachCheck,
    AsyncCredentials,
    AsyncHashSample,
    AsyncLinks,
    AsyncLoginReads,
    AsyncMailer,
    AsyncPasswordCheck,
    AsyncPermissions,
    AsyncSessionReads,
    AsyncSessions,
)
from securelogin.aio.accounts import AsyncAccountAdministration
from securelogin.aio.address_changes import AsyncAddressChanges
from securelogin.aio.courier import AsyncCourier
from securelogin.aio.current_password import AsyncCurrentPassword
from securelogin.aio.data_retention import AsyncDataRetention
from securelogin.aio.login import AsyncLogin
from securelogin.aio.passwords import AsyncPasswordChange
from securelogin.aio.recipient_links import AsyncRecipientLinks
from securelogin.aio.reset import AsyncPasswordReset
from securelogin.aio.sessions import AsyncSessionControl
from securelogin.aio.store import AsyncStore, require_parts
from securelogin.aio.stored_accounts import AsyncStoredAccounts
from securelogin.aio.support_desk import AsyncSupportDesk
from securelogin.decoys import AsyncDecoys, can_be_sampled
from securelogin.defaults import (
    AsyncAccountsInTurn,
    AsyncEveryoneMay,
    AsyncLoginReadsInTurn,
    AsyncNoBreachList,
    AsyncSessionReadsInTurn,
    joint_part,
)
from securelogin.events import Sink
from securelogin.guards import guarded
from securelogin.hashing import AsyncHashing
from securelogin.hashing_pool import HashingPool
from securelogin.installation import DEFAULT_SINKS, Installation, system_clock
from securelogin.keyring import KeyRing
from securelogin.passwords import PasswordHasher
from securelogin.policy import Policy
from securelogin.portals import Portal
from securelogin.together import AsyncTogether, AsyncVerbByVerb

__all__ = ["AsyncSecureLogin"]


class AsyncSecureLogin:
    """The log-in of a portal. Make one at start-up and share it freely.

    Any number of callers may use any operation at once; what each promises when two
    meet is told there. Every operation raises `Unavailable` where a store cannot do
    its work, and `AdapterError` where an adapter has broken its promise; neither is
    ever turned into an outcome. Whatever else is raised, the operation tells.

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
        authorities: password checks by lower-case domain of the address. Whoever has
            their primary address there is mailed no temporary password.
        hashes: what unknown addresses follow; by default the store's credentials, if
            they can be sampled; a hasher that takes imported hashes needs one of the
            two. It is read at the first check of a password, and again every ten
            minutes.
        clock, random: time and randomness.
        sinks: are told each event (`securelogin.events`); by default, standard
            logging. Further ones go beside it: `sinks=[EventLog(), mine]`.

    Raises:
        WiringError: something is missing, unfit or of the other colour.

    Attributes:
        installation: what all of these share.
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

    installation: Installation
    login: AsyncLogin
    passwords: AsyncPasswordChange
    reset: AsyncPasswordReset
    links: AsyncRecipientLinks
    sessions: AsyncSessionControl
    accounts: AsyncAccountAdministration
    addresses: AsyncAddressChanges
    courier: AsyncCourier
    retention: AsyncDataRetention
    support: AsyncSupportDesk

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
        hashes: AsyncHashSample | None = None,
        clock: Callable[[], datetime] = system_clock,
        random: Callable[[int], bytes] = secrets.token_bytes,
        sinks: Iterable[Sink] = DEFAULT_SINKS,
    ) -> None:
        self.installation = Installation(
            portals=portals,
            keys=keys,
            policy=policy,
            clock=clock,
            random=random,
            sinks=sinks,
        )
        require_parts(store)
        hasher = hasher or PasswordHasher(random=random)
        hashing = AsyncHashing(
            hasher,
            pool or HashingPool(),
            decoys=self._decoys(hasher, hashes, store.credentials),
        )
        accounts = _accounts_of(store, own_accounts)
        self._wire_log_in(hashing, accounts, store, permissions, authorities)
        self._wire_changes(hashing, accounts, store, breaches)
        self._wire_mail(hashing, accounts, store, mailer, elsewhere=authorities or {})
        self._wire_care(accounts, store)

    def _wire_log_in(
        self,
        hashing: AsyncHashing,
        accounts: AsyncAccounts,
        store: AsyncStore,
        permissions: AsyncPermissions | None,
        authorities: Mapping[str, AsyncPasswordCheck] | None,
    ) -> None:
        """Wire what lets people in, and what they have afterwards."""
        reads = _reads_of(accounts, store)
        self.login = AsyncLogin(
            installation=self.installation,
            hashing=hashing,
            reads=reads,
            credentials=store.credentials,
            sessions=store.sessions,
            counters=store.counters,
            log=store.attempts,
            outbox=store.outbox,
            permissions=permissions or AsyncEveryoneMay(),
            authorities=authorities or {},
            together=_together_of(reads, store),
        )
        self.sessions = AsyncSessionControl(
            installation=self.installation,
            reads=_session_reads_of(accounts, store),
            credentials=store.credentials,
            sessions=store.sessions,
        )

    def _wire_changes(
        self,
        hashing: AsyncHashing,
        accounts: AsyncAccounts,
        store: AsyncStore,
        breaches: AsyncBreachCheck | None,
    ) -> None:
        """Wire what people change themselves, with their current password."""
        current = AsyncCurrentPassword(
            installation=self.installation,
            hashing=hashing,
            accounts=accounts,
            credentials=store.credentials,
            sessions=store.sessions,
            counters=store.counters,
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
            current=current,
        )
        self.addresses = AsyncAddressChanges(
            installation=self.installation,
            accounts=accounts,
            registry=store.accounts,
            stored=_stored_accounts(accounts, store),
            log=store.attempts,
            outbox=store.outbox,
            current=current,
        )

    def _wire_mail(
        self,
        hashing: AsyncHashing,
        accounts: AsyncAccounts,
        store: AsyncStore,
        mailer: AsyncMailer,
        *,
        elsewhere: Collection[str],
    ) -> None:
        """Wire what orders mails for people outside, and what sends all mails."""
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
        self.courier = AsyncCourier(
            installation=self.installation,
            hashing=hashing,
            accounts=accounts,
            credentials=store.credentials,
            links=store.links,
            queue=store.outbox,
            letters=store.outbox,
            mailer=mailer,
            elsewhere=elsewhere,
        )

    def _wire_care(self, accounts: AsyncAccounts, store: AsyncStore) -> None:
        """Wire what administrators, support and schedules use; no password is met."""
        self.accounts = AsyncAccountAdministration(
            installation=self.installation,
            accounts=accounts,
            registry=store.accounts,
            credentials=store.credentials,
            stored=_stored_accounts(accounts, store),
            outbox=store.outbox,
            erasure=store.attempts,
            remains=store.retention,
            audit=store.audit,
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
            letters=store.outbox,
            counters=store.counters,
            log=store.attempts,
        )

    def _decoys(
        self,
        hasher: PasswordHasher,
        hashes: AsyncHashSample | None,
        credentials: object,
    ) -> AsyncDecoys | None:
        if hashes is None and not can_be_sampled(
            credentials,
            takes_imported=hasher.takes_imported,
            interface=AsyncHashSample.__name__,
        ):
            # Unknown addresses stay at today's cost.
            return None
        adapter = cast("AsyncHashSample", credentials) if hashes is None else hashes
        guard = guarded(adapter, AsyncHashSample, setting="hashes")

        async def sample(limit: int) -> Sequence[str]:
            return await guard.sample(limit=limit)

        return AsyncDecoys(sample, clock=self.installation.now)


def _accounts_of(store: AsyncStore, own: AsyncAccounts | None) -> AsyncAccounts:
    """Return where accounts are looked for: in the portal's own table first."""
    if own is None:
        return store.accounts
    first = guarded(own, AsyncAccounts, setting="own_accounts")
    return AsyncAccountsInTurn(first, store.accounts)


def _stored_accounts(accounts: AsyncAccounts, store: AsyncStore) -> AsyncStoredAccounts:
    return AsyncStoredAccounts(
        accounts=accounts, registry=store.accounts, credentials=store.credentials
    )


def _reads_of(accounts: AsyncAccounts, store: AsyncStore) -> AsyncLoginReads:
    """Return what reads for a log-in: at once if the store can, else verb by verb."""
    joined = (accounts, store.credentials, store.links)
    at_once = joint_part(store, "login_reads", *joined)
    if at_once is not None:
        return cast("AsyncLoginReads", at_once)
    return AsyncLoginReadsInTurn(
        guarded(accounts, AsyncAccounts, setting="accounts"),
        guarded(store.credentials, AsyncCredentials, setting="credentials"),
        guarded(store.links, AsyncLinks, setting="links"),
    )


def _together_of(reads: AsyncLoginReads, store: AsyncStore) -> AsyncTogether:
    """Return what does a log-in's verbs together if the store can, else each alone."""
    joined = (reads, store.sessions, store.counters, store.attempts)
    together = joint_part(store, "together", *joined)
    return cast("AsyncTogether", together or AsyncVerbByVerb())


def _session_reads_of(accounts: AsyncAccounts, store: AsyncStore) -> AsyncSessionReads:
    """Return what reads a session: at once if the store can, else verb by verb."""
    joined = (store.sessions, accounts, store.credentials)
    at_once = joint_part(store, "session_reads", *joined)
    if at_once is not None:
        return cast("AsyncSessionReads", at_once)
    return AsyncSessionReadsInTurn(
        guarded(store.sessions, AsyncSessions, setting="sessions"),
        guarded(accounts, AsyncAccounts, setting="accounts"),
        guarded(store.credentials, AsyncCredentials, setting="credentials"),
    )
