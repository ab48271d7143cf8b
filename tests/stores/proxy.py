"""A way to a server that can be made silent: what is said is not answered."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.engine import URL

PORTS = {"postgresql": 5432, "mariadb": 3306}


class Proxy:
    """Hand on to a server whatever is said, and back, until it is told not to."""

    def __init__(self, url: URL, address: str) -> None:
        self.is_silent = False
        self._target = url
        self._listener = socket.create_server((address, 0))
        self._sockets: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self) -> URL:
        address, port = self._listener.getsockname()
        return self._target.set(host=address, port=port, query={})

    def close(self) -> None:
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _server(self) -> socket.socket:
        folder = self._target.query.get("host")
        if isinstance(folder, str):
            there = socket.socket(socket.AF_UNIX)
            there.connect(f"{folder}/.s.PGSQL.5432")
            return there
        port = self._target.port or PORTS[self._target.get_backend_name()]
        return socket.create_connection((self._target.host, port))

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                there = self._server()
                self._sockets += [here, there]
                for one, other in ((here, there), (there, here)):
                    threading.Thread(
                        target=self._hand_on, args=(one, other), daemon=True
                    ).start()

    def _hand_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while said := one.recv(65536):
                if not self.is_silent:
                    other.sendall(said)


@contextmanager
def proxied(url: URL, *, address: str = "127.0.0.1") -> Iterator[Proxy]:
    """Run a proxy to the server of *url*."""
    proxy = Proxy(url, address)
    yield proxy
    proxy.close()
