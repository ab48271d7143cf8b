"""What support finds, by a reference and without one."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from securelogin import Audience, Client, InvalidInput
from securelogin.mail import Delivery, DeliveryState
from securelogin.outcomes import Cause
from securelogin.viewers import OPERATOR
from tests.wiring import GLOBEX_URL, PASSWORD, START, URL


def test_a_reference_is_found_as_people_read_it_out(wired, ann):
    reference = wired.check("ann@acme.example", "wrong wrong wrong").public.reference

    told = f" {reference.lower().replace('-', ' ')} "

    assert wired.auth.support.find(told, by=OPERATOR).causes == (Cause.WRONG_PASSWORD,)


@pytest.mark.parametrize("nothing", ["", "???", "000-000-001", None, 7])
def test_what_is_no_reference_finds_nothing(wired, nothing):
    assert wired.auth.support.find(nothing, by=OPERATOR) is None


def test_a_reference_nobody_was_given_finds_nothing(wired):
    assert wired.auth.support.find("000-000-000", by=OPERATOR) is None


def test_a_log_in_that_was_granted_can_be_looked_up_too(wired, ann):
    reference = wired.check("ann@acme.example", PASSWORD).reference

    diagnosis = wired.auth.support.find(reference, by=OPERATOR)

    assert diagnosis.causes == ()
    assert diagnosis.summary == "It was not refused."


def test_attempts_are_found_by_address_and_local_time(wired, ann):
    wired.check("ann@acme.example", "wrong wrong wrong")
    local = datetime(2026, 3, 2, 11, 0, tzinfo=timezone(timedelta(hours=1)))

    found = wired.auth.support.search(
        address="Ann@acme.example", tenant="acme", around=local
    )

    assert found[0].causes == (Cause.WRONG_PASSWORD,)


def test_attempts_outside_the_span_are_left_out(wired, ann):
    wired.check("ann@acme.example", "wrong wrong wrong")

    found = wired.auth.support.search(
        address="ann@acme.example",
        tenant="acme",
        around=START + timedelta(hours=2),
    )

    assert tuple(found) == ()


def test_a_time_without_a_zone_is_refused(wired):
    with pytest.raises(InvalidInput, match="zone"):
        wired.auth.support.search(
            address="ann@acme.example",
            tenant="acme",
            around=datetime(2026, 3, 2, 11, 0),
        )


def test_a_plus_variant_is_pointed_out(wired, ann):
    outcome = wired.check("ann+news@acme.example", PASSWORD)

    diagnosis = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert diagnosis.causes == (Cause.PLUS_VARIANT, Cause.UNKNOWN_ADDRESS)
    assert "ann@acme.example" in diagnosis.evidence["near accounts"]


def test_the_right_portal_is_pointed_out(wired, ann):
    outcome = wired.check("ann@acme.example", PASSWORD, url=GLOBEX_URL)

    diagnosis = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert diagnosis.causes[0] is Cause.WRONG_TENANT


def test_a_mail_that_did_not_arrive_is_part_of_the_answer(wired):
    wired.inbox.answer = Delivery(state=DeliveryState.REFUSED, detail="550 5.1.1")
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    wired.auth.courier.deliver()

    outcome = wired.check("ann@acme.example", "what was it again?")

    diagnosis = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert diagnosis.causes == (Cause.MAIL_NOT_DELIVERED, Cause.NO_PASSWORD_SET)
    assert diagnosis.evidence["delivery"] == "refused 550 5.1.1"


def test_external_people_turn_to_the_sender_internal_ones_to_the_administrator(
    wired, ann, invited
):
    external = wired.check("bob@other.example", "wrong wrong wrong", link=invited)
    internal = wired.check("ann@acme.example", "wrong wrong wrong")

    contacts = [
        wired.auth.support.find(outcome.public.reference, by=OPERATOR).contact
        for outcome in (external, internal)
    ]
    assert contacts == ["ann@acme.example", "it@acme.example"]


def test_the_record_holds_what_people_are_asked_for(wired, ann):
    client = Client(
        ip="2001:db8::7",
        user_agent="Firefox/140",
        device_time=START + timedelta(minutes=3),
    )
    outcome = wired.check("Ann@acme.example", "wrong wrong wrong", client=client)

    evidence = wired.auth.support.find(outcome.public.reference, by=OPERATOR).evidence
    assert evidence["typed address"] == "Ann@acme.example"
    assert evidence["portal used"] == URL
    assert evidence["browser"] == "Firefox/140"
    assert evidence["source"] == "2001:db8::7"
    assert evidence["device clock"] == "+180 s against the server"


def test_what_is_typed_into_the_wrong_field_is_not_kept(wired):
    outcome = wired.check("my secret passphrase", PASSWORD, url=URL + "?t=my-token#x")

    record = wired.store.attempts.by_reference(outcome.public.reference)
    assert record.typed == ""
    assert "passphrase" not in repr(record)
    assert "my-token" not in repr(record)


def test_two_tenants_do_not_find_each_others_attempts(wired, ann):
    wired.check("ann@acme.example", "wrong wrong wrong")

    found = wired.auth.support.search(
        address="ann@acme.example", tenant="globex", around=START
    )

    assert tuple(found) == ()


def test_an_unknown_tenant_is_named(wired):
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    with pytest.raises(InvalidInput, match="acme, globex"):
        wired.auth.support.search(
            address="ann@acme.example", tenant="initech", around=START
        )


def test_who_came_without_a_link_turns_to_the_sender_of_the_last_one(wired, invited):
    outcome = wired.check("bob@other.example", PASSWORD)

    diagnosis = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert diagnosis.causes == (Cause.LINK_MISSING,)
    assert diagnosis.contact == "ann@acme.example"


def test_who_used_a_wrong_url_is_led_to_the_one_portal_that_knows_them(wired, ann):
    outcome = wired.check("ann@acme.example", PASSWORD, url="https://evil.example/")

    diagnosis = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert diagnosis.contact == "it@acme.example"
    assert diagnosis.evidence["portal meant"] == "https://portal.acme.example/secure/"
