"""A worker goes on through outages, says so once, and stops between two mails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from securelogin import Audience
from securelogin.aio.courier_worker import AsyncCourierWorker
from securelogin.errors import Unavailable
from securelogin.flows.courier_worker import CourierWorker
from securelogin.mail import Delivery, DeliveryState
from securelogin.rules.courier_shift import Ending
from tests.wiring import LOOP, Wired

POSTPONED = Delivery(state=DeliveryState.POSTPONED, detail="connect refused")
PEOPLE = [
    "ann@acme.example",
    "bob@acme.example",
    "cat@acme.example",
    "dan@acme.example",
]


class Work:
    """Run a worker of the test's colour; `steps` happen in its pauses."""

    def __init__(self, wired: Wired) -> None:
        self.wired = wired
        self.waits: list[float] = []
        self.steps: list[Any] = []

    def _pause(self, wait: timedelta) -> bool:
        self.waits.append(wait.total_seconds())
        self.wired.clock.move(wait)
        return bool(self.steps and self.steps.pop(0)())

    def __call__(self, *args: Any, **options: Any) -> Any:
        if self.wired.colour == "sync":
            auth = self.wired.auth
            return CourierWorker(
                courier=auth.courier, installation=auth.installation, pause=self._pause
            ).work(*args, **options)

        async def pause(wait: timedelta, /) -> bool:
            return self._pause(wait)

        auth = self.wired.auth._inner
        return LOOP.run(
            AsyncCourierWorker(
                courier=auth.courier, installation=auth.installation, pause=pause
            ).work(*args, **options)
        )


class Away:
    """Take the outbox away and give it back."""

    def __init__(self) -> None:
        self.is_away = False

    def wrap(self, name: str, part: Any) -> Any:
        if name != "outbox":
            return part
        lease = part.lease
        if self.is_async:

            async def take(**options: Any) -> Any:
                self._check()
                return await lease(**options)

        else:

            def take(**options: Any) -> Any:
                self._check()
                return lease(**options)

        part.lease = take
        return part

    is_async = False

    def _check(self) -> None:
        if self.is_away:
            raise Unavailable("OperationalError", adapter="SQLOutbox", verb="lease")


@pytest.fixture
def away(colour) -> Away:
    away = Away()
    away.is_async = colour == "async"
    return away


@pytest.fixture
def wired(colour, away) -> Wired:
    wired = Wired(colour, wrap=away.wrap)
    for address in PEOPLE:
        wired.auth.accounts.register(address, tenant="acme", audience=Audience.INTERNAL)
    return wired


@pytest.fixture
def work(wired) -> Work:
    return Work(wired)


@pytest.fixture
def said(caplog) -> Callable[[], list[logging.LogRecord]]:
    """Return what the courier says; its mails are events of another logger."""
    caplog.set_level(logging.INFO, logger="securelogin.courier")
    return lambda: [
        record for record in caplog.records if record.name == "securelogin.courier"
    ]


def nothing() -> bool:
    return False


def told() -> bool:
    return True


def test_worker_sends_all_and_waits_for_more(work, wired):
    work.steps = [nothing] * 5 + [told]

    shift = work()

    assert shift.done.sent == len(wired.inbox.mails) == 4
    assert work.waits == [0, 0, 0, 0, 0, 2]


def test_worker_that_ends_when_idle_needs_no_telling(work):
    assert work(Ending.WHEN_IDLE).done.sent == 4


def test_worker_stops_after_its_limit(work, wired):
    assert work(limit=3).done.sent == 3
    assert len(wired.inbox.mails) == 3


def test_worker_that_is_told_takes_no_further_order(work, wired):
    work.steps = [nothing, told]

    assert work().done.sent == 1
    assert wired.auth.courier.deliver().sent == 3


def test_outage_of_the_store_is_told_once_and_survived(work, away, said):
    def leave() -> None:
        away.is_away = True

    def come_back() -> None:
        away.is_away = False

    work.steps = [nothing, leave, nothing, nothing, come_back, *[nothing] * 3, told]

    assert work().done.sent == 4
    assert [record.getMessage() for record in said()] == [
        "courier is held up: SQLOutbox.lease: OperationalError",
        "courier goes on",
    ]
    assert 1 <= work.waits[2] <= 2 <= work.waits[3] <= 4 <= work.waits[4] <= 8


def test_outage_of_the_mail_server_is_told_once_and_survived(work, wired, said):
    wired.inbox.answer = POSTPONED

    def come_back() -> None:
        wired.inbox.answer = Delivery(state=DeliveryState.ACCEPTED)
        wired.clock.move(timedelta(minutes=1))

    work.steps = [*[nothing] * 4, come_back, *[nothing] * 4, told]

    assert work().done.sent == 4
    assert [record.getMessage() for record in said()] == [
        "courier is held up: connect refused",
        "courier goes on",
    ]


def test_end_in_an_outage_tells_the_cause(work, away):
    away.is_away = True

    shift = work(Ending.WHEN_IDLE)

    assert shift.cause == "SQLOutbox.lease: OperationalError"


def test_heartbeat_has_numbers_and_no_address(work, wired, said):
    def later() -> None:
        wired.clock.move(timedelta(minutes=5))

    work.steps = [nothing, nothing, later, nothing, later, told]

    work()

    lines = [record.getMessage() for record in said()]
    assert lines == [
        "courier is at work: sent 3, postponed 0, refused 0, dropped 0",
        "courier is at work: sent 4, postponed 0, refused 0, dropped 0",
    ]
    assert not any("@" in str(vars(record)) for record in said())
