"""A whole portal on a database and Redis, through the public face."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from datetime import timedelta
from typing import Any

import pytest

from securelogin import (
    AsyncSecureLogin,
    Attempt,
    Audience,
    Client,
    Granted,
    KeyRing,
    Limits,
    Policy,
    Refused,
    SecureLogin,
)
from securelogin.errors import Unavailable, WiringError
from securelogin.mail import MailKind
from securelogin.stores.combined import CombinedStore
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from securelogin.stores.redis import AsyncRedisStore, RedisStore
from securelogin.stores.sql import AsyncSQLStore, SQLStore
from tests.stores_redis.servers import URL as REDIS
from tests.stores_redis.servers import Inside, pretending
from tests.wiring import (
    LOOP,
    PASSWORD,
    POOL,
    PORTALS,
    URL,
    AsyncInbox,
    Blocking,
    Clock,
    Inbox,
    cheap_hasher,
)

ADDRESS = "ann@acme.example"


class OnRedis:
    """A portal with one account, its sessions and counters in Redis."""

    def __init__(self, colour: str, folder: Any, prefix: str) -> None:
        self.is_sync = colour == "sync"
        kinds: Any = (
            (SQLStore, RedisStore, SecureLogin, Inbox)
            if self.is_sync
            else (AsyncSQLStore, AsyncRedisStore, AsyncSecureLogin, AsyncInbox)
        )
        sql, in_redis, self.face, inbox = kinds
        self.rest = sql(f"sqlite:///{folder}/portal.db")
        self.done(self.rest.create())
        self.fast = in_redis(REDIS, prefix=prefix)
        self.inbox = inbox()
        self.clock = Clock()
        self.keys = KeyRing(KeyRing.new_key())
        self.auth = self.wired(self.fast)
        self.account = self.auth.accounts.register(
            ADDRESS, tenant="acme", audience=Audience.INTERNAL
        ).account
        self.auth.courier.deliver()
        mail = self.inbox.last(MailKind.TEMPORARY_PASSWORD)
        self.mailed = mail.secrets["password"].reveal()
        self.ticket = self.check(self.mailed).ticket
        self.auth.passwords.complete(self.ticket, PASSWORD)

    def done(self, answer: Any) -> Any:
        return answer if self.is_sync else LOOP.run(answer)

    def wired(self, fast: Any) -> Any:
        inner = self.face(
            portals=PORTALS,
            keys=self.keys,
            store=CombinedStore(
                self.rest, sessions=fast.sessions, counters=fast.counters
            ),
            mailer=self.inbox,
            policy=Policy(limits=Limits(tries=3)),
            hasher=cheap_hasher(),
            pool=POOL,
            clock=self.clock,
        )
        return inner if self.is_sync else Blocking(inner)

    def check(self, password: str = PASSWORD) -> Any:
        client = Client(ip="192.0.2.7", user_agent="Firefox/140")
        return self.auth.login.check(
            Attempt(address=ADDRESS, password=password, url=URL, client=client)
        )

    def close(self) -> None:
        for store in (self.fast, self.rest):
            self.done(store.close())


@pytest.fixture
def portal(inside, colour, tmp_path) -> Iterator[OnRedis]:
    portal = OnRedis(colour, tmp_path, inside.prefix)
    yield portal
    portal.close()


def test_a_session_is_begun_used_and_ended(portal):
    granted = portal.check()
    assert isinstance(granted, Granted)
    token = granted.session.token

    portal.clock.move(timedelta(minutes=20))
    assert portal.auth.sessions.resolve(token).account.id == portal.account.id
    portal.clock.move(timedelta(minutes=20))
    assert portal.auth.sessions.resolve(token) is not None
    portal.auth.sessions.end(token)

    assert portal.auth.sessions.resolve(token) is None


def test_a_session_ends_by_the_clock_of_the_portal(portal):
    token = portal.check().session.token

    portal.clock.move(timedelta(minutes=31))

    assert portal.auth.sessions.resolve(token) is None


def test_all_sessions_of_an_account_are_ended(portal):
    tokens = [portal.check().session.token for _ in range(3)]

    assert portal.auth.sessions.end_all(portal.account.id) == 3

    assert [portal.auth.sessions.resolve(token) for token in tokens] == [None] * 3


def test_too_many_tries_are_refused_until_the_clock_moves_on(portal):
    for _ in range(4):
        assert isinstance(portal.check("a wrong password it is"), Refused)
    assert isinstance(portal.check(), Refused)

    portal.clock.move(Policy().limits.window)

    assert isinstance(portal.check(), Granted)


def test_who_is_logged_in_when_redis_forgets_logs_in_again(portal, inside):
    token = portal.check().session.token

    inside.lose_everything()

    assert portal.auth.sessions.resolve(token) is None
    assert isinstance(portal.check(), Granted)


def test_nobody_is_let_in_while_redis_is_away(portal):
    token = portal.check().session.token
    with pretending(None) as gone:
        pass
    away = type(portal.fast)(gone.url)
    portal.auth = portal.wired(away)

    with pytest.raises(Unavailable):
        portal.check()
    with pytest.raises(Unavailable):
        portal.auth.sessions.resolve(token)
    portal.done(away.close())


def test_no_secret_and_no_address_is_in_redis(portal, inside):
    tokens = [portal.check().session.token.reveal() for _ in range(2)]
    portal.check("a wrong password it is")
    portal.auth.sessions.resolve(tokens[0])
    portal.auth.sessions.end(tokens[1])

    dump = inside.dump()

    assert portal.account.id.encode() in dump
    secrets = [*tokens, portal.mailed, portal.ticket.reveal(), PASSWORD, ADDRESS]
    assert [secret for secret in secrets if secret.encode() in dump] == []
    raw = [urlsafe_b64decode(f"{token}=") for token in tokens]
    assert [
        one for one in raw if one in dump or one.hex().encode() in dump.lower()
    ] == []


def test_every_key_of_a_portal_has_an_end(portal, inside):
    portal.check()
    portal.check("a wrong password it is")

    assert {"counter", "held", "session"} == {
        key.decode().split(":")[1] for key in inside.names()
    }
    assert all(inside.client.pttl(key) > 0 for key in inside.names())


def test_a_combined_store_of_two_colours_is_refused(colour):
    kinds: Any = (
        (MemoryStore, AsyncMemoryStore, SecureLogin, Inbox)
        if colour == "sync"
        else (AsyncMemoryStore, MemoryStore, AsyncSecureLogin, AsyncInbox)
    )
    rest, other, face, inbox = kinds
    store = CombinedStore(rest(), sessions=rest().sessions, counters=other().counters)

    with pytest.raises(WiringError):
        face(
            portals=PORTALS,
            keys=KeyRing(KeyRing.new_key()),
            store=store,
            mailer=inbox(),
        )


def test_a_combined_store_does_not_change():
    rest = MemoryStore()
    store: Any = CombinedStore(rest, sessions=rest.sessions, counters=rest.counters)

    with pytest.raises(FrozenInstanceError):
        store.sessions = MemoryStore().sessions


def test_inside_sees_what_it_looks_for(inside: Inside):
    inside.client.hset(f"{inside.prefix}:any:1", "field", "secret")
    inside.client.zadd(f"{inside.prefix}:any:2", {"token": 1})

    assert [word in inside.dump() for word in (b"field", b"secret", b"token")] == [
        True,
        True,
        True,
    ]
