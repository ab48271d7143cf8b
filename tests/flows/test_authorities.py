"""People whose passwords another authority checks: they are mailed none of ours."""

from __future__ import annotations

import pytest

from securelogin import AliasLogin, Audience, Granted, Policy
from securelogin.accounts import AccountId
from securelogin.mail import MailKind, OrderState
from securelogin.outcomes import ChangeRequired
from securelogin.viewers import OPERATOR
from tests.flows.test_login_parts import AsyncDirectory, Directory
from tests.wiring import PASSWORD, URL, Wired

ANN = "ann@corp.example"
HOME = "ann@home.example"
WHY = "another authority checks the password of this address"


def wired_with(colour, **options) -> Wired:
    directory = Directory() if colour == "sync" else AsyncDirectory()
    policy = Policy(aliases=AliasLogin.ACCEPTED)
    return Wired(
        colour, authorities={"corp.example": directory}, policy=policy, **options
    )


@pytest.fixture
def corp(colour) -> Wired:
    return wired_with(colour)


def registered(wired, address=ANN, *, alias=None) -> AccountId:
    stored = wired.auth.accounts.register(
        address, tenant="acme", audience=Audience.INTERNAL
    )
    if alias is not None:
        wired.auth.addresses.add_alias(stored.account.id, alias)
    return stored.account.id


def let_in(wired):
    granted = wired.check(ANN, "domain password")
    assert isinstance(granted, Granted)
    return granted.session.token


def issue(wired, recipient) -> None:
    wired.auth.links.issue(
        recipient=recipient, sender="ben@acme.example", message="m-1", tenant="acme"
    )


def details(wired):
    return [order.detail for order in wired.store.outbox._orders.values()]


@pytest.mark.parametrize("address", [ANN, HOME])
def test_who_asks_for_a_password_that_is_kept_elsewhere_gets_none(corp, address):
    account = registered(corp, alias=HOME)
    session = let_in(corp)
    corp.auth.reset.request(address=address, url=URL)

    assert corp.auth.courier.deliver().dropped == 2

    assert corp.inbox.mails == []
    assert details(corp) == [WHY, WHY]
    assert corp.store.credentials.get(account) is None
    assert corp.auth.sessions.resolve(session) is not None


def test_a_message_to_them_is_mailed_without_a_password(corp):
    registered(corp)
    corp.auth.courier.deliver()
    issue(corp, ANN)
    issue(corp, ANN)

    corp.auth.courier.deliver()

    assert [mail.kind for mail in corp.inbox.mails] == [MailKind.MESSAGE] * 2


def test_a_request_for_them_leaves_the_same_order_as_one_for_anybody(corp):
    registered(corp)
    corp.auth.courier.deliver()
    known = set(corp.store.outbox._orders)
    for address in (ANN, "ben@acme.example"):
        corp.auth.reset.request(address=address, url=URL)

    new = [o for o in corp.store.outbox._orders.values() if o.id not in known]
    assert [(o.kind, o.state) for o in new] == [
        (MailKind.TEMPORARY_PASSWORD, OrderState.WAITING)
    ] * 2


def test_support_reads_why_they_were_mailed_none(corp):
    registered(corp)
    corp.auth.courier.deliver()
    refused = corp.check(ANN, "another password")

    diagnosis = corp.auth.support.find(refused.public.reference, by=OPERATOR)

    assert diagnosis.evidence["last password mail"] == f"not sent: dropped {WHY}"


def test_a_first_temporary_password_ends_no_session_and_a_first_password_does(corp):
    # Let in by an alias that the directory knows; the primary address is ours.
    account = registered(corp, HOME, alias=ANN)
    session = let_in(corp)
    temporary = corp.mailed_password()

    assert corp.auth.sessions.resolve(session) is not None
    assert [corp.auth.sessions.list(account)[0].generation] == [0]

    permit = corp.check(HOME, temporary)
    assert isinstance(permit, ChangeRequired)
    corp.auth.passwords.complete(permit.ticket, PASSWORD)

    assert corp.auth.sessions.resolve(session) is None


@pytest.mark.parametrize("method", ["disable", "force_change"])
def test_what_ends_sessions_ends_those_from_before_the_first_credential(corp, method):
    account = registered(corp, HOME, alias=ANN)
    before = let_in(corp)
    corp.auth.courier.deliver()
    beside = let_in(corp)

    getattr(corp.auth.accounts, method)(account)

    assert corp.auth.sessions.resolve(before) is None
    assert corp.auth.sessions.resolve(beside) is None
