"""How attempts are found without a reference, and why one goes before another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.outcomes import Cause
from securelogin.rules.ranking import Clues, rank, searched, sought_in
from tests.rules.cases import HOUR, MINUTE, address, record
from tests.wiring import START, URL

HERE = "https://portal.acme.example/secure/"


def clues(**changes) -> Clues:
    given_values = {"tenant": "acme", "after": START - HOUR, "before": START + HOUR}
    return Clues(**(given_values | changes))


def scored(record_, **changes):
    found = rank([record_], clues(**changes))
    return (found[0].score, found[0].why) if found else None


@pytest.mark.parametrize(
    ("record_", "given_clues", "expected"),
    [
        (record(), {"address": address()}, (100, ("this very address",))),
        (record(), {"address": address("ann@example.com")}, "much like it"),
        (record(), {"address": address("somebody@else.example")}, None),
        (record(), {"around": START}, (100, ("0 min off",))),
        (record(at=START + HOUR), {"around": START}, (5, ("60 min off",))),
        (record(), {"around": START, "within": timedelta(0)}, (100, ("0 min off",))),
        (record(url=URL), {"url": HERE}, (100, ("this URL",))),
        (record(url=HERE), {"url": URL}, (100, ("this URL",))),
        (
            record(url="https://portal.acme.example/other"),
            {"url": HERE},
            (50, ("the same host",)),
        ),
        (record(url="https://else.example/"), {"url": HERE}, None),
        (record(url="no url"), {"url": "no url"}, (100, ("this very URL",))),
        (record(url="no url"), {"url": HERE}, None),
        (
            record(user_agent="Mozilla/5.0 Firefox/140.0"),
            {"browser": "firefox 140"},
            (100, ("browser: firefox 140",)),
        ),
        (
            record(user_agent="Mozilla/5.0 Firefox/140.0"),
            {"browser": "Firefox/139"},
            (50, ("browser: firefox",)),
        ),
        (record(user_agent="Safari"), {"browser": "Firefox"}, None),
        (
            record(at=START + 30 * MINUTE),
            {"address": address(), "around": START},
            (82, ("this very address", "30 min off")),
        ),
    ],
)
def test_each_clue_that_fits_adds_to_the_score_and_says_so(
    record_, given_clues, expected
):
    found = scored(record_, **given_clues)

    if isinstance(expected, str):
        assert 0 < found[0] < 100
        assert expected in found[1][0]
    else:
        assert found == expected


def test_the_best_comes_first_and_of_equals_the_newest():
    records = [
        record(reference="older", at=START - MINUTE),
        record(reference="newer"),
        record(reference="other", lookup="ann@example.com"),
    ]

    found = rank(records, clues(address=address()))

    assert [one.reference for one in found] == ["newer", "older", "other"]


def test_twenty_are_shown():
    records = [record(reference=str(n)) for n in range(30)]

    assert len(rank(records, clues(address=address()))) == 20


def test_a_candidate_shows_what_one_recognises_it_by():
    (found,) = rank([record(Cause.LOCKED, Cause.NO_PERMISSION)], clues(around=START))

    assert (found.cause, found.typed, found.url) == (
        Cause.LOCKED,
        "ann@example.org",
        URL,
    )
    assert rank([record()], clues(around=START))[0].cause is None


@given(
    st.lists(st.timedeltas(-HOUR, HOUR), max_size=30),
    st.one_of(st.none(), st.just(START)),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_scores_fall_from_at_most_100_to_at_least_1(offs, around, url, browser):
    records = [record(at=START + off, user_agent="Firefox") for off in offs]

    found = rank(
        records,
        clues(
            around=around, url=url.strip(), browser=browser.strip(), address=address()
        ),
    )

    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(1 <= score <= 100 for score in scores)


def test_a_browser_without_a_word_is_no_clue():
    (found,) = rank([record()], clues(address=address(), browser="/"))

    assert found == rank([record()], clues(address=address()))[0]


def test_it_is_looked_for_at_the_tenant_and_at_no_portals_url():
    spans = sought_in(clues(address=address()))

    assert [(span.tenant, span.lookup) for span in spans] == [
        ("acme", "ann@example.org"),
        ("acme", None),
        ("", "ann@example.org"),
    ]


def test_what_was_asked_for_is_told_without_what_it_was():
    whole = clues(address=address(), around=START, url=URL, browser="Firefox")

    assert whole.told == "attempts by an address, a time, a URL, a browser"
    assert clues(url=URL).told == "attempts by a URL"
    assert searched(whole, at=START).lookup == "ann@example.org"
