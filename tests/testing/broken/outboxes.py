"""Outboxes, each wrong in one way."""

from __future__ import annotations

import threading
from dataclasses import replace

from securelogin.mail import OrderState
from securelogin.stores.memory import MemoryStore
from tests.testing.broken.keyed import SLOWLY


class Queue:
    """Right: as the memory store keeps orders."""

    def __init__(self):
        self.inner = MemoryStore().outbox
        self.record, self.about = self.inner.record, self.inner.about
        self.replace = self.inner.replace

    def lease(self, *, at, until, limit):
        return self.inner.lease(at=at, until=until, limit=limit)


class WritesOverWhatWasSent(Queue):
    def __init__(self):
        super().__init__()
        self.record = lambda order: self.inner._orders.update({order.id: order})


class LeasesWithoutStoring(Queue):
    def lease(self, *, at, until, limit):
        before = dict(self.inner._orders)
        leased = super().lease(at=at, until=until, limit=limit)
        self.inner._orders.update(before)
        return leased


class LeasesToMany(Queue):
    def lease(self, *, at, until, limit):
        before = dict(self.inner._orders)
        leased = super().lease(at=at, until=until, limit=limit)
        self.inner._orders.update(before)
        threading.Event().wait(SLOWLY)
        self.inner._orders.update({one.id: one for one in leased})
        return leased


class LeasesForEver(Queue):
    def lease(self, *, at, until, limit):
        leased = super().lease(at=at, until=until, limit=limit)
        for one in leased:
            stuck = replace(one, leased_until=until.replace(year=9999))
            self.inner._orders[one.id] = stuck
        return leased


class LeasesWhatIsNotDue(Queue):
    def lease(self, *, at, until, limit):
        return super().lease(at=until, until=until, limit=limit)


class LeasesTheNewestFirst(Queue):
    def lease(self, *, at, until, limit):
        return super().lease(at=at, until=until, limit=limit)[::-1]


class LeasesTooMany(Queue):
    def lease(self, *, at, until, limit):
        return super().lease(at=at, until=until, limit=limit + 1)


class LeasesAGenerator(Queue):
    def lease(self, *, at, until, limit):
        return iter(super().lease(at=at, until=until, limit=limit))


class LeasesEachTwice(Queue):
    def lease(self, *, at, until, limit):
        return super().lease(at=at, until=until, limit=limit) * 2


class LeasesWhatWasSent(Queue):
    def __init__(self):
        super().__init__()
        self.leased = []

    def lease(self, *, at, until, limit):
        self.leased += super().lease(at=at, until=until, limit=limit)
        return self.leased


class InsertsOrdersOnReplace(Queue):
    def __init__(self):
        super().__init__()
        self.replace = self.swap

    def swap(self, old, new, /):
        if not self.inner.about(old.account, None):
            self.record(new)
        return False


class TellsOfOtherTenants(Queue):
    def __init__(self):
        super().__init__()
        self.about = self.all_about

    def all_about(self, account, lookup, /):
        return [
            one
            for one in reversed(self.inner._orders.values())
            if (account and one.account == account)
            or (lookup and one.lookup and one.lookup.value == lookup.value)
        ]


class Letters(Queue):
    """Right, but for what a subclass breaks."""

    def get(self, order, /):
        return self.inner.get(order)

    def dead(self, tenant, /, *, before):
        return self.inner.dead(tenant, before=before)


class HidesWhatHasEnded(Letters):
    def get(self, order, /):
        found = super().get(order)
        return found if found and found.state is OrderState.WAITING else None


class ListsWhatWasDropped(Letters):
    def dead(self, tenant, /, *, before):
        return [
            one
            for one in self.inner._orders.values()
            if one.state not in {OrderState.WAITING, OrderState.SENT}
        ]


class ListsTheOldestFirst(Letters):
    def dead(self, tenant, /, *, before):
        return super().dead(tenant, before=before)[::-1]


class ListsTheSameAgain(Letters):
    def dead(self, tenant, /, *, before):
        return super().dead(tenant, before=before.replace(year=9999))


class ListsLettersOfAll(Letters):
    def dead(self, tenant, /, *, before):
        return super().dead(None, before=before)


class NeverTriesAgain(Letters):
    def lease(self, *, at, until, limit):
        found = super().lease(at=at, until=until, limit=limit)
        return [one for one in found if one.version < 4]
