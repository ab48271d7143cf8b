"""What support sees for a reference."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.accounts import Status
from securelogin.addresses import NO_TENANT
from securelogin.attempts import Form, Operation
from securelogin.credentials import Death
from securelogin.mail import MailKind, MailOrder, OrderState
from securelogin.outcomes import Cause
from securelogin.portals import Portals
from securelogin.rules.diagnosis import (
    Diagnosis,
    diagnose,
    link_meant,
    neighbour_keys,
)
from securelogin.rules.facts import Known
from tests.rules.cases import (
    CANARY,
    HOUR,
    INTERNAL_ONLY,
    MINUTE,
    PLAIN,
    SITES,
    account,
    credential,
    dead,
    external,
    in_order,
    link,
    record,
    temporary,
)
from tests.wiring import ACME, START, URL


def seen(*causes: Cause, known: Known | None = None, **changes) -> Diagnosis:
    return diagnose(
        record(*causes, **changes), known or Known(), portals=SITES, policy=PLAIN
    )


def order(state: OrderState = OrderState.SENT, **changes) -> MailOrder:
    given_values = {
        "id": "order-1",
        "kind": MailKind.TEMPORARY_PASSWORD,
        "tenant": "acme",
        "at": START - HOUR,
        "due_at": START,
        "state": state,
    }
    return MailOrder(**(given_values | changes))


# One word at least of what support is told, and of what it should do.
TABLE = {
    Cause.STORAGE_UNAVAILABLE: ("store did not answer", "try again"),
    Cause.OVERLOADED: ("Too many log-ins were waiting", "try again"),
    Cause.COOKIES_BLOCKED: ("no cookies", "cookies allowed"),
    Cause.CSRF: ("not from this browser's own page", "loaded anew"),
    Cause.WRONG_PORTAL: ("no portal's", "right URL"),
    Cause.THROTTLED: ("Too many tries", "Wait until the window ends"),
    Cause.WRONG_TENANT: ("another organisation", "own portal"),
    Cause.MALFORMED_ADDRESS: ("not a mail address", "full address"),
    Cause.ALIAS_USED: ("alias", "primary one"),
    Cause.PLUS_VARIANT: ("+tag", "as the mail was sent"),
    Cause.NOT_INVITED: ("never invited", "notification was sent to"),
    Cause.UNKNOWN_ADDRESS: ("No account has this address", "Check the spelling"),
    Cause.DISABLED: ("disabled", "may be enabled"),
    Cause.LINK_MISSING: ("without the link", "link in the notification"),
    Cause.LINK_BAD_SIGNATURE: ("not made here", "whole link copied"),
    Cause.CLOCK_SKEW: ("from the future", "clocks"),
    Cause.LINK_EXPIRED: ("link has expired", "send the message again"),
    Cause.LINK_RECALLED: ("recalled", "Ask the sender."),
    Cause.LINK_FOR_OTHER_RECIPIENT: ("another recipient", "their own address"),
    Cause.MAIL_NOT_DELIVERED: ("not delivered", "Look at the delivery"),
    Cause.NO_PASSWORD_SET: ("not set a password yet", "typed by hand"),
    Cause.LOCKED: ("failures in a row", "redeeming it unlocks"),
    Cause.HASH_UNUSABLE: ("hash is outside the bounds", "Send a temporary password"),
    Cause.TEMP_EXPIRED: ("was right, but has expired", "Send a new temporary"),
    Cause.TEMP_USED: ("used already", "that was set with it"),
    Cause.TEMP_SUPERSEDED: ("newer mail has replaced", "newest mail"),
    Cause.TEMP_WRONG: ("is not the one", "typed by hand"),
    Cause.WRONG_PASSWORD: ("password is wrong", "Forgot your password"),
    Cause.TICKET_INVALID: ("no permit", "begun anew"),
    Cause.TICKET_EXPIRED: ("took too long", "begun anew"),
    Cause.SESSION_ENDED: ("session had ended", "log in again"),
    Cause.OVERTAKEN: ("somewhere else first", "begun anew"),
    Cause.NO_PERMISSION: ("does not let this account in", "permission"),
    Cause.REFUSED_BY_PORTAL: ("check of the portal's own", "note"),
}


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_its_plain_words_and_its_remedy(cause):
    summary, remedy = TABLE[cause]

    found = seen(cause)

    assert found.causes == (cause,)
    assert summary in found.summary
    assert remedy in found.remedies[0]
    assert found.remedies == found.findings[0].remedies
    for text in (found.summary, *found.remedies):
        assert text == text.strip()
        assert text.endswith(".")
        assert text.split()[0].istitle()


def test_no_two_causes_are_told_in_the_same_words():
    assert len({seen(cause).summary for cause in Cause}) == len(Cause)


def test_good_end_says_that_it_was_not_refused():
    found = seen()

    assert found.causes == found.remedies == ()
    assert found.summary == "It was not refused."


def test_diagnosis_is_of_its_record():
    found = seen(Cause.LOCKED, reference="ABC", at=START + HOUR, tenant="globex")

    assert (found.reference, found.at, found.tenant) == ("ABC", START + HOUR, "globex")


@given(
    st.sets(st.sampled_from(Cause), min_size=1).flatmap(
        lambda some: st.permutations(sorted(some))
    )
)
def test_all_causes_are_named_in_the_order_of_the_enum(causes):
    found = seen(*causes)

    assert {*found.causes} == {*causes}
    assert in_order(found.causes)
    assert found.summary == seen(found.causes[0]).summary
    steps = [step for each in found.causes for step in seen(each).remedies]
    assert found.remedies == tuple(dict.fromkeys(steps))


# -- what only a look around tells --

PLUS = account("ann@example.org", id="account-near")
ABROAD = account("ann@example.org", id="account-far", tenant="globex")


@pytest.mark.parametrize(
    ("causes", "neighbours", "expected"),
    [
        ([Cause.UNKNOWN_ADDRESS], [], [Cause.UNKNOWN_ADDRESS]),
        (
            [Cause.UNKNOWN_ADDRESS],
            [PLUS],
            [Cause.PLUS_VARIANT, Cause.UNKNOWN_ADDRESS],
        ),
        (
            [Cause.UNKNOWN_ADDRESS],
            [ABROAD],
            [Cause.WRONG_TENANT, Cause.UNKNOWN_ADDRESS],
        ),
        (
            [Cause.UNKNOWN_ADDRESS],
            [PLUS, ABROAD],
            [Cause.WRONG_TENANT, Cause.PLUS_VARIANT, Cause.UNKNOWN_ADDRESS],
        ),
        # Whoever is known is judged by what they are, not by who is near.
        ([Cause.WRONG_PASSWORD], [PLUS, ABROAD], [Cause.WRONG_PASSWORD]),
        ([], [PLUS, ABROAD], []),
    ],
)
def test_neighbours_of_an_unknown_address_explain_it(causes, neighbours, expected):
    found = seen(*causes, known=Known(neighbours=neighbours))

    assert list(found.causes) == expected


def test_plus_variant_of_a_recipient_with_a_good_link_is_found_too():
    # External recipients come by a link: for them an unknown address is NOT_INVITED.
    found = seen(
        Cause.NOT_INVITED,
        typed="ann+tag@example.org",
        known=Known(neighbours=[PLUS], link=link()),
    )

    assert found.causes == (Cause.PLUS_VARIANT, Cause.NOT_INVITED)


def test_account_at_another_tenant_is_not_blamed_on_a_link_that_nobody_used():
    found = seen(Cause.UNKNOWN_ADDRESS, known=Known(neighbours=[ABROAD]))

    assert found.causes[0] is Cause.WRONG_TENANT
    assert "address" in found.summary


ABOUT_MAIL = {
    Cause.NO_PASSWORD_SET,
    Cause.TEMP_EXPIRED,
    Cause.TEMP_WRONG,
    Cause.LINK_MISSING,
}


@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize("state", OrderState)
def test_mail_that_was_not_delivered_explains_what_it_would_have_helped(cause, state):
    lost = state in {OrderState.REFUSED, OrderState.GIVEN_UP}
    expected = {cause} | (
        {Cause.MAIL_NOT_DELIVERED} if lost and cause in ABOUT_MAIL else set()
    )

    found = seen(cause, known=Known(orders=[order(state)]))

    assert {*found.causes} == expected
    assert in_order(found.causes)


def test_only_the_newest_mail_counts():
    sent, lost = order(OrderState.SENT), order(OrderState.REFUSED)
    causes = [
        seen(Cause.TEMP_WRONG, known=Known(orders=orders)).causes
        for orders in ([sent, lost], [lost, sent], [])
    ]

    assert causes == [
        (Cause.TEMP_WRONG,),
        (Cause.MAIL_NOT_DELIVERED, Cause.TEMP_WRONG),
        (Cause.TEMP_WRONG,),
    ]


@pytest.mark.parametrize(
    ("typed", "tenant", "keys"),
    [
        ("ann@example.org", "acme", [("globex", "ann@example.org")]),
        (
            "Ann+tag@example.org",
            "acme",
            [("acme", "ann@example.org"), ("globex", "ann+tag@example.org")],
        ),
        (
            "ann@example.org",
            NO_TENANT,
            [("acme", "ann@example.org"), ("globex", "ann@example.org")],
        ),
        ("", "acme", []),
        ("not an address", "acme", []),
    ],
)
def test_neighbours_are_without_the_tag_or_at_other_tenants(typed, tenant, keys):
    found = neighbour_keys(record(typed=typed, tenant=tenant), portals=SITES)

    assert [(key.tenant, key.value) for key in found] == keys


# -- whom to turn to --

SENDER, ADMIN = "sam@sender.example", ACME.contact


@pytest.mark.parametrize(
    ("known", "contact"),
    [
        (Known(account=external(), link=link()), SENDER),
        (Known(account=external()), ADMIN),
        (Known(account=account(), link=link()), ADMIN),
        (Known(account=account()), ADMIN),
        (Known(link=link()), SENDER),
        (Known(), ADMIN),
    ],
)
def test_contact_is_the_sender_for_recipients_and_the_administrator_for_others(
    known, contact
):
    assert seen(Cause.LOCKED, known=known).contact == contact


def test_contact_is_of_the_portal_that_was_used():
    both = Portals((ACME, INTERNAL_ONLY))

    def contact(base):
        return diagnose(
            record(portal=base), Known(), portals=both, policy=PLAIN
        ).contact

    assert contact(INTERNAL_ONLY.base) == "staff@acme.example"
    assert contact(ACME.base) == "it@acme.example"
    assert contact("") in {"staff@acme.example", "it@acme.example"}


@pytest.mark.parametrize(
    ("neighbours", "contact"),
    [
        ([], ""),
        ([ABROAD], "desk@globex.example"),
        ([ABROAD, ABROAD], "desk@globex.example"),
        # Two tenants know the address: which one was meant cannot be told.
        ([PLUS, ABROAD], ""),
    ],
)
def test_where_no_portal_matched_the_one_that_knows_the_address_is_named(
    neighbours, contact
):
    lost = seen(
        Cause.WRONG_PORTAL,
        tenant=NO_TENANT,
        portal="",
        known=Known(neighbours=neighbours),
    )

    assert lost.contact == contact


def test_where_a_portal_matched_no_neighbour_changes_whom_to_turn_to():
    assert seen(known=Known(neighbours=[ABROAD])).contact == ADMIN


@pytest.mark.parametrize(
    ("came_by", "mailed", "meant"),
    [
        ("link-1", ["link-2"], "link-1"),
        (None, [None, "link-2", "link-3"], "link-2"),
        (None, [None], None),
        (None, [], None),
    ],
)
def test_link_meant_is_the_one_used_or_the_newest_that_was_mailed(
    came_by, mailed, meant
):
    orders = [order(link=each) for each in mailed]

    assert link_meant(record(link=came_by), orders) == meant


# -- facts --


def test_facts_are_named_in_words_and_blank_ones_are_left_out():
    found = seen(typed="", url="", tenant=NO_TENANT)

    assert found.evidence == {"operation": "login"}


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

    assert list(found.evidence.items()) == [
        ("operation", "login"),
        ("typed address", "ann@example.org"),
        ("portal used", URL),
        ("portal meant", ACME.base),
        ("browser", "Firefox/140"),
        ("source", "192.0.2.7"),
        ("device clock", "+90 s against the server"),
        ("tries counted", "3, 2, 1"),
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
        ("last password mail", "not sent: refused"),
    ]


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


def test_diagnosis_cannot_be_written_to():
    with pytest.raises(TypeError):
        seen().evidence["note"] = "forged"
