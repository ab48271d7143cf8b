"""The error tree: facts as attributes, and nothing lost or leaked on a journey."""

from __future__ import annotations

import copy
import pickle

import pytest

from securelogin.errors import (
    AdapterError,
    InvalidInput,
    SecureLoginError,
    Unavailable,
    WiringError,
)

ERRORS = [
    WiringError("is too short.", setting="KeyRing(current)", cure="Make one."),
    InvalidInput("expected one address", field="contact", code="address_malformed"),
    AdapterError("answered with int", adapter="MyStore", verb="replace"),
    Unavailable("OperationalError", adapter="MyStore", verb="get"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("carry", [copy.copy, copy.deepcopy, pickle])
def test_F38_an_error_survives_copying_and_pickling(error, carry):
    arrived = (
        pickle.loads(pickle.dumps(error))  # noqa: S301 -- our own bytes
        if carry is pickle
        else carry(error)
    )

    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    assert vars(arrived) == vars(error)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_every_error_has_the_one_root(error):
    assert isinstance(error, SecureLoginError)


@pytest.mark.parametrize("kind", [WiringError, InvalidInput])
def test_wrong_values_are_value_errors(kind):
    assert issubclass(kind, ValueError)


def test_an_outage_is_a_broken_promise_of_an_adapter():
    assert issubclass(Unavailable, AdapterError)


def test_a_wiring_error_names_the_setting_and_the_cure():
    error = WiringError("is too short.", setting="KeyRing(current)", cure="Make one.")

    assert str(error) == "KeyRing(current): is too short. Make one."
    assert (error.setting, error.cure) == ("KeyRing(current)", "Make one.")


def test_an_invalid_input_names_the_field_and_a_stable_code():
    error = InvalidInput("expected one", field="contact", code="address_malformed")

    assert str(error) == "contact: expected one"
    assert (error.field, error.code) == ("contact", "address_malformed")


def test_an_adapter_error_names_adapter_and_verb():
    error = Unavailable("OperationalError", adapter="MyStore", verb="get")

    assert str(error) == "MyStore.get: OperationalError"
    assert (error.adapter, error.verb) == ("MyStore", "get")
