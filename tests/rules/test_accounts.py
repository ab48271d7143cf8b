"""What an account may be given, and when a mailbox's yes counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.accounts import Account, AccountId, AddressChange, Audience, Status
from securelogin.errors import InvalidInput
from securelogin.outcomes import Cause
from securelogin.rules.accounts import (
    holder_of_proof,
    judge_address_proof,
    new_account,
    new_change,
    read_language,
    read_tenant,
)
from tests.rules.cases import (
    HOUR,
    KEYS,
    MINUTE,
    OTHER_KEYS,
    SITES,
    TICK,
    account,
    address,
    change,
    in_order,
    proof,
)
from tests.wiring import ACME, START

WAITING = account(change=change())


def causes(shown=None, holder=None, at=START):
    return judge_address_proof(shown, holder, at=at, leeway=MINUTE)


def test_new_account_is_active_and_has_one_address():
    assert new_account(
        id="account-1",
        tenant="acme",
        audience=Audience.EXTERNAL,
        address=address(),
        language="de",
    ) == Account(
        id=AccountId("account-1"),
        tenant="acme",
        audience=Audience.EXTERNAL,
        primary=address(),
        aliases=(),
        status=Status.ACTIVE,
        language="de",
    )


def test_new_account_has_an_audience_there_is():
    def made(audience):
        return new_account(
            id="1", tenant="acme", audience=audience, address=address(), language="en"
        )

    assert made("internal").audience is Audience.INTERNAL
    with pytest.raises(ValueError, match="'everybody'"):
        made("everybody")


def test_new_change_waits_for_both_mailboxes_until_its_end():
    assert new_change(id="c", address=address(), at=START, life=HOUR) == AddressChange(
        id="c", address=address(), until=START + HOUR, confirmed=frozenset()
    )


@pytest.mark.parametrize("tenant", ["acme", "globex"])
def test_tenant_with_a_portal_is_one(tenant):
    assert read_tenant(tenant, portals=SITES) == tenant


@pytest.mark.parametrize(
    ("tenant", "code", "text"),
    [
        ("initech", "tenant_unknown", "acme, globex"),
        ("Acme", "tenant_malformed", "1 to 24"),
        ("", "tenant_malformed", "1 to 24"),
        (None, "tenant_malformed", "1 to 24"),
    ],
)
def test_tenant_without_a_portal_is_refused_and_those_there_are_named(
    tenant, code, text
):
    with pytest.raises(InvalidInput, match=text) as caught:
        read_tenant(tenant, portals=SITES)

    assert (caught.value.field, caught.value.code) == ("tenant", code)


@pytest.mark.parametrize(
    "language", ["en", "de", "gsw", "de-CH", "zh-Hant-TW", "sl-rozaj-biske-1994", "EN"]
)
def test_language_has_the_form_of_a_tag(language):
    assert read_language(language, portal=None) == language


@pytest.mark.parametrize(
    ("chosen", "spoken"), [(None, "ja"), ("de", "de"), ("en", "en")]
)
def test_language_is_the_portals_unless_another_is_chosen(chosen, spoken):
    portal = replace(ACME, language="ja")

    assert read_language(chosen, portal=portal) == spoken


def test_language_without_a_portal_is_english():
    assert read_language(None, portal=None) == "en"


@pytest.mark.parametrize(
    "language",
    [
        "",
        "e",
        "engl",
        "en-",
        "en-a",
        "en-123456789",
        "en-a1-b2-c3-d4",
        "en_US",
        "en\n",
        "../en",
        "de-CH\r\nBcc: x",
        "дe",
        "e1",
        b"en",
        7,
    ],
)
def test_C05_other_things_are_no_language(language):
    with pytest.raises(InvalidInput, match=r"^language: expected a tag") as caught:
        read_language(language, portal=ACME)

    assert (caught.value.field, caught.value.code) == (
        "language",
        "language_malformed",
    )


def test_account_is_asked_for_by_the_proof_or_a_stand_in():
    stand_in = holder_of_proof(None, keys=KEYS)

    assert holder_of_proof(proof(), keys=KEYS) == "account-ann"
    assert stand_in == holder_of_proof(None, keys=KEYS)
    assert stand_in != holder_of_proof(None, keys=OTHER_KEYS)
    assert len(stand_in) == 22


def test_yes_of_a_mailbox_to_the_change_that_waits_counts():
    assert causes(proof(), WAITING) == ()


CLOSED = account(change=change(), status=Status.DISABLED)


@pytest.mark.parametrize(
    ("shown", "holder", "found"),
    [
        (None, None, [Cause.TICKET_INVALID]),
        (None, WAITING, [Cause.TICKET_INVALID]),
        (proof(), None, [Cause.TICKET_INVALID]),
        (proof(), account(), [Cause.OVERTAKEN]),
        (proof(change="change-0"), WAITING, [Cause.OVERTAKEN]),
        (proof(), CLOSED, [Cause.DISABLED]),
        (proof(), account().erased(), [Cause.DISABLED, Cause.OVERTAKEN]),
        (
            proof(change="change-0", until=START),
            CLOSED,
            [Cause.DISABLED, Cause.TICKET_EXPIRED, Cause.OVERTAKEN],
        ),
    ],
)
def test_C23_C36_C43_yes_is_refused_with_every_cause_in_order(shown, holder, found):
    assert list(causes(shown, holder)) == found
    assert in_order(causes(shown, holder))


@pytest.mark.parametrize(
    ("issued", "until", "holds"),
    [
        (START, START + TICK, True),
        (START, START, False),
        (START - HOUR, START - TICK, False),
        (START + MINUTE, START + HOUR, True),
        (START + MINUTE + TICK, START + HOUR, False),
    ],
)
def test_F12_F13_yes_counts_from_the_leeway_before_it_until_its_end(
    issued, until, holds
):
    shown = proof(issued_at=issued, until=until)

    assert list(causes(shown, WAITING)) == ([] if holds else [Cause.TICKET_EXPIRED])


@given(st.sampled_from(["old", "new"]))
def test_C70_yes_to_a_completed_change_is_dead(side):
    done = account(aliases=(address("ann.old@example.org"),), change=None)

    assert causes(proof(side=side), done) == (Cause.OVERTAKEN,)
