"""What the pages show when something is refused or away, and where help is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securelogin import Factors, Lifetimes, Limits, Overloaded, Policy
from securelogin.errors import Unavailable
from securelogin.outcomes import PublicFailure
from securelogin.policy import AliasLogin
from securelogin.viewers import OPERATOR
from securelogin.web.common_solutions import solutions
from securelogin.web.texts import PAGE_TEXTS
from tests.web.browsing import ANN, Browser, Pages, log_in
from tests.wiring import ACME, PASSWORD, Wired

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


def test_a_clock_out_of_every_year_is_no_time_and_spoils_no_record(wired, browser):
    # Stored as it came, it made each search that met this record fail.
    browser.submit(
        browser.get("login"),
        address=ANN,
        password="x",
        device_time="0001-01-01T00:00:00+14:00",
    )

    assert wired.store.attempts._records[-1].device_time is None


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
