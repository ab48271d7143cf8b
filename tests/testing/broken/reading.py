"""Adapters with a key that store well, and give something else than was stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from securelogin.testing.values import AT
from tests.testing.broken.keyed import Shelf


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
