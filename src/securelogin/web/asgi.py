"""The pages as an ASGI application, for whatever serves or joins such applications.

It needs no framework; `securelogin.starlette` puts it at the portal's paths.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from securelogin.web.async_portal import AsyncWebPortal
from securelogin.web.requests import Request

__all__ = ["ASGIPages", "read_body", "read_scope"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class ASGIPages:
    """The pages of one portal: they answer every HTTP request that gets here."""

    def __init__(self, web: AsyncWebPortal, /) -> None:
        self._web = web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, unless whoever sent it has gone meanwhile."""
        body = await read_body(receive, most=self._web.settings.largest_body)
        if body is None:
            return
        asked = read_scope(scope, body)
        # A mailed link's token is in it, and servers log it from here (F-35).
        scope["query_string"] = b""
        response = await self._web.handle(asked)
        await send(
            {
                "type": "http.response.start",
                "status": response.status,
                "headers": [
                    (name.lower().encode("latin-1"), value.encode("latin-1"))
                    for name, value in response.header_list
                ],
            }
        )
        await send({"type": "http.response.body", "body": response.body})


async def read_body(receive: Receive, /, *, most: int) -> bytes | None:
    """Return what was sent, or, of too much, as much as shows that it is.

    None: whoever sent it has gone before the end.
    """
    found, is_more = b"", True
    while is_more and len(found) <= most:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        found += message.get("body", b"")[: most + 1 - len(found)]
        is_more = message.get("more_body", False)
    return found


def read_scope(scope: Scope, body: bytes = b"", /) -> Request:
    """Return a request as the pages want it."""
    path, root = scope["path"], scope.get("root_path", "").rstrip("/")
    joined: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        # HTTP/2 and 3 may part a Cookie header into several (RFC 9113, 8.2.3).
        glue = "; " if key == "cookie" else ", "
        joined[key] = f"{joined[key]}{glue}{text}" if key in joined else text
    peer = scope.get("client")
    return Request(
        method=scope["method"],
        # Some proxies and servers take the root away, others leave it there.
        path=path if path.startswith(f"{root}/") else root + path,
        scheme=scope.get("scheme", "http"),
        host=joined.get("host", ""),
        query=scope["query_string"].decode("latin-1"),
        headers=joined,
        body=body,
        peer=None if peer is None else peer[0],
    )
