"""The evidence that is told of an attempt and what lies around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from securelogin import Policy
from securelogin.attempts import Form, Operation, Preflight
from securelogin.browsers import Browser, BrowserMatrix
from securelogin.credentials import Death
from securelogin.mail import MailKind, MailOrder, OrderState
from securelogin.outcomes import Cause
from securelogin.rules.causes import MEANINGS
from securelogin.rules.facts import Known, facts_of
from tests.rules.cases import (
    HOUR,
    MINUTE,
    PLAIN,
    SITES,
    account,
    credential,
    dead,
    link,
    record,
    temporary,
)
from tests.rules.seen import order as mail_order
from tests.wiring import START


def told(known: Known | None = None, /, *causes: Cause, policy=PLAIN, **changes):
    return facts_of(
        record(*causes, **changes), known or Known(), portals=SITES, policy=policy
    )


@pytest.mark.parametrize(
    ("hits", "form", "by"),
    [
        ((101, 1, 1), Form.LASTING, "source"),
        ((1, 11, 1), Form.LASTING, "address"),
        ((101, 11, 1), Form.LASTING, "source and address"),
        ((101, 11, 1), Form.TEMPORARY, "source"),
        ((1, 1_001, 1), Form.TEMPORARY, "address"),
        ((100, 10, 1), Form.LASTING, None),
        ((), None, None),
    ],
)
def test_what_was_counted_too_often_is_named(hits, form, by):
    facts = told(None, Cause.THROTTLED, hits=hits, form=form)

    assert facts.get("throttled by") == by
    assert facts["throttled until"] == "2026-03-02 09:45:00+00:00 at the latest"


def test_of_a_limit_that_was_not_reached_nothing_is_told():
    assert not {"throttled by", "throttled until"} & set(told(hits=(999, 999, 999)))


def opening(minutes: int, **changes):
    given = {"operation": Operation.LINK_OPENED, "link": "link-1"}
    return record(at=START - minutes * MINUTE, **(given | changes))


@pytest.mark.parametrize(
    ("openings", "text"),
    [
        ([], "never"),
        (
            [opening(5)],
            "once, first 2026-03-02 09:25:00+00:00, last 2026-03-02 09:25:00+00:00",
        ),
        (
            [opening(1), opening(5)],
            "2 times, first 2026-03-02 09:25:00+00:00, last 2026-03-02 09:29:00+00:00",
        ),
        ([opening(1, link="link-2")], "never"),
        ([opening(1, operation=Operation.LOGIN)], "never"),
    ],
)
def test_openings_of_the_very_link_are_counted(openings, text):
    facts = told(Known(link=link(), on_link=openings))

    assert facts["link opened"] == text


def test_a_hundred_openings_may_be_more():
    facts = told(Known(link=link(), on_link=[opening(1)] * 100))

    assert facts["link opened"].startswith("100 or more times, ")


def test_temporary_passwords_are_told_with_their_ends():
    known = Known(
        credential=credential(
            temporary=temporary(until=START),
            dead=(dead(Death.USED), dead(Death.SUPERSEDED)),
            changed_at=START - HOUR,
        )
    )

    facts = told(known)

    lives = facts["temporary password lives until"]
    assert lives == "2026-03-02 09:30:00+00:00 (expired)"
    assert facts["earlier temporary passwords"] == (
        "ordered 2026-03-02 08:30:00+00:00, used 2026-03-02 09:29:00+00:00; "
        "ordered 2026-03-02 08:30:00+00:00, superseded 2026-03-02 09:29:00+00:00"
    )
    assert facts["password set"] == "2026-03-02 08:30:00+00:00"


@pytest.mark.parametrize(
    ("state", "settled_at", "delivered", "password_mail"),
    [
        (OrderState.SENT, START, "2026-03-02 09:30:00+00:00", None),
        (OrderState.SENT, None, None, "not sent: sent"),
        (OrderState.REFUSED, START, None, "not sent: refused"),
        (OrderState.WAITING, None, None, "not sent: waiting"),
    ],
)
def test_a_mail_is_delivered_once_the_server_took_it(
    state, settled_at, delivered, password_mail
):
    order = MailOrder(
        id="o",
        kind=MailKind.TEMPORARY_PASSWORD,
        tenant="acme",
        at=START,
        due_at=START,
        state=state,
        settled_at=settled_at,
    )

    facts = told(Known(orders=[order]))

    assert facts.get("delivered") == delivered
    assert facts["last password mail"] == password_mail or delivered


def test_a_first_password_that_was_not_needed_is_not_the_last_password_mail():
    unneeded = mail_order(OrderState.DROPPED, link="link-2")
    sent = mail_order(settled_at=START, link="link-1")

    assert told(Known(orders=[unneeded, sent]))["last password mail"] == (
        "2026-03-02 09:30:00+00:00"
    )


@pytest.mark.parametrize("link", [None, "link-1"])
def test_a_password_mail_that_was_dropped_says_why(link):
    asked = mail_order(OrderState.DROPPED, link=link, detail="why it was dropped")
    sent = mail_order(settled_at=START)

    orders = [asked] if link else [asked, sent]

    assert told(Known(orders=orders))["last password mail"] == (
        "not sent: dropped why it was dropped"
    )


def test_other_attempts_are_counted_by_their_first_cause():
    same = [
        record(reference="b", at=START + HOUR),
        record(Cause.WRONG_PASSWORD, Cause.NO_PERMISSION, reference="c"),
        record(Cause.WRONG_PASSWORD, reference="d"),
        record(Cause.LOCKED),
        opening(1, reference="e"),
    ]
    near = [
        record(Cause.LOCKED, reference="f", lookup="bob@example.org", ip="192.0.2.7"),
        record(Cause.LOCKED, reference="g", ip="192.0.2.7"),
        opening(1, reference="h", lookup="bob@example.org"),
    ]

    facts = told(Known(same_address=same, same_source=near), ip="192.0.2.7")

    assert facts["attempts with this address"] == (
        "3 within a day: wrong_password 2, good 1"
    )
    assert facts["got in since"] == "2026-03-02 10:30:00+00:00"
    assert facts["attempts from this source"] == "1 within a day: locked 1"


def test_without_address_or_source_there_are_no_others_like_it():
    others = [record(reference="b", lookup=""), record(reference="c", lookup="x")]

    facts = told(
        Known(same_address=others, same_source=others), lookup="", typed="", ip=""
    )

    assert not {"attempts with this address", "attempts from this source"} & set(facts)


@pytest.mark.parametrize(
    ("version", "text"),
    [
        (128, "Firefox 128"),
        (127, "Firefox 127, below the lowest supported version 128"),
    ],
)
def test_a_browser_is_held_against_the_matrix(version, text):
    matrix = BrowserMatrix(
        lowest={"Firefox": 128},
        read=lambda _: Browser(family="Firefox", version=version),
    )

    facts = told(policy=Policy(block_list=frozenset(), browsers=matrix))

    assert facts["browser version"] == text


@pytest.mark.parametrize(
    ("preflight", "texts"),
    [
        (None, (None, None, None)),
        (Preflight(), (None, None, None)),
        (Preflight(cookies=True, https=True, script=True), ("kept", "yes", "on")),
        (Preflight(cookies=False, https=False, script=False), ("blocked", "no", "off")),
    ],
)
def test_what_the_page_found_out_is_told(preflight, texts):
    facts = told(preflight=preflight)

    assert tuple(facts.get(name) for name in ("cookies", "https", "script")) == texts


def test_a_device_clock_far_off_is_told_in_seconds():
    assert told(device_time=START + timedelta(days=1))["device clock"].startswith("+86")


SENT = MailOrder(
    id="o",
    kind=MailKind.TEMPORARY_PASSWORD,
    tenant="acme",
    at=START,
    due_at=START,
    state=OrderState.SENT,
    settled_at=START,
    tries=1,
)


def test_every_fact_that_a_cause_points_to_is_one_there_can_be():
    kept = credential(temporary=temporary(), dead=(dead(Death.USED),), changed_at=START)
    whole = told(
        Known(
            account=account(),
            credential=kept,
            link=link(recalled_at=START),
            neighbours=[account()],
            orders=[SENT],
            same_address=[record(reference="b", at=START)],
            same_source=[record(reference="c", lookup="x")],
        ),
        Cause.THROTTLED,
        hits=(999, 999, 999),
        form=Form.LASTING,
        ip="192.0.2.7",
        note="a note",
        user_agent="x",
        preflight=Preflight(cookies=True),
        policy=Policy(
            block_list=frozenset(),
            browsers=BrowserMatrix(read=lambda _: Browser(family="x", version=1)),
        ),
    )

    later = told(Known(orders=[replace(SENT, state=OrderState.WAITING)]))

    pointed = {name for meaning in MEANINGS.values() for name in meaning.look_at}
    assert pointed - {*whole, *later} == set()
