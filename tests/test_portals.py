"""Portals: fixed by configuration, found by the URL of a request."""

from __future__ import annotations

import ast
import inspect
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

import securelogin
from securelogin.accounts import Audience
from securelogin.errors import WiringError
from securelogin.portals import Portal, Portals, read_url_parts
from tests.wiring import ACME, GLOBEX

SOURCES = sorted(Path(securelogin.__file__).parent.rglob("*.py"))


def portal(**changed):
    declared = {
        "tenant": "acme",
        "name": "Acme Secure Messaging",
        "url": "https://portal.acme.example/secure/",
        "contact": "it@acme.example",
    }
    return Portal(**(declared | changed))


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://portal.acme.example", "https://portal.acme.example/"),
        ("https://portal.acme.example/secure", "https://portal.acme.example/secure/"),
        ("HTTPS://Portal.Acme.Example:443/S/", "https://portal.acme.example/S/"),
        ("https://portal.acme.example.:8443/", "https://portal.acme.example:8443/"),
        ("https://[2001:db8::1]/a:b/", "https://[2001:db8::1]/a%3Ab/"),
        ("https://portal.acme.example/a b/", "https://portal.acme.example/a%20b/"),
        (
            "https://portal.acme.example/s%C3%A9/",
            "https://portal.acme.example/s%C3%A9/",
        ),
        ("http://localhost:8000/", "http://localhost:8000/"),
        ("http://127.0.0.1/", "http://127.0.0.1/"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_C54_a_portal_has_one_canonical_url(url, base):
    assert portal(url=url).base == base


UNFIT_URLS = {
    "nothing": "",
    "no scheme": "portal.acme.example",
    "plain http": "http://portal.acme.example/",
    "another scheme": "ftp://portal.acme.example/",
    "script": "javascript:alert(1)",
    "no host": "https:///secure/",
    "only a dot": "https://./",
    "user": "https://user@portal.acme.example/",
    "user and password": "https://user:pw@portal.acme.example/",
    "empty user": "https://@portal.acme.example/",
    "query": "https://portal.acme.example/?next=x",
    "empty query": "https://portal.acme.example/?",
    "fragment": "https://portal.acme.example/#top",
    "climbing": "https://portal.acme.example/a/../b/",
    "climbing, encoded": "https://portal.acme.example/a/%2e%2e/b/",
    "backslash": "https://portal.acme.example\\@evil.example/",
    "newline": "https://portal.acme.example/\n",
    "tab": "https://portal.\tacme.example/",
    "leading blank": " https://portal.acme.example/",
    "trailing blank": "https://portal.acme.example/secure/ ",
    "blank in host": "https://portal acme.example/",
    "markup in host": "https://<b>acme</b>.example/",
    "percent in host": "https://portal%2eacme.example/",
    "full-width slash": "https://portal.acme.example／evil/",
    "host that is no A-label": "https://bücher.example/",
    "zero-width space": "https://portal.acme.example/\u200b",
    "port out of range": "https://portal.acme.example:65536/",
    "port of letters": "https://portal.acme.example:https/",
    "broken bracket": "https://[::1/",
    "bracketed host that is no IP address": "https://[v1.a:b]/",
    "endless": "https://portal.acme.example/" + "a" * 2_048,
    "None": None,
    "bytes": b"https://portal.acme.example/",
}


@pytest.mark.parametrize("url", UNFIT_URLS.values(), ids=UNFIT_URLS)
def test_C02_C54_C62_an_unfit_url_is_refused_when_declared(url):
    with pytest.raises(WiringError, match=r"Portal\(url=…\)"):
        portal(url=url)


@pytest.mark.parametrize(
    "changed",
    [
        *({"tenant": tenant} for tenant in ("", "Acme", "a b", None, 5)),
        *({"contact": contact} for contact in ("", "it", "a@b.de,c@d.de", None, 5)),
    ],
    ids=repr,
)
def test_C62_an_unfit_tenant_or_contact_is_refused_when_declared(changed):
    with pytest.raises(WiringError, match="Mend the portal's declaration") as caught:
        portal(**changed)

    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "name",
    [
        *("", "   ", None, 5, b"Acme", "x" * 101, "Acme\n", "Acme\r\nBcc: x@y", "A\0"),
        *("A =?UTF-8?Q?=0A?=Bcc: x@y", "=?", "Acme\u2028", "Acme\u202e", "A\ud800"),
    ],
    ids=ascii,
)
def test_C82_E15_F27_a_name_that_could_break_a_header_is_refused(name):
    with pytest.raises(WiringError, match=r"Portal\(name=…\)"):
        portal(name=name)


