"""Ways to ask an adapter: in the process as WSGI or ASGI, or at a server's socket.

None needs an HTTP library, and none helps: what is sent goes out as it is, and what
comes back is shown as it came, doubled headers and bodies of HEAD too.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from http.client import HTTPConnection
from types import TracebackType
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes, urlsplit

from securelogin.testing.blocking import run
from securelogin.testing.uniformity import Answer

__all__ = ["ASGITransport", "HTTPTransport", "Pairs", "Transport", "WSGITransport"]

Pairs = Sequence[tuple[str, str]]

_PIECE = 1_000
_PATIENCE = 30.0


class Transport(Protocol):
    """Takes one request at a time to the adapter under test; many threads may ask.

    Attributes:
        peer: the address that its connections come from.
        scheme: of its connections, as the adapter is told.
    """

    @property
    def peer(self) -> str:
        """See the class."""
        ...

    @property
    def scheme(self) -> str:
        """See the class."""
        ...

    def send(self, method: str, target: str, headers: Pairs, body: bytes, /) -> Answer:
        """Send one request and return the answer, following no redirect.

        Args:
            target: path and query as they stand in the request, percent-encoded.
            headers: in this order, `Host` among them, doubles as lines of their own;
                no length. Text is sent as Latin-1. `Transfer-Encoding: chunked`
                among them asks for a body without a length. Several of `Cookie` are
                what HTTP/2 may send; WSGI and HTTP/1.1 know one.

        Returns:
            What came back. Its headers are read more than once: hand over a sequence.
        """
        ...


def _with_one_cookie(headers: Pairs) -> Pairs:
    """Return the headers with all of `Cookie` in one (RFC 9113, 8.2.3)."""
    cookies = [value for name, value in headers if name.lower() == "cookie"]
    others = [pair for pair in headers if pair[0].lower() != "cookie"]
    return [*others, ("Cookie", "; ".join(cookies))] if cookies else others


def _is_chunked(headers: Pairs) -> bool:
    return any(name.lower() == "transfer-encoding" for name, _ in headers)


class WSGITransport:
    """Calls a WSGI application, as a server on https would."""

    def __init__(
        self, app: Callable[..., Iterable[bytes]], /, *, peer: str = "198.51.100.44"
    ) -> None:
        self._app = app
        self.peer = peer
        self.scheme = "https"

    def send(self, method: str, target: str, headers: Pairs, body: bytes, /) -> Answer:
        """Send one request; an error of the application's passes through."""
        begun: list[tuple[str, Pairs]] = []
        written: list[bytes] = []

        def start_response(
            status: str,
            headers: Pairs,
            error: tuple[type, BaseException, TracebackType] | None = None,
            /,
        ) -> Callable[[bytes], None]:
            del error
            begun.append((status, list(headers)))
            return written.append

        result = self._app(self._environ(method, target, headers, body), start_response)
        try:
            written.extend(result)
        finally:
            getattr(result, "close", lambda: None)()
        status, sent = begun[-1]
        return Answer(status=int(status[:3]), headers=sent, body=b"".join(written))

    def _environ(
        self, method: str, target: str, headers: Pairs, body: bytes
    ) -> dict[str, Any]:
        path, _, query = target.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            # Decoded, each byte as one character (PEP 3333).
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REMOTE_ADDR": self.peer,
            "REMOTE_PORT": "40123",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self.scheme,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if _is_chunked(headers):
            environ["wsgi.input_terminated"] = True
        elif body or method == "POST":
            environ["CONTENT_LENGTH"] = str(len(body))
        for name, value in _with_one_cookie(headers):
            key = name.upper().replace("-", "_")
            key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
            # As servers do with a header that comes twice.
            environ[key] = f"{environ[key]},{value}" if key in environ else value
        return environ


ASGIApp = Callable[
    [Any, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]],
    Awaitable[None],
]


class ASGITransport:
    """Calls an ASGI application on the kit's event loop, as a server on https would."""

    def __init__(self, app: ASGIApp, /, *, peer: str = "198.51.100.44") -> None:
        self._app = app
        self.peer = peer
        self.scheme = "https"

    def send(self, method: str, target: str, headers: Pairs, body: bytes, /) -> Answer:
        """Send one request; an error of the application's passes through."""
        return run(self._send(method, target, headers, body))

    async def _send(
        self, method: str, target: str, headers: Pairs, body: bytes
    ) -> Answer:
        pieces = _pieces(body)
        sent: list[Mapping[str, Any]] = []

        async def receive() -> Mapping[str, Any]:
            return next(pieces, {"type": "http.disconnect"})

        async def send(message: Mapping[str, Any]) -> None:
            sent.append(message)

        await self._app(self._scope(method, target, headers, body), receive, send)
        start = next(one for one in sent if one["type"] == "http.response.start")
        return Answer(
            status=start["status"],
            headers=[
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in start.get("headers", ())
            ],
            body=b"".join(
                one.get("body", b"")
                for one in sent
                if one["type"] == "http.response.body"
            ),
        )

    def _scope(
        self, method: str, target: str, headers: Pairs, body: bytes
    ) -> dict[str, Any]:
        path, _, query = target.partition("?")
        length = (
            []
            if _is_chunked(headers) or (not body and method != "POST")
            else [("content-length", str(len(body)))]
        )
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": self.scheme,
            "path": unquote_to_bytes(path).decode("utf-8", "replace"),
            "raw_path": path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "root_path": "",
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1"))
                for name, value in (*headers, *length)
            ],
            "client": (self.peer, 40123),
            "server": ("localhost", 443),
            "state": {},
        }


def _pieces(body: bytes) -> Iterator[Mapping[str, Any]]:
    """Return a body in pieces, as a network hands it over."""
    return iter(
        [
            {
                "type": "http.request",
                "body": body[start : start + _PIECE],
                "more_body": start + _PIECE < len(body),
            }
            for start in range(0, len(body) or 1, _PIECE)
        ]
    )


class HTTPTransport:
    """Asks a server at a socket, in the clear: "http://127.0.0.1:8000"."""

    def __init__(self, url: str, /) -> None:
        place = urlsplit(url)
        self._host, self._port = place.hostname or "127.0.0.1", place.port or 80
        self.peer = "127.0.0.1"
        self.scheme = "http"

    def send(self, method: str, target: str, headers: Pairs, body: bytes, /) -> Answer:
        """Send one request over a connection of its own.

        Raises:
            OSError: the server did not answer within 30 seconds.
        """
        is_chunked = _is_chunked(headers)
        with closing(
            HTTPConnection(self._host, self._port, timeout=_PATIENCE)
        ) as opened:
            opened.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in _with_one_cookie(headers):
                opened.putheader(name, value.encode("latin-1"))
            if not is_chunked and (body or method == "POST"):
                opened.putheader("Content-Length", str(len(body)))
            # A server may answer a body that is too large before it has come.
            with suppress(BrokenPipeError, ConnectionResetError):
                opened.endheaders(
                    [body] if is_chunked else body or None, encode_chunked=is_chunked
                )
            response = opened.getresponse()
            return Answer(
                status=response.status,
                headers=response.getheaders(),
                body=response.read(),
            )
