"""A hasher behind the pool, in both colours: what the flows hash and check with.

How many run at once, and who waits, is the pool's affair (`hashing_pool`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from securelogin.accounts import AccountId
from securelogin.addresses import AddressKey
from securelogin.attempts import Form
from securelogin.decoys import AsyncDecoys, Decoys
from securelogin.hashing_pool import HashingPool
from securelogin.hidden import Hidden
from securelogin.passwords import Decoy, Match, PasswordHasher
from securelogin.temporary import form_of

__all__ = ["AsyncHashing", "Hashing"]


def _decoy_for(secret: Hidden) -> Decoy:
    # What the secret looks like decides what it is checked against, and so what must
    # stand in for that: never whether there is an account.
    is_temporary = form_of(secret) is Form.TEMPORARY
    return Decoy.OF_TODAY if is_temporary else Decoy.OF_MIX


class Hashing:
    """A hasher behind a pool, for the sync flows; it is a `PasswordCheck`."""

    def __init__(
        self,
        hasher: PasswordHasher,
        pool: HashingPool,
        /,
        *,
        source: str = "",
        decoys: Decoys | None = None,
    ) -> None:
        self._hasher = hasher
        self._pool = pool
        self._source = source
        self._decoys = decoys

    def for_source(self, source: str, /) -> Hashing:
        """Return the same for requests from *source*, which share places and turns."""
        return Hashing(self._hasher, self._pool, source=source, decoys=self._decoys)

    def check(
        self,
        secret: Hidden,
        /,
        *,
        stored: str | None,
        account: AccountId,
        address: AddressKey,  # noqa: ARG002 -- other authorities go by the address
    ) -> Match:
        """Check a secret in one run; `Match.NOT_RUN` if the pool has no room."""
        if self._decoys is not None:
            self._decoys.refresh(self._follow)
        work = partial(
            self._hasher.check,
            secret,
            stored=stored,
            account=account,
            decoy=_decoy_for(secret),
        )
        return self._pool.run(work, source=self._source) or Match.NOT_RUN

    def _follow(self, hashes: Sequence[str]) -> bool:
        # In the pool: to read them takes longer than an event loop may be held up.
        def work() -> bool:
            self._hasher.follow(hashes)
            return True

        return self._pool.run(work) is True

    def hash(self, secret: Hidden, /, *, account: AccountId) -> str | None:
        """Hash a new secret; None if the pool has no room."""
        work = partial(self._hasher.hash, secret, account=account)
        return self._pool.run(work, source=self._source)

    def upgraded(self, secret: Hidden, /, *, stored: str, account: AccountId) -> str:
        """Return *stored*, or a hash with today's parameters if it has older ones.

        Call it with the right secret only. Without room the old hash stays.
        """
        if not self._hasher.needs_rehash(stored):
            return stored
        return self.hash(secret, account=account) or stored


class AsyncHashing:
    """A hasher behind a pool, for the async flows; it is an `AsyncPasswordCheck`."""

    def __init__(
        self,
        hasher: PasswordHasher,
        pool: HashingPool,
        /,
        *,
        source: str = "",
        decoys: AsyncDecoys | None = None,
    ) -> None:
        self._hasher = hasher
        self._pool = pool
        self._source = source
        self._decoys = decoys

    def for_source(self, source: str, /) -> AsyncHashing:
        """Return the same for requests from *source*, which share places and turns."""
        return AsyncHashing(
            self._hasher, self._pool, source=source, decoys=self._decoys
        )

    async def check(
        self,
        secret: Hidden,
        /,
        *,
        stored: str | None,
        account: AccountId,
        address: AddressKey,  # noqa: ARG002 -- other authorities go by the address
    ) -> Match:
        """Check a secret in one run; `Match.NOT_RUN` if the pool has no room."""
        if self._decoys is not None:
            await self._decoys.refresh(self._follow)
        work = partial(
            self._hasher.check,
            secret,
            stored=stored,
            account=account,
            decoy=_decoy_for(secret),
        )
        return await self._pool.run_async(work, source=self._source) or Match.NOT_RUN

    async def _follow(self, hashes: Sequence[str]) -> bool:
        # In the pool: to read them takes longer than an event loop may be held up.
        def work() -> bool:
            self._hasher.follow(hashes)
            return True

        return await self._pool.run_async(work) is True

    async def hash(self, secret: Hidden, /, *, account: AccountId) -> str | None:
        """Hash a new secret; None if the pool has no room."""
        work = partial(self._hasher.hash, secret, account=account)
        return await self._pool.run_async(work, source=self._source)

    async def upgraded(
        self, secret: Hidden, /, *, stored: str, account: AccountId
    ) -> str:
        """Return *stored*, or a hash with today's parameters if it has older ones.

        Call it with the right secret only. Without room the old hash stays.
        """
        if not self._hasher.needs_rehash(stored):
            return stored
        return await self.hash(secret, account=account) or stored