@pytest.mark.parametrize("tag", ["", "german!", None, 5, "de_CH", "d\u00e9"])
def test_what_is_no_language_tag_is_refused_when_declared(tag):
    with pytest.raises(WiringError, match=r"Portal\(language=…\)"):
        portal(language=tag)


@pytest.mark.parametrize("name", ["Acme", "Müller & Söhne", "日本", "x" * 100, "A=B?"])
def test_a_name_is_what_people_read(name):
    assert portal(name=name).name == name


@pytest.mark.parametrize("audiences", [(), {"bogus"}, None, 5], ids=repr)
def test_C62_unfit_audiences_are_refused_when_declared(audiences):
    with pytest.raises(WiringError, match=r"Portal\(audiences=…\)"):
        portal(audiences=audiences)


def test_audiences_come_by_their_words_too():
    assert portal().audiences == set(Audience)
    assert portal(audiences=["external"]).audiences == {Audience.EXTERNAL}


@pytest.mark.parametrize("name", ["url", "url_parts", "tenant", "contact"])
def test_C54_a_declared_portal_cannot_be_changed(name):
    with pytest.raises(FrozenInstanceError):
        setattr(portal(), name, "https://evil.example/")


def test_C54_without_a_url_there_is_no_portal():
    assert (
        inspect.signature(Portal).parameters["url"].default is inspect.Parameter.empty
    )


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_C02_C04_C31_C66_nothing_takes_a_host_a_header_or_a_next(source):
    taken = {
        argument.arg
        for function in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        # A private function may read the host of a URL that was configured.
        and (not function.name.startswith("_") or function.name == "__init__")
        for argument in (*function.args.args, *function.args.kwonlyargs)
    }
    # A mailer connects to a host; that one comes from its own configuration.
    allowed = {"host"} if "mailers" in source.parts else set()

    assert not taken & {"host", "headers", "next", "referer", "forwarded"} - allowed


def test_a_token_stands_in_the_query_of_a_page():
    assert (
        portal().link_to("open", token="eyJ-_.A&b=c#d")
        == "https://portal.acme.example/secure/open?t=eyJ-_.A%26b%3Dc%23d"
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.acme.example/secure/",
        "https://portal.acme.example/secure",
        "https://portal.acme.example/secure/login?next=/x#y",
        "HTTPS://PORTAL.ACME.EXAMPLE:443/secure/login",
        "https://portal.acme.example./secure/login",
    ],
)
def test_a_request_finds_its_portal(url):
    assert Portals([GLOBEX, ACME]).at(url) is ACME


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://portal.acme.example/secure/",
        "https://portal.acme.example/",
        "https://portal.acme.example/securely/",
        "https://portal.acme.example/Secure/",
        "https://portal.acme.example:8443/secure/",
        "https://portal.acme.example.evil.example/secure/",
        "https://evil.example/portal.acme.example/secure/",
        "https://portal.acme.example@evil.example/secure/",
        "https://portal.acme.example/secure/../admin",
        "https://portal.acme.example/secure/%2e%2e/admin",
        "https://portal.acme.example/secure/%2E./admin",
        "https://portal.acme.example\\secure/",
        "https://portal.acme.example/secure/\n",
        "//portal.acme.example/secure/",
        "https://portal.acme.example:x/secure/",
        "\ud800",
    ],
    ids=ascii,
)
def test_C02_C66_a_request_elsewhere_finds_none(url):
    assert Portals([GLOBEX, ACME]).at(url) is None


