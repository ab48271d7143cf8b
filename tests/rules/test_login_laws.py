"""What holds for every verdict, whatever was seen and whatever a portal adds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.accounts import Audience, Status
from securelogin.attempts import Form, RequestFault
from securelogin.credentials import Death
from securelogin.errors import AdapterError
from securelogin.evidence import Evidence
from securelogin.outcomes import Cause
from securelogin.passwords import Match
from securelogin.rules import login as rules
from securelogin.rules.login import (
    CHECKS,
    Grant,
    Refuse,
    RequireChange,
    Shed,
    judge,
)
from tests.rules.cases import (
    COMMON_FAULTS,
    INTERNAL_ONLY,
    LINK_FAULTS,
    MINUTE,
    PLAIN,
    account,
    address,
    by_link,
    claim,
    credential,
    dead,
    evidence,
    external,
    faulty,
    in_order,
    link,
    temporary,
)
from tests.rules.verdicts import BY_ALIAS, refused, verdict
from tests.wiring import ACME, START

FAULTS = COMMON_FAULTS | LINK_FAULTS


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_alone_keeps_an_external_recipient_out(fault):
    changes, cause = FAULTS[fault]

    assert refused(by_link(**changes)) == [cause]


@given(faulty(FAULTS, by_link))
def test_no_check_hides_what_another_finds(case):
    names, found = case

    assert {*refused(found)} == {FAULTS[name][1] for name in names}


@given(faulty(FAULTS, by_link), st.permutations(CHECKS))
def test_causes_come_in_the_order_of_the_enum_whatever_the_order_of_checks(case, order):
    _, found = case
    before = judge(found, policy=PLAIN)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rules, "CHECKS", tuple(order))
        after = judge(found, policy=PLAIN)

    assert isinstance(before, Refuse)
    assert in_order(before.causes)
    assert before == after


HOLDERS = st.sampled_from(
    [
        None,
        account(),
        external(),
        account(status=Status.DISABLED),
        account().erased(),
        BY_ALIAS["account"],
    ]
)
KEPT = st.none() | st.builds(
    credential,
    password_hash=st.sampled_from([None, "a hash"]),
    temporary=st.sampled_from(
        [None, temporary(), temporary(until=START), temporary(until=START - MINUTE)]
    ),
    dead=st.sampled_from([(), (dead(Death.USED),), (dead(Death.SUPERSEDED),)]),
    must_change=st.booleans(),
)
CLAIMS = st.sampled_from(
    [
        None,
        claim(),
        claim(tenant="globex"),
        claim(until=START - 2 * MINUTE),
        claim(issued_at=START + 2 * MINUTE),
    ]
)
LINKS = st.sampled_from(
    [
        None,
        link(),
        link(recalled_at=START),
        link(recipient="account-bob"),
        link(address=address("old@example.org").key("acme")),
    ]
)
TYPED = st.sampled_from(["ann@example.org", "ann.alias@example.org", "ann", ""])
TOTALS = st.sampled_from([1, 10, 11, 100, 101])


@st.composite
def any_evidence(draw) -> Evidence:
    """Draw evidence of every kind, the impossible included: stores can be wrong."""
    return evidence(
        typed=draw(TYPED),
        faults=draw(st.frozensets(st.sampled_from(RequestFault))),
        token=draw(st.sampled_from([None, "a token"])),
        portal=draw(st.sampled_from([None, ACME, INTERNAL_ONLY])),
        form=draw(st.sampled_from(Form)),
        claim=draw(CLAIMS),
        hits=draw(st.tuples(TOTALS, TOTALS, TOTALS)),
        account=draw(HOLDERS),
        credential=draw(KEPT),
        link=draw(LINKS),
        match=draw(st.sampled_from(Match)),
        elsewhere=draw(st.booleans()),
        permitted=draw(st.sampled_from([True, False, None, 1, "yes"])),
        fingerprints=draw(st.sampled_from([(), ("f00d",)])),
    )


@given(any_evidence())
def test_C35_F73_nobody_is_let_in_whom_anything_speaks_against(found):
    end = verdict(found)
    if not isinstance(end, Grant | RequireChange):
        return
    holder, counted = found.account, found.asked.counts

    assert holder is not None
    assert end.account is holder
    assert end.credential is found.credential
    assert holder.status is Status.ACTIVE
    assert found.match is Match.RIGHT
    assert found.permitted is True
    assert not found.attempt.faults
    assert found.asked.portal is not None
    assert holder.audience in found.asked.portal.audiences
    assert found.asked.key == holder.key
    assert found.hits[0] <= counted[0].most
    assert found.hits[1] <= counted[1].most
    if counted[2].most is not None:
        assert found.hits[2] <= counted[2].most
    if holder.audience is Audience.EXTERNAL:
        assert found.attempt.link is not None
        assert found.asked.claim in (claim(), None)
        assert found.asked.claim is not None
        assert found.link == link()


@given(any_evidence())
def test_F49_temporary_password_or_one_that_must_change_is_never_granted(found):
    if not isinstance(verdict(found), Grant):
        return
    kept = found.credential

    assert kept is not None or found.elsewhere
    assert kept is None or found.elsewhere or not kept.must_change
    assert found.elsewhere or found.asked.form is not Form.TEMPORARY
    assert found.elsewhere or kept.password_hash is not None


@given(any_evidence())
def test_F49_only_a_live_temporary_password_or_a_marked_one_leads_to_a_change(found):
    end = verdict(found)
    if not isinstance(end, RequireChange):
        return
    assert not found.elsewhere
    live = end.credential.temporary

    if found.asked.form is Form.TEMPORARY:
        assert live is not None
        assert live.until > found.at
    else:
        assert end.credential.must_change
        assert end.credential.password_hash is not None


@given(any_evidence())
def test_refusal_always_has_a_cause_and_every_cause_in_order(found):
    end = verdict(found)
    if isinstance(end, Refuse):
        assert end.causes
        assert in_order(end.causes)
        assert end.note == ""


@given(any_evidence())
def test_nothing_is_told_about_what_was_not_checked(found):
    assert (verdict(found) == Shed()) is (found.match is Match.NOT_RUN)


def test_portals_own_checks_are_not_asked_when_nothing_was_checked():
    seen: list[Evidence] = []
    curious = replace(PLAIN, checks=(seen.append,))

    assert verdict(evidence(match=Match.NOT_RUN), curious) == Shed()
    assert seen == []


@given(any_evidence())
def test_F61_must_change_tells_nothing_to_who_does_not_know_the_password(found):
    if found.credential is None or found.match is Match.RIGHT:
        return
    marked = replace(found.credential, must_change=True)

    assert verdict(found) == verdict(replace(found, credential=marked)) or (
        found.credential.must_change
    )


@pytest.mark.parametrize("permitted", [False, None, 0, 1, "yes", [1]])
def test_only_true_is_a_permission(permitted):
    assert refused(evidence(permitted=permitted)) == [Cause.NO_PERMISSION]


def test_unknown_person_is_refused_even_if_no_check_says_so(monkeypatch):
    monkeypatch.setattr(rules, "CHECKS", ())

    assert refused(evidence(account=None)) == [Cause.UNKNOWN_ADDRESS]


# -- a portal's own checks --


def says(note: object):
    return lambda _found: note


@pytest.mark.parametrize(
    ("checks", "note"),
    [
        ((says("closed on Sundays"),), "closed on Sundays"),
        ((says(None), says("b"), says(None), says("a")), "b; a"),
        # Even an empty note is a no.
        ((says(""),), ""),
    ],
)
def test_portals_own_check_refuses_with_its_notes_in_its_order(checks, note):
    own = replace(PLAIN, checks=checks)

    assert verdict(evidence(), own) == Refuse(
        causes=(Cause.REFUSED_BY_PORTAL,), note=note
    )


def test_portals_own_check_that_says_none_lets_pass():
    assert isinstance(verdict(evidence(), replace(PLAIN, checks=(says(None),))), Grant)


def test_portals_own_check_gets_the_whole_evidence():
    seen: list[Evidence] = []
    curious = replace(PLAIN, checks=(seen.append,))
    found = evidence()

    verdict(found, curious)

    assert seen == [found]
    assert seen[0] is found


@given(any_evidence(), st.lists(st.none() | st.text(), min_size=1, max_size=3))
def test_portals_own_checks_can_refuse_but_never_let_in(found, notes):
    before = verdict(found)
    after = verdict(found, replace(PLAIN, checks=tuple(map(says, notes))))

    if isinstance(before, Refuse):
        assert isinstance(after, Refuse)
        assert {*before.causes} <= {*after.causes}
        assert after.causes[0] is before.causes[0]
    elif all(note is None for note in notes) or isinstance(before, Shed):
        assert after == before
    else:
        assert isinstance(after, Refuse)
        assert after.causes == (Cause.REFUSED_BY_PORTAL,)


@pytest.mark.parametrize("answer", [True, False, 0, 1, b"note", ("a",), Cause])
@pytest.mark.parametrize("build", [evidence, by_link])
def test_F69_portals_own_check_of_another_convention_lets_nobody_in(answer, build):
    def is_open(_found):
        return answer

    with pytest.raises(
        AdapterError, match="check: expected None or a note, not"
    ) as caught:
        verdict(build(), replace(PLAIN, checks=(says(None), is_open)))

    assert (caught.value.adapter, caught.value.verb) == ("is_open", "check")
    assert type(answer).__name__ in str(caught.value)


def test_F69_nameless_check_of_another_convention_is_named_by_its_type():
    class OfficeHours:
        def __call__(self, _found):
            return True

    with pytest.raises(AdapterError) as caught:
        verdict(evidence(), replace(PLAIN, checks=(OfficeHours(),)))

    assert caught.value.adapter == "OfficeHours"
