"""The kit for frameworks tested: wrong adapters are caught, and their authors told."""

from __future__ import annotations

import inspect
import re

import pytest

from securelogin import AsyncSecureLogin, SecureLogin
from securelogin.outcomes import Cause
from securelogin.testing.frameworks import (
    ASGITransport,
    FrameworkContract,
    WSGITransport,
)
from securelogin.testing.frameworks.playhouse import Playhouse
from tests.testing.broken import asgi, wsgi, wsgi_answers, wsgi_requests

PLACES = (asgi, wsgi, wsgi_answers, wsgi_requests)

PAGE = "a_page_arrives_as_it_was_written"
HEAD = "head_gets_the_headers_of_get_and_no_body"
STORY = "a_story_is_the_same_in_every_answer"
METHOD = "a_method_that_a_path_does_not_know_gets_the_page_that_says_so"
FILES = "files_arrive_as_they_are"
BODY = "a_body_arrives_as_it_was_sent"
SIZE = "a_body_may_be_as_large_as_the_settings_say"
OWN = "a_page_of_ones_own_knows_who_is_logged_in"
KEPT = "a_page_of_ones_own_is_kept_for_no_other_reader"
STRANGER = "a_stranger_cannot_write_where_they_come_from"
SCHEME = "the_scheme_is_that_of_the_connection"
CAUSE = "every_cause_is_answered_like_an_unknown_address"
FRAMEWORK = "The framework answers here, and not the pages"

