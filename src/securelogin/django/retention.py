"""Purge and erasure on Django's ORM, as `stores.sql.retention` does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, Model, Q, QuerySet

from securelogin.accounts import AccountId
from securelogin.addresses import ERASED, NO_TENANT, Tenant
from securelogin.django import stored
from securelogin.django.database import Database
from securelogin.retention import Kept
from securelogin.stores.relational.columns import Caller, microseconds

__all__ = ["DjangoRetention"]


class _Ending(NamedTuple):
    """A table, and the column that says when a row is over."""

    model: type[Model]
    column: str


_ENDINGS = {
    Kept.SESSIONS: _Ending(stored.StoredSession, "until"),
    Kept.COUNTERS: _Ending(stored.StoredCounter, "until"),
    Kept.LINKS: _Ending(stored.StoredLink, "until"),
    Kept.ATTEMPTS: _Ending(stored.StoredAttempt, "at"),
    Kept.MAILS: _Ending(stored.StoredMail, "settled_at"),
    Kept.TEMPORARIES: _Ending(stored.StoredCredential, "temporary_until"),
}
# As `Credential.without_temporary` (PurgeContract: the credential stays).
_WITHOUT_TEMPORARY = dict.fromkeys(
    (
        "temporary_hash",
        "temporary_fingerprint",
        "temporary_mark",
        "temporary_issued_at",
        "temporary_until",
    )
)
_NEXT = F("version") + 1
_NOBODY = ERASED.key(NO_TENANT).value


class DjangoRetention:
    """`Purge` and `Erasure`."""

    def __init__(self, database: Database, /) -> None:
        self._database = database
        self._name = type(self).__name__

    def overdue(self, kept: Kept, /, *, before: datetime) -> int:
        """Return how many were over before that moment."""
        return self._run("overdue", self._over(kept, before).count)

    def purge(self, kept: Kept, /, *, before: datetime, limit: int) -> int:
        """Delete up to *limit* that were over before that moment; return how many."""
        return self._run("purge", lambda: self._purged(kept, before, max(limit, 0)))

    def erase(
        self, account: AccountId, lookups: Sequence[str], /, *, tenant: Tenant
    ) -> int:
        """Blank what tells who it was; return the number of records."""
        return self._run("erase", lambda: self._erased(account, lookups, tenant))

    def _run(self, verb: str, work: Callable[[], int]) -> int:
        return self._database.run(work, by=Caller(self._name, verb))

    def _over(self, kept: Kept, before: datetime) -> QuerySet[Any]:
        # NULL is before nothing: what has no end is never over.
        ending = _ENDINGS[kept]
        over = {f"{ending.column}__lt": microseconds(before)}
        return self._database.rows(ending.model).filter(**over)

    def _purged(self, kept: Kept, before: datetime, limit: int) -> int:
        over = self._over(kept, before)
        longest = over.order_by(_ENDINGS[kept].column).values_list("pk", flat=True)
        # Asked twice: what was written meanwhile, and is not over any more, stays.
        chosen = over.filter(pk__in=list(longest[:limit]))
        if kept is Kept.TEMPORARIES:
            return chosen.update(version=_NEXT, **_WITHOUT_TEMPORARY)
        return chosen.delete()[0]

    def _erased(
        self, account: AccountId, lookups: Sequence[str], tenant: Tenant
    ) -> int:
        # Four short transactions, not one: each can be done again.
        # As `erased()` of the value (ErasureContract: both blank the same).
        whose = Q(account=account) | Q(lookup_tenant=tenant, lookup__in=lookups)
        sessions, links, mails = map(
            self._database.rows,
            (stored.StoredSession, stored.StoredLink, stored.StoredMail),
        )
        return (
            sessions.filter(account=account).update(
                browser="", user_agent="", ip="", version=_NEXT
            )
            + links.filter(recipient=account).update(address="", version=_NEXT)
            + links.filter(tenant=tenant, sender_key__in=lookups).update(
                sender=ERASED.text, sender_key=_NOBODY, version=_NEXT
            )
            + mails.filter(whose).update(lookup=None, lookup_tenant=None, version=_NEXT)
        )
