"""Log-in with a portal's own parts: what they decide, and how they fail."""

from __future__ import annotations

import dataclasses

import pytest

from securelogin import Granted, Policy
from securelogin.accounts import AccountId, Audience
from securelogin.errors import AdapterError, Unavailable
from securelogin.outcomes import Cause
from securelogin.passwords import Match
from securelogin.viewers import OPERATOR
from tests.flows.conftest import cause_of, register
from tests.flows.overtaking import (
    AsyncNoNewSessions,
    AsyncOvertaking,
    NoNewSessions,
    Overtaking,
)
from tests.wiring import CHEAPEST, PASSWORD, Wired, cheap_hasher


def test_a_portals_own_check_can_refuse(colour):
    wired = Wired(
        colour, policy=Policy(checks=(lambda evidence: "the invoice is unpaid",))
    )
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )

    outcome = wired.check("ann@acme.example", wired.mailed_password())

    diagnosis = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert diagnosis.causes == (Cause.REFUSED_BY_PORTAL,)
    assert diagnosis.evidence["note"] == "the invoice is unpaid"


class NobodyMay:
    def permits(self, account, /, *, portal, message):
        return False


class AsyncNobodyMay:
    async def permits(self, account, /, *, portal, message):
        return False


def test_who_has_no_permission_is_refused(colour):
    nobody = NobodyMay() if colour == "sync" else AsyncNobodyMay()
    wired = Wired(colour, permissions=nobody)
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )

    outcome = wired.check("ann@acme.example", wired.mailed_password())

    assert cause_of(wired, outcome) is Cause.NO_PERMISSION


class Directory:
    """An authority elsewhere, such as a company's own directory."""

    def __init__(self) -> None:
        self.asked = []

    def check(self, secret, /, *, stored, account, address):
        self.asked.append(address.value)
        return Match.RIGHT if secret.reveal() == "domain password" else Match.WRONG


class AsyncDirectory(Directory):
    async def check(self, secret, /, *, stored, account, address):
        return super().check(secret, stored=stored, account=account, address=address)


def test_a_domain_can_have_an_authority_of_its_own(colour):
    directory = Directory() if colour == "sync" else AsyncDirectory()
    wired = Wired(colour, authorities={"corp.example": directory})
    wired.auth.accounts.register(
        "ann@corp.example", tenant="acme", audience=Audience.INTERNAL
    )

    right = wired.check("ann@corp.example", "domain password")
    wrong = wired.check("ann@corp.example", "another password")
    unknown = wired.check("nobody@corp.example", "domain password")

    assert isinstance(right, Granted)
    assert cause_of(wired, wrong) is Cause.WRONG_PASSWORD
    assert cause_of(wired, unknown) is Cause.UNKNOWN_ADDRESS
    assert directory.asked == [
        "ann@corp.example",
        "ann@corp.example",
        "nobody@corp.example",
    ]


def test_the_own_hasher_is_not_asked_for_an_authoritys_domain(colour):
    directory = Directory() if colour == "sync" else AsyncDirectory()
    wired = Wired(colour, authorities={"corp.example": directory})
    register(wired)

    wired.check("ann@acme.example", PASSWORD)

    assert directory.asked == []


def test_a_log_in_by_an_authority_needs_no_temporary_password_any_more(colour):
    directory = Directory() if colour == "sync" else AsyncDirectory()
    earlier = Wired(colour)
    account = earlier.auth.accounts.register(
        "ann@corp.example", tenant="acme", audience=Audience.INTERNAL
    )
    earlier.auth.courier.deliver()
    wired = Wired(
        colour,
        authorities={"corp.example": directory},
        store=earlier.store,
        keys=earlier.keys,
    )

    right = wired.check("ann@corp.example", "domain password")

    kept = wired.store.credentials.get(account.account.id)
    assert isinstance(right, Granted)
    assert (kept.password_hash, kept.temporary) == (None, None)
    assert kept.browsers == (right.session.session.browser,)


def test_an_older_hash_is_upgraded_by_the_next_log_in(wired, ann):
    weak = wired.store.credentials.get(AccountId(ann))
    stronger = cheap_hasher(dataclasses.replace(CHEAPEST, passes=2))
    renewed = Wired(wired.colour, store=wired.store, keys=wired.keys, hasher=stronger)

    renewed.check("ann@acme.example", PASSWORD)

    after = wired.store.credentials.get(AccountId(ann))
    assert "t=1" in weak.password_hash
    assert "t=2" in after.password_hash
    assert isinstance(renewed.check("ann@acme.example", PASSWORD), Granted)
    assert after.generation == weak.generation


def test_F17_a_rehash_that_cannot_be_stored_stops_no_log_in(wired, ann):
    stronger = cheap_hasher(dataclasses.replace(CHEAPEST, passes=2))
    losing = Overtaking if wired.colour == "sync" else AsyncOvertaking
    renewed = Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        hasher=stronger,
        wrap=lambda name, part: losing(part) if name == "credentials" else part,
    )

    assert isinstance(renewed.check("ann@acme.example", PASSWORD), Granted)


def test_a_session_that_cannot_be_stored_is_not_granted(wired, ann):
    losing = NoNewSessions if wired.colour == "sync" else AsyncNoNewSessions
    broken = Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        wrap=lambda name, part: losing(part) if name == "sessions" else part,
    )

    outcome = broken.check("ann@acme.example", PASSWORD)

    assert cause_of(broken, outcome) is Cause.OVERTAKEN


class Broken:
    """An adapter whose every verb answers with something untrue."""

    def get(self, key, /):
        return "surely not an account"

    find = get


class AsyncBroken:
    async def get(self, key, /):
        return "surely not an account"

    find = get


def test_F69_an_adapter_that_answers_with_the_wrong_type_lets_nobody_in(colour):
    broken = Broken() if colour == "sync" else AsyncBroken()
    wired = Wired(colour, own_accounts=broken)

    with pytest.raises(AdapterError, match=r"Broken\.find"):
        wired.check("ann@acme.example", PASSWORD)


class Down:
    def find(self, key, /):
        raise Unavailable("down", adapter="Down", verb="find")

    def get(self, key, /):
        raise Unavailable("down", adapter="Down", verb="get")


class AsyncDown(Down):
    async def find(self, key, /):
        return super().find(key)

    async def get(self, key, /):
        return super().get(key)


def test_F01_a_store_that_is_down_is_the_same_for_everybody(colour):
    down = Down() if colour == "sync" else AsyncDown()
    wired = Wired(colour, own_accounts=down)

    for address in ("ann@acme.example", "nobody@acme.example", "no address"):
        with pytest.raises(Unavailable):
            wired.check(address, PASSWORD)

    answer = wired.auth.login.unavailable(wired.attempt("ann@acme.example", PASSWORD))
    healthy = Wired(colour).check("ann@acme.example", PASSWORD)
    assert dataclasses.replace(answer.public, reference="") == dataclasses.replace(
        healthy.public, reference=""
    )
