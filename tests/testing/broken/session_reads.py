"""What reads a session at once and gives something else than the three verbs."""

from __future__ import annotations

from dataclasses import replace

from securelogin.stores.memory import MemoryStore


class SessionsAtOnce:
    """Right: the three parts of a store in memory, to be spoilt."""

    def __init__(self):
        self.store = MemoryStore()
        self.joins = self.store.session_reads.joins

    def read(self, digest, /):
        return self.store.session_reads.read(digest)


class JoinsSessionsOfAnotherStore(SessionsAtOnce):
    def __init__(self):
        super().__init__()
        self.joins = MemoryStore().session_reads.joins


class RemembersWhoWasLoggedIn(SessionsAtOnce):
    """The obvious way to be faster: nobody is logged out until the process ends."""

    def __init__(self):
        super().__init__()
        self.kept = {}

    def read(self, digest, /):
        if digest not in self.kept:
            self.kept[digest] = super().read(digest)
        return self.kept[digest]


class RemembersGenerations(SessionsAtOnce):
    def __init__(self):
        super().__init__()
        self.kept = {}

    def read(self, digest, /):
        rows = super().read(digest)
        if rows is None:
            return None
        kept = self.kept.setdefault(rows.session.account, rows.generation)
        return replace(rows, generation=kept)


class TakesTheSessionsOwnGeneration(SessionsAtOnce):
    def read(self, digest, /):
        rows = super().read(digest)
        return rows and replace(rows, generation=rows.session.generation)


class JoinsTheCredentialInside(SessionsAtOnce):
    """An inner join: whoever has no credential is not found at all."""

    def read(self, digest, /):
        rows = super().read(digest)
        return rows if rows and rows.generation else None


class FindsLookAlikeSessions(SessionsAtOnce):
    def read(self, digest, /):
        return super().read(digest.strip())


class GivesAnythingForNothing(SessionsAtOnce):
    def read(self, digest, /):
        rows = super().read(digest)
        return rows and (rows.session, rows.account, rows.generation)
