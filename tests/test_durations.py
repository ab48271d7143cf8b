"""Spans of time as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.durations import read_duration, written_duration
from securelogin.errors import WiringError
from securelogin.policy import Lifetimes


@pytest.mark.parametrize(
    ("span", "written"),
    [
        (timedelta(milliseconds=500), "0.5 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=90), "90 seconds"),
        (timedelta(minutes=15), "15 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(days=14), "14 days"),
    ],
)
def test_a_span_is_written_in_its_largest_exact_unit(span, written):
    assert written_duration(span) == written


@given(st.integers(1, 10**9 - 1))
def test_what_is_written_is_read_again(seconds):
    span = timedelta(seconds=seconds)

    assert read_duration(written_duration(span)) == span


@pytest.mark.parametrize(
    "text", ["", "soon", "1.5 hours", "-1 day", "1 week", "1 day 2"]
)
def test_what_names_no_span_is_none(text):
    assert read_duration(text) is None


def test_an_error_says_the_most_as_people_write_it():
    with pytest.raises(WiringError, match="at most 1 day"):
        Lifetimes(temporary=timedelta(days=2))
