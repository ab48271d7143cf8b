"""A store on Django's ORM: its tables come with `manage.py migrate`.

    auth = SecureLogin(store=DjangoStore(), …)

Read `stores.memory` first: this does the same. What decides a race stands in the
database: a unique key (`add`), the version that was read (`replace`), a row that is
locked (`hit`, `lease`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, Q, QuerySet

from securelogin.accounts import Account, AccountId
from securelogin.addresses import NO_TENANT, AddressKey, Tenant
from securelogin.attempts import AttemptRecord, Span
from securelogin.credentials import Credential
from securelogin.django import stored
from securelogin.django.auditing import DjangoAudit
from securelogin.django.database import Database, Rows
from securelogin.django.retention import DjangoRetention
from securelogin.evidence import CounterKey, Windows
from securelogin.links import LinkId, RecipientLink
from securelogin.mail import DEAD_STATES, MailOrder, OrderState
from securelogin.sessions import MOST_HELD, Session, SessionDigest
from securelogin.stand_ins import NO_ACCOUNT, NO_CREDENTIAL
from securelogin.stores.relational import credential_rows, rows
from securelogin.stores.relational.clearing import (
    MOST_CLEARED,
    MOST_COUNTERS,
    clears_ended,
    clears_surplus,
)
from securelogin.stores.relational.columns import Caller, microseconds

__all__ = ["DjangoStore"]

_MOST_FOUND = 100
_MOST_ABOUT = 20


class DjangoAccounts(Rows[AccountId, Account]):
    """`Accounts` and `AccountRegistry`."""

    def __init__(self, database: Database, /) -> None:
        super().__init__(
            database,
            stored.StoredAccount,
            key="id",
            write=rows.account_row,
            read=rows.account_of,
            stand_in=NO_ACCOUNT,
        )

    def find(self, key: AddressKey, /) -> Account | None:
        """Return the account whose primary address or alias has this key."""
        return self._first("find", keys__tenant=key.tenant, keys__key=key.value)

    def _insert(self, value: Account) -> bool:
        with self._database.transaction():
            super()._insert(value)
            self._take(value)
        return True

    def replace(self, old: Account, new: Account, /) -> bool:
        """Store *new* if *old* is current and no key of *new* is another account's."""
        return self._database.run(
            lambda: self._update(old, new),
            by=Caller(self._name, "replace"),
            taken=False,
        )

    def _update(self, old: Account, new: Account) -> bool:
        with self._database.transaction():
            is_current = super()._update(old, new)
            if is_current:
                self._keys.filter(account_id=old.id).delete()
                self._take(new)
        return is_current

    @property
    def _keys(self) -> QuerySet[Any]:
        return self._database.rows(stored.StoredAddress)

    def _take(self, account: Account) -> None:
        # Always in one order: two after each other's addresses do not wait for ever.
        keys = sorted((key.tenant, key.value) for key in account.keys)
        self._keys.bulk_create(
            stored.StoredAddress(tenant=tenant, key=value, account_id=account.id)
            for tenant, value in keys
        )


class DjangoCredentials(Rows[AccountId, Credential]):
    """`Credentials`, and a sample of its hashes for `PasswordHasher.follow`."""

    def __init__(self, database: Database, /) -> None:
        super().__init__(
            database,
            stored.StoredCredential,
            key="account",
            write=credential_rows.credential_row,
            read=credential_rows.credential_of,
            stand_in=NO_CREDENTIAL,
        )

    def sample(self, *, limit: int) -> Sequence[str]:
        """Return the lasting hashes of the first *limit* accounts by id that have one.

        For `PasswordHasher.follow`. Ids are random, so it is a fair sample for the
        price of its rows, and every host gets the same one.
        """
        found = self._rows.filter(password_hash__isnull=False).order_by("account")
        hashes = found.values_list("password_hash", flat=True)[:limit]
        return self._database.run(
            lambda: tuple(hashes), by=Caller(self._name, "sample")
        )


class DjangoSessions(Rows[SessionDigest, Session]):
    """`Sessions`."""

    def __init__(self, database: Database, /) -> None:
        super().__init__(
            database,
            stored.StoredSession,
            key="digest",
            write=rows.session_row,
            read=rows.session_of,
        )

    def held_by(self, account: AccountId, /) -> Sequence[Session]:
        """Return the newest 100 of the account's sessions that have not ended."""
        lasting = self._rows.filter(account=account, ended_at__isnull=True)
        newest = lasting.order_by("-began_at", "-seq")
        return self._all(newest[:MOST_HELD], "held_by")


