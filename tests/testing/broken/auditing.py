"""Audit trails that break their promises, one way each."""

from __future__ import annotations

from dataclasses import replace

from securelogin.stores.memory import MemoryStore


class Chains:
    """The audit trail of a store in memory, to be spoilt."""

    def __init__(self):
        self.inner = MemoryStore().audit

    def append(self, records, /):
        return self.inner.append(records)

    def page(self, after, /, *, limit):
        return self.inner.page(after, limit=limit)

    def heads(self, *, before, limit):
        return self.inner.heads(before=before, limit=limit)

    def purge(self, chain, /, *, through, limit):
        return self.inner.purge(chain, through=through, limit=limit)

    def erase(self, account, subjects, /):
        return self.inner.erase(account, subjects)

    def witness(self):
        return "".join(one.person for one in self.inner._records.values())


class CutsThePerson(Chains):
    def append(self, records, /):
        super().append([replace(one, person=one.person[:512]) for one in records])


class FoldsChains(Chains):
    def append(self, records, /):
        super().append([replace(one, chain=one.chain.lower()) for one in records])


class MixesChains(Chains):
    def page(self, after, /, *, limit):
        rows = sorted(self.inner._records.values(), key=place_of)
        return [one for one in rows if place_of(one) > place_of(after)][:limit]


def place_of(one):
    return (one.number, one.chain)


class GoesInCircles(Chains):
    def page(self, after, /, *, limit):
        return list(self.inner._records.values())[:limit]


class AppendsTwice(Chains):
    def __init__(self):
        super().__init__()
        self.rows = []
        self.given = 0

    def append(self, records, /):
        self.rows += records

    def page(self, after, /, *, limit):
        start = self.given if after.number else 0
        found = self.rows[start : start + limit]
        self.given = start + len(found)
        return found


class GivesHeadsOfNow(Chains):
    def heads(self, *, before, limit):
        ends = [one.chain for one in super().heads(before=before, limit=limit)]
        rows = sorted(self.inner._records.values(), key=lambda one: one.number)
        return list({one.chain: one for one in rows if one.chain in ends}.values())


class GivesTheOldestHeads(Chains):
    def heads(self, *, before, limit):
        return super().heads(before=before, limit=99)[::-1][:limit]


class ShortensTheEnd(Chains):
    def purge(self, chain, /, *, through, limit):
        keys = [key for key in self.inner._records if key[0] == chain][::-1][:limit]
        for key in keys:
            del self.inner._records[key]
        return len(keys)


class CountsWhatItShouldTake(Chains):
    def purge(self, chain, /, *, through, limit):
        return super().purge(chain, through=through, limit=limit) and limit


class ErasesTheFactsToo(Chains):
    def erase(self, account, subjects, /):
        count = super().erase(account, subjects)
        for key, one in self.inner._records.items():
            if not one.person:
                self.inner._records[key] = replace(one, facts="")
        return count


class ErasesByAccountOnly(Chains):
    def erase(self, account, subjects, /):
        return super().erase(account, [])


class ErasesAnyoneAndSaysSo(Chains):
    def erase(self, account, subjects, /):
        return super().erase(account, subjects) or 1


class RemembersPersons(Chains):
    def __init__(self):
        super().__init__()
        self.history = []

    def erase(self, account, subjects, /):
        self.history.append(super().witness())
        return super().erase(account, subjects)

    def witness(self):
        return super().witness() + "".join(self.history)
