"""What every page shows, with which headers, and in which language."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from securelogin import Audience, Policy
from securelogin.messages import Messages
from securelogin.web import Entry, WebSettings
from securelogin.web.settings import page_texts
from securelogin.web.texts import PAGE_TEXTS
from tests.web.browsing import ANN, Browser, Pages, log_in
from tests.wiring import ACME, PASSWORD, Wired

READ = ("login", "temporary", "forgot", "logout", "help", "link", "no-such-page")


# -- every page --


@pytest.mark.parametrize("page", READ)
def test_a_page_has_one_heading_a_language_and_labels(browser, page):
    seen = browser.send("GET", page)

    assert seen.one("html")["lang"] == "en"
    assert seen.heading
    assert ACME.name in seen.one("title").get_text()
    labelled = {label["for"] for label in seen.html.select("label")}
    shown = seen.html.select("input:not([type=hidden])")
    assert {field["id"] for field in shown} == labelled


@pytest.mark.parametrize("page", READ)
def test_14_3_2_every_page_has_the_safe_headers(browser, page):
    headers = browser.send("GET", page).headers

    assert headers["cache-control"] == "no-store, private"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize("page", READ)
def test_no_page_has_code_or_style_inside(browser, page):
    seen = browser.send("GET", page)

    assert not seen.html.select("script:not([src]), style, [style]")
    names = {name for tag in seen.html.select("*") for name in tag.attrs}
    assert not {name for name in names if name.startswith("on")}


def test_3_3_1_cookies_are_out_of_reach(wired, ann, browser):
    log_in(browser)
    seen = browser.send("GET", "login")

    for cookie in seen.response.cookies:
        first, *attributes = cookie.header.split("; ")
        assert first.startswith("__Host-securelogin-")
        assert attributes[0] == "Path=/"
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(attributes)
        assert not any(part.startswith("Domain") for part in attributes)
    assert ("Set-Cookie", seen.response.cookies[0].header) in seen.response.header_list


def test_head_is_get_without_a_body(browser):
    got, headed = browser.send("GET", "help"), browser.send("HEAD", "help")

    assert headed.status == 200
    assert headed.headers == got.headers
    assert headed.response.body == b""


@pytest.mark.parametrize("page", ["login", "link", "sessions", "assets/none"])
def test_head_says_how_long_the_body_of_get_is(browser, page):
    got = browser.send("GET", page).response
    asked = browser.send("HEAD", page).response

    assert got.length == asked.length == len(got.body)
    assert ("Content-Length", str(got.length)) in asked.header_list


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "x"])
def test_other_methods_are_told_which_ones_there_are(browser, method):
    seen = browser.send(method, "login")

    assert seen.status == 405
    assert seen.headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/login", "/secure", "/secure/", "/other/login", "assets/", "assets/x"),
        *(
            "assets/../login",
            "login/",
            "LOGIN",
            "api/",
            "api/temporary",
            "api/assets/x",
        ),
        *("openapi.json", "assets/{name}", "//login"),
    ],
)
def test_what_is_not_there_is_a_plain_404(browser, path):
    assert browser.send("GET", path).status == 404


def test_hsts_is_sent_when_it_is_asked_for(wired):
    settings = WebSettings(hsts=timedelta(days=365))
    browser = Browser(Pages(wired, settings=settings))

    headers = browser.send("GET", "login").headers

    assert headers["strict-transport-security"] == "max-age=31536000"


# -- languages --


@pytest.mark.parametrize("language", PAGE_TEXTS)
def test_a_page_speaks_one_language(pages, language):
    browser = Browser(pages, **{"accept-language": language})

    seen = browser.send("GET", "login")

    assert seen.one("html")["lang"] == language
    assert seen.headers["content-language"] == language
    assert seen.heading == PAGE_TEXTS[language]["page.login"]


@pytest.mark.parametrize("page", [*READ, "api/solutions"])
@pytest.mark.parametrize("language", ["ja", "nl"])
def test_an_answer_names_its_language_and_what_chose_it(pages, page, language):
    seen = Browser(pages, **{"accept-language": f"{language}-x-own"}).send("GET", page)

    assert seen.headers["content-language"] == language
    assert seen.headers["vary"] == "Accept-Language"


def test_the_description_is_in_english_for_everybody(pages):
    seen = Browser(pages, **{"accept-language": "ja"}).send("GET", "api/openapi.json")

    assert seen.headers["content-language"] == "en"


@pytest.mark.parametrize(
    ("portals", "asked", "language"),
    [("ja-JP", "", "ja"), ("ja-JP", "pt", "ja"), ("ja", "fr", "fr"), ("pt", "*", "en")],
)
def test_a_portal_has_a_language_for_whoever_asks_for_none_of_ours(
    colour, portals, asked, language
):
    portal = dataclasses.replace(ACME, language=portals)
    pages = Pages(Wired(colour, portals=[portal]), portal=portal)
    seen = Browser(pages, **{"accept-language": asked}).get("login")

    assert seen.one("html")["lang"] == language


def test_a_half_language_of_ones_own_is_shown_to_nobody(colour):
    texts = page_texts({"pt": {"page.login": "Entrar"}})
    pages = Pages(Wired(colour), settings=WebSettings(texts=texts))
    seen = Browser(pages, **{"accept-language": "pt, nl;q=0.1"}).get("login")

    assert seen.one("html")["lang"] == "nl"


def test_a_refusal_is_in_the_language_of_its_page(pages):
    browser = Browser(pages, **{"accept-language": "de"})

    seen = browser.submit(browser.get("login"), address=ANN, password="x")

    assert "Benutzername" in seen.text_of(".failure strong")


def test_a_portal_has_its_own_texts(wired):
    own = page_texts({"en": {"page.login": "Come in"}})
    browser = Browser(Pages(wired, settings=WebSettings(texts=own)))

    assert browser.get("login").heading == "Come in"


def test_a_language_that_the_answers_lack_is_not_begun():
    wired = Wired("sync", policy=Policy(messages=Messages()))
    own = page_texts({"it": dict(PAGE_TEXTS["en"])})
    pages = Pages(wired, settings=WebSettings(texts=own))
    browser = Browser(pages, **{"accept-language": "it"})

    assert browser.get("login").one("html")["lang"] == "en"


# -- fields --


def test_6_2_7_fields_help_password_managers_and_allow_paste(wired, ann, browser):
    def fields(page: str) -> dict[str, str]:
        seen = browser.get(page)
        assert not seen.html.select("[onpaste], [readonly]:not([hidden])")
        shown = seen.html.select("main input[id]")
        return {str(field["id"]): str(field["autocomplete"]) for field in shown}

    assert fields("login") == {"address": "username", "password": "current-password"}
    # What works once is not for keeping.
    temporary = {"address": "username", "password": "one-time-code"}
    assert fields("temporary") == temporary
    log_in(browser)
    changed = {"current": "current-password", "new": "new-password"}
    assert fields("change-password") == changed
    whose = browser.get("change-password").one("input[autocomplete=username]")
    assert whose["value"] == ANN


def test_the_forced_change_names_whose_password_it_is(wired, browser):
    wired.auth.accounts.register(ANN, tenant="acme", audience=Audience.INTERNAL)
    temporary = wired.mailed_password()

    page = browser.submit(browser.get("temporary"), address=ANN, password=temporary)
    assert page.one("input[autocomplete=username]")["value"] == ANN

    again = browser.submit(page, new="short")
    assert again.status == 422
    assert "15 characters" in again.text_of("#problems")
    assert again.one("input[autocomplete=username]")["value"] == ANN
    assert browser.submit(again, new=PASSWORD).status == 200


def test_the_address_comes_first_where_the_portal_wants_it(wired, ann):
    settings = WebSettings(entry=Entry.ADDRESS_FIRST)
    browser = Browser(Pages(wired, settings=settings))
    first = browser.get("login")
    assert not first.html.select("#password")

    steps = [
        browser.submit(first, address=address) for address in (ANN, "no@acme.example")
    ]
    known, unknown = (step.response.body.decode() for step in steps)
    assert known.replace(ANN, "no@acme.example") == unknown

    browser.submit(steps[0], password=PASSWORD)
    assert browser.cookie("session")
