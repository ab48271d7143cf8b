"""Logs of attempts, each wrong in one way."""

from __future__ import annotations

import threading
from dataclasses import replace

from securelogin.addresses import NO_TENANT
from tests.testing.broken.keyed import SLOWLY
from tests.testing.broken.rollbacks import Transactional


class Log(Transactional):
    """Right, but for what a subclass breaks (and for its transactions)."""

    def __init__(self):
        self.state = []
        self.lock = threading.Lock()

    def record(self, record, /):
        with self.lock:
            self.state.append(record)

    def by_reference(self, reference, /):
        found = [one for one in self.state if one.reference == reference]
        return found[-1] if found else None

    def near(self, span, /):
        found = [one for one in reversed(self.state) if span.holds(one)]
        return sorted(found, key=lambda one: one.at, reverse=True)[:100]

    def is_meant(self, one, account, lookups, tenant):
        return one.account == account or (
            one.tenant in (tenant, NO_TENANT) and one.lookup in lookups
        )

    def erase(self, account, lookups, /, *, tenant):
        meant = [self.is_meant(one, account, lookups, tenant) for one in self.state]
        self.state = [
            one.erased() if hit else one
            for one, hit in zip(self.state, meant, strict=True)
        ]
        return sum(meant)


class RecordGoesWithARollback(Log):
    pass


class BuffersRecords(Log):
    def __init__(self):
        super().__init__()
        self.written = []

    def reopen(self):
        other = Log()
        other.state = self.written
        return other


class LosesRecordsInARace(Log):
    def record(self, record, /):
        before = list(self.state)
        threading.Event().wait(SLOWLY)
        self.state = [*before, record]


class AnswersToRecord(Log):
    def record(self, record, /):
        super().record(record)
        return 1


class SwallowsErrorsOfRecord(Log):
    def unreachable(self):
        return self


class SearchesAllTenants(Log):
    def near(self, span, /):
        return [
            one
            for one in reversed(self.state)
            if one.lookup == span.lookup and span.after <= one.at <= span.before
        ]


class LeavesTheEndOut(Log):
    def near(self, span, /):
        return [one for one in super().near(span) if one.at < span.before]


class GivesTheOldestHundred(Log):
    def near(self, span, /):
        return [one for one in self.state if span.holds(one)][:100]


class SearchesByKeyOnly(Log):
    def near(self, span, /):
        return super().near(replace(span, ip=None))


class ErasesTheAttempt(Log):
    def erase(self, account, lookups, /, *, tenant):
        before = len(self.state)
        self.state = [
            one
            for one in self.state
            if not self.is_meant(one, account, lookups, tenant)
        ]
        return before - len(self.state)


class ErasesInAllTenants(Log):
    def is_meant(self, one, account, lookups, tenant):
        return one.account == account or one.lookup in lookups

    def erase(self, account, lookups, /, *, tenant):
        super().erase(account, lookups, tenant=tenant)
        return 3


class LeavesWhatCameToNoPortal(Log):
    def is_meant(self, one, account, lookups, tenant):
        return one.account == account or (
            one.tenant == tenant and one.lookup in lookups
        )

    def erase(self, account, lookups, /, *, tenant):
        super().erase(account, lookups, tenant=tenant)
        return 3


class MiscountsErasures(Log):
    def erase(self, account, lookups, /, *, tenant):
        return super().erase(account, lookups, tenant=tenant) + 1


class KeepsErasedAddresses(Log):
    def __init__(self):
        super().__init__()
        self.index = []

    def record(self, record, /):
        super().record(record)
        self.index.append(record.lookup)

    def witness(self):
        return repr((self.index, self.state))
