"""When a recipient link counts, and for whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.accounts import AccountId
from securelogin.addresses import NO_TENANT
from securelogin.errors import InvalidInput
from securelogin.links import LinkId, MessageId, RecipientLink, read_link, sign_link
from securelogin.outcomes import Cause
from securelogin.rules.recipient_link import (
    fits_recipient,
    judge_opening,
    link_causes,
    new_link,
    opened_link,
    read_message,
)
from tests.rules.cases import (
    KEYS,
    MINUTE,
    OTHER_KEYS,
    SECOND,
    SITES,
    TICK,
    account,
    address,
    claim,
    external,
    in_order,
    link,
)
from tests.wiring import ACME, START

DAY = timedelta(days=1)


def causes(given_claim=None, given_link=None, *, tenant="acme", at=START):
    return link_causes(given_claim, given_link, tenant=tenant, at=at, leeway=MINUTE)


def test_good_link_has_nothing_against_it():
    assert causes(claim(), link()) == ()


@pytest.mark.parametrize(
    ("said", "stored", "found"),
    [
        (None, None, [Cause.LINK_BAD_SIGNATURE]),
        (None, link(), [Cause.LINK_BAD_SIGNATURE]),
        (claim(), None, [Cause.LINK_BAD_SIGNATURE]),
        (claim(tenant="globex"), link(), [Cause.WRONG_TENANT]),
        (claim(), link(recalled_at=START), [Cause.LINK_RECALLED]),
        # A recall counts from the moment it is stored, whatever its time says.
        (claim(), link(recalled_at=START + DAY), [Cause.LINK_RECALLED]),
        (claim(issued_at=START + MINUTE), link(), []),
        (claim(issued_at=START + MINUTE + TICK), link(), [Cause.CLOCK_SKEW]),
        (claim(until=START - MINUTE), link(), []),
        (claim(until=START - MINUTE - TICK), link(), [Cause.LINK_EXPIRED]),
    ],
)
def test_F13_each_fault_of_a_link_is_named_at_its_boundary(said, stored, found):
    assert list(causes(said, stored)) == found


def test_no_fault_of_a_link_hides_another():
    worst = claim(
        tenant="globex", issued_at=START + 2 * MINUTE, until=START - 2 * MINUTE
    )

    assert causes(worst, link(recalled_at=START)) == (
        Cause.WRONG_TENANT,
        Cause.CLOCK_SKEW,
        Cause.LINK_EXPIRED,
        Cause.LINK_RECALLED,
    )
    assert Cause.LINK_BAD_SIGNATURE in causes(worst, None)


@given(
    st.none()
    | st.builds(
        claim,
        tenant=st.sampled_from(["acme", "globex"]),
        issued_at=st.sampled_from([START - DAY, START + DAY]),
        until=st.sampled_from([START - DAY, START + DAY]),
    ),
    st.none() | st.builds(link, recalled_at=st.sampled_from([None, START])),
)
def test_causes_of_a_link_come_in_the_order_of_the_enum(said, stored):
    assert in_order(causes(said, stored))


@given(st.timedeltas(-2 * DAY, 2 * DAY))
def test_F12_link_holds_over_its_life_and_the_leeway_and_not_beyond(offset):
    at = START + offset
    holds = START - MINUTE <= at <= START + DAY + MINUTE
    said = claim(issued_at=START, until=START + DAY)

    assert (causes(said, link(), at=at) == ()) is holds


def test_link_of_a_tenant_is_no_good_where_no_portal_matched():
    assert causes(claim(), link(), tenant=NO_TENANT) == (Cause.WRONG_TENANT,)


@pytest.mark.parametrize(
    ("stored", "fits"),
    [
        (link(), True),
        (link(recipient=AccountId("account-bob")), False),
        (link(address=address("bob@example.org").key("acme")), False),
        (link(address=address("ann@example.org").key("globex")), False),
        (link(address=address("ann.b@example.org").key("acme")), True),
    ],
)
def test_F11_F46_link_fits_one_account_at_an_address_it_still_has(stored, fits):
    ann = account(aliases=(address("ann.b@example.org"),))

    assert fits_recipient(stored, account=ann.id, keys=ann.keys) is fits


def test_F73_link_of_an_erased_account_fits_nobody():
    gone = account().erased()

    assert not fits_recipient(link(), account=gone.id, keys=gone.keys)


def opening(said, stored, portal=ACME, at=START):
    return judge_opening(said, stored, portal=portal, at=at, leeway=MINUTE)


def test_link_leads_to_its_message_at_its_own_portal_only():
    elsewhere = next(site for site in SITES if site.tenant == "globex")

    assert opening(claim(), link()) == ()
    assert opening(claim(), link(), elsewhere) == (Cause.WRONG_TENANT,)
    assert opening(claim(), link(), None) == (Cause.WRONG_PORTAL,)


def test_opening_looks_at_what_speaks_against_the_link_every_time():
    assert opening(None, None) == (Cause.LINK_BAD_SIGNATURE,)
    assert opening(claim(), link(recalled_at=START)) == (Cause.LINK_RECALLED,)
    assert opening(claim(), link(), at=START + DAY + MINUTE + TICK) == (
        Cause.LINK_EXPIRED,
    )


def made(at=START, life=DAY, recipient=None) -> RecipientLink:
    return new_link(
        link=LinkId("link-9"),
        recipient=recipient or external(),
        message=MessageId("message-9"),
        sender=address("sam@sender.example"),
        at=at,
        life=life,
    )


def test_new_link_is_bound_to_one_recipient_one_message_and_one_sender():
    assert made() == RecipientLink(
        id=LinkId("link-9"),
        tenant="acme",
        recipient=AccountId("account-ann"),
        address=address().key("acme"),
        message=MessageId("message-9"),
        sender=address("sam@sender.example"),
        issued_at=START,
        until=START + DAY,
    )


@given(st.integers(0, 999_999), st.timedeltas(SECOND, 366 * DAY))
def test_token_of_a_new_link_says_what_the_store_says(microsecond, life):
    life -= life % SECOND
    stored = made(at=START.replace(microsecond=microsecond), life=life)

    said = read_link(sign_link(stored, keys=KEYS), tenants={"acme"}, keys=KEYS)

    assert said is not None
    assert (said.issued_at, said.until) == (stored.issued_at, stored.until)
    assert said.until - said.issued_at == life
    assert said.issued_at == START


def test_link_is_asked_for_by_the_id_in_its_token():
    assert opened_link(claim(), keys=KEYS) == "link-1"


def test_bad_token_asks_for_a_stand_in_that_nobody_can_compute():
    stand_in = opened_link(None, keys=KEYS)

    assert stand_in == opened_link(None, keys=KEYS)
    assert stand_in != opened_link(None, keys=OTHER_KEYS)
    assert len(stand_in) == 22


@pytest.mark.parametrize(
    "message", ["m", "m" * 128, "urn:uuid:1", "Grüße 42", "a b", "💌"]
)
def test_message_is_named_by_1_to_128_printable_characters(message):
    assert read_message(message) == message


@pytest.mark.parametrize(
    "message",
    ["", "m" * 129, "a\nb", "a\x00", "\u202eabc", "\ud800", "a\r", None, b"m", 7],
)
def test_C05_anything_else_names_no_message(message):
    with pytest.raises(InvalidInput, match=r"^message: expected 1 to 128 p") as caught:
        read_message(message)

    assert (caught.value.field, caught.value.code) == ("message", "message_malformed")
