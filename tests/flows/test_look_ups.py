"""Look-ups of support are counted and recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securelogin import InvalidInput, Limits, Policy, Viewer
from securelogin.attempts import Operation
from securelogin.viewers import OPERATOR
from tests.flows.viewers import CAROL, recorded
from tests.wiring import START, Wired


def few_look_ups(colour):
    return Wired(colour, policy=Policy(limits=Limits(look_ups=2)))


@pytest.mark.parametrize("call", ["find", "search"])
def test_a_viewer_who_looks_up_too_often_is_stopped_for_an_hour(colour, call):
    wired = few_look_ups(colour)

    def look(by):
        if call == "find":
            return wired.auth.support.find("000-000-000", by=by)
        return wired.auth.support.search(by=by, browser="Firefox")

    for _ in range(2):
        look(CAROL)
    with pytest.raises(InvalidInput) as caught:
        look(CAROL)
    assert caught.value.code == "look_ups_exhausted"

    look(Viewer.administrator("dora", tenant="acme"))
    look(Viewer.administrator("carol", tenant="globex"))
    wired.clock.move(timedelta(hours=1))
    look(CAROL)


def test_an_operator_is_counted_but_not_stopped(colour):
    wired = few_look_ups(colour)

    for _ in range(5):
        assert wired.auth.support.find("000-000-000", by=OPERATOR) is None


def test_each_look_up_is_recorded_with_its_viewer_and_what_was_shown(wired, ann):
    reference = wired.check("ann@acme.example", "wrong wrong").public.reference
    wired.auth.support.find(reference, by=CAROL)
    wired.auth.support.find("000-000-000", by=CAROL)
    wired.auth.support.find("no reference", by=CAROL)
    wired.auth.support.search(by=CAROL, address="ann@acme.example", around=START)

    notes = [one.note for one in reversed(recorded(wired))]

    assert notes[:3] == [
        f"administrator carol looked for {reference}; shown: 1",
        "administrator carol looked for 000-000-000; shown: 0",
        "administrator carol looked for what is no reference; shown: 0",
    ]
    assert notes[3].startswith(
        "administrator carol looked for attempts by an address, a time; shown: "
    )


def test_look_ups_about_a_person_are_erased_with_them(wired, ann):
    reference = wired.check("ann@acme.example", "wrong wrong").public.reference
    wired.auth.support.find(reference, by=CAROL)
    wired.auth.support.search(by=CAROL, address="ann@acme.example")

    wired.auth.accounts.erase(ann)

    assert [one.note for one in recorded(wired)] == ["", ""]


def test_a_look_up_is_never_among_what_is_found(wired, ann):
    wired.auth.support.search(by=CAROL, address="ann@acme.example")

    found = wired.auth.support.search(by=CAROL, address="ann@acme.example")

    assert {one.operation for one in found} <= {
        Operation.LOGIN,
        Operation.PASSWORD_COMPLETED,
    }
