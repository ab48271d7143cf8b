"""What is asked of a store: values by key, counts, logs, the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from securelogin.accounts import Account, AccountId
from securelogin.addresses import AddressKey, Tenant
from securelogin.attempts import AttemptRecord, Span
from securelogin.credentials import Credential
from securelogin.evidence import CounterKey, Windows
from securelogin.links import LinkId, RecipientLink
from securelogin.mail import MailOrder
from securelogin.sessions import Session, SessionDigest

__all__ = [
    "AccountRegistry",
    "Accounts",
    "AsyncAccountRegistry",
    "AsyncAccounts",
    "AsyncAttemptErasure",
    "AsyncAttemptLog",
    "AsyncAttemptSearch",
    "AsyncCounters",
    "AsyncCredentials",
    "AsyncDeadLetters",
    "AsyncHashSample",
    "AsyncLinks",
    "AsyncOutbox",
    "AsyncOutboxQueue",
    "AsyncSessions",
    "AttemptErasure",
    "AttemptLog",
    "AttemptSearch",
    "Counters",
    "Credentials",
    "DeadLetters",
    "HashSample",
    "Links",
    "Outbox",
    "OutboxQueue",
    "Sessions",
]


class Accounts(Protocol):
    """Find accounts. Read only: the portal's own user table will do."""

    def find(self, key: AddressKey, /) -> Account | None:
        """Return the account whose primary address or alias has this key."""
        ...

    def get(self, account: AccountId, /) -> Account | None:
        """Return the account with this id."""
        ...


class AsyncAccounts(Protocol):
    """`Accounts`, awaited."""

    async def find(self, key: AddressKey, /) -> Account | None: ...

    async def get(self, account: AccountId, /) -> Account | None: ...


class AccountRegistry(Protocol):
    """Keep accounts, for those who leave that to the library."""

    def add(self, account: Account, /) -> bool:
        """Store a new account if its id and every one of its keys are free.

        One of many concurrent callers with a key gets True.
        """
        ...

    def replace(self, old: Account, new: Account, /) -> bool:
        """Store *new* if *old* is current and no key of *new* is another account's.

        One of many concurrent callers gets True.
        """
        ...


class AsyncAccountRegistry(Protocol):
    """`AccountRegistry`, awaited."""

    async def add(self, account: Account, /) -> bool: ...

    async def replace(self, old: Account, new: Account, /) -> bool: ...


class Credentials(Protocol):
    """Keep one credential for each account."""

    def get(self, account: AccountId, /) -> Credential | None:
        """Return the account's credential."""
        ...

    def add(self, credential: Credential, /) -> bool:
        """Store the first credential of an account; one of many callers gets True."""
        ...

    def replace(self, old: Credential, new: Credential, /) -> bool:
        """Store *new* if *old* is current; one of many concurrent callers gets True."""
        ...


class AsyncCredentials(Protocol):
    """`Credentials`, awaited."""

    async def get(self, account: AccountId, /) -> Credential | None: ...

    async def add(self, credential: Credential, /) -> bool: ...

    async def replace(self, old: Credential, new: Credential, /) -> bool: ...


class HashSample(Protocol):
    """Show which hashes are stored, so that unknown addresses can follow their mix."""

    def sample(self, *, limit: int) -> Sequence[str]:
        """Return up to *limit* lasting password hashes, a fair sample of all.

        Those of the first accounts by id are one where ids are random.
        """
        ...


class AsyncHashSample(Protocol):
    """`HashSample`, awaited."""

    async def sample(self, *, limit: int) -> Sequence[str]: ...


class Links(Protocol):
    """Keep recipient links: locators, many uses, recallable."""

    def get(self, link: LinkId, /) -> RecipientLink | None:
        """Return the link with this id, expired and recalled ones too."""
        ...

    def add(self, link: RecipientLink, /) -> bool:
        """Store a new link if its id is free; one of many callers gets True."""
        ...

    def replace(self, old: RecipientLink, new: RecipientLink, /) -> bool:
        """Store *new* if *old* is current; one of many concurrent callers gets True."""
        ...


class AsyncLinks(Protocol):
    """`Links`, awaited."""

    async def get(self, link: LinkId, /) -> RecipientLink | None: ...

    async def add(self, link: RecipientLink, /) -> bool: ...

    async def replace(self, old: RecipientLink, new: RecipientLink, /) -> bool: ...


class Sessions(Protocol):
    """Keep sessions by the digest of their token; the token itself never comes here."""

    def get(self, digest: SessionDigest, /) -> Session | None:
        """Return the session with this digest, ended ones too."""
        ...

    def add(self, session: Session, /) -> bool:
        """Store a new session if its digest is free; one of many callers gets True."""
        ...

    def replace(self, old: Session, new: Session, /) -> bool:
        """Store *new* if *old* is current; one of many concurrent callers gets True."""
        ...

    def held_by(self, account: AccountId, /) -> Sequence[Session]:
        """Return the newest 100 of the account's sessions that have not ended.

        Newest first: as they began, or as they were added; of two begun at one moment
        the one added later comes first. A session whose time is over has not ended
        while its `ended_at` is None. When some of the 100 have ended, the next call
        gives older ones in their place, so that all can be found.
        """
        ...


