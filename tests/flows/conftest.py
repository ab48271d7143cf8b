from __future__ import annotations

import pytest

from securelogin import Audience
from securelogin.outcomes import Cause
from securelogin.viewers import OPERATOR
from tests.flows.interrupting import over
from tests.flows.trails import Kept
from tests.wiring import PASSWORD, URL, Wired


@pytest.fixture(params=["sync", "async"])
def colour(request) -> str:
    return request.param


@pytest.fixture
def wired(colour) -> Wired:
    return Wired(colour)


def register(wired: Wired, address: str = "ann@acme.example", **options) -> str:
    """Register an internal person and let them set PASSWORD; return the account id."""
    url = options.pop("url", URL)
    options.setdefault("tenant", "acme")
    options.setdefault("audience", Audience.INTERNAL)
    stored = wired.auth.accounts.register(address, **options)
    outcome = wired.check(address, wired.mailed_password(), url=url)
    wired.auth.passwords.complete(outcome.ticket, PASSWORD)
    wired.auth.courier.deliver()
    wired.inbox.mails.clear()
    return stored.account.id


@pytest.fixture
def ann(wired) -> str:
    return register(wired)


@pytest.fixture
def beside(wired) -> Wired:
    """Wire what comes between: not awaited, for it comes in the midst of a call."""
    return over(wired, lambda _, part: part, "sync")


@pytest.fixture
def invited(wired) -> str:
    """Invite bob by a message, let him set PASSWORD; return his link's token."""
    wired.auth.links.issue(
        recipient="bob@other.example",
        sender="ann@acme.example",
        message="m-1",
        tenant="acme",
    )
    temporary = wired.mailed_password()
    token = wired.mailed_token()
    outcome = wired.check("bob@other.example", temporary, link=token)
    wired.auth.passwords.complete(outcome.ticket, PASSWORD)
    wired.auth.courier.deliver()
    wired.inbox.mails.clear()
    return token


@pytest.fixture
def kept(colour):
    return Kept(colour)


def cause_of(wired, outcome) -> Cause:
    return wired.auth.support.find(outcome.public.reference, by=OPERATOR).causes[0]
