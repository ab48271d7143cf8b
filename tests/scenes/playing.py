"""A scene, what the person in it does last, and how that is played."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from securelogin import Client
from securelogin.attempts import RequestFault
from securelogin.outcomes import Cause
from tests.wiring import PASSWORD, URL, Wired

ANN, BOB = "ann@acme.example", "bob@other.example"
WRONG = "wrong wrong wrong"
NEW = "another quiet harbour"
HOUR = timedelta(hours=1)
OLD_FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What the person sends with the log-in form."""

    address: str = ANN
    password: str = PASSWORD
    url: str = URL
    link: str | None = None
    faults: frozenset[RequestFault] = frozenset()
    client: Client = field(
        default_factory=lambda: Client(ip="192.0.2.7", user_agent="Firefox/140")
    )


@dataclass(frozen=True)
class Later:
    """Another step than the log-in, as a call of the public face."""

    call: Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What happens, and what support is to see.

    Attributes:
        arrange: sets the portal up; returns what the person does last.
        causes: all that stand in the way, in the order in which they are met.
        first: how the first remedy begins.
        facts: what else support is told: name of a fact, and a part of its text.
        wiring: options for the portal, by colour.
    """

    name: str
    arrange: Callable[[Wired], Typed | Later]
    causes: tuple[Cause, ...]
    first: str
    facts: dict[str, str] = field(default_factory=dict)
    wiring: Callable[[str], dict[str, Any]] = lambda _: {}


def play(scene: Scene, wired: Wired) -> Any:
    """Play a scene through the public face of the library; return its outcome."""
    last = scene.arrange(wired)
    if isinstance(last, Later):
        return last.call(wired.auth)
    given = {f.name: getattr(last, f.name) for f in dataclasses.fields(last)}
    return wired.check(given.pop("address"), given.pop("password"), **given)
