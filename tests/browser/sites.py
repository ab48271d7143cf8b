"""Portals that a browser can visit, each behind a real server on loopback.

One more framework is one more line in `SITES`, and a function that serves its portal.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import uvicorn

from securelogin.demo import Demo, make_site, open_demo
from securelogin.demo.people import ANN, Seed
from tests.browser.django_site import served_django
from tests.browser.frameworks import served_fastapi, served_flask
from tests.wiring import cheap_hasher

__all__ = ["SITES", "DemoSite", "Site"]

_PATIENCE = 20


class Site(Protocol):
    """A portal with a mailbox.

    Attributes:
        base: its URL, with a slash at the end.
    """

    base: str

    def invite(self, address: str) -> str:
        """Send a message to somebody; return the path of its page below the base."""

    def mailed(self, address: str, carrying: str, *, after: str = "") -> str:
        """Return the "token" or "password" in the newest mail, other than *after*."""


class DemoSite:
    """The portal "acme" of the demo."""

    def __init__(self, demo: Demo, loop: asyncio.AbstractEventLoop) -> None:
        self.demo = demo
        self.url = demo.url
        self.base = f"{demo.url}acme/"
        self._loop = loop

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def invite(self, address: str) -> str:
        self.run(
            self.demo.send(
                Seed(
                    tenant="acme",
                    sender=ANN.address,
                    recipient=address,
                    subject=f"For {address}",
                    body="Nobody else may read this.",
                )
            )
        )
        sent = self.run(self.demo.messages.sent_by(ANN.address, tenant="acme"))
        name = next(m.id for m in sent if m.recipient == address)
        return f"messages/{name}"

    def mailed(self, address: str, carrying: str, *, after: str = "") -> str:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            found = [
                getattr(letter, carrying)
                for _, letter in self.demo.mailbox.letters
                if letter.to == address and getattr(letter, carrying)
            ]
            if found and found[0] != after:
                return found[0]
            time.sleep(0.05)
        raise AssertionError(f"no mail with a {carrying} for {address}")


@contextmanager
def served_demo() -> Iterator[DemoSite]:
    """Serve the demo from a thread of its own, with cheap hashes."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    ready: list[DemoSite] = []
    is_up = threading.Event()
    ending: list[Callable[[], None]] = []

    async def serve() -> None:
        async with open_demo(url, hasher=cheap_hasher()) as demo:
            server = uvicorn.Server(
                uvicorn.Config(make_site(demo), lifespan="off", log_level="error")
            )
            ending.append(lambda: setattr(server, "should_exit", True))
            ready.append(DemoSite(demo, asyncio.get_running_loop()))
            is_up.set()
            await server.serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    try:
        assert is_up.wait(60), "the demo did not open"
        yield ready[0]
    finally:
        for end in ending:
            end()
        thread.join(_PATIENCE)
        listener.close()


SITES: dict[str, Callable[[], AbstractContextManager[Site]]] = {
    "demo": served_demo,
    "flask": served_flask,
    "fastapi": served_fastapi,
    "django": served_django,
}
