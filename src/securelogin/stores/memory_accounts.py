"""Accounts and credentials in memory: what a stranger's try reads."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import islice

from securelogin.accounts import Account, AccountId
from securelogin.addresses import AddressKey
from securelogin.credentials import Credential
from securelogin.stores.memory_rows import MemoryRows

__all__ = ["MemoryAccounts", "MemoryCredentials"]


class MemoryCredentials(MemoryRows[AccountId, Credential]):
    """`Credentials`, and a sample of its hashes for `PasswordHasher.follow`."""

    def __init__(self, lock: threading.RLock) -> None:
        super().__init__(
            lambda credential: credential.account,
            lock,
            ends=lambda row: row.temporary.until if row.temporary else None,
        )

    def sample(self, *, limit: int) -> Sequence[str]:
        """Return the lasting hashes of the first *limit* accounts by id that have one.

        For `PasswordHasher.follow`. Ids are random, so it is a fair sample for the
        price of its rows, and every host gets the same one.
        """
        with self._lock:
            rows = sorted(self._rows.items())
            kept = (row.password_hash for _, row in rows if row.password_hash)
            return tuple(islice(kept, limit))

    def drop(self, keys: Sequence[AccountId], /) -> None:
        """Forget the temporary passwords of these accounts."""
        for key in keys:
            self._rows[key] = self._rows[key].without_temporary()


def _plain(key: AddressKey) -> tuple[str, str]:
    return key.tenant, key.value


class MemoryAccounts(MemoryRows[AccountId, Account]):
    """`Accounts` and `AccountRegistry`."""

    def __init__(self, lock: threading.RLock) -> None:
        super().__init__(lambda account: account.id, lock)
        self._ids: list[AccountId] = []
        # Plain strings are compared in C: a key that is found would be compared in
        # Python, and one that is not would not.
        self._holders: dict[tuple[str, str], AccountId] = {}

    def find(self, key: AddressKey, /) -> Account | None:
        """Return the account whose primary address or alias has this key."""
        with self._lock:
            holder = self._holders.get(_plain(key))
            return None if holder is None else self._rows[holder]

    def rows_for(
        self, key: AddressKey, stand_in: AccountId, /
    ) -> tuple[AccountId, bool]:
        """Return whose rows to read for this key, and whether they are its holder's.

        Where nobody holds it they are somebody else's, drawn by the process's own hash
        of the key: memory that was not touched for a while takes microseconds to come,
        and a row that is not there would take none.
        """
        plain, others = _plain(key), self._ids
        other = others[hash(plain) % len(others)] if others else stand_in
        holder = self._holders.get(plain)
        return (other, False) if holder is None else (holder, True)

    def add(self, account: Account, /) -> bool:
        """Store a new account if its id and every one of its keys are free."""
        with self._lock:
            keys = [_plain(key) for key in account.keys]
            if any(key in self._holders for key in keys):
                return False
            if not super().add(account):
                return False
            self._holders.update(dict.fromkeys(keys, account.id))
            self._ids.append(account.id)
            return True

    def replace(self, old: Account, new: Account, /) -> bool:
        """Store *new* if *old* is current and no key of *new* is another account's."""
        with self._lock:
            keys = [_plain(key) for key in new.keys]
            if any(self._holders.get(key, new.id) != new.id for key in keys):
                return False
            if not super().replace(old, new):
                return False
            for key in old.keys:
                del self._holders[_plain(key)]
            self._holders.update(dict.fromkeys(keys, new.id))
            return True
