"""What can be read out of a request; anything may come."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin.web import Request
from securelogin.web.browsers import browser_name
from securelogin.web.requests import (
    prefers_page,
    read_client_ip,
    read_cookies,
    read_fields,
    read_json,
    read_language,
    read_mailed_token,
    read_url,
)


def request(body: bytes = b"", peer: str | None = None, query: str = "", **headers):
    return Request(
        method="POST",
        path="/login",
        host="portal.acme.example",
        query=query,
        body=body,
        peer=peer,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


@pytest.mark.parametrize(
    ("forwarded", "proxies", "ip"),
    [
        # Without proxies of one's own nobody is believed.
        ("198.51.100.1", 0, "192.0.2.7"),
        ("", 0, "192.0.2.7"),
        # The rightmost entry is the one's own proxy has written.
        ("203.0.113.9, 198.51.100.1", 1, "198.51.100.1"),
        ("203.0.113.9, 198.51.100.1", 2, "203.0.113.9"),
        ("203.0.113.9,198.51.100.1,198.51.100.2", 2, "198.51.100.1"),
        # Fewer entries than proxies: somebody came past one.
        ("198.51.100.1", 2, "192.0.2.7"),
        ("", 1, "192.0.2.7"),
        ("nonsense", 1, "192.0.2.7"),
        ("198.51.100.1:4711", 1, "198.51.100.1"),
        ("2001:db8::7", 1, "2001:db8::7"),
        ("[2001:db8::7]:443", 1, "2001:db8::7"),
        ("fe80::1%eth0", 1, "fe80::1"),
    ],
)
def test_C31_the_client_is_whom_one_s_own_proxies_name(forwarded, proxies, ip):
    came = request(peer="192.0.2.7", x_forwarded_for=forwarded)

    assert read_client_ip(came, trusted_proxies=proxies) == ip


@pytest.mark.parametrize("peer", [None, "", "testclient", "unix:/run/x.sock"])
def test_a_peer_that_is_no_address_is_unknown(peer):
    assert read_client_ip(request(peer=peer), trusted_proxies=0) is None


@pytest.mark.parametrize(
    ("told", "proxies", "url"),
    [
        ("http", 0, "https://portal.acme.example/login"),
        ("http", 1, "http://portal.acme.example/login"),
        ("https, http", 1, "http://portal.acme.example/login"),
        ("", 1, "https://portal.acme.example/login"),
    ],
)
def test_the_scheme_is_believed_of_one_s_own_proxy_only(told, proxies, url):
    came = request(x_forwarded_proto=told)

    assert read_url(came, trusted_proxies=proxies) == url


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/grüße/login", "https://portal.acme.example/gr%C3%BC%C3%9Fe/login"),
        ("/a b/100%", "https://portal.acme.example/a%20b/100%25"),
        ("/\ud800", "https://portal.acme.example/%3F"),
    ],
    ids=repr,
)
def test_the_url_is_written_with_escapes_whatever_the_path(path, url):
    came = dataclasses.replace(request(), path=path)

    assert read_url(came, trusted_proxies=0) == url


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH, en;q=0.5", "de"),
        ("fr, de;q=0.3", "de"),
        ("fr", "en"),
        ("de;q=0, en", "en"),
        ("de;q=0", "en"),
        ("en;q=0.2, de;q=0.9", "de"),
        ("DE", "de"),
        ("*", "en"),
        ("de;q=lots", "en"),
        (";;q=,=,;q=1;q=1", "en"),
        # RFC 9110, 12.4.2: blanks, either case of q, at most three digits.
        ("en ; q=0.2 , de ;\tQ=0.9", "de"),
        ("en;q=0.2, de;q=0.2001, fr;q=2", "en"),
        ("en;q=1.000, de;q=1.001", "en"),
        ("de;q=nan, en;q=0.1", "en"),
        ("de;q=-1", "en"),
        # RFC 4647, 3.4: a range gets shorter, never longer.
        ("de-Latn-DE-1996, en;q=0.9", "de"),
        ("zh", "en"),
        ("zh-Hant-TW", "zh-hant"),
        ("zh-Hant-x-own", "zh-hant"),
        ("zh-x-Hant", "en"),
        # The first of what is wanted alike.
        ("de, en", "de"),
        ("fr, en, de", "en"),
        # What is refused is not taken in place of something else.
        ("de;q=0, de-CH", "en"),
        ("en;q=0, *", "de"),
        ("fr, *;q=0.1", "en"),
        ("*;q=0, de;q=0.5", "de"),
        ("*;q=0", "en"),
        ("en;q=0, de;q=0, zh-hant;q=0, *", "en"),
        (", ".join(["fr"] * 16 + ["de"]), "en"),
    ],
)
def test_the_language_is_the_best_there_is(header, language):
    came = request(accept_language=header)

    assert read_language(came, known=("de", "en", "zh-hant")) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "de"), ("fr", "de"), ("*", "de"), ("en", "en"), ("de;q=0, *", "en")],
)
def test_the_portal_has_a_language_for_whoever_asks_for_none_there_is(header, language):
    came = request(accept_language=header)

    assert read_language(came, known=("de", "en"), default="de") == language


@pytest.mark.parametrize(
    ("query", "token"),
    [
        ("t=abc", "abc"),
        ("t=abc&utm_source=mail", "abc"),
        ("t=3Dabc", "3Dabc"),
        # The "=" went with a soft line break: the flow finds the token itself.
        ("tabc", "?tabc"),
        ("utm=1&t=abc", "?utm=1&t=abc"),
        ("t=" + "x" * 9_000, "x" * 600),
        ("t=%ff", "\ufffd"),
    ],
    ids=lambda value: value[:20],
)
def test_the_token_of_a_mailed_link_is_found(query, token):
    assert read_mailed_token(request(query=query)).reveal() == token


def test_without_a_query_there_is_no_token():
    assert read_mailed_token(request()) is None


def test_of_two_cookies_with_one_name_the_first_counts():
    found = read_cookies(request(cookie="a=1; a=2; b ; =x; c=3=4;"))

    assert {name: value.reveal() for name, value in found.items()} == {
        "a": "1",
        "": "x",
        "c": "3=4",
    }


@given(
    body=st.binary(max_size=200),
    header=st.text(st.characters(codec="latin-1"), max_size=80),
    query=st.text(st.characters(codec="latin-1"), max_size=80),
)
def test_whatever_a_stranger_sends_is_read_without_an_error(body, header, query):
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        came = request(
            body,
            peer=header,
            query=query,
            content_type=kind,
            cookie=header,
            accept_language=header,
            x_forwarded_for=header,
        )
        read_fields(came)
        read_json(came)
        read_cookies(came)
        read_mailed_token(came)
        read_client_ip(came, trusted_proxies=1)
        assert read_language(came, known=("de", "en")) in {"de", "en"}


CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML) Chrome/141.0 "


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (CHROME + "Safari/537.36", "Chrome 141, Windows"),
        (CHROME + "Safari/537.36 Edg/141.0", "Edge 141, Windows"),
        (CHROME + "Safari/537.36 OPR/120.0", "Opera 120, Windows"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
            "Firefox 140, Linux",
        ),
        (
            "Mozilla/5.0 (iPhone; iPhone OS 18 like Mac OS X) Version/18.0 Safari/6",
            "Safari 18, iPhone",
        ),
        ("Firefox/140", "Firefox 140"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
    ids=lambda value: value[-20:],
)
def test_a_browser_is_named_as_people_know_it(user_agent, name):
    assert browser_name(user_agent) == name


@pytest.mark.parametrize(
    ("accept", "wants"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html", True),
        ("TEXT/HTML ; charset=utf-8 ; Q=0.4", True),
        ("application/json;q=0.1, text/html;level=1;q=0.2", True),
        ("application/json, text/html;q=0.9", False),
        ("application/json, text/html", False),
        ("application/json, text/plain, */*", False),
        ("*/*", False),
        ("", False),
        ("text/html;q=0", False),
        ("text/html;q=x", False),
        (";;,,;q=", False),
        ("x," * 16 + "text/html", False),
    ],
)
def test_a_page_is_for_who_names_html_before_json(accept, wants):
    assert prefers_page(request(accept=accept)) is wants


@given(st.text(max_size=60))
def test_every_wish_has_an_answer(accept):
    assert prefers_page(request(accept=accept)) in {True, False}
