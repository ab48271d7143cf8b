"""The contract of a framework's adapter: what goes in and comes out stays what it is.

Each scene is played twice, on the pages themselves and on the adapter, and every answer
is compared: so whatever the pages decide holds for the adapter, and nothing here has to
know it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, ClassVar

import pytest

from securelogin.aio.secure_login import AsyncSecureLogin
from securelogin.flows.secure_login import SecureLogin
from securelogin.portals import Portal
from securelogin.testing.frameworks.browser import (
    Asked,
    Browser,
    Reference,
)
from securelogin.testing.frameworks.clients import Answer, Client
from securelogin.testing.frameworks.comparison import differences
from securelogin.testing.frameworks.scenes import (
    METHODS,
    PLACES,
    READ,
    STORIES,
    Scene,
)
from securelogin.testing.frameworks.world import (
    PORTAL,
    World,
    settings_in,
)
from securelogin.web import WebPortal, WebSettings

__all__ = ["FrameworkContract", "Serve"]

Serve = Callable[[Any, Portal, WebSettings], Client]
"""Adds the pages of a portal to a new application; returns what asks it."""


class FrameworkContract:
    """The contract of an adapter of `securelogin.web` for a framework.

    Give a fixture `serve`: a function `serve(auth, portal, settings) → client` that
    makes an application with the pages of this portal, and what asks it: a
    `WSGIClient`, an `ASGIClient` or, for a server that it has begun, an `HTTPClient`.

    Attributes:
        flows: what *auth* is: `SecureLogin`, or `AsyncSecureLogin`.
        may_add: names of headers, in lower case, that your server adds to any answer,
            beside Date, Server, Vary and those of the connection.
    """

    flows: ClassVar[type[SecureLogin | AsyncSecureLogin]] = SecureLogin
    may_add: ClassVar[Collection[str]] = ()
    people: ClassVar[int] = 8

    @pytest.fixture
    def stage(self, serve: Serve, tmp_path: Path) -> Stage:
        """Where scenes are played twice."""
        return Stage(serve, tmp_path, flows=self.flows, may_add=self.may_add)

    # -- what is read --

    @pytest.mark.parametrize("place", READ)
    def test_a_page_arrives_as_it_was_written(self, stage: Stage, place: str) -> None:
        stage.compare(lambda _, browser: browser.get(place))

    @pytest.mark.parametrize("place", READ)
    def test_head_gets_the_headers_of_get_and_no_body(
        self, stage: Stage, place: str
    ) -> None:
        stage.compare(lambda _, browser: browser.send("HEAD", place))

    def test_files_arrive_as_they_are(self, stage: Stage) -> None:
        stage.compare(_files)

    @pytest.mark.parametrize("method", METHODS)
    def test_a_method_that_a_path_does_not_know_gets_the_page_that_says_so(
        self, stage: Stage, method: str
    ) -> None:
        def scene(_: World, browser: Browser) -> None:
            for place, methods in PLACES.items():
                if method not in methods:
                    browser.send(method, place)

        stage.compare(scene)

    def test_an_escaped_path_is_the_path(self, stage: Stage) -> None:
        def scene(_: World, browser: Browser) -> None:
            browser.get("log%69n")
            browser.get("assets/%ff")
            browser.get("assets/%C3%BC.css")

        stage.compare(scene)

    # -- what is done --

    @pytest.mark.parametrize("story", STORIES)
    def test_a_story_is_the_same_in_every_answer(
        self, stage: Stage, story: str
    ) -> None:
        stage.compare(STORIES[story])


class Stage:
    """Plays a scene on the pages and on the adapter.

    Args:
        serve: the author's.
        folder: for the logo.
    """

    def __init__(
        self,
        serve: Serve,
        folder: Path,
        /,
        *,
        flows: type[SecureLogin | AsyncSecureLogin],
        may_add: Collection[str],
    ) -> None:
        self._serve = serve
        self._folder = folder
        self._flows = flows
        self._may_add = may_add

    def compare(self, scene: Scene, /, **settings: Any) -> World:
        """Play a scene twice; return the adapter's world.

        Raises:
            AssertionError: an answer differs; says where, and what to mend.
        """
        __tracebackhide__ = True
        chosen = settings_in(self._folder, **settings)
        wanted: list[Answer] = []
        world = World(SecureLogin)
        pages = Reference(WebPortal(world.auth, portal=PORTAL, settings=chosen))
        scene(world, Browser(pages, PORTAL, check=lambda _, got: wanted.append(got)))
        answers = iter(wanted)

        def check(asked: Asked, found: Answer) -> None:
            __tracebackhide__ = True
            wrong = next(
                differences(
                    found, next(answers), method=asked.method, may_add=self._may_add
                ),
                None,
            )
            assert wrong is None, f"{asked}: {wrong}."

        world, client = self.open(chosen)
        scene(world, Browser(client, PORTAL, check=check))
        return world

    def open(self, settings: WebSettings, /) -> tuple[World, Client]:
        """Return a new world, and what asks the adapter in it."""
        world = World(self._flows)
        return world, self._serve(world.given, PORTAL, settings)


def _files(_: World, browser: Browser) -> None:
    page = browser.get("login").body.decode()
    names = {part.partition('"')[0] for part in page.split("assets/")[1:]}
    for name in sorted(names):
        browser.get(f"assets/{name}")
        browser.send("HEAD", f"assets/{name}")
