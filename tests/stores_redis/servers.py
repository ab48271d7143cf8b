"""The Redis that tests run on, and servers that are none."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

import pytest
import redis

from securelogin.stores.combined import CombinedStore
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from securelogin.stores.redis import AsyncRedisStore, RedisStore
from securelogin.testing.values import AT, HOUR, TICK, session
from tests.stores.backends import Backend
from tests.wiring import LOOP, total

VARIABLE = "SECURELOGIN_TEST_REDIS_URL"
URL = os.environ.get(VARIABLE, "redis://127.0.0.1:6379/0")


def require_redis() -> None:
    """Skip what needs Redis where there is none; on a CI machine there has to be."""
    try:
        with redis.Redis.from_url(URL, socket_timeout=5) as client:
            client.ping()
    except redis.RedisError as error:
        reason = f"no Redis to test on: set {VARIABLE} ({type(error).__name__})"
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(reason)
        pytest.skip(reason)


class Inside:
    """What one run has in Redis, seen without the library."""

    def __init__(self, url: str = URL) -> None:
        self.prefix = f"securelogin-test-{secrets.token_hex(8)}"
        self.client: Any = redis.Redis.from_url(url)

    def names(self, kind: str = "") -> list[bytes]:
        return sorted(self.client.scan_iter(f"{self.prefix}*:{kind}*", count=1000))

    def dump(self) -> bytes:
        """Return every key and value, one after the other."""
        readers = {
            b"hash": lambda key: [*chain(*self.client.hgetall(key).items())],
            b"zset": lambda key: self.client.zrange(key, 0, -1),
        }
        return b"\n".join(
            part
            for key in self.names()
            for part in (key, *readers[self.client.type(key)](key))
        )

    def lose_everything(self) -> None:
        """Do to this run's keys and to scripts what a restart does."""
        self._lose_keys()
        self.client.script_flush()

    def close(self) -> None:
        # The scripts stay: they are the server's, and others may be calling one.
        self._lose_keys()
        self.client.close()

    def _lose_keys(self) -> None:
        keys = self.names()
        if keys:
            self.client.delete(*keys)


class RedisBackend(Backend):
    """Redis for sessions and counters, memory for the rest."""

    def __init__(self, source: Any, *, colour: str, **options: Any) -> None:
        kind: Any = RedisStore if colour == "sync" else AsyncRedisStore
        rest: Any = MemoryStore() if colour == "sync" else AsyncMemoryStore()
        self.redis = kind(source, **options)
        super().__init__(
            CombinedStore(
                rest, sessions=self.redis.sessions, counters=self.redis.counters
            ),
            colour=colour,
        )

    def close(self) -> None:
        done = self.redis.close()
        if self.colour == "async":
            LOOP.run(done)


class Pretender:
    """A server that greets like Redis, and then says *answer*; None: hangs up."""

    def __init__(self, answer: bytes | None) -> None:
        self.asked: list[bytes] = []
        self._answer = answer
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._server.getsockname()[1]}/0"
        threading.Thread(target=self._greet_all, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _greet_all(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(
                    target=self._talk, args=(connection,), daemon=True
                ).start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            while said := connection.recv(65536):
                if greetings := said.count(b"SETINFO"):
                    connection.sendall(b"+OK\r\n" * greetings)
                    continue
                self.asked.append(said)
                if self._answer is None:
                    return
                connection.sendall(self._answer)


@contextmanager
def pretending(answer: bytes | None) -> Iterator[Pretender]:
    """Run such a server."""
    pretender = Pretender(answer)
    yield pretender
    pretender.close()


VERBS = {
    "hit": lambda store: total(store.counters, "key", at=AT, window=HOUR),
    "reset": lambda store: store.counters.reset(["key"]),
    "get": lambda store: store.sessions.get("one"),
    "add": lambda store: store.sessions.add(session()),
    "replace": lambda store: store.sessions.replace(session(), session(version=2)),
    "held_by": lambda store: store.sessions.held_by("ann"),
}


def filled(backend) -> None:
    """Use every verb once."""
    total(backend.counters, "key", at=AT, window=HOUR)
    backend.sessions.add(session())
    backend.sessions.replace(session(), session().seen(at=AT + TICK))
    backend.sessions.held_by("ann")
