"""The contract of a framework's adapter: what goes in and comes out stays what it is.

Each scene is played twice, on the pages themselves and on the adapter, and every answer
is compared: so whatever the pages decide holds for the adapter, and nothing here has to
know it.
"""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest

from securelogin.aio.secure_login import AsyncSecureLogin
from securelogin.flows.secure_login import SecureLogin
from securelogin.outcomes import Cause
from securelogin.testing.contract import Author, require_whole
from securelogin.testing.frameworks import scenes
from securelogin.testing.frameworks.bodies import BODIES
from securelogin.testing.frameworks.browser import FORM, Browser, is_for_one_reader
from securelogin.testing.frameworks.playhouse import Playhouse, Serve
from securelogin.testing.frameworks.scenes import METHODS, READ, STORIES
from securelogin.testing.frameworks.strangers import ATTEMPTS
from securelogin.testing.frameworks.world import ANN, GREETINGS, PASSWORD, PORTAL, World
from securelogin.testing.uniformity import differences

__all__ = ["FrameworkContract"]


class FrameworkContract:
    """The contract of an adapter of `securelogin.web` for a framework.

    Give a fixture `serve`: a function `serve(auth, portal, settings) → Transport` that
    makes an application with the pages of this portal, and returns the way to it: a
    `WSGITransport`, an `ASGITransport` or, for a server that it has begun, an
    `HTTPTransport`.

    Attributes:
        flows: what *auth* is: `SecureLogin`, or `AsyncSecureLogin`.
        may_add: names of headers, in lower case, that your server adds to any answer,
            beside Date, Server, Vary and those of the connection.
    """

    flows: ClassVar[type[SecureLogin | AsyncSecureLogin]] = SecureLogin
    may_add: ClassVar[Collection[str]] = ()
    people: ClassVar[int] = 8

    @pytest.fixture
    def house(self, serve: Serve, tmp_path: Path) -> Playhouse:
        """Where scenes are played, on the pages and on the adapter."""
        return Playhouse(serve, tmp_path, flows=self.flows, may_add=self.may_add)

    @pytest.fixture
    def place(self, request: pytest.FixtureRequest) -> str:
        """The author's `own_page`."""
        found: str = Author(request).gives(
            "own_page", "that pages of the portal's own know who is logged in"
        )
        return found

    # -- what is read --

    @pytest.mark.parametrize("place", READ)
    def test_a_page_arrives_as_it_was_written(
        self, house: Playhouse, place: str
    ) -> None:
        house.compare(lambda _, browser: browser.get(place))

    @pytest.mark.parametrize("place", READ)
    def test_head_gets_the_headers_of_get_and_no_body(
        self, house: Playhouse, place: str
    ) -> None:
        house.compare(lambda _, browser: browser.send("HEAD", place))

    def test_files_arrive_as_they_are(self, house: Playhouse) -> None:
        house.compare(scenes.files)

    @pytest.mark.parametrize("method", METHODS)
    def test_a_method_that_a_path_does_not_know_gets_the_page_that_says_so(
        self, house: Playhouse, method: str
    ) -> None:
        house.compare(partial(scenes.unknown_method, method=method))

    def test_an_escaped_path_is_the_path(self, house: Playhouse) -> None:
        def scene(_: World, browser: Browser) -> None:
            browser.get("log%69n")
            browser.get("assets/%ff")
            browser.get("assets/%C3%BC.css")

        house.compare(scene)

    def test_a_portal_may_lie_at_a_path_that_is_no_ascii(
        self, house: Playhouse
    ) -> None:
        house.compare(scenes.files, portal=GREETINGS)
        house.compare(STORIES["first_time"], portal=GREETINGS)

    # -- what is done --

    @pytest.mark.parametrize("story", STORIES)
    def test_a_story_is_the_same_in_every_answer(
        self, house: Playhouse, story: str
    ) -> None:
        house.compare(STORIES[story])

    def test_too_much_work_gets_the_page_that_says_so(self, house: Playhouse) -> None:
        house.compare(scenes.overloaded, room=0)

    def test_an_outage_gets_the_page_that_says_so(self, house: Playhouse) -> None:
        house.compare(scenes.outage)

    def test_many_at_once_get_each_their_own_session(self, house: Playhouse) -> None:
        world, transport = house.open()
        people = [f"p{n}@acme.example" for n in range(self.people)]
        accounts = {who: world.settled(who).id for who in people}

        def come(who: str) -> tuple[str, str]:
            browser = Browser(transport, PORTAL)
            browser.call("login", {"address": who, "password": PASSWORD})
            found = world.auth.sessions.resolve(browser.cookie("session"))
            return who, "" if found is None else found.account.id

        with ThreadPoolExecutor(self.people) as pool:
            found = dict(pool.map(come, people))

        assert found == accounts, (
            "Of many who logged in at once, some got no session, or another's. Keep "
            "nothing of a request outside of it."
        )

    # -- what is sent --

    @pytest.mark.parametrize("body", BODIES)
    def test_a_body_arrives_as_it_was_sent(self, house: Playhouse, body: str) -> None:
        sent = BODIES[body]
        house.compare(
            lambda _, browser: browser.send(
                "POST", sent.place, sent.headers, sent.content
            )
        )

    @pytest.mark.parametrize("largest", [16 * 1024, 1024 * 1024])
    def test_a_body_may_be_as_large_as_the_settings_say(
        self, house: Playhouse, largest: int
    ) -> None:
        house.compare(partial(scenes.sized, largest=largest), largest_body=largest)

    def test_a_body_without_a_length_is_bounded_too(self, house: Playhouse) -> None:
        def scene(_: World, browser: Browser) -> None:
            for size in (100, 100_000):
                body = b"address=" + b"a" * size
                browser.send("POST", "login", [FORM, scenes.CHUNKED], body)

        house.compare(scene)

    @pytest.mark.parametrize("query", scenes.QUERIES)
    def test_a_query_arrives_as_it_was_sent(self, house: Playhouse, query: str) -> None:
        def scene(world: World, browser: Browser) -> None:
            sent = query.replace("TOKEN", world.invited())
            browser.follow(browser.get(f"link?{sent}"))
            browser.get(f"help?{sent}")

        house.compare(scene)

    def test_cookies_are_found_among_others(self, house: Playhouse) -> None:
        house.compare(scenes.among_other_cookies)

    def test_cookies_may_come_in_lines_of_their_own(self, house: Playhouse) -> None:
        house.compare(scenes.in_lines_of_their_own)

    @pytest.mark.parametrize("name", ["Cookie", "Accept-Language", "Referer"])
    def test_a_header_that_is_no_ascii_is_answered(
        self, house: Playhouse, name: str
    ) -> None:
        def scene(_: World, browser: Browser) -> None:
            # As UTF-8 and as Latin-1: both come.
            for text in ("\xc3\xa9=\xc3\xa9", "\xe9=\xff\x80"):
                browser.get("login", [(name, text)])

        house.compare(scene)

    # -- where it comes from --

    def test_a_stranger_cannot_write_where_they_come_from(
        self, house: Playhouse
    ) -> None:
        world, transport = house.open(trusted_proxies=0)
        record = scenes.refused(world, Browser(transport, PORTAL), scenes.FORGED)

        assert record.ip == transport.peer, (
            f"A stranger who came from {transport.peer} wrote {scenes.FORGED}, and was "
            f"taken to be at {record.ip!r}. Give `Request.peer` the address of the "
            "connection, and believe no header: `trusted_proxies` says how far they "
            "are true."
        )

    def test_the_scheme_is_that_of_the_connection(self, house: Playhouse) -> None:
        world, transport = house.open(trusted_proxies=0)
        record = scenes.refused(world, Browser(transport, PORTAL), scenes.FORGED)

        came_to = f"{transport.scheme}://{PORTAL.url_parts.host}/"
        assert record.url.startswith(came_to), (
            f"A request to {came_to} was taken to have come to {record.url}. Give "
            "`Request.scheme` and `host` what the server and the Host header say, and "
            "believe no X-Forwarded header."
        )

    @pytest.mark.parametrize("proxies", [1, 2])
    def test_of_several_forwarded_lines_the_last_entries_count(
        self, house: Playhouse, proxies: int
    ) -> None:
        world, transport = house.open(trusted_proxies=proxies)
        hops = ("203.0.113.66", "192.0.2.11", "192.0.2.12")
        lines = [("X-Forwarded-For", hop) for hop in hops]
        record = scenes.refused(world, Browser(transport, PORTAL), lines)

        assert record.ip == hops[-proxies], (
            f"With {proxies} proxies of one's own, and X-Forwarded-For in three lines "
            f"({', '.join(hops)}), the client was {record.ip!r} and not "
            f"{hops[-proxies]}. Join the values of a repeated header by a comma, in "
            "their order; whoever takes the first line believes a stranger."
        )

    # -- who is logged in, on pages of the portal's own --

    def test_a_page_of_ones_own_knows_who_is_logged_in(
        self, house: Playhouse, place: str
    ) -> None:
        world, transport = house.open()
        world.settled()
        browser = Browser(transport, PORTAL)
        before = browser.get(place)
        browser.fill("login", address=ANN, password=PASSWORD)
        inside = browser.get(place)
        browser.fill("logout")
        after = browser.get(place)

        assert ANN.encode() not in before.body + after.body, (
            f"{place} knows {ANN} before log-in, or still after log-out."
        )
        assert before.status == after.status != 200, (
            f"{place} answered {before.status} before log-in and {after.status} "
            "after log-out. Lead to the log-in, or refuse."
        )
        assert (inside.status, ANN.encode() in inside.body) == (200, True), (
            f"{place} answered {inside.status} to somebody who is logged in, and "
            f"should show {ANN}. Ask logged_in() with the whole request."
        )

    def test_a_page_of_ones_own_knows_no_other_tenants_people(
        self, house: Playhouse, place: str
    ) -> None:
        world, transport = house.open()
        browser = Browser(transport, PORTAL)
        browser.get("login")
        name = next(iter(browser.cookies)).replace("browser", "session")
        browser.cookies[name] = world.foreign_session()

        answer = browser.get(place)

        assert answer.status != 200, (
            f"{place} was shown to a person of another tenant, who had put their "
            "session's token in this portal's cookie. Ask logged_in(), not "
            "`auth.sessions`: it knows whose portal this is."
        )

    def test_a_page_of_ones_own_is_kept_for_no_other_reader(
        self, house: Playhouse, place: str
    ) -> None:
        world, transport = house.open()
        world.settled()
        browser = Browser(transport, PORTAL)
        nobodys = browser.get(place)
        browser.fill("login", address=ANN, password=PASSWORD)
        anns = browser.get(place)

        for answer in (nobodys, anns):
            assert is_for_one_reader(answer), (
                f"{place} answered {answer.status} in a way that lets a cache give it "
                "to whoever comes next. Say `Vary: Cookie` in every answer for which "
                "logged_in() was asked, or `Cache-Control: no-store, private`."
            )

    # -- scanners --

    def test_scanners_gain_nothing_and_cost_nobody_anything(
        self, house: Playhouse
    ) -> None:
        house.compare(scenes.scanned)

    def test_a_link_stays_good_however_often_it_is_opened(
        self, house: Playhouse
    ) -> None:
        house.compare(scenes.opened_by_many)

    # -- strangers --

    @pytest.mark.parametrize(("cause", "form"), ATTEMPTS)
    def test_every_cause_is_answered_like_an_unknown_address(
        self, house: Playhouse, cause: Cause, form: str
    ) -> None:
        usual, _ = house.refused(Cause.UNKNOWN_ADDRESS, form)
        seen, record = house.refused(cause, form)

        found = differences(seen, usual)
        assert not found, (
            f"A stranger can tell the cause “{cause.value}” ({form}): "
            + "; ".join(found)
            + "."
        )
        assert record.causes[0] is cause, (
            f"An attempt that should be refused for “{cause.value}” was refused for "
            f"“{record.causes[0].value}” ({form}): a part of the request did not "
            "arrive. Hand on Host, Cookie and the body as they were sent."
        )

    def test_contract_is_whole(self) -> None:
        require_whole(type(self))
        assert self.people > 1, "Two at least have to come at once: mend `people`."