class DjangoCounters:
    """`Counters`. Bounded: see `MOST_COUNTERS`."""

    def __init__(self, database: Database, /) -> None:
        self._database = database
        self._name = type(self).__name__

    @property
    def _rows(self) -> QuerySet[Any]:
        return self._database.rows(stored.StoredCounter)

    def hit(self, windows: Windows, /, *, at: datetime) -> Mapping[CounterKey, int]:
        """Add one to each key; return the new totals: n callers get 1…n."""
        by = Caller(self._name, "hit")
        now = microseconds(at)
        # Sorted: two who wait for one another's keys wait once, not for ever.
        ends = {key: microseconds(at + windows[key]) for key in sorted(windows)}
        totals = self._database.run(lambda: self._counted(ends, now=now), by=by)
        begun = [key for key, total in totals.items() if total == 1]
        self._database.run(lambda: self._make_room(begun, now=now), by=by)
        return totals

    def _counted(
        self, ends: Mapping[CounterKey, int], *, now: int
    ) -> dict[CounterKey, int]:
        with self._database.transaction():
            counted = [
                stored.StoredCounter(key=key, total=total + 1, until=until)
                if until > now
                else stored.StoredCounter(key=key, total=1, until=ends[key])
                for key, total, until in self._locked(ends, now=now)
            ]
            self._rows.bulk_update(counted, ("total", "until"))
        return {one.key: one.total for one in counted}

    def _locked(
        self, ends: Mapping[CounterKey, int], *, now: int
    ) -> list[tuple[CounterKey, int, int]]:
        """Return the rows of these keys, made where there were none; all are ours."""
        found: list[tuple[CounterKey, int, int]] = []
        # Again if one was cleared away between the two.
        while len(found) < len(ends):
            self._rows.bulk_create(
                (stored.StoredCounter(key=key, total=0, until=now) for key in ends),
                ignore_conflicts=True,
            )
            wanted = self._rows.filter(key__in=ends).order_by("key")
            found = list(
                wanted.select_for_update().values_list("key", "total", "until")
            )
        return found

    def _make_room(self, begun: Sequence[CounterKey], *, now: int) -> None:
        if any(map(clears_ended, begun)):
            ended = self._rows.filter(until__lte=now)
            longest = ended.order_by("until").values_list("key", flat=True)
            # Asked twice: a window opened anew between the two has to stay.
            ended.filter(key__in=list(longest[:MOST_CLEARED])).delete()
        if any(map(clears_surplus, begun)):
            by_end = self._rows.order_by("until").values_list("until", flat=True)
            for until in by_end[MOST_COUNTERS : MOST_COUNTERS + 1]:
                self._rows.filter(until__gte=until).delete()

    def reset(self, keys: Sequence[CounterKey], /) -> None:
        """Forget these keys."""
        self._database.run(
            lambda: self._rows.filter(key__in=keys).delete(),
            by=Caller(self._name, "reset"),
        )


class DjangoAttempts(Rows[str, AttemptRecord]):
    """`AttemptLog`, `AttemptSearch` and `AttemptErasure`."""

    def __init__(self, database: Database, /) -> None:
        super().__init__(
            database,
            stored.StoredAttempt,
            key="reference",
            write=rows.attempt_row,
            read=rows.attempt_of,
        )

    def record(self, record: AttemptRecord, /) -> None:
        """Append."""
        self._database.run(
            lambda: self._insert(record), by=Caller(self._name, "record")
        )

    def by_reference(self, reference: str, /) -> AttemptRecord | None:
        """Return the attempt that was answered with this reference."""
        found = self._rows.filter(reference=reference).order_by("-seq")[:1]
        return next(iter(self._all(found, "by_reference")), None)

    def near(self, span: Span, /) -> Sequence[AttemptRecord]:
        """Return the newest 100 attempts that the span holds, newest first."""
        asked = {"tenant": span.tenant, "lookup": span.lookup, "ip": span.ip}
        found = self._rows.filter(
            at__gte=microseconds(span.after),
            at__lte=microseconds(span.before),
            **{name: value for name, value in asked.items() if value is not None},
        )
        return self._all(found.order_by("-at", "-seq")[:_MOST_FOUND], "near")

    def erase(
        self, account: AccountId, lookups: Sequence[str], /, *, tenant: Tenant
    ) -> int:
        """Blank typed address, key, IP and browser; return the number of records."""
        # At no portal's URL people type what they type at their own.
        tenants = (tenant, NO_TENANT)
        theirs = Q(account=account) | Q(tenant__in=tenants, lookup__in=lookups)
        # As `AttemptRecord.erased` (AttemptErasureContract: both blank the same).
        blanks = dict.fromkeys(
            ("url", "lookup", "typed", "ip", "user_agent", "note"), ""
        )
        return self._database.run(
            lambda: self._rows.filter(theirs).update(
                device_time=None, details=None, **blanks
            ),
            by=Caller(self._name, "erase"),
        )


