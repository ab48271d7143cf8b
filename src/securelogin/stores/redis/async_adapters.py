"""Counters and sessions in Redis: one script or command for each verb.

The sync form of this file is made from the async one by `scripts/twins.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from redis.exceptions import NoScriptError

from securelogin.accounts import AccountId
from securelogin.errors import Unavailable
from securelogin.evidence import CounterKey, Windows
from securelogin.sessions import Session, SessionDigest
from securelogin.stores.redis import scripts
from securelogin.stores.redis.clients import (
    FAILURES,
    AsyncClient,
    async_client,
    checked_span,
    is_cluster,
)
from securelogin.stores.redis.keys import Keys
from securelogin.stores.redis.rows import (
    FIELDS,
    life_of,
    milliseconds,
    moment,
    read_sessions,
    session_text,
)

__all__ = ["AsyncRedisStore"]

_MOST_AT_ONCE = 100


class _AsyncPart:
    """One way to Redis for every verb; what fails is `Unavailable`."""

    def __init__(self, client: AsyncClient, keys: Keys, /) -> None:
        self._client = client
        self._keys = keys
        self._name = type(self).__name__

    async def _ask(
        self, verb: str, command: Callable[..., Any], /, *given: object
    ) -> Any:  # noqa: ANN401 -- whatever the command answers
        try:
            return await command(*given)
        except FAILURES as error:
            kind = type(error).__name__
        # Raised out here: the driver's error quotes what it was sent, and would come
        # along as context; what a crash report shows of this frame holds no row
        # (threats F-36, F-37).
        del given
        raise Unavailable(f"Redis failed with {kind}", adapter=self._name, verb=verb)


class _AsyncScript:
    """A script, called by its digest; in whole where Redis does not know it.

    redis-py's own loads an unknown script and calls it by its digest once more: where
    another client's SCRIPT FLUSH comes between, that fails. EVAL does both at once.
    """

    def __init__(self, client: AsyncClient, text: str, /) -> None:
        self._client: Any = client
        self._text = text
        self._digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, keys: Sequence[str], args: Sequence[object], /) -> object:
        given = (len(keys), *keys, *args)
        try:
            return await self._client.evalsha(self._digest, *given)
        except NoScriptError:
            return await self._client.execute_command("EVAL", self._text, *given)


class AsyncRedisCounters(_AsyncPart):
    """`AsyncCounters`. Bounded by time: Redis drops a counter after its window."""

    def __init__(self, client: AsyncClient, keys: Keys, /) -> None:
        super().__init__(client, keys)
        self._hit = _AsyncScript(client, scripts.HIT)
        # In a cluster one script reaches one slot only, and counters spread over all.
        self._at_once = 1 if is_cluster(client) else _MOST_AT_ONCE

    async def hit(
        self, windows: Windows, /, *, at: datetime
    ) -> Mapping[CounterKey, int]:
        """Add one to each key; return the new totals: n callers get 1…n."""
        totals: dict[CounterKey, int] = {}
        keys = tuple(windows)
        for start in range(0, len(keys), self._at_once):
            some = keys[start : start + self._at_once]
            ends = (
                (moment(at, after=windows[key]), milliseconds(windows[key]))
                for key in some
            )
            found = await self._ask(
                "hit",
                self._hit,
                tuple(map(self._keys.counter, some)),
                (moment(at), *chain.from_iterable(ends)),
            )
            totals.update(zip(some, found, strict=True))
        return totals

    async def reset(self, keys: Sequence[CounterKey], /) -> None:
        """Forget these keys."""
        if keys:
            await self._ask(
                "reset", self._client.delete, *map(self._keys.counter, keys)
            )


class AsyncRedisSessions(_AsyncPart):
    """`AsyncSessions`. Redis drops one when it is over and its retention, too."""

    def __init__(
        self, client: AsyncClient, keys: Keys, /, *, retention: timedelta
    ) -> None:
        super().__init__(client, keys)
        self._retention = retention
        self._add = _AsyncScript(client, scripts.ADD)
        self._replace = _AsyncScript(client, scripts.REPLACE)
        self._held_by = _AsyncScript(client, scripts.HELD_BY)

    async def get(self, digest: SessionDigest, /) -> Session | None:
        """Return the session with this digest, ended ones too."""
        # Rows get no name here: a crash report would show it (threats F-36).
        found = read_sessions(
            (
                await self._ask(
                    "get", self._client.hmget, self._keys.session(digest), FIELDS
                ),
            ),
            adapter=self._name,
            verb="get",
        )
        return found[0] if found else None

    async def add(self, session: Session, /) -> bool:
        """Store a new session; one of many callers gets True."""
        added = await self._ask(
            "add",
            self._add,
            (self._keys.session(session.digest), self._keys.held(session.account)),
            (
                str(session.version),
                session_text(session),
                *self._place_of(session),
                self._keys.any_session,
            ),
        )
        return bool(added == 1)

    async def replace(self, old: Session, new: Session, /) -> bool:
        """Store *new* if *old* is current; one of many callers gets True."""
        replaced = await self._ask(
            "replace",
            self._replace,
            (self._keys.session(old.digest), self._keys.held(old.account)),
            (
                str(old.version),
                str(new.version),
                session_text(new),
                *self._place_of(new),
            ),
        )
        return bool(replaced == 1)

    async def held_by(self, account: AccountId, /) -> Sequence[Session]:
        """Return the newest 100 of the account's sessions that have not ended."""
        return read_sessions(
            await self._ask(
                "held_by",
                self._held_by,
                (self._keys.held(account),),
                (self._keys.any_session,),
            ),
            adapter=self._name,
            verb="held_by",
        )

    def _place_of(self, session: Session) -> tuple[bytes, str, int]:
        """Return what a script has to know to keep a session among its account's."""
        return (
            session.digest.encode("utf-8", "surrogatepass"),
            "0" if session.ended_at is None else "1",
            life_of(session, retention=self._retention),
        )


class AsyncRedisStore:
    """Counters and sessions in one Redis or Valkey.

    Safe for any number of concurrent callers and processes: every verb is one script
    or one command, and Redis runs them one after the other.

    Args:
        source: a URL such as "redis://127.0.0.1:6379/0", or a client of redis-py of
            the application's own, which stays its own: see `close`.
        prefix: what every key begins with.
        retention: so long a session is kept after it is over, for the support desk.
        timeout: so long a connection of the store's own waits for Redis.

    Raises:
        WiringError: the source is no such URL or client, or is of the other colour; a
            prefix or a time is unfit.
    """

    def __init__(
        self,
        source: str | AsyncClient,
        /,
        *,
        prefix: str = "securelogin",
        retention: timedelta = timedelta(days=30),
        timeout: timedelta = timedelta(seconds=5),
    ) -> None:
        keys = Keys(prefix)
        retention = checked_span(retention, setting="retention")
        self._client = async_client(source, timeout=timeout)
        self._is_own = self._client is not source
        self.counters: AsyncRedisCounters = AsyncRedisCounters(self._client, keys)
        self.sessions: AsyncRedisSessions = AsyncRedisSessions(
            self._client, keys, retention=retention
        )

    async def close(self) -> None:
        """Close the connections, unless the client is the application's own."""
        if self._is_own:
            await self._client.aclose()
