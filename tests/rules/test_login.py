"""How a log-in is decided: one verdict on everything, in one order, failing closed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin import AliasLogin, Policy
from securelogin.accounts import Audience, Status
from securelogin.addresses import NO_TENANT, AddressKey, no_address, parse_address
from securelogin.attempts import Form, RequestFault
from securelogin.credentials import Death
from securelogin.errors import AdapterError
from securelogin.evidence import Evidence
from securelogin.hidden import Hidden
from securelogin.links import sign_link
from securelogin.outcomes import Cause
from securelogin.passwords import Match
from securelogin.rules import login as rules
from securelogin.rules.login import (
    CHECKS,
    Grant,
    Refuse,
    RequireChange,
    Shed,
    ask,
    holder_of,
    judge,
    read_key,
    stored_hash,
)
from securelogin.rules.throttle import login_counts
from tests.rules.cases import (
    CANARY,
    COMMON_FAULTS,
    HOUR,
    INTERNAL_ONLY,
    KEYS,
    LINK_FAULTS,
    MINUTE,
    OTHER_KEYS,
    PLAIN,
    SITES,
    TICK,
    account,
    address,
    asked,
    attempt,
    by_link,
    by_temporary,
    claim,
    credential,
    dead,
    evidence,
    external,
    faulty,
    in_order,
    link,
    mistyped,
    some_temporary,
    temporary,
)
from tests.wiring import ACME, GLOBEX_URL, START

ALIASES_TAKEN = replace(PLAIN, aliases=AliasLogin.ACCEPTED)
BY_ALIAS = {
    "typed": "ann.alias@example.org",
    "account": account(aliases=(address("ann.alias@example.org"),)),
}


def verdict(found: Evidence, policy: Policy = PLAIN) -> Any:
    return judge(found, policy=policy)


def refused(found: Evidence, policy: Policy = PLAIN) -> list[Cause]:
    """Return the causes; fails if the attempt was not refused."""
    end = verdict(found, policy)
    assert isinstance(end, Refuse)
    return list(end.causes)


# -- the good ends --


def test_right_password_of_an_internal_person_is_granted():
    found = evidence()

    assert verdict(found) == Grant(account=found.account, credential=found.credential)


def test_right_password_with_a_good_link_is_granted_to_an_external_recipient():
    found = by_link()

    assert verdict(found) == Grant(account=found.account, credential=found.credential)


@pytest.mark.parametrize("build", [evidence, by_link])
def test_F49_right_temporary_password_is_good_for_a_change_only(build):
    found = build(
        password=some_temporary(), credential=credential(temporary=temporary())
    )

    assert verdict(found) == RequireChange(
        account=found.account, credential=found.credential
    )


def test_temporary_password_works_for_whoever_never_had_a_lasting_one():
    first = credential(password_hash=None, temporary=temporary())

    assert isinstance(verdict(by_temporary(credential=first)), RequireChange)


def test_lasting_password_that_must_change_is_good_for_a_change_only():
    found = evidence(credential=credential(must_change=True))

    assert verdict(found) == RequireChange(
        account=found.account, credential=found.credential
    )


def test_F51_lasting_password_works_while_a_temporary_one_is_pending():
    pending = credential(temporary=temporary())

    assert isinstance(verdict(evidence(credential=pending)), Grant)


def test_another_authority_lets_in_whose_credential_we_do_not_keep():
    found = evidence(elsewhere=True, credential=None)

    assert verdict(found) == Grant(account=found.account, credential=None)


@pytest.mark.parametrize(
    "kept",
    [
        credential(password_hash=None),
        # Nothing of ours was checked, so nothing of ours can be changed.
        credential(must_change=True),
        credential(temporary=temporary()),
    ],
)
def test_another_authority_lets_in_whatever_we_keep_beside_it(kept):
    found = evidence(elsewhere=True, credential=kept)

    assert verdict(found) == Grant(account=found.account, credential=kept)


def test_refusal_has_no_note_unless_a_portal_gave_one():
    assert Refuse(causes=(Cause.OVERTAKEN,)).note == ""


# -- each cause on the smallest evidence that gives it --

SMALLEST: dict[Cause, tuple[Evidence, list[Cause]]] = {
    Cause.COOKIES_BLOCKED: (
        evidence(faults={RequestFault.COOKIES_BLOCKED}),
        [Cause.COOKIES_BLOCKED],
    ),
    Cause.CSRF: (evidence(faults={RequestFault.CSRF}), [Cause.CSRF]),
    Cause.WRONG_PORTAL: (evidence(portal=None), [Cause.WRONG_PORTAL]),
    Cause.THROTTLED: (evidence(hits=(1, 11, 1)), [Cause.THROTTLED]),
    Cause.WRONG_TENANT: (
        by_link(claim=claim(tenant="globex")),
        [Cause.WRONG_TENANT],
    ),
    Cause.MALFORMED_ADDRESS: (
        evidence(typed="ann", account=None, credential=None, match=Match.WRONG),
        [Cause.MALFORMED_ADDRESS],
    ),
    Cause.ALIAS_USED: (evidence(**BY_ALIAS), [Cause.ALIAS_USED]),
    Cause.NOT_INVITED: (
        by_link(account=None, credential=None, match=Match.WRONG, permitted=False),
        [Cause.NOT_INVITED],
    ),
    Cause.UNKNOWN_ADDRESS: (
        evidence(account=None, credential=None, match=Match.WRONG, permitted=False),
        [Cause.UNKNOWN_ADDRESS],
    ),
    Cause.DISABLED: (
        evidence(account=account(status=Status.DISABLED)),
        [Cause.DISABLED],
    ),
    Cause.LINK_MISSING: (evidence(account=external()), [Cause.LINK_MISSING]),
    Cause.LINK_BAD_SIGNATURE: (
        by_link(claim=None, link=None),
        [Cause.LINK_BAD_SIGNATURE],
    ),
    Cause.CLOCK_SKEW: (
        by_link(claim=claim(issued_at=START + MINUTE + TICK)),
        [Cause.CLOCK_SKEW],
    ),
    Cause.LINK_EXPIRED: (
        by_link(claim=claim(until=START - MINUTE - TICK)),
        [Cause.LINK_EXPIRED],
    ),
    Cause.LINK_RECALLED: (
        by_link(link=link(recalled_at=START)),
        [Cause.LINK_RECALLED],
    ),
    Cause.LINK_FOR_OTHER_RECIPIENT: (
        by_link(link=link(recipient="account-bob")),
        [Cause.LINK_FOR_OTHER_RECIPIENT],
    ),
    Cause.NO_PASSWORD_SET: (
        evidence(credential=None, match=Match.WRONG),
        [Cause.NO_PASSWORD_SET],
    ),
    Cause.LOCKED: (evidence(hits=(1, 1, 101)), [Cause.LOCKED]),
    Cause.HASH_UNUSABLE: (
        evidence(match=Match.HASH_UNUSABLE),
        [Cause.HASH_UNUSABLE],
    ),
    Cause.TEMP_EXPIRED: (
        by_temporary(credential=credential(temporary=temporary(until=START))),
        [Cause.TEMP_EXPIRED],
    ),
    Cause.TEMP_USED: (
        by_temporary(
            credential=credential(dead=(dead(Death.USED),)), match=Match.WRONG
        ),
        [Cause.TEMP_USED],
    ),
    Cause.TEMP_SUPERSEDED: (
        by_temporary(
            credential=credential(dead=(dead(Death.SUPERSEDED),)), match=Match.WRONG
        ),
        [Cause.TEMP_SUPERSEDED],
    ),
    Cause.TEMP_WRONG: (by_temporary(match=Match.WRONG), [Cause.TEMP_WRONG]),
    Cause.WRONG_PASSWORD: (evidence(match=Match.WRONG), [Cause.WRONG_PASSWORD]),
    Cause.NO_PERMISSION: (evidence(permitted=False), [Cause.NO_PERMISSION]),
}

# The other causes are no matter of the evidence of a log-in.
ELSEWHERE = {
    Cause.STORAGE_UNAVAILABLE: "Unavailable is raised before there is evidence",
    Cause.OVERLOADED: "causes_of(Shed), test_records",
    Cause.PLUS_VARIANT: "diagnose, once a neighbour is found, test_diagnosis",
    Cause.MAIL_NOT_DELIVERED: "diagnose, from the outbox, test_diagnosis",
    Cause.TICKET_INVALID: "judge_ticket, judge_address_proof",
    Cause.TICKET_EXPIRED: "judge_ticket, judge_address_proof",
    Cause.SESSION_ENDED: "judge_change, test_password_change",
    Cause.OVERTAKEN: "judge_ticket, judge_address_proof, and a lost replace()",
    Cause.REFUSED_BY_PORTAL: "a portal's own check, below",
}


@pytest.mark.parametrize("cause", SMALLEST)
def test_each_cause_has_a_smallest_evidence(cause):
    found, expected = SMALLEST[cause]

    assert refused(found) == expected == [cause]


def test_every_cause_is_reachable_or_comes_from_a_named_place():
    assert {*SMALLEST, *ELSEWHERE} == {*Cause}
    assert not SMALLEST.keys() & ELSEWHERE.keys()


# -- further cases, by check --


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (evidence(faults=set(RequestFault)), [Cause.COOKIES_BLOCKED, Cause.CSRF]),
        # place
        (by_link(portal=INTERNAL_ONLY), [Cause.WRONG_PORTAL]),
        (
            evidence(
                portal=INTERNAL_ONLY, account=None, credential=None, match=Match.WRONG
            ),
            [Cause.UNKNOWN_ADDRESS],
        ),
        # throttle
        (evidence(hits=(101, 1, 1)), [Cause.THROTTLED]),
        (evidence(hits=(101, 11, 101)), [Cause.THROTTLED, Cause.LOCKED]),
        # address and link of somebody unknown
        (
            evidence(
                typed="ann", account=None, credential=None, link=link(), token="t"
            ),
            [Cause.MALFORMED_ADDRESS, Cause.LINK_BAD_SIGNATURE],
        ),
        (
            by_link(account=None, credential=None, claim=claim(tenant="globex")),
            [Cause.WRONG_TENANT, Cause.NOT_INVITED],
        ),
        (
            by_link(account=None, link=None, credential=None),
            [Cause.UNKNOWN_ADDRESS, Cause.LINK_BAD_SIGNATURE],
        ),
        # status
        (evidence(account=account().erased()), [Cause.ALIAS_USED, Cause.DISABLED]),
        # link
        (
            by_link(
                link=link(address=address("old@example.org").key("acme")),
            ),
            [Cause.LINK_FOR_OTHER_RECIPIENT],
        ),
        (by_link(token=None), [Cause.LINK_MISSING]),
        (
            by_link(token=None, link=link(recipient="account-bob")),
            [Cause.LINK_MISSING, Cause.LINK_FOR_OTHER_RECIPIENT],
        ),
        (by_link(link=None), [Cause.LINK_BAD_SIGNATURE]),
        # secret
        (
            evidence(credential=credential(password_hash=None), match=Match.WRONG),
            [Cause.NO_PASSWORD_SET],
        ),
        (
            evidence(credential=credential(password_hash=None)),
            [Cause.NO_PASSWORD_SET],
        ),
        (evidence(credential=None), [Cause.NO_PASSWORD_SET]),
        (evidence(elsewhere=True, match=Match.WRONG), [Cause.WRONG_PASSWORD]),
        (
            evidence(elsewhere=True, match=Match.HASH_UNUSABLE),
            [Cause.HASH_UNUSABLE],
        ),
        (
            by_temporary(elsewhere=True, match=Match.WRONG),
            [Cause.WRONG_PASSWORD],
        ),
        (by_temporary(match=Match.HASH_UNUSABLE), [Cause.HASH_UNUSABLE]),
        (by_temporary(credential=None), [Cause.TEMP_WRONG]),
        (by_temporary(credential=credential()), [Cause.TEMP_WRONG]),
        (
            evidence(
                password=mistyped(some_temporary()),
                credential=credential(temporary=temporary()),
                match=Match.WRONG,
            ),
            [Cause.TEMP_WRONG],
        ),
        (
            evidence(password=mistyped(some_temporary()), match=Match.WRONG),
            [Cause.WRONG_PASSWORD],
        ),
        (
            evidence(credential=credential(temporary=temporary()), match=Match.WRONG),
            [Cause.WRONG_PASSWORD],
        ),
        (
            by_temporary(
                credential=credential(temporary=temporary(until=START)),
                match=Match.WRONG,
            ),
            [Cause.TEMP_WRONG],
        ),
    ],
)
def test_further_evidence_has_exactly_these_causes(found, expected):
    assert refused(found) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (some_temporary(), Cause.TEMP_WRONG),
        (mistyped(some_temporary()), Cause.TEMP_WRONG),
        ("not like one at all", Cause.NO_PASSWORD_SET),
    ],
)
def test_slip_in_the_very_first_temporary_password_is_called_a_slip(typed, expected):
    # The commonest case of all: a new recipient has a mail, and mistypes it.
    first = credential(password_hash=None, temporary=temporary())
    found = evidence(password=typed, credential=first, match=Match.WRONG)

    assert refused(found) == [expected]


@pytest.mark.parametrize(
    ("until", "expired"),
    [(START - TICK, True), (START, True), (START + TICK, False)],
)
def test_F13_C46_temporary_password_ends_at_its_very_moment(until, expired):
    found = by_temporary(credential=credential(temporary=temporary(until=until)))

    assert isinstance(verdict(found), Refuse) is expired


def test_F12_temporary_password_of_the_future_is_good_after_a_clock_went_back():
    ahead = temporary(issued_at=START + MINUTE, until=START + 61 * MINUTE)

    found = by_temporary(credential=credential(temporary=ahead))

    assert isinstance(verdict(found), RequireChange)


USED, GONE, CANCELLED = Death.USED, Death.SUPERSEDED, Death.CANCELLED


@pytest.mark.parametrize(
    ("buried", "typed", "cause"),
    [
        ([(USED, "f00d")], ("f00d",), Cause.TEMP_USED),
        ([(GONE, "f00d")], ("f00d",), Cause.TEMP_SUPERSEDED),
        ([(CANCELLED, "f00d")], ("f00d",), Cause.TEMP_SUPERSEDED),
        ([(USED, "f00d")], ("beef",), Cause.TEMP_WRONG),
        ([(GONE, "beef"), (USED, "f00d")], ("f00d",), Cause.TEMP_USED),
        ([(GONE, "f00d"), (USED, "f00d")], ("f00d",), Cause.TEMP_SUPERSEDED),
        ([(USED, "f00d"), (GONE, "f00d")], ("f00d",), Cause.TEMP_USED),
        # One fingerprint for each key: an older key's still tells.
        ([(USED, "f00d")], ("beef", "f00d"), Cause.TEMP_USED),
        ([], (), Cause.TEMP_WRONG),
    ],
)
def test_F43_C70_dead_temporary_password_is_told_from_a_wrong_one(buried, typed, cause):
    graves = tuple(dead(death, fingerprint) for death, fingerprint in buried)
    found = by_temporary(
        credential=credential(temporary=temporary(fingerprint="0000"), dead=graves),
        fingerprints=typed,
        match=Match.WRONG,
    )

    assert refused(found) == [cause]


def test_dead_temporary_password_opens_nothing_even_if_a_store_says_it_matches():
    found = by_temporary(credential=credential(dead=(dead(Death.USED),)))

    assert refused(found) == [Cause.TEMP_USED]


def test_alias_lets_in_only_where_the_policy_says_so():
    found = evidence(**BY_ALIAS)

    assert refused(found) == [Cause.ALIAS_USED]
    assert isinstance(verdict(found, ALIASES_TAKEN), Grant)


def test_primary_address_is_no_alias():
    found = evidence(account=BY_ALIAS["account"])

    assert isinstance(verdict(found), Grant)


@pytest.mark.parametrize("fault", LINK_FAULTS)
def test_internal_person_gets_in_whatever_link_they_came_by(fault):
    changes, _ = LINK_FAULTS[fault]

    assert isinstance(verdict(by_link(**changes, account=account())), Grant)


def test_portal_chooses_who_needs_a_link():
    nobody = replace(PLAIN, link_required=frozenset())
    everybody = replace(PLAIN, link_required=frozenset(Audience))

    assert isinstance(verdict(evidence(account=external()), nobody), Grant)
    assert refused(evidence(), everybody) == [Cause.LINK_MISSING]


def test_C06_blank_link_is_a_bad_link_and_not_a_missing_one():
    found = evidence(account=external(), token=Hidden(""))

    assert refused(found) == [Cause.LINK_BAD_SIGNATURE]


def test_C09_state_of_an_account_is_judged_whatever_was_typed():
    shut = account(status=Status.DISABLED)

    assert refused(evidence(account=shut)) == [Cause.DISABLED]
    assert refused(evidence(account=shut, match=Match.WRONG)) == [
        Cause.DISABLED,
        Cause.WRONG_PASSWORD,
    ]


# -- laws --

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


@st.composite
def any_evidence(draw) -> Evidence:
    """Draw evidence of every kind, the impossible included: stores can be wrong."""
    form = draw(st.sampled_from(Form))
    holder = draw(
        st.sampled_from(
            [
                None,
                account(),
                external(),
                account(status=Status.DISABLED),
                account().erased(),
                BY_ALIAS["account"],
            ]
        )
    )
    kept = draw(
        st.none()
        | st.builds(
            credential,
            password_hash=st.sampled_from([None, "a hash"]),
            temporary=st.sampled_from(
                [
                    None,
                    temporary(),
                    temporary(until=START),
                    temporary(until=START - MINUTE),
                ]
            ),
            dead=st.sampled_from([(), (dead(Death.USED),), (dead(Death.SUPERSEDED),)]),
            must_change=st.booleans(),
        )
    )
    return evidence(
        typed=draw(
            st.sampled_from(["ann@example.org", "ann.alias@example.org", "ann", ""])
        ),
        faults=draw(st.frozensets(st.sampled_from(RequestFault))),
        token=draw(st.sampled_from([None, "a token"])),
        portal=draw(st.sampled_from([None, ACME, INTERNAL_ONLY])),
        form=form,
        claim=draw(
            st.sampled_from(
                [
                    None,
                    claim(),
                    claim(tenant="globex"),
                    claim(until=START - 2 * MINUTE),
                    claim(issued_at=START + 2 * MINUTE),
                ]
            )
        ),
        hits=tuple(draw(st.sampled_from([1, 10, 11, 100, 101])) for _ in range(3)),
        account=holder,
        credential=kept,
        link=draw(
            st.sampled_from(
                [
                    None,
                    link(),
                    link(recalled_at=START),
                    link(recipient="account-bob"),
                    link(address=address("old@example.org").key("acme")),
                ]
            )
        ),
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


# -- what an attempt asks for --


def test_attempt_asks_for_the_account_of_its_portals_tenant():
    made = asked()

    assert made.portal is not None
    assert made.portal.base == ACME.base
    assert made.tenant == "acme"
    assert made.address == parse_address("ann@example.org")
    assert made.key == parse_address("ann@example.org").key("acme")
    assert made.domain == "example.org"
    assert made.claim is None
    assert asked(attempt(url=GLOBEX_URL)).tenant == "globex"


def test_attempt_at_no_portal_asks_for_an_account_that_nobody_can_have():
    made = asked(attempt(url="https://evil.example/"))

    assert made.portal is None
    assert made.tenant == made.key.tenant == NO_TENANT


def test_what_is_no_address_asks_for_a_key_that_no_account_can_have():
    made = asked(attempt("not an address"))

    assert made.address is None
    assert made.domain == ""
    assert made.key == AddressKey(
        tenant="acme", value=no_address(KEYS.stand_in("no address not an address"))
    )


def test_C29_every_spelling_of_an_address_asks_for_the_same_account():
    keys = {
        asked(attempt(typed)).key for typed in ("ann@example.org", "ANN@Example.ORG ")
    }

    assert len(keys) == 1


@pytest.mark.parametrize(
    ("typed", "form", "secret"),
    [
        ("a quiet harbour", Form.LASTING, "a quiet harbour"),
        (" kept as it is \t", Form.LASTING, " kept as it is \t"),
        (some_temporary(), Form.TEMPORARY, some_temporary().replace("-", "")),
        (
            some_temporary().lower().replace("-", " "),
            Form.TEMPORARY,
            some_temporary().replace("-", ""),
        ),
        (
            mistyped(some_temporary()),
            Form.MISTYPED_TEMPORARY,
            mistyped(some_temporary()),
        ),
    ],
)
def test_form_of_what_was_typed_decides_what_is_checked(typed, form, secret):
    made = asked(attempt(password=typed))

    assert made.form is form
    assert made.secret.reveal() == secret


@pytest.mark.parametrize("password", [some_temporary(), mistyped(some_temporary())])
def test_another_authority_gets_the_secret_as_it_was_typed(password):
    def form_and_secret(elsewhere):
        made = ask(
            attempt(password=password),
            portals=SITES,
            policy=PLAIN,
            keys=KEYS,
            elsewhere=elsewhere,
        )
        return made.form, made.secret.reveal()

    assert form_and_secret({"example.org"}) == (Form.LASTING, password)
    assert form_and_secret({"example.com"}) != (Form.LASTING, password)


def test_what_is_no_address_is_at_no_authority():
    made = ask(
        attempt("ann", some_temporary()),
        portals=SITES,
        policy=PLAIN,
        keys=KEYS,
        elsewhere={"example.org"},
    )

    assert made.form is Form.TEMPORARY


@pytest.mark.parametrize("password", ["a quiet harbour", some_temporary()])
def test_F08_attempt_is_counted_by_what_it_asks_for(password):
    tight = replace(PLAIN, limits=replace(PLAIN.limits, tries=3, temporary_tries=4))
    given_attempt = attempt(password=password)

    made = ask(given_attempt, portals=SITES, policy=tight, keys=KEYS)

    assert made.counts == login_counts(
        client=given_attempt.client,
        key=made.key,
        form=made.form,
        limits=tight.limits,
        keys=KEYS,
    )


def test_attempt_with_a_good_token_asks_for_its_link():
    made = asked(attempt(link=sign_link(link(), keys=KEYS)))

    assert made.claim == claim()
    assert made.link == "link-1"


@pytest.mark.parametrize(
    "token", [None, "", " ", "x.y", sign_link(link(), keys=OTHER_KEYS)]
)
def test_C06_attempt_without_a_good_token_asks_for_a_stand_in(token):
    made = asked(attempt(link=token))

    assert made.claim is None
    assert made.link == made.stand_in
    assert len(made.link) == 22


def test_token_of_a_tenant_without_portal_is_no_good_token():
    stray = sign_link(link(tenant="initech"), keys=KEYS)

    assert asked(attempt(link=stray)).claim is None


def test_stand_in_is_one_for_each_address_and_tenant_and_secret():
    stand_ins = {
        ask(made, portals=SITES, policy=PLAIN, keys=keys).stand_in
        for made in (
            attempt(),
            attempt("bob@example.org"),
            attempt(url=GLOBEX_URL),
            attempt(url="https://evil.example/"),
        )
        for keys in (KEYS, OTHER_KEYS)
    }

    assert len(stand_ins) == 8
    assert asked().stand_in == asked(attempt(password="another")).stand_in


anything = st.text() | st.text(st.characters(categories=["Cs", "Cc", "Cn", "Mn"]))


@given(typed=anything, password=anything, url=anything, token=st.none() | anything)
def test_C62_asking_is_total_whatever_was_typed(typed, password, url, token):
    made = asked(attempt(typed, password, url=url, link=token))

    assert made.counts[0].most == PLAIN.limits.source_tries
    assert len(made.link) == len(made.stand_in) == 22
    assert made.key.tenant == made.tenant


def read(typed, portal, keys=KEYS):
    return read_key(typed, portal=portal, keys=keys)


def test_read_key_knows_the_tenant_of_the_portal():
    ann = parse_address("ann@example.org")

    assert read("ann@example.org", ACME) == (ann, ann.key("acme"))
    assert read("ann@example.org", None) == (ann, ann.key(NO_TENANT))
    assert read("ann", ACME)[0] is None
    assert read("ann", ACME)[1].tenant == "acme"


def test_key_of_what_is_no_address_is_one_for_each_text_and_cannot_be_computed():
    keys = {
        read(typed, ACME, ring)[1]
        for typed in ("a", "b")
        for ring in (KEYS, OTHER_KEYS)
    }

    assert len(keys) == 4
    assert read("a", ACME) == read("a", ACME)


def test_credential_is_asked_for_by_account_or_stand_in():
    made = asked()

    assert holder_of(account(), made) == "account-ann"
    assert holder_of(None, made) == made.stand_in


BOTH = credential(password_hash="lasting", temporary=temporary(hash="temporary"))


@pytest.mark.parametrize(
    ("kept", "form", "expected"),
    [
        (None, Form.LASTING, None),
        (None, Form.TEMPORARY, None),
        (BOTH, Form.LASTING, "lasting"),
        (BOTH, Form.MISTYPED_TEMPORARY, "lasting"),
        (BOTH, Form.TEMPORARY, "temporary"),
        (replace(BOTH, temporary=None), Form.TEMPORARY, None),
        (replace(BOTH, password_hash=None), Form.LASTING, None),
    ],
)
def test_secret_is_checked_against_the_hash_of_its_own_form(kept, form, expected):
    assert stored_hash(kept, form) == expected


def test_F34_evidence_and_verdicts_show_no_secret():
    found = by_temporary(
        password=CANARY,
        token=CANARY,
        typed="ann@example.org",
        credential=credential(temporary=temporary(), dead=(dead(Death.USED),)),
    )

    assert CANARY not in repr(found)
    assert CANARY not in repr(verdict(found))


def test_whole_life_of_a_lock_is_told_by_the_count_alone():
    # Threats C47: after it was cleared, it closes again at the same number.
    ends = [
        isinstance(verdict(evidence(hits=(1, 1, n))), Refuse) for n in (100, 101, 1)
    ]

    assert ends == [False, True, False]


@pytest.mark.parametrize("hours", [-10_000, -1, 1, 10_000])
def test_F12_clock_that_jumps_changes_nothing_for_a_lasting_password(hours):
    assert isinstance(verdict(evidence(at=START + hours * HOUR)), Grant)
