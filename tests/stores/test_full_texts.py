"""The longest texts that strangers and portals can give fit into every store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securelogin import Attempt, Audience, Client, InvalidInput, Limits, Policy, Viewer
from securelogin.mail import Delivery, DeliveryState
from securelogin.viewers import OPERATOR
from tests.wiring import URL, Wired

# A letter, a sign of four bytes, and the one that PostgreSQL's store writes as two.
SIGNS = ["x", "\U0001f600", "\u2400", "\0", "\u2400\0"]


@pytest.fixture(params=["memory", "sqlite", "psycopg", "pymysql"])
def wired(request, databases) -> Wired:
    """Wire a portal whose own check says a long text too."""
    policy = Policy(checks=(lambda _: request.getfixturevalue("sign") * 600,))
    if request.param == "memory":
        return Wired("sync", policy=policy)
    store = databases.store(request.param)
    databases.place(request.param).empty()
    return Wired("sync", policy=policy, store=store)


@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
def test_a_refusal_is_recorded_however_long_its_texts_are(wired, sign):
    client = Client(ip="192.0.2.7", user_agent=sign * 600)
    attempt = Attempt(
        address=sign * 600, password=sign * 600, url=URL + sign * 600, client=client
    )

    outcome = wired.auth.login.check(attempt)

    found = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert found.evidence["portal used"].startswith(URL)
    assert found.evidence["browser"]
    assert found.evidence["note"]


@pytest.mark.parametrize("sign", ["x", "\U0001f600", "\u2400"], ids=ascii)
def test_a_look_up_is_recorded_however_long_the_viewers_name_is(wired, sign):
    viewer = Viewer.administrator(sign * 64, tenant="acme")

    assert wired.auth.support.search(by=viewer, url=URL + sign * 600) == ()
    assert wired.auth.support.find("000-000-000", by=viewer) is None


@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
def test_a_message_has_a_name_that_fits_or_is_refused_with_the_field(wired, sign):
    def issue(message):
        return wired.auth.links.issue(
            recipient="bob@other.example",
            sender="ann@acme.example",
            message=message,
            tenant="acme",
        )

    if sign.isprintable() and sign != "\u2400":
        assert issue(sign * 128).message == sign * 128
        return
    with pytest.raises(InvalidInput) as caught:
        issue(sign * (128 // len(sign)))
    assert caught.value.field == "message"


@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
@pytest.mark.parametrize("state", DeliveryState)
def test_a_mail_is_settled_however_much_its_mailer_says(wired, sign, state):
    wired.inbox.answer = Delivery(state=state, detail="250 " + sign * 600)
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )

    for _ in range(20):
        wired.auth.courier.deliver()
        wired.clock.move(timedelta(hours=2))

    tries = Limits().mail_tries
    assert len(wired.inbox.mails) == (tries if state is DeliveryState.POSTPONED else 1)