class AsyncSessions(Protocol):
    """`Sessions`, awaited."""

    async def get(self, digest: SessionDigest, /) -> Session | None: ...

    async def add(self, session: Session, /) -> bool: ...

    async def replace(self, old: Session, new: Session, /) -> bool: ...

    async def held_by(self, account: AccountId, /) -> Sequence[Session]: ...


class Counters(Protocol):
    """Count. Keys are digests; totals start anew when their window is over."""

    def hit(self, windows: Windows, /, *, at: datetime) -> Mapping[CounterKey, int]:
        """Add one to each key; return the new totals: n callers get 1…n.

        The first hit opens a window that ends at `at + windows[key]`; a hit after that
        opens the next one. One round trip for all keys, of which there are a few.
        Survives a rollback of the caller's own transaction. The number of keys is
        bounded: ended windows may go at any time.
        """
        ...

    def reset(self, keys: Sequence[CounterKey], /) -> None:
        """Forget these keys. Doing it twice is as good as once."""
        ...


class AsyncCounters(Protocol):
    """`Counters`, awaited."""

    async def hit(
        self, windows: Windows, /, *, at: datetime
    ) -> Mapping[CounterKey, int]: ...

    async def reset(self, keys: Sequence[CounterKey], /) -> None: ...


class AttemptLog(Protocol):
    """Keep what was attempted."""

    def record(self, record: AttemptRecord, /) -> None:
        """Append, durable on return; survives a rollback of the caller's own."""
        ...


class AsyncAttemptLog(Protocol):
    """`AttemptLog`, awaited."""

    async def record(self, record: AttemptRecord, /) -> None: ...


class AttemptSearch(Protocol):
    """Look attempts up, for the support desk."""

    def by_reference(self, reference: str, /) -> AttemptRecord | None:
        """Return the attempt that was answered with this reference."""
        ...

    def near(self, span: Span, /) -> Sequence[AttemptRecord]:
        """Return the newest 100 attempts that the span holds, newest first."""
        ...


class AsyncAttemptSearch(Protocol):
    """`AttemptSearch`, awaited."""

    async def by_reference(self, reference: str, /) -> AttemptRecord | None: ...

    async def near(self, span: Span, /) -> Sequence[AttemptRecord]: ...


class AttemptErasure(Protocol):
    """Take a person's data out of the attempt log; the attempts stay."""

    def erase(
        self, account: AccountId, lookups: Sequence[str], /, *, tenant: Tenant
    ) -> int:
        """Blank typed address, key, IP and browser; return the number of records.

        Those of the account, and those with one of the look-up keys in the tenant or
        in none (`NO_TENANT`): what the person typed at a URL that is no portal's.
        """
        ...


class AsyncAttemptErasure(Protocol):
    """`AttemptErasure`, awaited."""

    async def erase(
        self, account: AccountId, lookups: Sequence[str], /, *, tenant: Tenant
    ) -> int: ...


class Outbox(Protocol):
    """Take orders for mails. Must not wait for, or fail because of, a recipient."""

    def record(self, order: MailOrder, /) -> None:
        """Append, durable on return; one whose id is there already stays as it is."""
        ...


class AsyncOutbox(Protocol):
    """`Outbox`, awaited."""

    async def record(self, order: MailOrder, /) -> None: ...


class OutboxQueue(Protocol):
    """Hand orders to couriers, for those who run one."""

    def lease(
        self, *, at: datetime, until: datetime, limit: int
    ) -> Sequence[MailOrder]:
        """Take up to *limit* waiting orders that are due and not leased, oldest first.

        Each is leased to exactly one of many concurrent callers, until *until*. What
        comes back has been stored: `order.version` is the current one.
        """
        ...

    def replace(self, old: MailOrder, new: MailOrder, /) -> bool:
        """Store *new* if *old* is current; one of many concurrent callers gets True."""
        ...

    def about(
        self, account: AccountId | None, lookup: AddressKey | None, /
    ) -> Sequence[MailOrder]:
        """Return the newest 20 orders for an account or a look-up key, newest first."""
        ...


class AsyncOutboxQueue(Protocol):
    """`OutboxQueue`, awaited."""

    async def lease(
        self, *, at: datetime, until: datetime, limit: int
    ) -> Sequence[MailOrder]: ...

    async def replace(self, old: MailOrder, new: MailOrder, /) -> bool: ...

    async def about(
        self, account: AccountId | None, lookup: AddressKey | None, /
    ) -> Sequence[MailOrder]: ...


class DeadLetters(Protocol):
    """Look up the orders that nobody tries again, for those who run couriers."""

    def get(self, order: str, /) -> MailOrder | None:
        """Return the order with this id, whatever has become of it."""
        ...

    def dead(
        self, tenant: Tenant | None, /, *, before: datetime
    ) -> Sequence[MailOrder]:
        """Return the newest 20 orders that were refused or given up before a moment.

        The last to end first; of one tenant, or at None of all.
        """
        ...


class AsyncDeadLetters(Protocol):
    """`DeadLetters`, awaited."""

    async def get(self, order: str, /) -> MailOrder | None: ...

    async def dead(
        self, tenant: Tenant | None, /, *, before: datetime
    ) -> Sequence[MailOrder]: ...
