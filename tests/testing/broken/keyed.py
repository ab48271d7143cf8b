"""Adapters with a key, each wrong in one way; the first three are right."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta

from securelogin.addresses import AddressKey
from securelogin.stores.memory import MemoryStore
from securelogin.testing.values import AT

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


class Registry:
    """Right: accounts, as the memory store keeps them."""

    def __init__(self):
        self.inner = MemoryStore().accounts

    def find(self, key, /):
        return self.inner.find(key)

    def get(self, account, /):
        return self.inner.get(account)

    def add(self, account, /):
        return self.inner.add(account)

    def replace(self, old, new, /):
        return self.inner.replace(old, new)


# -- Who wins --


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


# -- What is written --


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


# -- What comes back --


class Reads(Shelf):
    """Reads what is stored, and spoils it on the way."""

    def get(self, account, /):
        found = super().get(account)
        return None if found is None else self.spoilt(found)

    def spoilt(self, value):
        raise NotImplementedError


class FoldsCase(Shelf):
    def key(self, account):
        return account.casefold()


class TrimsKeys(Shelf):
    def key(self, account):
        return account.rstrip(" ")


class CutsAtNul(Shelf):
    def key(self, account):
        return account.partition("\x00")[0]


class FindsSomebodyForNobody(Shelf):
    def get(self, account, /):
        return super().get(account) or next(iter(self.rows.values()), "nobody")


class HidesWhatHasExpired(Shelf):
    def get(self, account, /):
        found = super().get(account)
        live = found is None or found.temporary is None
        return found if live or found.temporary.until > AT else None


class HidesTheSpent(Shelf):
    def get(self, account, /):
        found = super().get(account)
        return None if found is not None and found.dead else found


class LosesMicroseconds(Reads):
    def spoilt(self, value):
        if value.changed_at is None:
            return value
        return replace(value, changed_at=value.changed_at.replace(microsecond=0))


class GivesNaiveTimes(Reads):
    def spoilt(self, value):
        if value.changed_at is None:
            return value
        return replace(value, changed_at=value.changed_at.replace(tzinfo=None))


class ShiftsTimes(Reads):
    def spoilt(self, value):
        if value.changed_at is None:
            return value
        return replace(value, changed_at=value.changed_at + timedelta(hours=1))


class GivesPlainWords(Reads):
    def spoilt(self, value):
        dead = tuple(replace(one, death=str(one.death)) for one in value.dead)
        return replace(value, dead=dead)


class GivesNumbersForFlags(Reads):
    def spoilt(self, value):
        return replace(value, must_change=int(value.must_change))


class CutsText(Reads):
    def spoilt(self, value):
        return replace(value, password_hash=(value.password_hash or "")[:255] or None)


class LosesAField(Reads):
    def spoilt(self, value):
        return replace(value, dead=value.dead[:1])


class LosesANumber(Reads):
    def spoilt(self, value):
        return replace(value, generation=1)


class RemembersReads(Shelf):
    def __init__(self):
        super().__init__()
        self.read = {}

    def get(self, account, /):
        if account not in self.read and (found := super().get(account)) is not None:
            self.read[account] = found
        return self.read.get(account)


class KeepsItToItself(Shelf):
    """A second instance begins empty."""

    def reopen(self):
        return type(self)()


# -- How it answers --


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


# -- Accounts --


class IgnoresTheTenant(Registry):
    def find(self, key, /):
        for tenant in ("acme", "globex"):
            if found := self.inner.find(AddressKey(tenant=tenant, value=key.value)):
                return found
        return None


class ForgetsAliases(Registry):
    def find(self, key, /):
        found = self.inner.find(key)
        return found if found is not None and found.key == key else None


class SharesAddresses(Registry):
    def __init__(self):
        super().__init__()
        self.rows = {}

    def add(self, account, /):
        return self.rows.setdefault(account.id, account) is account

    def get(self, account, /):
        return self.rows.get(account)

    def find(self, key, /):
        return next((row for row in self.rows.values() if key in row.keys), None)

    def replace(self, old, new, /):
        if self.rows.get(old.id) != old:
            return False
        self.rows[old.id] = new
        return True


class FoldsAddresses(SharesAddresses):
    def find(self, key, /):
        for row in self.rows.values():
            if key.value.lower() in {own.value.lower() for own in row.keys}:
                return row if row.tenant == key.tenant else None
        return None


class WritesHalfAnAccount(SharesAddresses):
    def add(self, account, /):
        taken = any(
            key in row.keys for row in self.rows.values() for key in account.keys
        )
        return super().add(account) and not taken


class KeepsDroppedAddresses(Registry):
    def __init__(self):
        super().__init__()
        self.seen = {}

    def add(self, account, /):
        self.seen.update(dict.fromkeys(account.keys, account.id))
        return super().add(account)

    def find(self, key, /):
        return self.get(self.seen[key]) if key in self.seen else None

    def witness(self):
        return " ".join(key.value for key in self.seen)


# -- Sessions --


class GivesTheOldestFirst:
    """Sessions, as the memory store keeps them; one way wrong."""

    def __init__(self):
        self.inner = MemoryStore().sessions
        self.get, self.add = self.inner.get, self.inner.add
        self.replace = self.inner.replace

    def held_by(self, account, /):
        return self.inner.held_by(account)[::-1]


class GivesAGenerator(GivesTheOldestFirst):
    def held_by(self, account, /):
        return iter(self.inner.held_by(account))


class HidesEndedSessions(GivesTheOldestFirst):
    def held_by(self, account, /):
        return [one for one in self.inner.held_by(account) if one.ended_at is None]


class HoldsEveryonesSessions(GivesTheOldestFirst):
    def held_by(self, account, /):
        return self.inner.held_by(account.strip().lower())
