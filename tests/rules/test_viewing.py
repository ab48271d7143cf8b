"""Who sees what: a table of roles, and what is taken out for each."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin import InvalidInput, Limits, Viewer
from securelogin.addresses import NO_TENANT, AddressKey
from securelogin.attempts import AttemptRecord, Form, Operation
from securelogin.links import RecipientLink
from securelogin.mail import MailKind, MailOrder
from securelogin.outcomes import Cause
from securelogin.rules.facts import Known
from securelogin.rules.viewing import (
    listed,
    look_up_count,
    may_see,
    refuse_too_many,
    seen_by,
    since_issued,
)
from securelogin.viewers import OPERATOR
from tests.rules.cases import (
    HOUR,
    KEYS,
    account,
    address,
    counts,
    credential,
    link,
    record,
)
from tests.wiring import START

CAROL = Viewer.administrator("carol", tenant="acme")
DAVE = Viewer.administrator("dave", tenant="globex")
SAM = Viewer.sender("sam", tenant="acme", address="Sam@sender.example")
EVE = Viewer.sender("eve", tenant="acme", address="eve@sender.example")
FAR_SAM = Viewer.sender("sam", tenant="globex", address="sam@sender.example")
GUESSED = {Cause.WRONG_PASSWORD, *(c for c in Cause if c.value.startswith("temp_"))}
ABROAD = account(id="account-far", tenant="globex")
NEAR = account(id="account-near")


@pytest.mark.parametrize(
    ("viewer", "tenant", "known", "may"),
    [
        (OPERATOR, "acme", Known(), True),
        (OPERATOR, NO_TENANT, Known(), True),
        (CAROL, "acme", Known(), True),
        (CAROL, "globex", Known(link=link(), neighbours=[NEAR]), False),
        (CAROL, NO_TENANT, Known(), False),
        (CAROL, NO_TENANT, Known(neighbours=[ABROAD]), False),
        (CAROL, NO_TENANT, Known(neighbours=[ABROAD, NEAR]), True),
        (DAVE, "acme", Known(neighbours=[ABROAD]), False),
        (SAM, "acme", Known(link=link()), True),
        (SAM, "globex", Known(link=link()), False),
        (SAM, NO_TENANT, Known(link=link()), False),
        (SAM, "acme", Known(), False),
        (SAM, "acme", Known(link=link(tenant="globex")), False),
        (EVE, "acme", Known(link=link()), False),
        (FAR_SAM, "acme", Known(link=link()), False),
    ],
)
def test_each_role_sees_what_concerns_it(viewer, tenant, known, may):
    assert may_see(viewer, record(tenant=tenant), known) is may


@pytest.mark.parametrize(
    "operation", [Operation.SUPPORT_FOUND, Operation.SUPPORT_SEARCHED]
)
def test_a_sender_does_not_see_who_looked_things_up(operation):
    looked = record(operation=operation)

    assert may_see(SAM, looked, Known(link=link())) is False
    assert may_see(CAROL, looked, Known()) is True


def order(**changes) -> MailOrder:
    given_values = {
        "id": "o",
        "kind": MailKind.MESSAGE,
        "tenant": "acme",
        "at": START,
        "due_at": START,
        "link": "link-1",
    }
    return MailOrder(**(given_values | changes))


WHOLE = Known(
    account=account(),
    credential=credential(),
    link=link(),
    neighbours=[NEAR, ABROAD],
    orders=[
        order(),
        order(id="p", link=None),
        order(id="q", tenant="globex", link="link-9"),
    ],
    same_address=[record()],
    same_source=[record(), record(tenant="globex")],
    on_link=[record()],
)


def test_an_operator_sees_everything():
    assert seen_by(OPERATOR, record(), WHOLE) == (record(), WHOLE)


def test_an_administrator_sees_nothing_of_another_tenant():
    _, known = seen_by(CAROL, record(), WHOLE)

    assert known == replace(
        WHOLE, neighbours=[NEAR], orders=WHOLE.orders[:2], same_source=[record()]
    )


def test_an_administrator_does_not_see_another_tenants_account_and_link():
    _, known = seen_by(
        CAROL,
        record(),
        replace(WHOLE, account=ABROAD, link=link(tenant="globex")),
    )

    assert (known.account, known.credential, known.link) == (None, None, None)


FULL = record(ip="192.0.2.7", form=Form.LASTING, hits=(1, 2, 3), note="a note")


def test_a_sender_sees_the_link_its_mail_and_its_openings():
    trimmed, known = seen_by(SAM, FULL, WHOLE)

    assert known == Known(link=link(), orders=[order()], on_link=[record()])
    assert trimmed == record()


def test_a_sender_does_not_see_whether_the_recipient_had_a_password():
    first = order(kind=MailKind.TEMPORARY_PASSWORD)

    _, known = seen_by(SAM, FULL, replace(WHOLE, orders=[order(), first]))

    assert known.orders == [order()]


@pytest.mark.parametrize(
    ("changes", "known", "may"),
    [
        ({}, link(), True),
        ({"account": "account-ann"}, link(), True),
        ({"account": "account-new"}, link(), False),
        ({"lookup": "eve@other.example"}, link(), False),
        ({"lookup": ""}, link(), False),
        ({"lookup": "", "account": "account-ann"}, link().erased(), True),
        ({"lookup": "", "account": "account-eve"}, link().erased(), False),
        ({}, link().erased(), False),
    ],
)
def test_a_sender_sees_what_the_links_own_recipient_tried_and_nobody_else(
    changes, known, may
):
    assert may_see(SAM, record(**changes), Known(link=known)) is may


@pytest.mark.parametrize(
    ("causes", "told"),
    [
        ([], ()),
        ([Cause.WRONG_PASSWORD], (Cause.WRONG_PASSWORD,)),
        ([Cause.TEMP_SUPERSEDED], (Cause.TEMP_SUPERSEDED,)),
        ([Cause.NO_PASSWORD_SET], (Cause.NO_PASSWORD_SET,)),
        ([Cause.THROTTLED], (Cause.THROTTLED,)),
        ([Cause.THROTTLED, Cause.WRONG_PASSWORD], (Cause.THROTTLED,)),
        ([Cause.DISABLED, Cause.TEMP_EXPIRED], (Cause.DISABLED,)),
        ([Cause.LOCKED, Cause.TEMP_USED], (Cause.LOCKED,)),
        (
            [Cause.LINK_MISSING, Cause.NO_PASSWORD_SET],
            (Cause.LINK_MISSING, Cause.NO_PASSWORD_SET),
        ),
        ([Cause.TEMP_WRONG, Cause.NO_PERMISSION], (Cause.NO_PERMISSION,)),
    ],
)
def test_a_sender_is_told_of_the_secret_only_where_nothing_else_stood_in_the_way(
    causes, told
):
    trimmed, _ = seen_by(SAM, record(*causes), WHOLE)

    assert trimmed.causes == told


def test_without_a_link_a_sender_sees_no_mail():
    assert seen_by(SAM, FULL, replace(WHOLE, link=None))[1].orders == []


@given(st.sampled_from(["acme", "globex", ""]), st.sampled_from(Cause))
def test_what_an_administrator_sees_is_never_of_another_tenant(tenant, cause):
    seen, known = seen_by(CAROL, record(cause, tenant=tenant), WHOLE)

    if may_see(CAROL, seen, known):
        assert "globex" not in repr(known)


TENANTS = st.sampled_from(["acme", "globex", NO_TENANT])
LOOKUPS = st.sampled_from(["ann@example.org", "eve@other.example", ""])
HOLDERS = st.sampled_from(["account-ann", "account-eve", None])


def links() -> st.SearchStrategy[RecipientLink | None]:
    """Return links of Sam and of others, to Ann and to others, some of them erased."""
    made = st.builds(
        lambda tenant, lookup, holder, sender: link(
            tenant=tenant,
            recipient=holder,
            address=AddressKey(tenant=tenant, value=lookup),
            sender=address(sender),
        ),
        st.sampled_from(["acme", "globex"]),
        LOOKUPS,
        HOLDERS.filter(bool),
        st.sampled_from(["sam@sender.example", "eve@sender.example"]),
    )
    return st.none() | made


def records() -> st.SearchStrategy[AttemptRecord]:
    return st.builds(
        lambda causes, **changes: record(*causes, **changes),
        st.lists(st.sampled_from(Cause), unique=True),
        tenant=TENANTS,
        lookup=LOOKUPS,
        account=HOLDERS,
        operation=st.sampled_from(Operation),
        link=st.sampled_from(["link-1", None]),
    )


def belongs(record_, link_) -> bool:
    """Tell whether a record is of a link of Sam's, its tenant and its recipient."""
    return (
        (record_.tenant, link_.tenant) == ("acme", "acme")
        and record_.lookup == link_.address.value
        and record_.account in (None, link_.recipient)
        and link_.sender == address("sam@sender.example")
    )


