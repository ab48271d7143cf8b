"""What support is told of each cause, and whom to turn to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.addresses import NO_TENANT
from securelogin.mail import OrderState
from securelogin.outcomes import Cause
from securelogin.portals import Portals
from securelogin.rules.diagnosis import diagnose, link_meant, neighbour_keys
from securelogin.rules.facts import Known
from tests.rules.cases import (
    HOUR,
    INTERNAL_ONLY,
    PLAIN,
    SITES,
    account,
    external,
    in_order,
    link,
    record,
)
from tests.rules.seen import ABROAD, PLUS, order, seen
from tests.wiring import ACME, START

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
    Cause.NO_PASSWORD_SET: ("none was set yet, or it was revoked", "typed by hand"),
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
    assert found.remedies == found.obstacles[0].remedies
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


def test_diagnosis_cannot_be_written_to():
    with pytest.raises(TypeError):
        seen().evidence["note"] = "forged"


# -- what only a look around tells --


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


def test_who_came_to_a_portal_for_others_is_sent_to_their_own():
    sites = Portals([INTERNAL_ONLY, ACME])
    came = record(Cause.WRONG_PORTAL, portal=INTERNAL_ONLY.base)

    known, unknown = (
        diagnose(came, Known(account=holder), portals=sites, policy=PLAIN)
        for holder in (external(), None)
    )

    assert known.evidence["portal meant"] == ACME.base
    assert known.contact == ACME.contact
    assert unknown.evidence["portal meant"] == INTERNAL_ONLY.base


def test_at_no_portals_url_the_audience_tells_which_of_a_tenants_was_meant():
    sites = Portals([INTERNAL_ONLY, ACME])
    lost = record(Cause.WRONG_PORTAL, tenant=NO_TENANT, portal="")
    near = external(), account("ann@example.org", id="account-near")

    one, both = (
        diagnose(lost, Known(neighbours=those), portals=sites, policy=PLAIN)
        for those in (near[:1], near)
    )

    assert one.evidence["portal meant"] == ACME.base
    assert both.evidence["portal meant"] == INTERNAL_ONLY.base


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
