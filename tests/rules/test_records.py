"""What is kept of an operation: all that support needs, and no secret."""

from __future__ import annotations

import hashlib
from dataclasses import astuple
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin import Client
from securelogin.addresses import NO_TENANT
from securelogin.attempts import AttemptRecord, Form, Operation
from securelogin.outcomes import Cause
from securelogin.rules.login import Grant, Refuse, RequireChange, Shed, read_key
from securelogin.rules.password_change import Spent
from securelogin.rules.records import causes_of, login_record, operation_record
from tests.rules.cases import (
    CANARY,
    HOUR,
    KEYS,
    account,
    address,
    attempt,
    by_link,
    credential,
    evidence,
    link,
    mistyped,
    some_temporary,
)
from tests.wiring import ACME, GLOBEX, START, URL

REFERENCE = "7QK-4MX-P9R"
NOBODY = Refuse(causes=(Cause.UNKNOWN_ADDRESS,))
GRANT = Grant(account=account(), credential=credential())
CLIENT = Client(
    ip="192.0.2.7", user_agent="Firefox/140", device_time=START + timedelta(hours=2)
)


def of_login(verdict=NOBODY, found=None) -> AttemptRecord:
    return login_record(verdict, found or evidence(), reference=REFERENCE)


def of_operation(*causes: Cause, **more: Any) -> AttemptRecord:
    return operation_record(
        Operation.RESET_REQUESTED,
        causes,
        **({"reference": REFERENCE, "at": START, "client": Client()} | more),
    )


@pytest.mark.parametrize(
    ("verdict", "causes"),
    [
        (NOBODY, (Cause.UNKNOWN_ADDRESS,)),
        (
            Refuse(causes=(Cause.CSRF, Cause.LOCKED), note="n"),
            (Cause.CSRF, Cause.LOCKED),
        ),
        (Shed(), (Cause.OVERLOADED,)),
        (GRANT, ()),
        (RequireChange(account=account(), credential=credential()), ()),
        (Spent(account=account(), credential=credential()), ()),
    ],
)
def test_verdict_is_recorded_with_its_causes(verdict, causes):
    assert causes_of(verdict) == causes


def test_record_of_a_login_holds_all_that_support_needs():
    found = by_link(client=CLIENT, hits=(4, 2, 1))

    assert of_login(Refuse(causes=(Cause.LOCKED,), note="why"), found) == AttemptRecord(
        reference=REFERENCE,
        at=START,
        operation=Operation.LOGIN,
        causes=(Cause.LOCKED,),
        tenant="acme",
        portal=ACME.base,
        url=URL,
        lookup="ann@example.org",
        typed="ann@example.org",
        account=account().id,
        link="link-1",
        form=Form.LASTING,
        ip="192.0.2.7",
        user_agent="Firefox/140",
        device_time=START + timedelta(hours=2),
        hits=(4, 2, 1),
        note="why",
    )


def test_record_of_a_login_without_anything_says_so():
    nothing = evidence(
        url="https://evil.example/", typed="nobody", account=None, client=Client()
    )
    found = of_login(found=nothing)

    assert found.tenant == NO_TENANT
    assert (found.portal, found.typed, found.ip) == ("", "", "")
    assert (found.account, found.link) == (None, None)


def test_link_that_was_not_signed_here_is_not_recorded_by_its_stand_in():
    found = by_link(claim=None, link=None)

    assert of_login(found=found).link is None


@pytest.mark.parametrize("verdict", [GRANT, Shed()])
def test_good_end_has_no_note(verdict):
    assert of_login(verdict).note == ""


def test_typed_address_is_recorded_as_it_was_understood():
    assert of_login(found=evidence(typed=" Ann@EXAMPLE.org ")).typed == (
        "Ann@example.org"
    )


@pytest.mark.parametrize(
    ("form", "password"),
    [
        (Form.LASTING, "a quiet harbour at six"),
        (Form.TEMPORARY, some_temporary()),
        (Form.MISTYPED_TEMPORARY, mistyped(some_temporary())),
    ],
)
def test_record_tells_the_form_of_the_secret_and_not_the_secret(form, password):
    found = of_login(found=evidence(password=password))

    assert found.form is form
    assert password not in repr(found)


@given(st.sampled_from([GRANT, NOBODY, Shed()]), st.text(max_size=40))
def test_F35_no_secret_of_any_kind_is_recorded(verdict, around):
    secret = f"{around}{CANARY}{around}"
    found = by_link(
        password=secret,
        token=secret,
        typed=secret,
        url=f"{URL}?t={CANARY}#{CANARY}",
    )

    assert CANARY not in repr(astuple(of_login(verdict, found)))


