"""Which event each end of an operation is: a table over causes, and laws."""

from __future__ import annotations

from dataclasses import replace

import pytest

from securelogin.addresses import AddressKey, Tenant
from securelogin.attempts import Operation
from securelogin.events import OWASP, EventKind
from securelogin.keyring import KeyRing
from securelogin.outcomes import Cause
from securelogin.rules.events import (
    account_event,
    address_hash,
    address_hashes,
    login_event,
    operation_event,
)
from securelogin.rules.login import Grant, Refuse, RequireChange, Shed
from securelogin.testing.values import AT, account, attempt, credential

OLD, NEW = KeyRing.new_key(), KeyRing.new_key()
KEYS = KeyRing(NEW, OLD)
GRANT = Grant(account=account(), credential=credential())
CHANGE = RequireChange(account=account(), credential=credential())


def refused(*causes: Cause, operation: Operation = Operation.LOGIN):
    record = attempt(causes=causes, operation=operation, hits=(1, 1, 3))
    if operation is Operation.LOGIN:
        return login_event(KEYS, Refuse(causes=causes), record)
    return operation_event(KEYS, record)


@pytest.mark.parametrize("operation", Operation, ids=lambda one: one.value)
@pytest.mark.parametrize("cause", Cause, ids=lambda one: one.value)
def test_every_cause_of_every_operation_is_an_event(cause, operation):
    event = refused(cause, operation=operation)

    assert event.kind in EventKind
    assert event.causes == (cause,)
    assert event.operation == operation.value


@pytest.mark.parametrize(
    ("verdict", "hits", "kind"),
    [
        (GRANT, (1, 1, 1), EventKind.LOGIN_SUCCESS),
        (GRANT, (2, 2, 2), EventKind.LOGIN_SUCCESS),
        (GRANT, (), EventKind.LOGIN_SUCCESS),
        # Nine log-ins of other days, each at the first try.
        (GRANT, (1, 1, 10), EventKind.LOGIN_SUCCESS),
        (GRANT, (4, 4, 4), EventKind.LOGIN_SUCCESS_AFTER_FAIL),
        (CHANGE, (4, 4, 4), EventKind.TOKEN_CREATED),
    ],
)
def test_a_good_end_is_told_by_its_verdict(verdict, hits, kind):
    assert login_event(KEYS, verdict, attempt(hits=hits)).kind is kind


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (Cause.WRONG_PASSWORD, EventKind.LOGIN_FAIL),
        (Cause.UNKNOWN_ADDRESS, EventKind.LOGIN_FAIL),
        (Cause.THROTTLED, EventKind.LOGIN_FAIL_MAX),
        (Cause.LOCKED, EventKind.LOGIN_LOCK),
    ],
)
def test_a_refused_log_in_is_told_by_its_first_cause(cause, kind):
    assert refused(cause, Cause.WRONG_PASSWORD).kind is kind


def test_a_shed_log_in_is_an_exceeded_limit():
    record = attempt(causes=(Cause.OVERLOADED,))

    assert login_event(KEYS, Shed(), record).kind is EventKind.RATE_LIMIT_EXCEEDED


@pytest.mark.parametrize(
    "cause",
    [Cause.NO_PERMISSION, Cause.WRONG_TENANT, Cause.LINK_FOR_OTHER_RECIPIENT],
)
def test_16_3_2_a_refused_permission_is_told_as_such(cause):
    assert refused(cause).kind is EventKind.AUTHZ_FAIL


@pytest.mark.parametrize(
    ("cause", "operation", "kind"),
    [
        (Cause.CSRF, Operation.LOGIN, EventKind.SEQUENCE_FAIL),
        (Cause.TEMP_USED, Operation.LOGIN, EventKind.TOKEN_REUSE),
        (Cause.LINK_RECALLED, Operation.LINK_OPENED, EventKind.TOKEN_REUSE),
        (Cause.LINK_BAD_SIGNATURE, Operation.LINK_OPENED, EventKind.AUTHZ_FAIL),
        (Cause.THROTTLED, Operation.RESET_REQUESTED, EventKind.RATE_LIMIT_EXCEEDED),
        (Cause.MALFORMED_ADDRESS, Operation.RESET_REQUESTED, EventKind.INPUT_FAIL),
        (
            Cause.TICKET_INVALID,
            Operation.PASSWORD_COMPLETED,
            EventKind.PASSWORD_CHANGE_FAIL,
        ),
    ],
)
def test_16_3_3_attempts_to_pass_by_are_told_apart(cause, operation, kind):
    assert refused(cause, operation=operation).kind is kind


def test_an_address_leaves_as_a_keyed_hash_that_is_always_the_same():
    key = AddressKey(tenant=Tenant("acme"), value="ann@acme.example")
    other = replace(key, tenant=Tenant("globex"))

    assert address_hash(KEYS, key) == address_hash(KeyRing(NEW), key)
    assert address_hash(KEYS, key) != address_hash(KeyRing(OLD), key)
    assert address_hash(KEYS, key) != address_hash(KEYS, other)
    assert "ann" not in address_hash(KEYS, key)


def test_a_person_is_erased_under_every_key_and_address():
    ann = account(aliases=(account("b").primary,))

    assert address_hashes(KEYS, ann) == tuple(
        address_hash(KeyRing(key), one) for one in ann.keys for key in (NEW, OLD)
    )


def test_an_erased_account_has_no_address_to_hash():
    event = account_event(
        KEYS, EventKind.USER_DELETED, account().erased(), operation="x", at=AT
    )

    assert event.address == ""


def test_a_record_without_a_key_has_no_hash():
    assert operation_event(KEYS, attempt(lookup="")).address == ""


def test_owasps_names_are_told_from_ours():
    assert EventKind.LOGIN_FAIL in OWASP
    assert EventKind.AUDIT_LOST not in OWASP
