"""What is over for long enough goes; what is not, and what is needed, stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securelogin.accounts import AccountId
from securelogin.mail import OrderState
from securelogin.outcomes import Cause
from securelogin.retention import Kept
from securelogin.rules.retention import BATCH
from securelogin.testing.values import attempt
from securelogin.viewers import OPERATOR
from tests.flows.conftest import register
from tests.wiring import PASSWORD, START, URL, Wired

DAY = timedelta(days=1)
NOTHING = dict.fromkeys(Kept, 0)


@pytest.fixture
def used(wired, ann, invited) -> Wired:
    """Use everything once, so that something of each kind is stored."""
    wired.check("ann@acme.example", PASSWORD)
    wired.check("ann@acme.example", "wrong wrong wrong")
    wired.auth.reset.request(address="ann@acme.example", url=URL, client=None)
    wired.auth.courier.deliver()
    return wired


def test_nothing_goes_before_its_time(used):
    assert used.auth.retention.overdue() == NOTHING
    assert used.auth.retention.purge() == NOTHING


def test_all_goes_in_the_end_and_people_can_still_log_in(used):
    used.clock.move(400 * DAY)
    counted = used.auth.retention.overdue()

    gone = used.auth.retention.purge()

    assert gone == counted
    assert min(gone.values()) >= 1
    assert used.auth.retention.overdue() == NOTHING
    assert type(used.check("ann@acme.example", PASSWORD)).__name__ == "Granted"


def test_purge_goes_through_as_many_batches_as_it_takes(wired):
    for n in range(BATCH + 1):
        wired.store.attempts.record(attempt(f"R{n}", at=START - 91 * DAY))

    assert wired.auth.retention.purge(limit=BATCH)[Kept.ATTEMPTS] == BATCH
    assert wired.auth.retention.purge()[Kept.ATTEMPTS] == 1


def test_order_that_waits_is_never_too_old(wired):
    wired.auth.reset.request(address="ann@acme.example", url=URL, client=None)
    wired.clock.move(400 * DAY)

    assert wired.auth.retention.purge()[Kept.MAILS] == 0


def test_erased_person_is_in_no_order_session_or_link(wired):
    ann = register(wired)
    wired.check("ann@acme.example", PASSWORD)
    wired.auth.reset.request(address="ann@acme.example", url=URL, client=None)
    wired.auth.courier.deliver()
    wired.auth.reset.request(address="Ann@acme.example", url=URL, client=None)
    before = list(wired.store.outbox._rows.values())

    wired.auth.accounts.erase(ann)

    after = list(wired.store.outbox._rows.values())
    assert [(o.kind, o.at, o.state) for o in before] == [
        (o.kind, o.at, o.state) for o in after
    ]
    parts = (wired.store.outbox, wired.store.sessions, wired.store.links)
    told = repr([part._rows for part in parts]).replace(ann, "")
    assert "ann@" not in told
    assert "192.0.2.7" not in told
    assert "Firefox" not in told


def test_waiting_order_of_an_erased_person_is_dropped_and_says_so(wired):
    ann = register(wired)
    wired.auth.reset.request(address="ann@acme.example", url=URL, client=None)

    wired.auth.accounts.erase(ann)

    assert wired.auth.courier.deliver().dropped == 1
    (dropped,) = [
        order
        for order in wired.store.outbox._rows.values()
        if order.state is OrderState.DROPPED
    ]
    assert dropped.detail == "no account has this address"
    assert not wired.inbox.mails


def test_trail_of_attempts_has_no_hole_after_an_erasure(wired):
    ann = register(wired)
    reference = wired.check("ann@acme.example", "wrong wrong wrong").public.reference

    wired.auth.accounts.erase(ann)

    found = wired.auth.support.find(reference, by=OPERATOR)
    assert found.causes[0] is Cause.WRONG_PASSWORD
    assert wired.store.attempts.by_reference(reference).account == AccountId(ann)