@given(records(), links())
def test_whatever_a_sender_is_shown_is_of_their_tenant_and_their_recipient(one, known):
    found = listed(
        SAM, [one], tenant="acme", holder=NEAR, links={"link-1": known, None: None}
    )

    if may_see(SAM, one, Known(link=known)):
        assert belongs(one, known)
    for shown in found:
        assert belongs(shown, known)


@given(
    st.lists(st.sampled_from([c for c in Cause if c not in GUESSED]), min_size=1),
    st.sampled_from(sorted(GUESSED)),
)
def test_a_sender_is_told_the_same_of_a_right_and_a_wrong_secret_that_were_refused(
    others, wrong
):
    right, wrongly = record(*others), record(*others, wrong)

    assert seen_by(SAM, right, WHOLE) == seen_by(SAM, wrongly, WHOLE)


# -- a list of many --


def test_a_list_holds_each_attempt_once_and_no_look_ups():
    found = [record(), record(), record(operation=Operation.SUPPORT_FOUND)]

    shown = listed(CAROL, found, tenant="acme", holder=None, links={})

    assert shown == (record(),)


@pytest.mark.parametrize(
    ("viewer", "holder", "references"),
    [
        (OPERATOR, None, ["a", "b"]),
        (OPERATOR, NEAR, ["a", "b", "c"]),
        (CAROL, None, ["a", "b"]),
        (CAROL, NEAR, ["a", "b", "c"]),
        (DAVE, None, []),
        (SAM, NEAR, ["b"]),
        (EVE, NEAR, []),
    ],
)
def test_a_list_holds_what_the_viewer_may_see(viewer, holder, references):
    found = [
        record(reference="a"),
        record(reference="b", link="link-1"),
        record(reference="c", tenant=NO_TENANT),
    ]

    shown = listed(
        viewer,
        found,
        tenant="acme",
        holder=holder,
        links={"link-1": link(), None: None},
    )

    assert [one.reference for one in shown] == references


# -- counting --


@pytest.mark.parametrize(
    ("most", "total", "stopped"), [(2, 2, False), (2, 3, True), (None, 999, False)]
)
def test_more_than_the_most_is_stopped(most, total, stopped):
    (count,) = counts(most)

    if not stopped:
        assert refuse_too_many(count, total) is None
        return
    with pytest.raises(InvalidInput) as caught:
        refuse_too_many(count, total)
    assert caught.value.code == "look_ups_exhausted"


def test_viewers_are_counted_apart_for_an_hour():
    viewers = [OPERATOR, CAROL, DAVE, SAM, EVE, FAR_SAM, replace(CAROL, name="dave")]
    made = [look_up_count(v, limits=Limits(look_ups=7), keys=KEYS) for v in viewers]

    assert len({count.key for count in made}) == len(viewers)
    assert [count.most for count in made] == [None, 7, 7, 7, 7, 7, 7]
    assert {count.window for count in made} == {HOUR}


def test_openings_are_looked_for_where_the_links_recipient_is():
    span = since_issued(link(), at=START)

    assert (span.tenant, span.lookup) == ("acme", address().key("acme").value)
    assert (span.after, span.before) == (START - HOUR, START)
    assert since_issued(None, at=START).tenant == NO_TENANT
