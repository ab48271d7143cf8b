"""Credentials whose sample of hashes misleads; the first is right."""

from __future__ import annotations

from itertools import islice

from tests.testing.broken.keyed import Shelf


class Sampled(Shelf):
    """Right: the hashes of the first accounts by id."""

    def sample(self, *, limit):
        return tuple(islice(self.hashes(), limit))

    def hashes(self):
        rows = (row for _, row in sorted(self.rows.items()))
        return (row.password_hash for row in rows if row.password_hash is not None)


class SamplesWhoHasNone(Sampled):
    def hashes(self):
        return (row.password_hash or "" for row in self.rows.values())


class SamplesWhatWasReplaced(Sampled):
    def __init__(self):
        super().__init__()
        self.added = {}

    def add(self, value, /):
        self.added.setdefault(value.account, value)
        return super().add(value)

    def hashes(self):
        return (row.password_hash for row in self.added.values() if row.password_hash)


class SamplesEachFormOnce(Sampled):
    def hashes(self):
        return iter({stored[:1] for stored in super().hashes()})


class IgnoresTheLimit(Sampled):
    def sample(self, *, limit):
        return tuple(self.hashes())


class SamplesOneTwice(Sampled):
    def sample(self, *, limit):
        found = super().sample(limit=limit)
        return (found[0],) * limit if len(found) == limit else found


class SamplesLazily(Sampled):
    def sample(self, *, limit):
        return islice(self.hashes(), limit)


class MakesAHashUp(Sampled):
    def sample(self, *, limit):
        return super().sample(limit=limit) or ("$argon2id$",)


class HasNoSample(Shelf):
    pass


class SamplesNothingWhenAway(Sampled):
    def unreachable(self):
        return type(self)()
