"""Who may be made a viewer."""

from __future__ import annotations

import pytest

from securelogin import InvalidInput, Viewer
from securelogin.addresses import parse_address
from securelogin.viewers import OPERATOR, Role


def test_each_role_has_its_own_way_to_be_made():
    ann = Viewer.sender("ann", tenant="acme", address="ann@acme.example")
    carol = Viewer.administrator("carol", tenant="acme")

    assert (ann.role, ann.address.text) == (Role.SENDER, "ann@acme.example")
    assert (carol.role, carol.tenant, carol.address) == (
        Role.ADMINISTRATOR,
        "acme",
        None,
    )
    assert (OPERATOR.role, OPERATOR.tenant) == (Role.OPERATOR, "")


ADDRESS = parse_address("ann@acme.example")


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "operator", "name": "", "tenant": ""},
        {"role": "operator", "name": "  ", "tenant": ""},
        {"role": "operator", "name": "x" * 65, "tenant": ""},
        {"role": "operator", "name": "a\nb", "tenant": ""},
        {"role": "operator", "name": None, "tenant": ""},
        {"role": "operator", "name": "ann", "tenant": "acme"},
        {"role": "operator", "name": "ann", "address": ADDRESS},
        {"role": "administrator", "name": "ann"},
        {"role": "administrator", "name": "ann", "tenant": "ACME"},
        {"role": "administrator", "name": "ann", "tenant": "acme", "address": ADDRESS},
        {"role": "sender", "name": "ann", "tenant": "acme"},
        {"role": "sender", "name": "ann", "address": ADDRESS},
    ],
    ids=str,
)
def test_a_viewer_who_would_see_more_or_nothing_by_a_slip_is_refused(fields):
    with pytest.raises(InvalidInput):
        Viewer(**fields)


def test_there_are_no_other_roles():
    with pytest.raises(ValueError, match="root"):
        Viewer(role="root", name="ann")
