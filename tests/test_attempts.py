"""What a request brought, tidied where it comes in."""

from __future__ import annotations

import unicodedata
from dataclasses import FrozenInstanceError, fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.attempts import (
    Attempt,
    AttemptRecord,
    Client,
    Operation,
    Preflight,
    RequestFault,
    Span,
    printable,
)
from securelogin.errors import InvalidInput
from securelogin.hidden import Hidden
from tests.wiring import START

TICK = timedelta(microseconds=1)


@given(st.text(st.characters()), st.integers(0, 300))
def test_C19_F33_no_character_of_a_record_forges_a_line_or_turns_a_terminal(text, most):
    kept = printable(text, most=most)

    assert len(kept) == min(len(text), most)
    assert not {unicodedata.category(c) for c in kept} & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(c) for c in kept} & {
        *("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    }
    assert len(kept.splitlines()) <= 1


@pytest.mark.parametrize(
    "character",
    [
        *("\0", "\t", "\n", "\r", "\x1b", "\x7f", "\x85", "\x9b"),
        *("\u00ad", "\u061c", "\u180e", "\u200b", "\u200e", "\u2028", "\u2029"),
        *("\u202e", "\u2060", "\u2066", "\ufeff", "\ufff9", "\ud800"),
        # Tags: ASCII that nobody sees.
        *("\U000e0001", "\U000e0041", "\U000e007f"),
    ],
    ids=ascii,
)
def test_F33_controls_and_what_nobody_sees_are_replaced(character):
    assert printable(f"a{character}b", most=9) == "a\ufffdb"


def test_the_sign_for_nul_is_replaced_because_some_stores_need_two_for_it():
    assert printable("\u2400" * 9, most=5) == "\ufffd" * 5


@pytest.mark.parametrize("text", ["Ann Bloggs", "Münchner Straße", "日本語", "ان", ""])
def test_what_people_write_stays(text):
    assert printable(text, most=99) == text


def test_F64_an_attempt_takes_strings_as_they_were_typed():
    attempt = Attempt(address=" Ann ", password=" p ", url="u", link="l")

    assert (attempt.address, attempt.url) == (" Ann ", "u")
    assert (attempt.password, attempt.link) == (Hidden(" p "), Hidden("l"))
    assert attempt.client == Client()
    assert attempt.faults == frozenset()


def test_what_is_hidden_already_stays_hidden():
    secret, link = Hidden("p"), Hidden("l")
    attempt = Attempt(address="a", password=secret, url="u", link=link)

    assert attempt.password is secret
    assert attempt.link is link


@pytest.mark.parametrize(
    "wrong",
    [
        *({"address": value} for value in (None, 5, b"a", ["a@b", "c@d"], {"a": 1})),
        *({"url": value} for value in (None, b"u", ["u"])),
        *({"password": value} for value in (None, 0, True, b"p", ["p"])),
        *({"link": value} for value in (0, True, b"l", ["l"])),
        *({"client": value} for value in ("192.0.2.1", 5, {"ip": "192.0.2.1"})),
    ],
    ids=repr,
)
def test_C45_C64_C65_F64_anything_else_is_a_type_error(wrong):
    (name,) = wrong

    with pytest.raises(TypeError, match=f"{name} must be a"):
        Attempt(**({"address": "a", "password": "p", "url": "u"} | wrong))


def test_F64_subclasses_of_str_leave_only_their_characters():
    class Evil(str):
        __slots__ = ()

    attempt = Attempt(address=Evil("a"), password=Evil("p"), url=Evil("u"))

    assert type(attempt.address) is type(attempt.url) is str
    assert type(attempt.password.reveal()) is str


def test_faults_come_by_their_words_too():
    attempt = Attempt(address="a", password="p", url="u", faults=frozenset({"csrf"}))

    assert attempt.faults == {RequestFault.CSRF}


def test_an_attempt_cannot_be_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        Attempt(address="a", password="p", url="u").address = "b"


def test_a_user_agent_is_kept_printable_and_short():
    client = Client(user_agent="Mozilla\r\n" + "x" * 500)

    assert client.user_agent == ("Mozilla\ufffd\ufffd" + "x" * 500)[:256]


@pytest.mark.parametrize(
    ("ip", "kept", "source"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("2001:DB8::1", "2001:db8::1", "2001:db8::"),
        ("2001:db8:0:0:ffff::9", "2001:db8::ffff:0:0:9", "2001:db8::"),
        ("2001:db8:0:1::9", "2001:db8:0:1::9", "2001:db8:0:1::"),
        ("fe80::1%eth0", "fe80::1", "fe80::"),
        (None, None, "unknown"),
    ],
)
def test_F63_attempts_are_counted_by_address_or_network(ip, kept, source):
    client = Client(ip=ip)

    assert (client.ip, client.source) == (kept, source)


@pytest.mark.parametrize(
    "ip",
    ["", "nowhere", "192.0.2.7\n", "192.0.2.7, 198.51.100.1", "192.0.2.07", "1.2.3"],
)
def test_C31_F63_what_is_no_ip_address_is_refused(ip):
    with pytest.raises(InvalidInput) as caught:
        Client(ip=ip)

    assert (caught.value.field, caught.value.code) == ("ip", "ip_malformed")
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "wrong",
    [
        *({"ip": 5}, {"ip": b"192.0.2.7"}, {"user_agent": None}, {"user_agent": b"x"}),
        *({"device_time": "2026-03-02"}, {"device_time": 5}, {"language": None}),
    ],
    ids=repr,
)
def test_F64_a_field_of_a_client_has_its_type(wrong):
    (name,) = wrong

    with pytest.raises(TypeError, match=name):
        Client(**wrong)


def test_F13_a_device_without_a_zone_is_refused():
    with pytest.raises(InvalidInput) as caught:
        Client(device_time=datetime(2026, 3, 2))

    assert caught.value.code == "time_naive"
    assert Client(device_time=START).device_time == START


@pytest.mark.parametrize(
    "told", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_a_device_time_that_no_store_could_read_again_is_refused(told):
    with pytest.raises(InvalidInput) as caught:
        Client(device_time=datetime.fromisoformat(told))

    assert caught.value.code == "time_out_of_range"


def test_a_record_has_no_place_for_a_secret():
    names = {field.name for field in fields(AttemptRecord)}

    assert not names & {"password", "token", "secret", "length"}


def test_an_erased_record_does_not_tell_who_it_was():
    record = AttemptRecord(
        reference="7QK-4MX-P9D",
        at=datetime.now(UTC),
        operation=Operation.LOGIN,
        tenant="acme",
        url="https://a/ANN",
        lookup="ANN@example.org",
        typed="ANN@example.org",
        ip="192.0.2.7",
        user_agent="ANN's browser",
        device_time=START,
        note="ANN is on leave",
        preflight=Preflight(cookies=True),
    )

    erased = record.erased()

    assert "ANN" not in repr(erased)
    assert (erased.ip, erased.device_time, erased.preflight) == ("", None, None)
    assert erased.reference == record.reference


@pytest.mark.parametrize("name", ["cookies", "https", "script"])
def test_a_fact_of_the_preflight_is_true_false_or_unknown(name):
    with pytest.raises(TypeError, match=name):
        Preflight(**{name: 1})


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({}, True),
        ({"tenant": "globex"}, False),
        ({"after": START + TICK}, False),
        ({"before": START - TICK}, False),
        ({"lookup": "ANN@example.org"}, True),
        ({"lookup": "ann@example.org"}, False),
        ({"lookup": ""}, False),
        ({"ip": "192.0.2.7"}, True),
        ({"ip": ""}, False),
    ],
)
def test_a_span_holds_what_fits_all_of_it(changes, held):
    record = AttemptRecord(
        reference="r",
        at=START,
        operation=Operation.LOGIN,
        tenant="acme",
        lookup="ANN@example.org",
        ip="192.0.2.7",
    )
    span = {"tenant": "acme", "after": START, "before": START} | changes

    assert Span(**span).holds(record) is held
