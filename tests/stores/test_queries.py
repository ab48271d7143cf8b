"""A log-in makes few queries, and as many as the docs say."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from securelogin import Audience, Granted, KeyRing, Refused, SecureLogin
from securelogin.accounts import Account, AccountId
from securelogin.addresses import parse_address
from securelogin.attempts import Client
from securelogin.links import sign_link
from securelogin.mail import MailKind
from securelogin.outcomes import LinkOpened, LoggedIn
from securelogin.sessions import make_session_token, session_digest
from securelogin.testing.values import link, session
from tests.stores.listening import listening
from tests.wiring import (
    PASSWORD,
    POOL,
    PORTALS,
    START,
    Clock,
    Inbox,
    Wired,
    cheap_hasher,
)

# Counters are named by the key: with this one, none of them clears those that have
# ended, as one in 64 does with a query more.
KEY = sha256(b"a key for queries").digest()
LATER = START + timedelta(hours=1)


def wired(store: Any) -> tuple[Any, Inbox]:
    inbox = Inbox()
    auth = SecureLogin(
        portals=PORTALS,
        keys=KeyRing(KEY),
        store=store,
        mailer=inbox,
        hasher=cheap_hasher(),
        pool=POOL,
        clock=Clock(),
    )
    return auth, inbox


@pytest.mark.parametrize("name", ["sqlite", "psycopg", "pymysql"])
def test_a_log_in_makes_as_many_queries_as_the_docs_say(databases, name):
    store, place = databases.store(name), databases.place(name)
    place.empty()
    auth, inbox = wired(store)
    attempt_of = Wired("sync").attempt
    address = "ann@acme.example"
    auth.accounts.register(address, tenant="acme", audience=Audience.INTERNAL)
    auth.courier.deliver()
    mailed = inbox.last(MailKind.TEMPORARY_PASSWORD).secrets["password"].reveal()
    required = auth.login.check(attempt_of(address, mailed))
    auth.passwords.complete(required.ticket, PASSWORD)

    counts = []
    for password, agent, expected in (
        ("wrong", "Firefox/140", Refused),
        (PASSWORD, "Firefox/140", Granted),
        (PASSWORD, "Firefox/140", Granted),
        ("wrong", "Firefox/140", Refused),
        (PASSWORD, "Firefox/140", Granted),
        (PASSWORD, "Chrome/140", Granted),
        ("wrong", "Firefox/140", Refused),
        (PASSWORD, "Safari/18", Granted),
    ):
        client = Client(ip="192.0.2.7", user_agent=agent)
        made = attempt_of(address, password, client=client)
        with listening(store) as heard:
            assert isinstance(auth.login.check(made), expected)
        counts.append(len(heard))

    # Refused; after it, from the first browser; as usual; refused; after it; from one
    # more browser, which is told by mail; refused; after it and told.
    assert counts == [3, 6, 4, 3, 5, 6, 3, 6]
    assert max(counts) <= 6


@pytest.mark.parametrize("name", ["sqlite", "psycopg", "pymysql"])
def test_a_request_and_a_link_make_as_many_queries_as_the_docs_say(databases, name):
    store, place = databases.store(name), databases.place(name)
    place.empty()
    auth, _ = wired(store)
    clock = auth.installation._clock
    account = Account(
        id=AccountId("ann"),
        tenant="acme",
        audience=Audience.INTERNAL,
        primary=parse_address("ann@acme.example"),
    )
    store.accounts.add(account)
    token = make_session_token(bytes)
    begun = {"generation": 0, "began_at": START, "seen_at": START}
    store.sessions.add(
        session(session_digest(token), account=account.id, until=LATER, **begun)
    )
    sent = link(recipient=account.id, issued_at=START, until=LATER)
    store.links.add(sent)
    shown = sign_link(sent, keys=KeyRing(KEY))

    counts = []
    for call in (
        lambda: auth.sessions.resolve(token),
        lambda: clock.move(timedelta(minutes=1)) or auth.sessions.resolve(token),
        lambda: auth.links.open(shown, url=PORTALS[0].url),
    ):
        with listening(store) as heard:
            assert isinstance(call(), LoggedIn | LinkOpened)
        counts.append(len(heard))

    # In the same minute; in the next one, which is noted; a link, which is recorded.
    assert counts == [1, 2, 2]
