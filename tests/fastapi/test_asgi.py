"""What an ASGI server hands over, and for how long it does."""

from __future__ import annotations

import asyncio

from securelogin import Audience
from securelogin.rules.courier_shift import Pace
from securelogin.testing.blocking import run
from securelogin.testing.frameworks.world import ANN, PORTAL
from securelogin.web import delivering
from securelogin.web.asgi import read_scope
from securelogin.web.requests import read_cookies

# -- the network --


def test_who_goes_away_in_the_middle_leaves_nothing_behind(world, transport, caplog):
    sent = []
    messages = iter(
        [
            {"type": "http.request", "body": b"address=", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive():
        return next(messages)

    async def send(message):
        sent.append(message)

    scope = transport._scope("POST", "/secure/login", [], b"x")
    run(transport._app(scope, receive, send))

    assert sent == []
    assert [r for r in caplog.records if r.name.startswith("securelogin")] == []


def test_of_too_much_no_more_is_read_than_shows_it(world, transport):
    pieces = 0

    async def receive():
        nonlocal pieces
        pieces += 1
        return {"type": "http.request", "body": b"a" * 60_000, "more_body": True}

    sent = []

    async def send(message):
        sent.append(message)

    scope = transport._scope("POST", "/secure/login", [], b"x")
    run(transport._app(scope, receive, send))

    assert sent[0]["status"] == 413
    assert pieces == 2


def test_cookies_in_lines_of_their_own_are_one_header():
    lines = [(b"cookie", b"a=1"), (b"accept", b"x"), (b"cookie", b"b=2; c=3")]
    scope = {"method": "GET", "path": "/", "query_string": b"", "headers": lines}

    found = {
        name: held.reveal() for name, held in read_cookies(read_scope(scope)).items()
    }

    assert found == {"a": "1", "b": "2", "c": "3"}


def test_a_connection_without_an_address_is_answered(transport):
    scope = transport._scope("GET", "/secure/login", [], b"")
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    run(transport._app({**scope, "client": None}, receive, send))

    assert sent[0]["status"] == 200


# -- mails --


def test_mails_are_delivered_for_as_long_as_the_application_runs(world):
    async def life() -> int:
        async with delivering(world.given, pace=Pace()):
            for _ in range(500):
                if world.mailbox.mailer.mails:
                    break
                await asyncio.sleep(0.01)
        return len(asyncio.all_tasks())

    world.auth.accounts.register(ANN, tenant=PORTAL.tenant, audience=Audience.INTERNAL)
    left = run(life())

    assert world.temporary()
    assert left == 1
