"""Retention that breaks its promises, one way each."""

from __future__ import annotations

from datetime import timedelta

from securelogin.retention import Kept
from securelogin.stores.memory import MemoryStore


class Right:
    """Purge and erasure of a store in memory, to be spoilt."""

    def __init__(self):
        self.store = MemoryStore()
        self.inner = self.store.retention

    def overdue(self, kept, /, *, before):
        return self.inner.overdue(kept, before=before)

    def purge(self, kept, /, *, before, limit):
        return self.inner.purge(kept, before=before, limit=limit)

    def erase(self, account, lookups, /, *, tenant):
        return self.inner.erase(account, lookups, tenant=tenant)

    def witness(self):
        parts = (self.store.sessions, self.store.links, self.store.outbox)
        return repr([part._rows for part in parts])


class CountsWhatIsOverJustNow(Right):
    def overdue(self, kept, /, *, before):
        return super().overdue(kept, before=before + timedelta(microseconds=1))


class DeletesWhileCounting(Right):
    def overdue(self, kept, /, *, before):
        return self.inner.purge(kept, before=before, limit=9)


class PurgesWithoutLimit(Right):
    def purge(self, kept, /, *, before, limit):
        return super().purge(kept, before=before, limit=1_000)


class PurgesTheNewestFirst(Right):
    def purge(self, kept, /, *, before, limit):
        part = self.inner._parts[kept]
        over = part.over(before)[::-1][:limit]
        part.drop(over)
        return len(over)


class PurgesOneKindForAnother(Right):
    def purge(self, kept, /, *, before, limit):
        also = {Kept.SESSIONS: Kept.LINKS}.get(kept)
        if also is not None:
            super().purge(also, before=before, limit=limit)
        return super().purge(kept, before=before, limit=limit)


class PurgesTheCredential(Right):
    def purge(self, kept, /, *, before, limit):
        if kept is not Kept.TEMPORARIES:
            return super().purge(kept, before=before, limit=limit)
        rows = self.store.credentials._rows
        over = self.store.credentials.over(before)[:limit]
        for key in over:
            del rows[key]
        return len(over)


class PurgesWhatWaits(Right):
    def purge(self, kept, /, *, before, limit):
        if kept is not Kept.MAILS:
            return super().purge(kept, before=before, limit=limit)
        rows = self.store.outbox._rows
        old = [key for key, one in rows.items() if (one.settled_at or one.at) < before]
        for key in old[:limit]:
            del rows[key]
        return len(old[:limit])


class CountsWhatItChose(Right):
    def purge(self, kept, /, *, before, limit):
        gone = super().purge(kept, before=before, limit=limit)
        return limit if kept is Kept.ATTEMPTS else gone


class LeavesTheOutbox(Right):
    def erase(self, account, lookups, /, *, tenant):
        return super().erase(account, [], tenant=tenant)


class ErasesOfEveryTenant(Right):
    def erase(self, account, lookups, /, *, tenant):
        gone = super().erase(account, lookups, tenant=tenant)
        super().erase("-", lookups, tenant="globex")
        return gone


class LeavesTheSender(Right):
    def erase(self, account, lookups, /, *, tenant):
        sent = dict(self.store.links._rows)
        gone = super().erase(account, lookups, tenant=tenant)
        for key, one in sent.items():
            if one.recipient != account:
                self.store.links._rows[key] = one
        return gone


class ErasesOneEndOfALink(Right):
    def erase(self, account, lookups, /, *, tenant):
        rows = self.store.links._rows
        both = [one.id for one in rows.values() if one.recipient == account]
        kept = {key: rows[key].sender for key in both}
        gone = super().erase(account, lookups, tenant=tenant)
        for key, sender in kept.items():
            object.__setattr__(rows[key], "sender", sender)
        return gone


class ErasesAndKeepsTheVersion(Right):
    def erase(self, account, lookups, /, *, tenant):
        before = {key: one.version for key, one in self.store.outbox._rows.items()}
        gone = super().erase(account, lookups, tenant=tenant)
        for key, version in before.items():
            object.__setattr__(self.store.outbox._rows[key], "version", version)
        return gone


class ErasesNobodyAndSaysOne(Right):
    def erase(self, account, lookups, /, *, tenant):
        return super().erase(account, lookups, tenant=tenant) or 1


class KeepsAHistory(Right):
    def __init__(self):
        super().__init__()
        self.history = []

    def erase(self, account, lookups, /, *, tenant):
        self.history.append(super().witness())
        return super().erase(account, lookups, tenant=tenant)

    def witness(self):
        return super().witness() + "".join(self.history)