def test_the_closer_of_two_portals_is_found():
    whole, part = portal(url="https://a.example/"), portal(url="https://a.example/b/")

    for both in ([whole, part], [part, whole]):
        assert Portals(both).at("https://a.example/b/c") is part
        assert Portals(both).at("https://a.example/c") is whole


def test_a_tenants_portal_is_found_by_its_base_else_it_is_the_first_declared():
    first, second = (
        portal(url="https://a.example/"),
        portal(url="https://b.example/long/"),
    )
    portals = Portals([GLOBEX, first, second])

    assert portals.of("acme") is first
    assert portals.of("acme", base=second.base) is second
    assert portals.of("acme", base=GLOBEX.base) is first
    assert portals.of("nobody") is None


STAFF, GUESTS, ALL = (
    portal(url=f"https://{name}.example/", audiences=audiences)
    for name, audiences in (
        ("staff", [Audience.INTERNAL]),
        ("guests", [Audience.EXTERNAL]),
        ("all", list(Audience)),
    )
)


@pytest.mark.parametrize(
    ("declared", "base", "audience", "found"),
    [
        ([STAFF, GUESTS], "", "external", GUESTS),
        ([GUESTS, STAFF], "", "internal", STAFF),
        ([GUESTS, STAFF], "", None, GUESTS),
        # The one of this base, but only for those whom it serves.
        ([STAFF, GUESTS, ALL], ALL.base, "external", ALL),
        ([GUESTS, ALL, STAFF], GUESTS.base, "internal", ALL),
        ([STAFF, GUESTS], STAFF.base, None, STAFF),
        ([GUESTS, STAFF], GLOBEX.base, "internal", STAFF),
        # Where none serves them, as if nothing was known of them.
        ([STAFF], "", "external", STAFF),
        ([portal(audiences=["internal"]), STAFF], STAFF.base, "external", STAFF),
    ],
)
def test_people_are_led_to_a_portal_that_serves_them(declared, base, audience, found):
    portals = Portals([GLOBEX, *declared])

    assert portals.of("acme", base=base, audience=audience) is found


def test_portals_tell_their_tenants():
    portals = Portals([ACME, GLOBEX])

    assert portals.tenants == {"acme", "globex"}
    assert set(portals) == {ACME, GLOBEX}


def test_C62_an_installation_has_a_portal():
    with pytest.raises(WiringError, match="no portal"):
        Portals([])


def test_C62_no_two_portals_have_one_url():
    with pytest.raises(WiringError, match="same URL"):
        Portals([ACME, portal(url="https://PORTAL.acme.example:443/secure")])


@pytest.mark.parametrize("path", ["grüße", "gr%C3%BC%C3%9Fe", "gr%c3%bc%c3%9Fe"])
def test_a_path_and_its_escapes_are_one(path):
    here = portal(url="https://portal.acme.example/grüße/")
    portals = Portals([here])

    assert portals.at(f"https://portal.acme.example/{path}/login") is here
    with pytest.raises(WiringError, match="same URL"):
        Portals([here, portal(url=f"https://portal.acme.example/{path}")])


def test_a_url_without_a_path_has_the_root():
    parts = read_url_parts("https://portal.acme.example?x=1")

    assert parts is not None
    assert (parts.path, parts.port) == ("/", 443)


def test_however_many_urls_are_asked_for_few_are_kept():
    portals = Portals([ACME])

    for number in range(1_000):
        portals.at(f"{ACME.url}{number}")

    assert portals._found.cache_info().currsize <= 256


def test_C01_a_long_url_is_not_kept():
    portals = Portals([ACME])

    assert portals.at(ACME.url + "x" * 2_048) is None
    assert portals._found.cache_info().currsize == 0
