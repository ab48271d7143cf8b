"""The matrix of supported browsers, and how a user agent is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin import Client, WiringError
from securelogin.browsers import NO_MATRIX, Browser, BrowserMatrix
from securelogin.user_agents import read_browser
from tests.rules.cases import attempt, evidence

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
MATRIX = BrowserMatrix(lowest={"Chrome": 127, "edge": 120}, read=read_browser)


@pytest.mark.parametrize(
    ("user_agent", "browser"),
    [
        (CHROME, Browser(family="Chrome", version=126)),
        (f"{CHROME} Edg/126.0.0.0", Browser(family="Edge", version=126)),
        (
            "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
            Browser(family="IE", version=11),
        ),
        ("", None),
        ("nothing known", None),
        ("Firefox", None),
    ],
)
def test_a_user_agent_is_read_as_family_and_major_version(user_agent, browser):
    assert read_browser(user_agent) == browser


@given(st.text(max_size=256))
def test_no_user_agent_makes_the_reader_fail(text):
    read = read_browser(text)

    assert read is None or read.version >= 0


@pytest.mark.parametrize(
    ("user_agent", "needed"),
    [(CHROME, 127), (f"{CHROME} Edg/126.0.0.0", None), ("", None), ("Firefox", None)],
)
def test_a_browser_below_its_lowest_version_needs_that_one(user_agent, needed):
    assert MATRIX.needed(user_agent) == needed


def test_the_very_lowest_version_will_do():
    matrix = BrowserMatrix(lowest={"Chrome": 126}, read=read_browser)

    assert matrix.needed(CHROME) is None


def test_without_a_matrix_every_browser_will_do():
    assert NO_MATRIX.needed(CHROME) is None


@pytest.mark.parametrize(
    ("user_agent", "note"), [(CHROME, "the browser is below version 127"), ("", None)]
)
def test_a_policy_can_refuse_older_browsers_with_a_note(user_agent, note):
    made = attempt(client=Client(user_agent=user_agent))

    assert MATRIX.refuse_older(evidence(attempt=made)) == note


@pytest.mark.parametrize(
    ("options", "cure"),
    [
        ({"lowest": {"Chrome": 127}}, r"securelogin\[browsers\]"),
        ({"lowest": {}, "read": "no function"}, r"securelogin\[browsers\]"),
        ({"lowest": {"Chrome": "127"}, "read": read_browser}, "whole number"),
        ({"lowest": {"Chrome": 0}, "read": read_browser}, "whole number"),
        ({"lowest": {"Chrome": True}, "read": read_browser}, "whole number"),
    ],
)
def test_an_unfit_matrix_is_refused_when_it_is_made(options, cure):
    with pytest.raises(WiringError, match=cure):
        BrowserMatrix(**options)


def test_a_matrix_cannot_be_written_to():
    with pytest.raises(TypeError):
        MATRIX.lowest["chrome"] = 1
