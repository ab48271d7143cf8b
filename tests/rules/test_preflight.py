"""What a page found out about the browser, read from a stranger's form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin import Client, Policy
from securelogin.attempts import Preflight
from securelogin.browsers import Browser, BrowserMatrix
from securelogin.rules.preflight import (
    browser_notice,
    preflight_checks,
    read_device_time,
    read_preflight,
)


@pytest.mark.parametrize(
    ("fields", "script"),
    [
        ({}, None),
        ({"script": "1"}, None),
        ({"preflight": "1"}, False),
        ({"preflight": "1", "script": ""}, False),
        ({"preflight": "1", "script": "1"}, True),
    ],
)
def test_only_the_page_itself_tells_whether_scripts_run(fields, script):
    found = read_preflight(fields, cookie_came_back=None, is_https=None)

    assert found == Preflight(script=script)


def test_cookies_and_https_are_the_servers_own_observation():
    found = read_preflight({}, cookie_came_back=False, is_https=True)

    assert (found.cookies, found.https) == (False, True)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-03-02T09:30:00.123Z", datetime(2026, 3, 2, 9, 30, 0, 123_000, UTC)),
        ("2026-03-02T10:30:00+01:00", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("2026-03-02T09:30:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_a_device_time_without_zone_or_sense_is_none(text, time):
    assert read_device_time({"device_time": text}) == time


def test_a_form_without_device_time_has_none():
    assert read_device_time({}) is None


NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code", "minutes"),
    [
        (None, "clock.unknown", 0),
        (0, "clock.good", 0),
        (-60, "clock.good", 0),
        (61, "clock.bad", 1),
        (-1_200, "clock.bad", 20),
    ],
)
def test_a_clock_is_right_to_within_the_leeway_of_links(seconds, code, minutes):
    told = None if seconds is None else NOW + timedelta(seconds=seconds)

    found = preflight_checks(
        Client(device_time=told), at=NOW, leeway=timedelta(minutes=1)
    )[2]

    assert (found.code, found.minutes) == (code, minutes)


@pytest.mark.parametrize(
    ("known", "state"), [(True, "good"), (False, "bad"), (None, "unknown")]
)
def test_a_page_says_of_each_thing_how_it_was_found(known, state):
    client = Client(preflight=Preflight(cookies=known, https=known, script=known))

    found = preflight_checks(client, at=NOW, leeway=timedelta(0))

    codes = [one.code for one in found if not one.code.startswith("clock")]
    assert codes == [f"{name}.{state}" for name in ("cookies", "https", "script")]


@given(st.dictionaries(st.sampled_from(["device_time", "script"]), st.text()))
def test_no_form_makes_it_fail(fields):
    read_preflight(fields, cookie_came_back=True, is_https=False)
    told = read_device_time(fields)

    assert told is None or told.utcoffset() is not None


def test_a_notice_is_in_the_language_of_the_page_and_for_old_browsers_only():
    policy = Policy(
        block_list=frozenset(),
        browsers=BrowserMatrix(
            lowest={"Old": 2}, read=lambda text: Browser(family=text, version=1)
        ),
    )

    notices = [
        browser_notice(Client(user_agent=name, language=language), policy=policy)
        for name, language in (("old", "en"), ("old", "de-AT"), ("New", "en"))
    ]

    assert [notice and notice.split()[0] for notice in notices] == [
        "This",
        "Dieser",
        None,
    ]
