"""Wire everything once; what is unfit is refused here, by name, never later."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from securelogin.adapters import (
    AccountRegistry,
    Accounts,
    AttemptErasure,
    AttemptLog,
    AttemptSearch,
    BreachCheck,
    Counters,
    Credentials,
    Erasure,
    Links,
    Mailer,
    Outbox,
    OutboxQueue,
    PasswordCheck,
    Permissions,
    Purge,
    Sessions,
)
from securelogin.defaults import (
    AccountsInTurn,
    EveryoneMay,
    NoBreachList,
)
from securelogin.errors import WiringError
from securelogin.flows.accounts import AccountAdministration
from securelogin.flows.address_changes import AddressChanges
from securelogin.flows.courier import Courier
from securelogin.flows.data_retention import DataRetention
from securelogin.flows.login import Login
from securelogin.flows.passwords import PasswordChange
from securelogin.flows.recipient_links import RecipientLinks
from securelogin.flows.reset import PasswordReset
from securelogin.flows.sessions import SessionControl
from securelogin.flows.support_desk import SupportDesk
from securelogin.guards import guarded
from securelogin.hashing import Hashing
from securelogin.hashing_pool import HashingPool
from securelogin.installation import Installation, system_clock
from securelogin.keyring import KeyRing
from securelogin.passwords import PasswordHasher
from securelogin.policy import Policy
from securelogin.portals import Portal

__all__ = ["SecureLogin", "Store"]


class _Accounts(Accounts, AccountRegistry, Protocol): ...


class _Attempts(AttemptLog, AttemptSearch, AttemptErasure, Protocol): ...


class _Outbox(Outbox, OutboxQueue, Protocol): ...


class _Retention(Purge, Erasure, Protocol): ...


class Store(Protocol):
    """All that is stored, as attributes of one object; see `adapters` for each."""

    @property
    def accounts(self) -> _Accounts:
        """Accounts the library keeps."""
        ...

    @property
    def credentials(self) -> Credentials:
        """One for each account."""
        ...

    @property
    def links(self) -> Links:
        """Recipient links."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Sessions by digest."""
        ...

    @property
    def counters(self) -> Counters:
        """What is counted."""
        ...

    @property
    def attempts(self) -> _Attempts:
        """The attempt log."""
        ...

    @property
    def outbox(self) -> _Outbox:
        """Orders for mails."""
        ...

    @property
    def retention(self) -> _Retention:
        """What purges and erases all that is stored."""
        ...


class SecureLogin:
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
        store: Store,
        mailer: Mailer,
        policy: Policy | None = None,
        hasher: PasswordHasher | None = None,
        pool: HashingPool | None = None,
        own_accounts: Accounts | None = None,
        permissions: Permissions | None = None,
        breaches: BreachCheck | None = None,
        authorities: Mapping[str, PasswordCheck] | None = None,
        clock: Callable[[], datetime] = system_clock,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        # Long, and a list: who gets what is best seen in one place.
        self.installation = Installation(
            portals=portals, keys=keys, policy=policy, clock=clock, random=random
        )
        _require_parts(store)
        hashing = Hashing(
            hasher or PasswordHasher(random=random), pool or HashingPool()
        )
        accounts: Accounts = store.accounts
        if own_accounts is not None:
            first = guarded(own_accounts, Accounts, setting="own_accounts")
            accounts = AccountsInTurn(first, accounts)
        self.login = Login(
            installation=self.installation,
            hashing=hashing,
            accounts=accounts,
            credentials=store.credentials,
            links=store.links,
            sessions=store.sessions,
            counters=store.counters,
            log=store.attempts,
            outbox=store.outbox,
            permissions=permissions or EveryoneMay(),
            authorities=authorities or {},
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
        )
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
        self.sessions = SessionControl(
            installation=self.installation,
            accounts=accounts,
            credentials=store.credentials,
            sessions=store.sessions,
        )
        self.accounts = AccountAdministration(
            installation=self.installation,
            accounts=accounts,
            registry=store.accounts,
            credentials=store.credentials,
            outbox=store.outbox,
            erasure=store.attempts,
            remains=store.retention,
        )
        self.addresses = AddressChanges(
            installation=self.installation,
            accounts=accounts,
            registry=store.accounts,
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
            mailer=mailer,
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
            counters=store.counters,
            log=store.attempts,
        )


def _require_parts(store: Store) -> None:
    parts = ("accounts", "credentials", "links", "sessions", "counters", "attempts")
    missing = [
        part for part in (*parts, "outbox", "retention") if not hasattr(store, part)
    ]
    if missing:
        raise WiringError(
            f"{type(store).__name__} has no {', '.join(missing)}.",
            setting="store",
            cure="A store carries every part of Store as an attribute.",
        )
