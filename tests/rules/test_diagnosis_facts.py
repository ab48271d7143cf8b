"""Which facts support sees, and in which words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securelogin.accounts import Status
from securelogin.addresses import NO_TENANT
from securelogin.attempts import Form, Operation
from securelogin.credentials import Death
from securelogin.mail import OrderState
from securelogin.outcomes import Cause
from securelogin.rules.facts import Known
from tests.rules.cases import (
    CANARY,
    MINUTE,
    account,
    credential,
    dead,
    external,
    link,
    temporary,
)
from tests.rules.seen import ABROAD, PLUS, order, seen
from tests.wiring import ACME, START, URL


def test_facts_are_named_in_words_and_blank_ones_are_left_out():
    found = seen(typed="", url="", tenant=NO_TENANT)

    assert found.evidence == {"operation": "login"}


ALL_FACTS = [
    ("operation", "login"),
    ("typed address", "ann@example.org"),
    ("portal used", URL),
    ("portal meant", ACME.base),
    ("browser", "Firefox/140"),
    ("source", "192.0.2.7"),
    ("device clock", "+90 s against the server"),
    ("tries counted", "source 3, address 2, in a row 1"),
    ("note", "closed on Sundays"),
    ("typed secret", "a temporary password"),
    ("temporary password ordered", "2026-03-02 09:25:00+00:00"),
    ("temporary password lives until", "2026-03-02 10:25:00+00:00"),
    ("its mark", "M4RK"),
    ("primary address", "ann@example.org"),
    ("audience", "external"),
    ("status", "disabled"),
    ("near accounts", "ann@example.org (acme), ann@example.org (globex)"),
    ("link issued", "2026-03-02 08:30:00+00:00"),
    ("link for", "ann@example.org"),
    ("link expires", "2026-03-03 09:30:00+00:00"),
    ("link recalled", "2026-03-02 09:29:00+00:00"),
    ("link opened", "never"),
    ("sender", "sam@sender.example"),
    ("last mail", "temporary_password"),
    ("ordered", "2026-03-02 08:30:00+00:00"),
    ("delivery", "refused 550 no such box"),
    ("last password mail", "not sent: refused 550 no such box"),
]


def test_all_facts_of_a_recipients_attempt():
    found = seen(
        Cause.TEMP_WRONG,
        known=Known(
            account=external(status=Status.DISABLED),
            credential=credential(temporary=temporary()),
            link=link(recalled_at=START - MINUTE),
            neighbours=[PLUS, ABROAD],
            orders=[order(OrderState.REFUSED, detail="550 no such box"), order()],
        ),
        user_agent="Firefox/140",
        ip="192.0.2.7",
        device_time=START + timedelta(seconds=90.4),
        hits=(3, 2, 1),
        note="closed on Sundays",
        form=Form.TEMPORARY,
    )

    assert list(found.evidence.items()) == ALL_FACTS


@pytest.mark.parametrize(
    ("known", "name", "fact"),
    [
        (Known(neighbours=[PLUS]), "near accounts", "ann@example.org (acme)"),
        (Known(account=account()), "audience", "internal"),
        (Known(account=account()), "near accounts", None),
        (Known(link=link()), "link recalled", None),
        (Known(link=link()), "link for", "ann@example.org"),
        (Known(orders=[order()]), "delivery", "sent"),
        (Known(), "delivery", None),
        (Known(), "sender", None),
        (Known(), "status", None),
        (Known(credential=credential()), "its mark", None),
        (Known(credential=credential()), "temporary password lives until", None),
    ],
)
def test_each_fact_stands_where_it_is_known(known, name, fact):
    assert seen(known=known).evidence.get(name) == fact


@pytest.mark.parametrize(
    ("form", "fact"),
    [
        (None, None),
        (Form.LASTING, "a lasting password"),
        (Form.TEMPORARY, "a temporary password"),
        (Form.MISTYPED_TEMPORARY, "a temporary password with a slip"),
    ],
)
def test_support_is_told_what_the_secret_looked_like(form, fact):
    assert seen(form=form).evidence.get("typed secret") == fact


@pytest.mark.parametrize(
    ("ahead", "fact"),
    [
        (timedelta(0), "+0 s against the server"),
        (timedelta(seconds=-59.6), "-60 s against the server"),
        (timedelta(days=1), "+86400 s against the server"),
    ],
)
def test_device_clock_is_told_against_the_server(ahead, fact):
    assert seen(device_time=START + ahead).evidence["device clock"] == fact


@pytest.mark.parametrize("operation", Operation)
def test_operation_is_told(operation):
    assert seen(operation=operation).evidence["operation"] == operation.value


def test_F34_diagnosis_shows_no_secret():
    found = seen(
        Cause.TEMP_USED,
        known=Known(
            account=external(),
            credential=credential(temporary=temporary(), dead=(dead(Death.USED),)),
            link=link(),
            orders=[order()],
        ),
    )
    text = repr(found) + " ".join([*found.evidence.values(), *found.remedies])

    assert CANARY not in text
    assert "f00d" not in text
