"""Wire everything once; what is unfit is refused here, by name, never later."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from securelogin.adapters import (
    Accounts,
    BreachCheck,
    Credentials,
    HashSample,
    Links,
    LoginReads,
    Mailer,
    PasswordCheck,
    Permissions,
    SessionReads,
    Sessions,
)
from securelogin.decoys import Decoys, can_be_sampled
from securelogin.defaults import (
    AccountsInTurn,
    EveryoneMay,
    LoginReadsInTurn,
    NoBreachList,
    SessionReadsInTurn,
    joint_part,
)
from securelogin.events import Sink
from securelogin.flows.accounts import AccountAdministration
from securelogin.flows.address_changes import AddressChanges
from securelogin.flows.courier import Courier
from securelogin.flows.current_password import CurrentPassword
from securelogin.flows.data_retention import DataRetention
from securelogin.flows.login import Login
from securelogin.flows.passwords import PasswordChange
from securelogin.flows.recipient_links import RecipientLinks
from securelogin.flows.reset import PasswordReset
from securelogin.flows.sessions import SessionControl
from securelogin.flows.store import Store, require_parts
from securelogin.flows.stored_accounts import StoredAccounts
from securelogin.flows.support_desk import SupportDesk
from securelogin.guards import guarded
from securelogin.hashing import Hashing
from securelogin.hashing_pool import HashingPool
from securelogin.installation import DEFAULT_SINKS, Installation, system_clock
from securelogin.keyring import KeyRing
from securelogin.passwords import PasswordHasher
from securelogin.policy import Policy
from securelogin.portals import Portal
from securelogin.together import Together, VerbByVerb

__all__ = ["SecureLogin"]


class SecureLogin:
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
    login: Login
    passwords: PasswordChange
    reset: PasswordReset
    links: RecipientLinks
    sessions: SessionControl
    accounts: AccountAdministration
    addresses: AddressChanges
    courier: Courier
    retention: DataRetention
    support: SupportDesk

    def __init__(
        self,
        *,
        portals: Iterable[Portal],
        keys: KeyRing,
        store: Store,
        mailer: Mailer,
        policy: Policy | None = None,
        hasher: PasswordHasher | None = None,
        pool: HashingPool | None = None,
        own_accounts: Accounts | None = None,
        permissions: Permissions | None = None,
        breaches: BreachCheck | None = None,
        authorities: Mapping[str, PasswordCheck] | None = None,
        hashes: HashSample | None = None,
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
        hashing = Hashing(
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
        hashing: Hashing,
        accounts: Accounts,
        store: Store,
        permissions: Permissions | None,
        authorities: Mapping[str, PasswordCheck] | None,
    ) -> None:
        """Wire what lets people in, and what they have afterwards."""
        reads = _reads_of(accounts, store)
        self.login = Login(
            installation=self.installation,
            hashing=hashing,
            reads=reads,
            credentials=store.credentials,
            sessions=store.sessions,
            counters=store.counters,
            log=store.attempts,
            outbox=store.outbox,
            permissions=permissions or EveryoneMay(),
            authorities=authorities or {},
            together=_together_of(reads, store),
        )
        self.sessions = SessionControl(
            installation=self.installation,
            reads=_session_reads_of(accounts, store),
            credentials=store.credentials,
            sessions=store.sessions,
        )

    def _wire_changes(
        self,
        hashing: Hashing,
        accounts: Accounts,
        store: Store,
        breaches: BreachCheck | None,
    ) -> None:
        """Wire what people change themselves, with their current password."""
        current = CurrentPassword(
            installation=self.installation,
            hashing=hashing,
            accounts=accounts,
            credentials=store.credentials,
            sessions=store.sessions,
            counters=store.counters,
        )
        self.passwords = PasswordChange(
            installation=self.installation,
            hashing=hashing,
            accounts=accounts,
            credentials=store.credentials,
            sessions=store.sessions,
            counters=store.counters,
            log=store.attempts,
            outbox=store.outbox,
            breaches=breaches or NoBreachList(),
            current=current,
        )
        self.addresses = AddressChanges(
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
        hashing: Hashing,
        accounts: Accounts,
        store: Store,
        mailer: Mailer,
        *,
        elsewhere: Collection[str],
    ) -> None:
        """Wire what orders mails for people outside, and what sends all mails."""
        self.reset = PasswordReset(
            installation=self.installation,
            counters=store.counters,
            log=store.attempts,
            outbox=store.outbox,
        )
        self.links = RecipientLinks(
            installation=self.installation,
            accounts=accounts,
            registry=store.accounts,
            credentials=store.credentials,
            links=store.links,
            log=store.attempts,
            outbox=store.outbox,
        )
        self.courier = Courier(
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

    def _wire_care(self, accounts: Accounts, store: Store) -> None:
        """Wire what administrators, support and schedules use; no password is met."""
        self.accounts = AccountAdministration(
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
        self.retention = DataRetention(
            retention=self.installation.policy.retention,
            purge=store.retention,
            clock=self.installation.now,
        )
        self.support = SupportDesk(
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
        hashes: HashSample | None,
        credentials: object,
    ) -> Decoys | None:
        if hashes is None and not can_be_sampled(
            credentials,
            takes_imported=hasher.takes_imported,
            interface=HashSample.__name__,
        ):
            # Unknown addresses stay at today's cost.
            return None
        adapter = cast("HashSample", credentials) if hashes is None else hashes
        guard = guarded(adapter, HashSample, setting="hashes")

        def sample(limit: int) -> Sequence[str]:
            return guard.sample(limit=limit)

        return Decoys(sample, clock=self.installation.now)


def _accounts_of(store: Store, own: Accounts | None) -> Accounts:
    """Return where accounts are looked for: in the portal's own table first."""
    if own is None:
        return store.accounts
    first = guarded(own, Accounts, setting="own_accounts")
    return AccountsInTurn(first, store.accounts)


def _stored_accounts(accounts: Accounts, store: Store) -> StoredAccounts:
    return StoredAccounts(
        accounts=accounts, registry=store.accounts, credentials=store.credentials
    )


def _reads_of(accounts: Accounts, store: Store) -> LoginReads:
    """Return what reads for a log-in: at once if the store can, else verb by verb."""
    joined = (accounts, store.credentials, store.links)
    at_once = joint_part(store, "login_reads", *joined)
    if at_once is not None:
        return cast("LoginReads", at_once)
    return LoginReadsInTurn(
        guarded(accounts, Accounts, setting="accounts"),
        guarded(store.credentials, Credentials, setting="credentials"),
        guarded(store.links, Links, setting="links"),
    )


def _together_of(reads: LoginReads, store: Store) -> Together:
    """Return what does a log-in's verbs together if the store can, else each alone."""
    joined = (reads, store.sessions, store.counters, store.attempts)
    together = joint_part(store, "together", *joined)
    return cast("Together", together or VerbByVerb())


def _session_reads_of(accounts: Accounts, store: Store) -> SessionReads:
    """Return what reads a session: at once if the store can, else verb by verb."""
    joined = (store.sessions, accounts, store.credentials)
    at_once = joint_part(store, "session_reads", *joined)
    if at_once is not None:
        return cast("SessionReads", at_once)
    return SessionReadsInTurn(
        guarded(store.sessions, Sessions, setting="sessions"),
        guarded(accounts, Accounts, setting="accounts"),
        guarded(store.credentials, Credentials, setting="credentials"),
    )
