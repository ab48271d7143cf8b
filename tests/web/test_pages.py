"""What the pages show, and with which headers."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta

import pytest

from securelogin import (
    Audience,
    Factors,
    Lifetimes,
    Limits,
    Overloaded,
    Policy,
    Portal,
    SecureLogin,
)
from securelogin.errors import Unavailable, WiringError
from securelogin.messages import Messages
from securelogin.outcomes import PublicFailure
from securelogin.policy import AliasLogin
from securelogin.viewers import OPERATOR
from securelogin.web import (
    ROUTES,
    Entry,
    Request,
    WebPortal,
    WebSettings,
    describe,
)
from securelogin.web.common_solutions import solutions
from securelogin.web.settings import page_texts
from securelogin.web.texts import PAGE_TEXTS
from tests.web.browsing import Browser, Pages
from tests.wiring import ACME, PASSWORD, Wired

ANN = "ann@acme.example"
READ = ("login", "temporary", "forgot", "logout", "help", "link", "no-such-page")


def log_in(browser: Browser) -> None:
    browser.submit(browser.get("login"), address=ANN, password=PASSWORD)
    assert browser.cookie("session")


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

    assert headers["cache-control"] == "no-store"
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


# -- refusals and outages --


def test_a_refusal_shows_what_support_asks_for(wired, browser):
    seen = browser.submit(
        browser.get("login"), address="nobody@x.example", password="x"
    )

    report = seen.text_of("#report")
    reference = seen.text_of(".failure code")
    for part in (
        f"Reference: {reference}",
        "Time: 2026-03-02 09:30:00 UTC",
        "Page: https://portal.acme.example/secure/login",
        "Browser: Firefox 140",
        "Address as typed: nobody@x.example",
    ):
        assert part in report
    assert wired.auth.support.find(reference, by=OPERATOR).evidence["typed address"]
    assert seen.one("#address")["value"] == "nobody@x.example"


def test_the_device_s_clock_reaches_support(wired, browser):
    seen = browser.submit(
        browser.get("login"),
        address=ANN,
        password="x",
        device_time="2026-03-02T10:30:00Z",
    )

    reference = seen.text_of(".failure code")
    found = wired.auth.support.find(reference, by=OPERATOR)
    assert found.evidence["device clock"] == "+3600 s against the server"


class Away:
    """A store that is out of order."""

    def __init__(self, colour: str, inner: object) -> None:
        def fail(*args, **options):
            raise Unavailable("OSError", adapter="Away", verb="any")

        async def fail_later(*args, **options):
            fail()

        for verb in dir(inner):
            if not verb.startswith("_") and callable(getattr(inner, verb)):
                setattr(self, verb, fail if colour == "sync" else fail_later)


def out_of_order(colour: str, *parts: str) -> Wired:
    return Wired(
        colour,
        wrap=lambda name, part: Away(colour, part) if name in parts else part,
    )


def test_F01_an_outage_at_login_looks_like_any_refusal(colour, caplog):
    down, up = out_of_order(colour, "attempts"), Wired(colour)

    failed, refused = (
        Browser(Pages(wired)).call("api/login", {"address": ANN, "password": "x"})
        for wired in (down, up)
    )

    assert failed.status == refused.status == 403
    assert failed.response.headers == refused.response.headers
    assert {**failed.data, "reference": ""} == {**refused.data, "reference": ""}
    assert failed.data["reference"] in caplog.text
    assert "ann" not in caplog.text


@pytest.mark.parametrize("page", ["forgot", "new-password"])
def test_F01_an_outage_elsewhere_is_the_one_deliberate_503(colour, page):
    browser = Browser(Pages(out_of_order(colour, "attempts")))
    token = browser.get("login").form()[1]["form_token"]

    seen = browser.post_only(page, {"form_token": token, "address": ANN, "new": "x"})

    assert seen.status == 503
    assert seen.headers["retry-after"] == "60"
    assert seen.text_of(".failure code")


def test_too_much_work_is_a_503_that_says_when_to_come_back(colour, monkeypatch):
    wired = Wired(colour)
    failure = PublicFailure(code="overloaded", message="m", advice="a", reference="r")
    answer = Overloaded(public=failure)

    async def later(*args, **options):
        return answer

    auth = getattr(wired.auth, "_inner", wired.auth)
    busy = (lambda *args, **options: answer) if colour == "sync" else later
    monkeypatch.setattr(auth.login, "check", busy)
    monkeypatch.setattr(auth.passwords, "complete", busy)
    browser = Browser(Pages(wired))

    login = browser.submit(browser.get("login"), address=ANN, password="x")
    assert login.status == 503
    assert login.headers["retry-after"] == "60"
    assert login.heading == "One moment, please"
    change = browser.call("api/new-password", {"new": PASSWORD})
    assert change.data["code"] == "overloaded"


def test_a_change_with_the_wrong_password_is_refused_with_its_form(ann, browser):
    log_in(browser)

    seen = browser.submit(
        browser.get("change-password"), current="wrong", new="another harbour at seven"
    )

    assert seen.status == 403
    assert seen.one("#current")
    assert seen.text_of(".failure code")


@pytest.mark.parametrize("page", ["change-password", "sessions", "address"])
def test_pages_of_one_s_own_lead_strangers_to_the_login(browser, page):
    seen = browser.send("GET", page)

    assert seen.status == 303
    assert seen.headers["location"] == "https://portal.acme.example/secure/login"


def test_a_made_up_notice_says_nothing(browser):
    browser.get("login")
    name = next(iter(browser.cookies)).replace("browser", "notice")
    browser.cookies[name] = "<b>You have won</b>"

    seen = browser.get("login")

    assert not seen.html.select(".notice")
    assert name not in browser.cookies


# -- help --


def test_help_is_made_from_the_policy_in_force(wired):
    strict = Policy(
        lifetimes=Lifetimes(temporary=timedelta(minutes=10), link=timedelta(days=3)),
        limits=Limits(tries=5),
        factors=Factors.SECOND_FACTOR,
        aliases=AliasLogin.ACCEPTED,
        link_required=frozenset(),
    )
    browser = Browser(Pages(Wired(wired.colour, policy=strict)))

    text = browser.get("help").text_of("main")

    assert "good for 10 minutes" in text
    assert "After 5 tries" in text
    assert "at least 8 characters" in text
    assert "no alias" not in text
    assert "Use the link in the notification" not in text
    assert ACME.contact in text


def test_every_solution_has_its_words():
    for policy in (Policy(), Policy(aliases=AliasLogin.ACCEPTED)):
        for solution in solutions(policy):
            cure = PAGE_TEXTS["en"][f"help.{solution.code}.cure"]
            assert set(solution.values) == {
                part.partition("}")[0] for part in cure.split("{")[1:]
            }


# -- JSON --


def test_the_whole_story_in_json(wired, ann, browser):
    opened = browser.call("api/login", {"address": ANN})
    assert opened.data == {"code": "password_next"}
    granted = browser.call("api/login", {"address": ANN, "password": PASSWORD})
    assert granted.data["code"] == "granted"
    assert granted.data["home"] == "https://portal.acme.example/secure/"

    listed = browser.send("GET", "api/sessions")
    assert [entry["is_this"] for entry in listed.data["sessions"]] == [True]
    rejected = browser.call("api/change-password", {"current": PASSWORD, "new": "x"})
    assert rejected.data["problems"] == ["too_short"]
    ended = browser.call("api/sessions", {"session": "0" * 64})
    assert ended.data == {"code": "ended"}
    assert browser.call("api/sessions", {}).data == {"code": "ended"}
    assert browser.call("api/logout", {}).data == {"code": "logged_out"}
    assert browser.send("GET", "api/sessions").data == {"code": "login_needed"}


def test_a_link_is_opened_in_json(invited, browser):
    opened = browser.call("api/link", {"token": invited})

    assert opened.data["code"] == "link_opened"
    assert browser.cookie("link")
    assert browser.call("api/link", {"token": "x"}).data["code"] == "refused"


def test_openapi_describes_every_json_path(browser):
    document = browser.send("GET", "api/openapi.json").data

    assert document == json.loads(json.dumps(describe(ACME)))
    assert document["openapi"] == "3.1.0"
    wanted = {f"/api/{route.path}" for route in ROUTES if route.api_methods}
    assert set(document["paths"]) == wanted


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "login", {"address": ANN, "password": "x"}),
        ("POST", "login", {"address": ANN}),
        ("POST", "login", {}),
        ("POST", "forgot", {"address": ANN}),
        ("POST", "link", {"token": "x"}),
        ("POST", "new-password", {"new": "x"}),
        ("POST", "change-password", {"current": "x", "new": "y"}),
        ("GET", "sessions", None),
        ("POST", "sessions", {}),
        ("POST", "logout", {}),
        ("GET", "help", None),
    ],
)
def test_answers_are_what_openapi_says(browser, method, path, body):
    document = describe(ACME)
    options = {} if body is None else {"body": json.dumps(body).encode()}
    headers = {"content-type": "application/json"}

    seen = browser.send(method, f"api/{path}", headers=headers, **options)

    operation = document["paths"][f"/api/{path}"][method.lower()]
    said = operation["responses"][str(seen.status)]["content"]["application/json"]
    shapes = [shape["$ref"].rpartition("/")[2] for shape in said["schema"]["anyOf"]]
    assert seen.data["code"] in shapes
    schema = document["components"]["schemas"][seen.data["code"]]
    assert set(seen.data) == set(schema["required"])


# -- wiring --


def test_C62_a_portal_that_is_not_wired_is_refused():
    wired = Wired("sync")
    other = dataclasses.replace(ACME, name="Another")

    for portal in (other, None):
        with pytest.raises(WiringError, match="portal"):
            Pages(wired, portal=portal)


def sole(url: str) -> SecureLogin:
    wired = Wired("sync")
    portal = Portal(tenant="acme", name="A", url=url, contact="it@acme.example")
    return SecureLogin(
        portals=[portal], keys=wired.keys, store=wired.store, mailer=wired.inbox
    )


@pytest.mark.parametrize(
    ("url", "cookies"),
    [
        ("http://localhost:8000/", "https_only"),
        ("https://portal.acme.example/", "plain_on_loopback"),
    ],
)
def test_plain_cookies_and_plain_http_go_together_only(url, cookies):
    with pytest.raises(WiringError, match="PLAIN_ON_LOOPBACK"):
        WebPortal(sole(url), settings=WebSettings(cookies=cookies))


def test_development_over_plain_http_on_loopback_works():
    settings = WebSettings(cookies="plain_on_loopback", hsts=timedelta(days=1))
    web = WebPortal(sole("http://localhost:8000/"), settings=settings)
    response = web.handle(
        Request(method="GET", path="/login", scheme="http", host="localhost:8000")
    )

    header = response.cookies[0].header
    assert header.startswith("securelogin-browser=")
    assert "Secure" not in header
    assert "strict-transport-security" not in dict(response.headers)


def test_the_only_portal_need_not_be_named():
    web = WebPortal(sole("https://portal.acme.example/"))

    assert web.portal.url == "https://portal.acme.example/"
