"""Call a WSGI application without a server: what a server costs is nobody's here."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

__all__ = ["post"]


def post(
    application: Callable[..., Any],
    path: str,
    body: bytes,
    *,
    kind: str,
    cookie: str = "",
) -> tuple[str, bytes]:
    """Post a body; return the answer's status and body."""
    status: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "HTTP_USER_AGENT": "Mozilla/5.0 Firefox/140",
        "HTTP_ACCEPT": kind,
        "HTTP_COOKIE": cookie,
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }

    def start(told: str, _headers: object, _error: object = None) -> object:
        status.append(told)
        return lambda _data: None

    answer = application(environ, start)
    try:
        return status[0], b"".join(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()
