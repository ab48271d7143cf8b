"""Whatever is sent, the answer is one of ours: no 5xx, no trace, no secret in a log.

Requests are made by Schemathesis out of the OpenAPI description, and by hand; all go
over real HTTP. `SECURELOGIN_REQUESTS` says how many Schemathesis shall make; `.ci/run`
asks for 10,000.
"""

from __future__ import annotations

import json
import logging
import os
import socket
from contextlib import closing
from datetime import timedelta

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from securelogin import Limits, Policy
from securelogin.fastapi import add_pages
from securelogin.testing.frameworks import HTTPTransport
from securelogin.testing.frameworks.browser import Browser
from securelogin.web import PATHS, WebSettings, describe
from tests.fastapi.listening import listening
from tests.fastapi.serving import Server
from tests.flows.conftest import register
from tests.wiring import ACME, PASSWORD, Wired

SCHEMA = schemathesis.openapi.from_dict(describe(ACME))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
KINDS = [
    (operation, mode)
    for operation in OPERATIONS
    for mode in GenerationMode
    # What takes nothing cannot be given anything wrong.
    if operation.body or mode is GenerationMode.POSITIVE
]
REQUESTS = int(os.environ.get("SECURELOGIN_REQUESTS", "100"))
# For each kind with a body; without one there is next to nothing to vary.
EACH = -(-REQUESTS // sum(bool(operation.body) for operation, _ in KINDS))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SECRET = "kingfisher-in-the-reeds-at-noon"
TRACES = (b"Traceback", b'File "', b"site-packages", b"securelogin/", b"Error(")
ASKING = settings(
    max_examples=EACH,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
GENEROUS = Limits(tries=10**9, source_tries=10**9, window=timedelta(days=1))


class Portal:
    """A portal behind uvicorn, somebody who is logged in there, and the log."""

    def __init__(self, server, log) -> None:
        self.wired = Wired("async", policy=Policy(limits=GENEROUS))
        app = FastAPI()
        add_pages(
            app,
            self.wired.auth._inner,
            portal=ACME,
            settings=WebSettings(trusted_proxies=1),
        )
        server.app = app
        self.transport = HTTPTransport(server.url)
        self.base = f"{server.url}/secure"
        self.log = log
        register(self.wired)
        self.wired.auth.accounts.register(
            "eve@acme.example", tenant="acme", audience="internal"
        )
        temporary = self.wired.mailed_password()
        self.browser = Browser(self.transport, ACME)
        # A ticket for a new password, held all along; a session is made anew.
        self.browser.call(
            "login", {"address": "eve@acme.example", "password": temporary}
        )

    def cookie(self) -> str:
        """Return the cookies of somebody who is logged in, and has a ticket."""
        if not self.browser.cookie("session"):
            self.browser.call(
                "login", {"address": "ann@acme.example", "password": PASSWORD}
            )
        return "; ".join(f"{k}={v}" for k, v in self.browser.cookies.items())

    def log_out(self) -> None:
        name = next(name for name in self.browser.cookies if "-session" in name)
        del self.browser.cookies[name]


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        yield server


@pytest.fixture(scope="module")
def log():
    with listening() as log:
        yield log


@pytest.fixture
def portal(server, log):
    # A new one each time: a hundred wrong guesses in a row close an account.
    return Portal(server, log)


def test_the_description_is_read_whole():
    assert len(OPERATIONS) == 10
    assert len(KINDS) == 17


@pytest.mark.parametrize(
    ("operation", "mode"),
    KINDS,
    ids=[f"{operation.label} {mode.value}" for operation, mode in KINDS],
)
def test_whatever_the_description_leads_to_is_answered_as_described(
    portal, operation, mode
):
    strategy = st.tuples(operation.as_strategy(generation_mode=mode), st.booleans())

    asked = 0

    @ASKING
    @given(strategy)
    def ask(made) -> None:
        nonlocal asked
        asked += 1
        case, is_logged_in = made
        headers = {"Host": "portal.acme.example", "X-Forwarded-Proto": "https"}
        if is_logged_in:
            headers["Cookie"] = portal.cookie()
        portal.log.lines.clear()

        def ask_again(body) -> None:
            case.body = body
            case.call(base_url=portal.base, headers=headers)

        response = case.call_and_validate(
            base_url=portal.base, headers=headers, checks=CHECKS
        )

        assert not [trace for trace in TRACES if trace in response.content]
        assert portal.log.betrays(case.body, ask_again) == []
        if is_logged_in and (
            "logout" in operation.path or "sessions" in operation.path
        ):
            portal.log_out()

    ask()

    assert asked >= (EACH if operation.body else 1)


FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
HOSTILE = {
    "nothing": (JSON, b""),
    "a lone brace": (JSON, b"{"),
    "depth": (JSON, b"[" * 60_000),
    "depth in an object": (JSON, b'{"address":' * 5_000 + b"1" + b"}" * 5_000),
    "a number of many digits": (JSON, b'{"address": ' + b"9" * 20_000 + b"}"),
    "infinity": (JSON, b'{"address": Infinity, "password": NaN}'),
    "a lone surrogate": (JSON, rb'{"address": "\ud800", "password": "\udfff"}'),
    "nul": (JSON, rb'{"address": "a\u0000@b.example", "password": "\u0000"}'),
    "UTF-16": (JSON, '{"address": "a@b.example"}'.encode("utf-16")),
    "a byte order mark": (JSON, b'\xef\xbb\xbf{"address": "a@b.example"}'),
    "no UTF-8": (JSON, b'{"address": "\xff\xfe"}'),
    "a name twice": (JSON, b'{"address": "a", "address": "b"}'),
    "SQL": (JSON, b'{"address": "\' OR 1=1 --", "password": "%s\' OR \'\'=\'"}'),
    "a template": (JSON, b'{"address": "{{7*7}}${7*7}<%= 7 %>", "password": "x"}'),
    "a header": (JSON, rb'{"address": "a@b.example\r\nBcc: c@d.example"}'),
    "a format": (JSON, b'{"address": "%s%n{0.__class__}", "password": "%(x)s"}'),
    "an address as large as a body may be": (
        JSON,
        b'{"address": "' + b"a" * 64_000 + b'", "password": "x"}',
    ),
    "a password as large as a body may be": (
        JSON,
        b'{"address": "ann@acme.example", "password": "' + b"\xc3\xa9" * 32_000 + b'"}',
    ),
    "too much": (JSON, b'{"address": "' + b"a" * 70_000 + b'"}'),
    "a time that is none": (
        JSON,
        b'{"address": "", "password": "", "device_time": "9999-12-31T23:59:59-23:59"}',
    ),
    "a broken escape": (FORM, b"address=%&password=%zz&%=%"),
    "bytes in a form": (FORM, b"address=%ff%00%fe&password=\xff"),
    "a thousand fields": (FORM, b"&".join(b"f%d=x" % n for n in range(1_000))),
    "an empty name": (FORM, b"=&=&="),
    "another character set": (f"{FORM}; charset=utf-7", b"address=+AGE-"),
    "several parts": ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
    "XML": ("application/xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    "a type that is none": ("\xe9;;;=", b"{}"),
}
PLACES = [f"/secure/{path.replace('{name}', 'x')}" for path in PATHS.values()]


@pytest.mark.parametrize("form", HOSTILE)
def test_a_hostile_body_gets_an_answer_of_ours(portal, form):
    kind, body = HOSTILE[form]
    portal.log.lines.clear()
    for place in PLACES:
        for cookies in ([], [("Cookie", portal.cookie())]):
            answer = portal.transport.send(
                "POST",
                place,
                [("Host", "portal.acme.example"), ("Content-Type", kind), *cookies],
                body,
            )

            assert answer.status < 500
            assert not [trace for trace in TRACES if trace in answer.body]
    portal.log_out()
    assert _errors(portal) == []


HEADERS = {
    "no host": [],
    "two hosts": [("Host", "portal.acme.example"), ("Host", "evil.example")],
    "a host that is none": [("Host", "[::1:80:::")],
    "a host with no such port": [("Host", "portal.acme.example:99999999")],
    "cookies that are none": [("Cookie", ";;;=;=x;\xff=\xff; " + "a=b; " * 2_000)],
    "our cookies, broken": [
        (
            "Cookie",
            "; ".join(
                f"__Host-securelogin-{kind}={value}"
                for kind in ("browser", "session", "ticket", "link", "proof", "notice")
                for value in ("x" * 43, "e30.AAAA", "\xff", "." * 900)
            ),
        )
    ],
    "languages": [("Accept-Language", "de;q=1e999,*;q=nan,;q=,--,\xff" + ",x" * 3_000)],
    "wishes": [("Accept", "text/html;q=inf;q=,;;,application/json;q=-1" * 50)],
    "hops": [("X-Forwarded-For", "::ffff:1.2.3.4%eth0, [::1]:x, unknown,,\xff")],
    "a scheme that is none": [("X-Forwarded-Proto", "java\xadscript, \xff")],
    "an origin that is none": [("Origin", "http://[::1"), ("Sec-Fetch-Site", "\xff")],
    "a browser that is none": [("User-Agent", "\x80" * 8_000)],
}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("headers", HEADERS)
def test_a_hostile_header_gets_an_answer_of_ours(portal, headers, method):
    given = HEADERS[headers]
    host = (
        [] if "Host" in dict(given) or not given else [("Host", "portal.acme.example")]
    )
    kind = [("Content-Type", JSON)]
    # Of a host that is none uvicorn has enough before it has read a body, and hangs up.
    has_body = method == "POST" and bool(host)
    body = b'{"address": "a@b.example", "password": "x"}' if has_body else b""
    portal.log.lines.clear()
    for place in PLACES:
        answer = portal.transport.send(
            method,
            f"{place}?t=%ff%00{SECRET}&t",
            [*host, *kind, *given],
            body,
        )

        assert answer.status < 500
        assert not [trace for trace in TRACES if trace in answer.body]
    assert _errors(portal) == []
    assert SECRET not in "\n".join(portal.log.lines)


RAW = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00",
    "a path that is none": b"GET /secure/%%zz%/../login HTTP/1.1\r\nHost: x\r\n\r\n",
    "a whole URL": b"GET http://evil.example/secure/login HTTP/1.1\r\nHost: x\r\n\r\n",
    "two lengths": (
        b"POST /secure/api/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        b"Content-Length: 6\r\n\r\n{}    "
    ),
    "a length and chunks": (
        b"POST /secure/api/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "chunks that are none": (
        b"POST /secure/api/login HTTP/1.1\r\nHost: x\r\n"
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"
    ),
    "half of a body": (
        b"POST /secure/api/login HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"
    ),
    "half of a header": b"GET /secure/login HTTP/1.1\r\nHost",
}


@pytest.mark.parametrize("sent", RAW)
def test_broken_http_breaks_nothing(portal, server, sent):
    portal.log.lines.clear()
    with closing(socket.create_connection(("127.0.0.1", server.port), 10)) as raw:
        raw.sendall(RAW[sent])
        raw.shutdown(socket.SHUT_WR)
        pieces = b"".join(iter(lambda: raw.recv(65_536), b""))
    status = pieces.split(b" ", 2)[1:2]

    assert status in ([], [b"200"], [b"400"], [b"404"], [b"415"])
    assert _errors(portal) == []
    assert (
        portal.transport.send("GET", "/secure/login", [("Host", "x")], b"").status
        == 200
    )


def test_a_secret_in_a_log_would_be_found(portal):
    portal.log.lines.clear()
    logging.getLogger("securelogin.web").error("typed %s", SECRET)

    assert SECRET in "\n".join(portal.log.lines)
    assert _errors(portal) != []


def _errors(portal) -> list[str]:
    return [line for line in portal.log.lines if "Traceback" in line or "typed" in line]


def test_what_is_typed_is_in_no_answer_but_the_address(portal):
    body = json.dumps({"address": "zoe@acme.example", "password": SECRET}).encode()
    headers = [("Host", "portal.acme.example"), ("Content-Type", JSON)]

    answer = portal.transport.send("POST", "/secure/api/login", headers, body)

    assert answer.status == 403
    assert SECRET.encode() not in answer.body
