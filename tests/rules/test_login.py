"""How a log-in is decided: one verdict on everything, in one order, failing closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from securelogin.accounts import Status
from securelogin.attempts import RequestFault
from securelogin.credentials import Death
from securelogin.evidence import Evidence
from securelogin.outcomes import Cause
from securelogin.passwords import Match
from securelogin.rules.login import (
    Grant,
    Refuse,
    RequireChange,
    cleared_by_grant,
)
from tests.rules.cases import (
    MINUTE,
    TICK,
    account,
    by_link,
    by_temporary,
    claim,
    credential,
    dead,
    evidence,
    external,
    link,
    some_temporary,
    temporary,
)
from tests.rules.verdicts import BY_ALIAS, refused, verdict
from tests.wiring import START

# -- the good ends --


def test_right_password_of_an_internal_person_is_granted():
    found = evidence()

    assert verdict(found) == Grant(account=found.account, credential=found.credential)


@pytest.mark.parametrize(
    ("browsers", "cleared"),
    [((), 2), (("firefox",), 2), (("chrome",), 0), (("chrome", "firefox"), 2)],
)
def test_a_log_in_from_a_further_browser_clears_no_count(browsers, cleared):
    found = evidence(hits=(3, 3, 3))
    kept = replace(found.credential, browsers=browsers)

    assert len(cleared_by_grant(found, kept, browser="firefox")) == cleared


def test_a_log_in_without_a_credential_of_ours_clears_the_counts():
    found = evidence(hits=(3, 3, 3))

    assert len(cleared_by_grant(found, None, browser="firefox")) == 2


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
