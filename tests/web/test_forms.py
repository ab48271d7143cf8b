"""Forms are taken from this browser's own pages only, and hostile ones do no harm."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securelogin import KeyRing, Portal
from securelogin.hidden import Hidden
from securelogin.outcomes import Cause
from securelogin.web import CookieSafety, Request
from securelogin.web.cookies import CookieJar, Held, Kind
from tests.web.browsing import Browser, Pages
from tests.wiring import ACME, GLOBEX, PASSWORD, START

ANN = "ann@acme.example"


def log_in(browser: Browser) -> None:
    browser.submit(browser.get("login"), address=ANN, password=PASSWORD)
    assert browser.cookie("session")


def causes(wired) -> tuple[Cause, ...]:
    return wired.store.attempts._records[-1].causes


# -- whose form it is --


@pytest.mark.parametrize("token", ["", "x" * 43, "é", "\x00"], ids=repr)
def test_a_login_with_a_token_not_made_here_is_refused_as_csrf(
    wired, ann, browser, token
):
    fields = browser.get("login").form()[1]
    typed = {"address": ANN, "password": PASSWORD, "form_token": token}

    seen = browser.post_only("login", {**fields, **typed})

    assert seen.status == 403
    assert causes(wired) == (Cause.CSRF,)


def test_a_form_without_a_token_is_refused(wired, ann, browser):
    browser.get("login")

    seen = browser.post_only("login", {"address": ANN, "password": PASSWORD})

    assert seen.status == 403
    assert causes(wired) == (Cause.CSRF,)


def test_a_token_of_another_browser_is_refused(wired, ann, pages):
    mine, theirs = Browser(pages), Browser(pages)
    mine.get("login")
    foreign = theirs.get("login").form()[1]

    seen = mine.post_only("login", {**foreign, "address": ANN, "password": PASSWORD})

    assert seen.status == 403
    assert causes(wired) == (Cause.CSRF,)


def test_a_form_from_before_the_login_is_void_after_it(wired, ann, browser):
    old = browser.get("forgot").form()[1]
    log_in(browser)

    seen = browser.post_only("forgot", {**old, "address": ANN})

    assert seen.heading == "Please send the form again"


def test_a_browser_that_keeps_no_cookies_is_told_apart_for_support(wired, ann, browser):
    fields = browser.get("login").form()[1]
    browser.cookies.clear()

    browser.post_only("login", {**fields, "address": ANN, "password": PASSWORD})

    assert causes(wired) == (Cause.COOKIES_BLOCKED,)


def test_a_browser_cookie_that_is_none_of_ours_is_replaced(pages):
    browser = Browser(pages)
    browser.get("login")
    name = next(iter(browser.cookies))
    browser.cookies[name] = "fixed-by-somebody"

    fields = browser.get("login").form()[1]

    assert browser.cookies[name] != "fixed-by-somebody"
    assert browser.post_only("forgot", {**fields, "address": ANN}).status == 200


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        # The browser's own word goes before the origin.
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"origin": "https://portal.acme.example"}, True),
        # Under Referrer-Policy: no-referrer a form of one's own says "null".
        ({"origin": "null"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "http://portal.acme.example"}, False),
        ({"origin": "https://portal.acme.example:444"}, False),
        ({"origin": "not a url"}, False),
        ({}, True),
    ],
    ids=str,
)
def test_a_form_sent_by_another_site_is_not_taken(browser, header, taken):
    fields = browser.get("forgot").form()[1]

    seen = browser.post_only("forgot", {**fields, "address": ANN}, headers=header)

    assert seen.status == (200 if taken else 403)


@pytest.mark.parametrize(
    "header", [{"origin": "null"}, {"sec-fetch-site": "cross-site"}], ids=str
)
def test_json_sent_by_another_site_is_not_taken(browser, header):
    seen = browser.call("api/forgot", {"address": ANN}, headers=header)

    assert seen.status == 403
    assert seen.data == {"code": "stale_form"}


def test_json_in_the_clothes_of_a_form_is_not_taken(browser):
    # Another site's form can send text/plain, and a body that looks like JSON.
    seen = browser.call(
        "api/forgot", {"address": ANN}, headers={"content-type": "text/plain"}
    )

    assert seen.status == 415


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("new-password", {"new": "another harbour at seven"}),
        ("change-password", {"current": PASSWORD, "new": "another harbour at seven"}),
        ("sessions", {}),
        ("logout", {}),
        ("address", {}),
    ],
)
def test_without_its_token_a_form_changes_nothing(wired, ann, browser, page, typed):
    log_in(browser)
    before = wired.store.credentials.get(ann)

    seen = browser.post_only(page, typed)

    assert seen.status == 403
    assert seen.one("a.button")["href"] == f"/secure/{page}"
    assert wired.store.credentials.get(ann) == before
    assert browser.pages.logged_in(browser.request("GET", "x")) is not None


def test_a_form_stays_good_when_keys_are_rotated(wired):
    old, new = KeyRing.new_key(), KeyRing.new_key()
    before = CookieJar(ACME, keys=KeyRing(old), safety=CookieSafety.HTTPS_ONLY)
    after = CookieJar(ACME, keys=KeyRing(new, old), safety=CookieSafety.HTTPS_ONLY)
    dropped = CookieJar(ACME, keys=KeyRing(new), safety=CookieSafety.HTTPS_ONLY)
    browser = Hidden("b" * 43)
    token = before.form_token(browser)

    assert after.is_own_form(browser, token)
    assert not dropped.is_own_form(browser, token)


# -- hostile bodies --


FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("login", b"x" * 65_537, FORM, 413),
        ("login", b"a=1", {}, 415),
        ("login", b"a=1", {"content-type": "multipart/form-data; boundary=x"}, 415),
        ("login", b"{}", JSON, 415),
        ("login", b"\xff\xfe", FORM, 400),
        ("login", b"address=%ff", FORM, 400),
        ("login", b"address=a&address=b", FORM, 400),
        ("login", b"&".join(b"f%d=1" % n for n in range(40)), FORM, 400),
        ("api/login", b"", JSON, 400),
        ("api/login", b"[]", JSON, 400),
        ("api/login", b'[["address","a"]]', JSON, 400),
        ("api/login", b"5", JSON, 400),
        ("api/login", b"null", JSON, 400),
        ("api/login", b"\xff", JSON, 400),
        ("api/login", b"[" * 60_000, JSON, 400),
        ("api/login", b'{"address":5}', JSON, 400),
        ("api/login", b'{"address":null}', JSON, 400),
        ("api/login", b'{"address":["a"]}', JSON, 400),
        ("api/login", b'{"address":{"a":"b"}}', JSON, 400),
        ("api/login", b'{"address":"a","address":"b"}', JSON, 400),
        ("api/login", b"{}", FORM, 415),
        ("api/login", b"x" * 65_537, JSON, 413),
    ],
    ids=lambda value: str(value)[:30],
)
def test_C45_C64_a_body_that_cannot_be_read_gets_a_plain_page(
    browser, path, body, headers, status
):
    seen = browser.send("POST", path, body=body, headers=headers)

    assert seen.status == status
    if path.startswith("api/"):
        assert set(seen.data) == {"code"}
    else:
        assert seen.heading == "There is nothing here"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "\x00",
        "<script>alert(1)</script>@acme.example",
        '"><img src=x>',
        "{{ 7 * 7 }}",
        "a\r\nSet-Cookie: x=1",
        "\u202eann@acme.example",
        "ann@acme.example\n",
        "a" * 30_000,
        "ann@acme.example,eve@evil.example",
    ],
    ids=lambda value: repr(value)[:30],
)
def test_C04_C19_whatever_is_typed_is_refused_and_only_echoed(browser, typed):
    fields = browser.get("login").form()[1]

    seen = browser.post_only("login", {**fields, "address": typed, "password": typed})

    assert seen.status == 403
    assert not seen.html.select("script:not([src]), img")
    assert "49" not in seen.one("#address")["value"]
    assert all("\n" not in value for value in seen.headers.values())
    assert len(seen.response.body) < 12_000


@pytest.mark.parametrize("typed", ["\ud800", "a\x00b", "\U0010ffff"], ids=repr)
def test_json_may_hold_what_no_form_can(browser, typed):
    seen = browser.call("api/login", {"address": typed, "password": typed})

    assert seen.status == 403
    assert seen.data["code"] == "refused"


# -- cookies that a stranger makes up --


@pytest.mark.parametrize("value", ["", "x", "x" * 43, "é", "a.b", "x" * 5000, '"'])
def test_C06_C45_made_up_cookies_open_nothing(wired, ann, pages, value):
    browser = Browser(pages)
    names = CookieJar(
        ACME, keys=wired.keys, safety=CookieSafety.HTTPS_ONLY
    ).names.values()
    browser.headers["cookie"] = "; ".join(f"{name}={value}" for name in names)

    for page in ("login", "link", "new-password", "change-password", "sessions"):
        assert browser.send("GET", page).status in {200, 303, 403}
    assert pages.logged_in(browser.request("GET", "x")) is None


def test_F45_a_sealed_cookie_is_good_for_its_own_purpose_portal_and_time(wired):
    jar = CookieJar(ACME, keys=wired.keys, safety=CookieSafety.HTTPS_ONLY)
    held = Held(token=Hidden("token"), about="m-1")
    until = START + timedelta(minutes=1)
    sealed = jar.seal(Kind.LINK, held, until=until)

    assert jar.unseal(Kind.LINK, sealed, at=START) == held
    assert jar.unseal(Kind.LINK, sealed, at=until) is None
    assert jar.unseal(Kind.TICKET, sealed, at=START) is None
    broken = Hidden(sealed.reveal()[:-2] + "AA")
    assert jar.unseal(Kind.LINK, broken, at=START) is None
    other = CookieJar(
        ACME, keys=KeyRing(KeyRing.new_key()), safety=CookieSafety.HTTPS_ONLY
    )
    assert other.unseal(Kind.LINK, sealed, at=START) is None


def test_F34_a_request_does_not_show_what_it_holds():
    request = Request(
        method="POST",
        path="/login",
        query="t=SECRET",
        headers={"cookie": "SECRET"},
        body=b"SECRET",
    )

    assert "SECRET" not in repr(request)


def test_F48_the_session_is_new_after_each_login_and_the_old_one_ends(
    wired, ann, browser
):
    log_in(browser)
    first = browser.cookie("session")
    log_in(browser)

    assert browser.cookie("session") != first
    assert wired.auth.sessions.resolve(first) is None


def test_a_session_of_another_tenant_is_none_here(wired, ann, browser):
    log_in(browser)
    there = Pages(wired, portal=GLOBEX)
    jar = CookieJar(GLOBEX, keys=wired.keys, safety=CookieSafety.HTTPS_ONLY)
    name = jar.names[Kind.SESSION]
    stolen = {"cookie": f"{name}={browser.cookie('session')}"}
    request = Request(method="GET", path="/sessions", headers=stolen)

    assert there.logged_in(request) is None


def names_at(url: str, *, keys: KeyRing) -> set[str]:
    portal = Portal(tenant="acme", name="A", url=url, contact="it@acme.example")
    jar = CookieJar(portal, keys=keys, safety=CookieSafety.HTTPS_ONLY)
    return set(jar.names.values())


def test_portals_that_share_a_host_do_not_share_cookies(wired):
    urls = (
        "https://portal.acme.example/",
        "https://portal.acme.example/other/",
        "https://portal.acme.example:8443/",
        "https://portal.acme.example:9443/",
        "https://portal.acme.example:9443/other/",
    )
    names = [names_at(url, keys=wired.keys) for url in urls]

    assert len(set.union(*names)) == len(urls) * len(Kind)


@pytest.mark.parametrize("port", ["", ":443"])
def test_a_portal_alone_on_its_host_has_the_plain_names(wired, port):
    names = names_at(f"https://portal.acme.example{port}/", keys=wired.keys)

    assert names == {f"__Host-securelogin-{kind}" for kind in Kind}
