"""Plays a scene on the pages and on an adapter, and compares what comes back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from securelogin.aio.secure_login import AsyncSecureLogin
from securelogin.attempts import AttemptRecord
from securelogin.flows.secure_login import SecureLogin
from securelogin.outcomes import Cause
from securelogin.portals import Portal
from securelogin.testing.frameworks.browser import Asked, Browser, Reference
from securelogin.testing.frameworks.comparison import differences
from securelogin.testing.frameworks.scenes import Scene
from securelogin.testing.frameworks.strangers import sent_by
from securelogin.testing.frameworks.transports import Transport
from securelogin.testing.frameworks.world import PORTAL, World, settings_in
from securelogin.testing.uniformity import CAUSES, Answer, Seen, Stage
from securelogin.web import WebPortal, WebSettings

__all__ = ["Playhouse", "Serve"]

Serve = Callable[[Any, Portal, WebSettings], Transport]
"""Adds the pages of a portal to a new application; returns what asks it."""


class Playhouse:
    """One adapter under test, and the pages to hold it against.

    Args:
        serve: the author's.
        folder: for the files that settings name.
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

    def open(
        self, *, portal: Portal = PORTAL, room: int = 64, **settings: Any
    ) -> tuple[World, Transport]:
        """Return a new world, and what asks the adapter in it."""
        world = World(self._flows, room=room)
        chosen = settings_in(self._folder, **settings)
        return world, self._serve(world.given, portal, chosen)

    def compare(
        self,
        scene: Scene,
        /,
        *,
        portal: Portal = PORTAL,
        room: int = 64,
        **settings: Any,
    ) -> None:
        """Play a scene twice: in a world with *room*, with changed *settings*.

        Raises:
            AssertionError: an answer differs; says where, and what to mend.
        """
        __tracebackhide__ = True
        wanted: list[Answer] = []
        world = World(SecureLogin, room=room)
        chosen = settings_in(self._folder, **settings)
        pages = Reference(WebPortal(world.auth, portal=portal, settings=chosen))
        scene(world, Browser(pages, portal, check=lambda _, got: wanted.append(got)))
        answers = iter(wanted)

        def check(asked: Asked, found: Answer) -> None:
            __tracebackhide__ = True
            wrong = list(
                differences(
                    found, next(answers), method=asked.method, may_add=self._may_add
                )
            )
            assert not wrong, f"{asked}: {'; '.join(wrong)}."

        world, transport = self.open(portal=portal, room=room, **settings)
        scene(world, Browser(transport, portal, check=check))

    def refused(self, cause: Cause, form: str, /) -> tuple[Seen, AttemptRecord]:
        """Return what a stranger sees who is refused for a cause, and the record."""
        world, transport = self.open()
        stage = Stage(world.auth, world.watch)
        seen, reference = sent_by(transport, CAUSES[cause](stage), form=form)
        return seen, world.record(reference)