# Broken adapter: fact that catches it, what it is called with, what its message says.
CAUGHT = {
    # -- what goes out --
    "DropsHSTSFromRefusals": (
        (PAGE, {"place": "link"}),
        "the header strict-transport-security is missing. Send every pair",
    ),
    "DropsNoStoreFromRedirects": (
        (PAGE, {"place": "sessions"}),
        "the header cache-control is missing",
    ),
    "WeakensThePolicy": (
        (PAGE, {"place": "login"}),
        "the header content-security-policy is .* and should be",
    ),
    "LosesHttpOnly": ((PAGE, {"place": "login"}), "HttpOnly.* is missing or changed"),
    "LosesSecure": ((PAGE, {"place": "login"}), "as `Cookie.header` writes it"),
    "MakesCookiesStrict": ((PAGE, {"place": "login"}), "instead there is .*Strict"),
    "KeepsOneCookie": (
        (STORY, {"story": "by_the_link"}),
        "in a Set-Cookie header of its own",
    ),
    "JoinsCookies": (
        (STORY, {"story": "by_the_link"}),
        "in a Set-Cookie header of its own",
    ),
    "SetsACookieOfItsOwn": ((PAGE, {"place": "login"}), "Set no cookie on these"),
    "ForgetsCookiesOfRefusals": (
        (STORY, {"story": "by_a_recalled_link"}),
        "is missing or changed",
    ),
    "CountsCharacters": (
        (PAGE, {"place": "login"}),
        "bytes came. Send `Response.body` as it is",
    ),
    "CountsTwice": ((PAGE, {"place": "login"}), "Content-Length is there 2 times"),
    "CountsNothingForHEAD": (
        (HEAD, {"place": "login"}),
        "Content-Length is 0, .* HEAD has no body, but the length",
    ),
    "AddsAHeader": ((PAGE, {"place": "login"}), "x-powered-by.* name it in `may_add`"),
    "SendsAHeaderTwice": (
        (PAGE, {"place": "login"}),
        "the header x-frame-options is there 2 times",
    ),
    "TakesTextForBytes": ((FILES, {}), "Hand `Response.body` on as bytes"),
    "SaysAllIsWell": ((PAGE, {"place": "link"}), "the status is 200, and the page's"),
    "RedirectsAsEver": ((PAGE, {"place": "sessions"}), "the status is 302"),
    "RedirectsNearby": ((PAGE, {"place": "sessions"}), "the header location is"),
    "UnescapesWhereToGo": (
        (STORY, {"story": "by_the_link"}),
        "the header location is .*m/1",
    ),
    # -- answers of a framework's own --
    "HasItsOwn404": ((PAGE, {"place": "assets/unknown.css"}), FRAMEWORK),
    "HasItsOwn405": ((METHOD, {"method": "PUT"}), FRAMEWORK),
    "HasItsOwn503": (("an_outage_gets_the_page_that_says_so", {}), FRAMEWORK),
    "AnswersHEADWithABody": ((HEAD, {"place": "help"}), "HEAD is answered with a body"),
    "SwallowsHEAD": ((HEAD, {"place": "login"}), FRAMEWORK),
    "AnswersOPTIONS": ((METHOD, {"method": "OPTIONS"}), FRAMEWORK),
    "LetsErrorsThrough": (
        ("too_much_work_gets_the_page_that_says_so", {}),
        "the adapter raised RuntimeError. Whatever is sent, hand it to handle",
    ),
    "HasAPageForBadText": (
        (BODY, {"body": "bytes that are no UTF-8"}),
        "this page of status 400 is none of ours",
    ),
    # -- what comes in --
    "ParsesForms": ((BODY, {"body": "a field that is there twice"}), FRAMEWORK),
    "ParsesJSON": ((BODY, {"body": "JSON with a name twice"}), FRAMEWORK),
    "BreaksOnDeepJSON": ((BODY, {"body": "deep JSON"}), "raised RecursionError"),
    "CutsLargeBodies": ((SIZE, {"largest": 16 * 1024}), FRAMEWORK),
    "HasALimitOfItsOwn": ((SIZE, {"largest": 1024 * 1024}), FRAMEWORK),
    "NeedsALength": (("a_body_without_a_length_is_bounded_too", {}), "as it was sent"),
    "TakesTheOtherMethod": ((BODY, {"body": "another method by header"}), FRAMEWORK),
    "DropsTheQuery": (
        ("a_query_arrives_as_it_was_sent", {"query": "t=TOKEN"}),
        FRAMEWORK,
    ),
    "DecodesTheQuery": (
        ("a_query_arrives_as_it_was_sent", {"query": "t=a+b%2Bc"}),
        "is missing or changed",
    ),
    "LosesTheHost": ((STORY, {"story": "a_program"}), FRAMEWORK),
    "LosesTheBrowsersName": (
        (STORY, {"story": "by_the_link"}),
        "a part of the request did not arrive",
    ),
    "LosesTheLanguage": (
        (STORY, {"story": "in_german"}),
        "a part of the request did not arrive",
    ),
    "LosesWhoAsks": ((STORY, {"story": "from_another_site"}), FRAMEWORK),
    "ParsesCookies": (("cookies_are_found_among_others", {}), FRAMEWORK),
    "JoinsCookiesByCommas": (
        ("cookies_may_come_in_lines_of_their_own", {}),
        FRAMEWORK,
    ),
    "KeepsTheLastCookieLine": (
        ("cookies_may_come_in_lines_of_their_own", {}),
        FRAMEWORK,
    ),
    "FollowsForwardedFor": ((STRANGER, {}), "Give `Request.peer` the address"),
    "FollowsForwardedProto": ((SCHEME, {}), "believe no X-Forwarded header"),
    "FollowsForwardedHost": ((SCHEME, {}), "taken to have come to ftp|evil.example"),
    "TakesTheFirstForwardedLine": (
        ("of_several_forwarded_lines_the_last_entries_count", {"proxies": 1}),
        "whoever takes the first line believes a stranger",
    ),
    "ReadsThePathAsLatin1": (
        ("a_portal_may_lie_at_a_path_that_is_no_ascii", {}),
        FRAMEWORK,
    ),
    "DecodesThePathTwice": ((FILES, {}), FRAMEWORK),
    "SharesItsRequest": (
        ("many_at_once_get_each_their_own_session", {}),
        "Keep nothing of a request outside of it",
    ),
    # -- pages of the portal's own --
    "ShowsItsPageToAll": ((OWN, {"place": "inbox/"}), "answered 200 before log-in"),
    "RemembersWhoWasThere": ((OWN, {"place": "inbox/"}), "still after log-out"),
    "AsksWithoutCookies": ((OWN, {"place": "inbox/"}), "with the whole request"),
    "AsksForAnySession": (
        ("a_page_of_ones_own_knows_no_other_tenants_people", {"place": "inbox/"}),
        "a person of another tenant",
    ),
    "TellsCachesNothing": (
        (KEPT, {"place": "inbox/"}),
        "answered 403 in a way that lets a cache .* Say `Vary: Cookie`",
    ),
    "TellsCachesOnlyOfReaders": ((KEPT, {"place": "inbox/"}), "answered 403 in a way"),
    # -- strangers --
    "TellsWhoIsKnown": (
        (CAUSE, {"cause": Cause.MALFORMED_ADDRESS, "form": "HTML"}),
        "A stranger can tell the cause “malformed_address” .HTML.: the body has",
    ),
    "LogsInByTheLink": (
        ("scanners_gain_nothing_and_cost_nobody_anything", {}),
        "Set no cookie on these pages",
    ),
}


