"""What a log-in, and what a session, is judged by: read under one lock."""

from __future__ import annotations

import threading
from operator import attrgetter

from securelogin.accounts import Account, AccountId
from securelogin.addresses import AddressKey
from securelogin.credentials import Credential, generation_of
from securelogin.evidence import LoginRows
from securelogin.links import LinkId, RecipientLink
from securelogin.sessions import Session, SessionDigest, SessionRows
from securelogin.stand_ins import NO_ACCOUNT, NO_CREDENTIAL
from securelogin.stores.memory_accounts import MemoryAccounts, MemoryCredentials
from securelogin.stores.memory_rows import MemoryRows

__all__ = [
    "AsyncMemoryLoginReads",
    "AsyncMemorySessionReads",
    "MemoryLoginReads",
    "MemorySessionReads",
]

# What a log-in reads of a row.
_ACCOUNT_READ = attrgetter(
    "id", "tenant", "audience", "keys", "key.tenant", "key.value", "status"
)
_CREDENTIAL_READ = attrgetter(
    "account", "password_hash", "temporary", "dead", "must_change", "generation"
)


class MemoryLoginReads:
    """`LoginReads`: three look-ups under one lock."""

    def __init__(
        self,
        lock: threading.RLock,
        *,
        accounts: MemoryAccounts,
        credentials: MemoryCredentials,
        links: MemoryRows[LinkId, RecipientLink],
    ) -> None:
        self._lock = lock
        self._accounts = accounts
        self._credentials = credentials
        self._links = links

    @property
    def joins(self) -> tuple[object, object, object]:
        """The accounts, credentials and links that are read."""
        return self._accounts, self._credentials, self._links

    def read(self, key: AddressKey, stand_in: AccountId, link: LinkId, /) -> LoginRows:
        """Return the three as of one moment."""
        with self._lock:
            owner, is_held = self._accounts.rows_for(key, stand_in)
            account = self._accounts.get(owner)
            credential = self._credentials.get(owner)
            _touch(account, credential)
            return LoginRows(
                account=account if is_held else None,
                credential=credential if is_held else None,
                link=self._links.get(link),
            )


class AsyncMemoryLoginReads:
    """`AsyncLoginReads`."""

    def __init__(
        self, inner: MemoryLoginReads, joins: tuple[object, object, object], /
    ) -> None:
        self._inner = inner
        self._joins = joins

    @property
    def joins(self) -> tuple[object, object, object]:
        """The accounts, credentials and links that are read."""
        return self._joins

    async def read(
        self, key: AddressKey, stand_in: AccountId, link: LinkId, /
    ) -> LoginRows:
        """Return the three as of one moment."""
        return self._inner.read(key, stand_in, link)


class MemorySessionReads:
    """`SessionReads`: three look-ups under one lock."""

    def __init__(
        self,
        lock: threading.RLock,
        *,
        sessions: MemoryRows[SessionDigest, Session],
        accounts: MemoryAccounts,
        credentials: MemoryCredentials,
    ) -> None:
        self._lock = lock
        self._sessions = sessions
        self._accounts = accounts
        self._credentials = credentials

    @property
    def joins(self) -> tuple[object, object, object]:
        """The sessions, accounts and credentials that are read."""
        return self._sessions, self._accounts, self._credentials

    def read(self, digest: SessionDigest, /) -> SessionRows | None:
        """Return the three as of one moment."""
        with self._lock:
            session = self._sessions.get(digest)
            if session is None:
                return None
            credential = self._credentials.get(session.account)
            return SessionRows(
                session=session,
                account=self._accounts.get(session.account),
                generation=generation_of(credential),
            )


class AsyncMemorySessionReads:
    """`AsyncSessionReads`."""

    def __init__(
        self, inner: MemorySessionReads, joins: tuple[object, object, object], /
    ) -> None:
        self._inner = inner
        self._joins = joins

    @property
    def joins(self) -> tuple[object, object, object]:
        """The sessions, accounts and credentials that are read."""
        return self._joins

    async def read(self, digest: SessionDigest, /) -> SessionRows | None:
        """Return the three as of one moment."""
        return self._inner.read(digest)


def _touch(account: Account | None, credential: Credential | None) -> None:
    """Read all that is read of them later, if they are the holder's."""
    _ACCOUNT_READ(account or NO_ACCOUNT)
    _CREDENTIAL_READ(credential or NO_CREDENTIAL)