class DjangoOutbox(Rows[str, MailOrder]):
    """`Outbox`, `OutboxQueue` and `DeadLetters`."""

    def __init__(self, database: Database, /) -> None:
        super().__init__(
            database,
            stored.StoredMail,
            key="id",
            write=rows.order_row,
            read=rows.order_of,
        )

    def record(self, order: MailOrder, /) -> None:
        """Append; an order that is there already stays as it is, however far it is."""
        self._database.run(
            lambda: self._insert(order), by=Caller(self._name, "record"), taken=False
        )

    def lease(
        self, *, at: datetime, until: datetime, limit: int
    ) -> Sequence[MailOrder]:
        """Take up to *limit* waiting orders that are due and not leased."""
        by = Caller(self._name, "lease")
        found = self._database.run(
            lambda: self._leased(microseconds(at), until, max(limit, 0), by), by=by
        )
        return tuple(order.leased(until=until) for order in found)

    def _leased(
        self, now: int, until: datetime, limit: int, by: Caller
    ) -> Sequence[MailOrder]:
        with self._database.transaction():
            due = self._rows.filter(
                Q(leased_until=None) | Q(leased_until__lte=now),
                state=OrderState.WAITING.value,
                due_at__lte=now,
            ).order_by("due_at", "seq")
            locked = due.select_for_update(skip_locked=True)
            orders = self._values(locked[:limit], by)
            self._rows.filter(id__in=[order.id for order in orders]).update(
                leased_until=microseconds(until), version=F("version") + 1
            )
        return orders

    def about(
        self, account: AccountId | None, lookup: AddressKey | None, /
    ) -> Sequence[MailOrder]:
        """Return the newest 20 orders for an account or a look-up key, newest first."""
        asked = Q(pk__in=())
        if account is not None:
            asked |= Q(account=account)
        if lookup is not None:
            asked |= Q(lookup=lookup.value, lookup_tenant=lookup.tenant)
        found = self._rows.filter(asked).order_by("-at", "-seq")
        return self._all(found[:_MOST_ABOUT], "about")

    def dead(
        self, tenant: Tenant | None, /, *, before: datetime
    ) -> Sequence[MailOrder]:
        """Return the newest 20 orders that were refused or given up before a moment."""
        theirs = Q() if tenant is None else Q(tenant=tenant)
        found = self._rows.filter(
            theirs,
            state__in=sorted(state.value for state in DEAD_STATES),
            settled_at__lt=microseconds(before),
        )
        by_end = found.order_by("-settled_at", "-seq")
        return self._all(by_end[:_MOST_ABOUT], "dead")


class DjangoStore:
    """All storage interfaces over one of Django's databases, for the sync flows.

    Safe for any number of threads and processes: every verb is a transaction on a
    connection of the store's own, committed when it returns, whatever the caller's
    becomes. On SQLite two connections to one file cannot both write: do not call it
    from a transaction that has written (docs: `reference/django`).

    Args:
        using: the alias in `DATABASES` that holds the tables.

    Raises:
        WiringError: there is no such alias.
    """

    def __init__(self, *, using: str = DEFAULT_DB_ALIAS) -> None:
        database = Database(using)
        self.accounts: DjangoAccounts = DjangoAccounts(database)
        self.credentials: DjangoCredentials = DjangoCredentials(database)
        self.links: Rows[LinkId, RecipientLink] = Rows(
            database,
            stored.StoredLink,
            key="id",
            write=rows.link_row,
            read=rows.link_of,
        )
        self.sessions: DjangoSessions = DjangoSessions(database)
        self.counters: DjangoCounters = DjangoCounters(database)
        self.attempts: DjangoAttempts = DjangoAttempts(database)
        self.outbox: DjangoOutbox = DjangoOutbox(database)
        self.retention: DjangoRetention = DjangoRetention(database)
        self.audit: DjangoAudit = DjangoAudit(database)
