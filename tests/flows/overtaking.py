"""Adapters that lose every race."""

from __future__ import annotations


class Overtaking:
    """Accounts or credentials that lose every race."""

    def __init__(self, inner) -> None:
        self._inner = inner

    def get(self, account, /):
        return self._inner.get(account)

    def find(self, key, /):
        return self._inner.find(key)

    def add(self, value, /):
        return self._inner.add(value)

    def replace(self, old, new, /):
        return False


class AsyncOvertaking(Overtaking):
    async def get(self, account, /):
        return await self._inner.get(account)

    async def find(self, key, /):
        return await self._inner.find(key)

    async def add(self, value, /):
        return await self._inner.add(value)

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
