"""Serve the demo on loopback until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import cast

import uvicorn

from securelogin.demo.opening import Demo, open_demo
from securelogin.demo.site import make_site
from securelogin.passwords import PasswordHasher

__all__ = ["serve_demo"]

_HOST = "127.0.0.1"
_LAST_SECONDS = 3
"""Seconds that requests in hand get to end."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Signals are ours: uvicorn would let them end the process before the rest of
        # the demo is cleared up.
        yield


def serve_demo(
    show: Callable[[Demo], None],
    /,
    *,
    port: int = 0,
    hasher: PasswordHasher | None = None,
) -> None:
    """Open a demo, serve it, and clear up when told to stop. In the main thread only.

    Args:
        show: called once, as soon as the demo answers.
        port: 0 for a free one.
        hasher: Argon2 with the recommended cost by default.

    Raises:
        OSError: the port is taken.
    """
    with (
        closing(socket.create_server((_HOST, port))) as listener,
        # Told to stop while it was still being set up.
        suppress(asyncio.CancelledError),
    ):
        asyncio.run(_serve(show, listener, hasher=hasher))


async def _serve(
    show: Callable[[Demo], None],
    listener: socket.socket,
    /,
    *,
    hasher: PasswordHasher | None,
) -> None:
    _, port = listener.getsockname()
    with _until_told():
        async with open_demo(f"http://{_HOST}:{port}/", hasher=hasher) as demo:
            server = _Server(
                uvicorn.Config(
                    make_site(demo),
                    lifespan="off",
                    log_level="warning",
                    access_log=False,
                    server_header=False,
                    proxy_headers=False,
                    timeout_graceful_shutdown=_LAST_SECONDS,
                )
            )
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            show(demo)
            try:
                await asyncio.shield(serving)
            except asyncio.CancelledError:
                server.should_exit = True
                await serving


@contextmanager
def _until_told() -> Iterator[None]:
    """Let SIGTERM and SIGINT cancel this task; put the old handlers back after it."""
    loop = asyncio.get_running_loop()
    task = cast("asyncio.Task[None]", asyncio.current_task())

    def tell(number: int, frame: object) -> None:
        del number, frame
        loop.call_soon_threadsafe(task.cancel)

    before = {n: signal.signal(n, tell) for n in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
