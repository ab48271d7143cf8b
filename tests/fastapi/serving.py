"""A real uvicorn on loopback, in a thread, for one application after the other."""

from __future__ import annotations

import socket
import threading
import time
from typing import Self

import uvicorn


class Server:
    """Serves whatever `app` is at the moment."""

    def __init__(self, app=None) -> None:
        self.app = app
        # In the clear, and with no header believed: both are the portal's own affair.
        config = uvicorn.Config(
            self._ask,
            log_config=None,
            interface="asgi3",
            lifespan="off",
            proxy_headers=False,
        )
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    async def _ask(self, scope, receive, send) -> None:
        await self.app(scope, receive, send)

    def __enter__(self) -> Self:
        self._thread.start()
        until = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < until, "uvicorn did not start"
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self._socket.close()
