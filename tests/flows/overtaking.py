"""Adapters that lose every race."""

from __future__ import annotations


class Overtaking:
    """Credentials that lose every race."""

    def __init__(self, inner) -> None:
        self._inner = inner

    def get(self, account, /):
        return self._inner.get(account)

    def add(self, credential, /):
        return self._inner.add(credential)

    def replace(self, old, new, /):
        return False


class AsyncOvertaking(Overtaking):
    async def get(self, account, /):
        return await self._inner.get(account)

    async def add(self, credential, /):
        return await self._inner.add(credential)

    async def replace(self, old, new, /):
        return False


class NoNewSessions(Overtaking):
    def add(self, session, /):
        return False

    def held_by(self, account, /):
        return self._inner.held_by(account)


class AsyncNoNewSessions(AsyncOvertaking):
    async def add(self, session, /):
        return False

    async def held_by(self, account, /):
        return await self._inner.held_by(account)
