"""Accounts and sessions, each wrong in one way; the registry is right."""

from __future__ import annotations

from securelogin.addresses import AddressKey
from securelogin.stores.memory import MemoryStore


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


class HoldsEndedSessions(GivesTheOldestFirst):
    def __init__(self):
        super().__init__()
        self.added = []
        self.add = self.noted

    def noted(self, session, /):
        self.added.insert(0, session.digest)
        return self.inner.add(session)

    def held_by(self, account, /):
        rows = map(self.get, self.added)
        return [row for row in rows if row.account == account][:100]


class LetsEndedSessionsHideOthers(HoldsEndedSessions):
    def held_by(self, account, /):
        return [one for one in super().held_by(account) if one.ended_at is None]


class HoldsNothingThatIsOver(GivesTheOldestFirst):
    def held_by(self, account, /):
        rows = self.inner.held_by(account)
        return [one for one in rows if one.seen_at < one.until]


class GivesTwinsByDigest(GivesTheOldestFirst):
    def held_by(self, account, /):
        rows = sorted(self.inner.held_by(account), key=lambda one: one.digest)
        return sorted(rows, key=lambda one: one.began_at, reverse=True)


class HoldsEveryonesSessions(GivesTheOldestFirst):
    def held_by(self, account, /):
        return self.inner.held_by(account.strip().lower())