def digests(text: str) -> set[str]:
    """Return what a guesser with the log alone could compare a guess with."""
    raw = text.encode()
    return {
        digest[:16]
        for name in ("md5", "sha1", "sha256", "sha512", "blake2b")
        for digest in [hashlib.new(name, raw).hexdigest()]
    }


def test_password_typed_as_address_leaves_no_digest_that_a_guess_can_be_held_against():
    # ASVS 16.2.5: people type their password into the wrong field. A plain digest of
    # it in the log is tried against a billion guesses a second.
    password = "hunter2 hunter2"
    made = attempt(password)
    parsed, key = read_key(password, portal=ACME, keys=KEYS)
    records = [
        of_login(found=evidence(attempt=made, account=None)),
        of_operation(key=key, address=parsed, portal=ACME),
    ]

    text = repr(records)

    assert not [digest for digest in digests(password) if digest in text]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://portal.acme.example/login", "https://portal.acme.example/login"),
        ("https://portal.acme.example/login?t=x", "https://portal.acme.example/login"),
        ("https://portal.acme.example/login#t=x", "https://portal.acme.example/login"),
        ("https://portal.acme.example/#a?b", "https://portal.acme.example/"),
        ("https://portal.acme.example/?b#a", "https://portal.acme.example/"),
        ("", ""),
        ("x" * 600, "x" * 512),
        (
            "https://a.example/\r\nSet-Cookie: x",
            "https://a.example/\ufffd\ufffdSet-Cook",
        ),
    ],
)
def test_C19_F33_url_is_recorded_printable_and_without_what_carries_tokens(url, kept):
    assert of_login(found=evidence(url=url)).url.startswith(kept)
    assert len(of_login(found=evidence(url=url)).url) <= 512
    assert of_operation(url=url).url == of_login(found=evidence(url=url)).url
    assert "t=x" not in of_operation(url=url).url


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("line\nforged", "line\ufffdforged"),
        ("\x1b[31m", "\ufffd[31m"),
        ("n" * 300, "n" * 256),
    ],
)
def test_F33_note_of_a_portal_is_recorded_printable_and_short(note, kept):
    assert of_login(Refuse(causes=(Cause.REFUSED_BY_PORTAL,), note=note)).note == kept


def test_record_of_another_operation_holds_all_it_was_given():
    assert of_operation(
        Cause.THROTTLED,
        client=CLIENT,
        url=URL,
        portal=ACME,
        tenant="acme",
        key=address("bob@example.org").key("acme"),
        address=address("bob@example.org"),
        account=account(),
        link=link(),
        hits=(3, 1),
    ) == AttemptRecord(
        reference=REFERENCE,
        at=START,
        operation=Operation.RESET_REQUESTED,
        causes=(Cause.THROTTLED,),
        tenant="acme",
        portal=ACME.base,
        url=URL,
        lookup="bob@example.org",
        typed="bob@example.org",
        account=account().id,
        link="link-1",
        ip="192.0.2.7",
        user_agent="Firefox/140",
        device_time=START + timedelta(hours=2),
        hits=(3, 1),
    )


def test_record_of_an_operation_of_nobody_is_blank():
    assert of_operation() == AttemptRecord(
        reference=REFERENCE,
        at=START,
        operation=Operation.RESET_REQUESTED,
        tenant=NO_TENANT,
    )


def test_causes_of_an_operation_may_be_left_out():
    found = operation_record(
        Operation.LINK_OPENED, reference=REFERENCE, at=START, client=Client()
    )

    assert found.causes == ()
    assert found.operation is Operation.LINK_OPENED


@pytest.mark.parametrize(
    ("more", "lookup"),
    [
        ({"account": account()}, "ann@example.org"),
        ({"key": address("bob@example.org").key("acme")}, "bob@example.org"),
        (
            {
                "account": account(),
                "key": address("bob@example.org").key("acme"),
            },
            "bob@example.org",
        ),
    ],
)
def test_operation_is_found_by_the_key_it_used_or_by_its_accounts(more, lookup):
    assert of_operation(**more).lookup == lookup


@pytest.mark.parametrize(
    ("more", "tenant"),
    [
        ({"tenant": "initech", "portal": ACME, "account": account()}, "initech"),
        ({"tenant": NO_TENANT, "portal": ACME}, NO_TENANT),
        ({"portal": GLOBEX, "account": account()}, "globex"),
        ({"account": account()}, "acme"),
    ],
)
def test_operation_belongs_to_the_tenant_named_then_the_portals_then_the_accounts(
    more, tenant
):
    assert of_operation(**more).tenant == tenant


def test_record_is_of_the_moment_of_the_evidence():
    assert of_login(found=evidence(at=START + HOUR)).at == START + HOUR
