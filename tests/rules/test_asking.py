"""What an attempt asks for, before anything is fetched."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.addresses import NO_TENANT, AddressKey, no_address, parse_address
from securelogin.attempts import Form
from securelogin.credentials import Death
from securelogin.links import sign_link
from securelogin.rules.login import (
    Grant,
    Refuse,
    ask,
    holder_of,
    read_key,
    stored_hash,
)
from securelogin.rules.throttle import login_counts
from tests.rules.cases import (
    CANARY,
    HOUR,
    KEYS,
    OTHER_KEYS,
    PLAIN,
    SITES,
    account,
    asked,
    attempt,
    by_temporary,
    claim,
    credential,
    dead,
    evidence,
    link,
    mistyped,
    some_temporary,
    temporary,
)
from tests.rules.verdicts import verdict
from tests.wiring import ACME, GLOBEX_URL, START


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
