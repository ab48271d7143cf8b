"""A request out of a WSGI environment; Django's `META` is one under ASGI too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from securelogin.web.requests import Request

__all__ = ["read_environ"]

_BARE = ("CONTENT_TYPE", "CONTENT_LENGTH")


def read_environ(
    environ: Mapping[str, Any], body: bytes = b"", /, *, path: str, scheme: str
) -> Request:
    """Return a request as the pages want it.

    Args:
        path: as the browser sees it, percent-decoded, with what the framework takes
            away.
    """
    headers = dict(_headers(environ))
    return Request(
        method=environ["REQUEST_METHOD"],
        path=path,
        scheme=scheme,
        host=headers.get("host", ""),
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=body,
        peer=environ.get("REMOTE_ADDR"),
    )


def _headers(environ: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    # The two have no prefix (PEP 3333), and an empty one was not sent.
    for key, value in environ.items():
        name = key.removeprefix("HTTP_")
        is_header = (name != key and name not in _BARE) or (key in _BARE and value)
        if is_header:
            yield name.replace("_", "-").lower(), value
