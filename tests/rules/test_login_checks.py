"""What each check of a log-in makes of its own kind of evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from securelogin.accounts import Audience, Status
from securelogin.attempts import RequestFault
from securelogin.credentials import Death
from securelogin.hidden import Hidden
from securelogin.outcomes import Cause
from securelogin.passwords import Match
from securelogin.rules.login import (
    Grant,
    Refuse,
    RequireChange,
)
from tests.rules.cases import (
    INTERNAL_ONLY,
    LINK_FAULTS,
    MINUTE,
    PLAIN,
    TICK,
    account,
    address,
    by_link,
    by_temporary,
    claim,
    credential,
    dead,
    evidence,
    external,
    link,
    mistyped,
    some_temporary,
    temporary,
)
from tests.rules.verdicts import ALIASES_TAKEN, BY_ALIAS, refused, verdict
from tests.wiring import START


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
