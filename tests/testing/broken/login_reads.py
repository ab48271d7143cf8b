"""What reads for a log-in at once and gives something else than the three verbs."""

from __future__ import annotations

from dataclasses import replace

from securelogin.evidence import LoginRows
from securelogin.stores.memory import MemoryStore


class ReadsAtOnce:
    """Right: the three parts of a store in memory, to be spoilt."""

    def __init__(self):
        self.store = MemoryStore()
        self.joins = self.store.login_reads.joins

    def read(self, key, stand_in, link, /):
        return self.store.login_reads.read(key, stand_in, link)


class JoinsPartsOfAnotherStore(ReadsAtOnce):
    def __init__(self):
        super().__init__()
        self.joins = MemoryStore().login_reads.joins


class FindsTheStandInsAccount(ReadsAtOnce):
    def read(self, key, stand_in, link, /):
        rows = super().read(key, stand_in, link)
        return replace(rows, account=rows.account or self.store.accounts.get(stand_in))


class GivesTheStandInsCredential(ReadsAtOnce):
    def read(self, key, stand_in, link, /):
        rows = super().read(key, stand_in, link)
        owner = rows.account.id if rows.account else stand_in
        return replace(rows, credential=self.store.credentials.get(owner))


class FindsNoAlias(ReadsAtOnce):
    def read(self, key, stand_in, link, /):
        rows = super().read(key, stand_in, link)
        is_primary = rows.account is None or rows.account.key == key
        return rows if is_primary else super().read(replace(key, value=""), "", link)


class LosesAllForWantOfALink(ReadsAtOnce):
    def read(self, key, stand_in, link, /):
        rows = super().read(key, stand_in, link)
        nothing = LoginRows(account=None, credential=None, link=None)
        return rows if rows.link else nothing


class FoldsTheTenant(ReadsAtOnce):
    def read(self, key, stand_in, link, /):
        return super().read(replace(key, tenant="acme"), stand_in, link)


class GivesATuple(ReadsAtOnce):
    def read(self, key, stand_in, link, /):
        rows = super().read(key, stand_in, link)
        return rows.account, rows.credential, rows.link