def state(fact: str, given: dict[str, object], serve, folder, flows=SecureLogin):
    """Have one fact of the contract tested."""
    house = Playhouse(serve, folder, flows=flows, may_add=())
    getattr(FrameworkContract(), f"test_{fact}")(house, **given)


def kind_of(name: str):
    return next(getattr(place, name) for place in PLACES if hasattr(place, name))


def serving(name: str):
    kind = kind_of(name)
    transport = ASGITransport if issubclass(kind, wsgi.PlainASGI) else WSGITransport
    return lambda *given: transport(kind(*given))


def flows_of(name: str):
    is_async = issubclass(kind_of(name), wsgi.PlainASGI)
    return AsyncSecureLogin if is_async else SecureLogin


@pytest.mark.parametrize("name", CAUGHT)
def test_a_wrong_adapter_is_caught_and_its_author_told(name, tmp_path):
    (fact, given), says = CAUGHT[name]

    with pytest.raises(AssertionError) as caught:
        state(fact, given, serving(name), tmp_path, flows_of(name))

    told = str(caught.value).replace("\n", " ")
    assert says in told or re.search(says, told), told


FACTS = {f"{fact} {given}": (fact, given) for (fact, given), _ in CAUGHT.values()}


@pytest.mark.parametrize("name", FACTS)
def test_a_right_adapter_passes_what_catches_the_wrong_ones(name, tmp_path):
    fact, given = FACTS[name]

    state(fact, given, serving("Plain"), tmp_path)


@pytest.mark.parametrize("name", FACTS)
def test_a_right_async_adapter_passes_too(name, tmp_path):
    fact, given = FACTS[name]

    state(fact, given, serving("PlainASGI"), tmp_path, AsyncSecureLogin)


def test_what_a_server_adds_can_be_named(tmp_path):
    serve = serving("AddsAHeader")
    house = Playhouse(serve, tmp_path, flows=SecureLogin, may_add={"x-powered-by"})

    FrameworkContract().test_a_page_arrives_as_it_was_written(house, "login")


def test_a_fact_that_is_taken_out_is_missed():
    class Fewer(FrameworkContract):
        test_files_arrive_as_they_are = None

    with pytest.raises(AssertionError, match="test_files_arrive_as_they_are: part of"):
        Fewer().test_contract_is_whole()


def test_a_race_of_one_is_none():
    class Alone(FrameworkContract):
        people = 1

    with pytest.raises(AssertionError, match="mend `people`"):
        Alone().test_contract_is_whole()


def test_every_wrong_adapter_is_in_the_table():
    right = {"Plain", "PlainASGI", "Answers", "Own", "Reads"}
    classes = {
        name
        for module in PLACES
        for name, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__
    }

    assert classes - right == set(CAUGHT)
