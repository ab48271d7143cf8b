"""Adapters with a key, each wrong in one way; the first two are right."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

SLOWLY = 0.001
"""Seconds that a driver takes between two statements."""


class Shelf:
    """Right: `get`, `add` and `replace` of credentials, under one lock."""

    def __init__(self):
        self.rows = {}
        self.lock = threading.Lock()

    def key(self, account):
        return account

    def get(self, account, /):
        return self.rows.get(self.key(account))

    def add(self, value, /):
        with self.lock:
            if self.key(value.account) in self.rows:
                return False
            self.rows[self.key(value.account)] = value
            return True

    def replace(self, old, new, /):
        with self.lock:
            current = self.rows.get(self.key(old.account))
            if current is None or current.version != old.version:
                return False
            self.rows[self.key(old.account)] = new
            return True


class AsyncShelf:
    """Right too, awaited."""

    def __init__(self):
        self.inner = Shelf()

    async def get(self, account, /):
        return self.inner.get(account)

    async def add(self, value, /):
        return self.inner.add(value)

    async def replace(self, old, new, /):
        return self.inner.replace(old, new)


class ReadsThenAdds(Shelf):
    def add(self, value, /):
        if self.get(value.account) is not None:
            return False
        threading.Event().wait(SLOWLY)
        self.rows[value.account] = value
        return True


class AwaitsBetweenReadAndWrite(AsyncShelf):
    async def replace(self, old, new, /):
        current = await self.get(old.account)
        await asyncio.sleep(0)
        if current is None or current.version != old.version:
            return False
        self.inner.rows[old.account] = new
        return True


class RaisesInARace(Shelf):
    def __init__(self):
        super().__init__()
        self.busy = threading.Lock()

    def add(self, value, /):
        if not self.busy.acquire(blocking=False):
            raise TimeoutError
        threading.Event().wait(SLOWLY)
        self.busy.release()
        return super().add(value)


class InsertsOnReplace(Shelf):
    def replace(self, old, new, /):
        if old.account not in self.rows:
            self.rows[old.account] = new
            return True
        return super().replace(old, new)


class InsertsOnReplaceAndSaysNo(Shelf):
    def replace(self, old, new, /):
        if old.account not in self.rows:
            self.rows[old.account] = new
            return False
        return super().replace(old, new)


class IgnoresTheVersion(Shelf):
    def replace(self, old, new, /):
        if old.account not in self.rows:
            return False
        self.rows[old.account] = new
        return True


class WritesAndSaysNo(Shelf):
    def replace(self, old, new, /):
        won = super().replace(old, new)
        if not won and old.account in self.rows:
            self.rows[old.account] = new
        return won


class AddsOverWhatIsThere(Shelf):
    def add(self, value, /):
        self.rows[value.account] = value
        return True


class DeletesOnSpend(Shelf):
    def replace(self, old, new, /):
        won = super().replace(old, new)
        if won and new.dead:
            del self.rows[old.account]
        return won


class ReplacesLookAlikesToo(Shelf):
    def replace(self, old, new, /):
        won = super().replace(old, new)
        for account in self.rows if won else ():
            if account.strip().lower() == old.account:
                self.rows[account] = replace(new, account=account)
        return won


class WritesHalf(Shelf):
    def replace(self, old, new, /):
        return super().replace(old, replace(new, dead=old.dead))


class GivesRowCounts(Shelf):
    def add(self, value, /):
        return int(super().add(value))


class GivesCoroutines(Shelf):
    def add(self, value, /):
        async def later():
            return Shelf.add(self, value)

        return later()


class GivesNothing(Shelf):
    def replace(self, old, new, /):
        super().replace(old, new)


class SaysNo(Shelf):
    def add(self, value, /):
        super().add(value)
        return False


class RaisesForATakenKey(Shelf):
    def add(self, value, /):
        if not super().add(value):
            raise KeyError(value.account)
        return True


class SwallowsErrors(Shelf):
    def unreachable(self):
        return self  # nothing stored, nothing found: as if nobody were known


class LetsDriverErrorsThrough(Shelf):
    def unreachable(self):
        return self

    def get(self, account, /):
        raise ConnectionError


class KeepsHistory(Shelf):
    def __init__(self):
        super().__init__()
        self.history = []

    def replace(self, old, new, /):
        self.history.append(old)
        return super().replace(old, new)

    def witness(self):
        rows = [*self.history, *self.rows.values()]
        return "".join(row.password_hash or "" for row in rows)


class HasABlindWitness(Shelf):
    def witness(self):
        return ""


class HasNoReplace:
    get = Shelf.get
    add = Shelf.add


class MixesColours(Shelf):
    async def replace(self, old, new, /):
        return super().replace(old, new)
