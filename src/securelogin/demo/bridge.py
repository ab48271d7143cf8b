"""From ASGI to the pages of `securelogin.web` and back."""

from __future__ import annotations

from starlette.requests import Request as ASGIRequest
from starlette.responses import Response as ASGIResponse
from starlette.types import Receive, Scope, Send

from securelogin.web import AsyncWebPortal, Request

__all__ = ["LogInPages", "read_request"]


async def read_request(request: ASGIRequest, /, *, most: int) -> Request:
    """Return an ASGI request as the pages want it; of its body *most* bytes and one."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            break
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Request(
        method=request.method,
        path=request.scope["path"],
        scheme=request.url.scheme,
        host=headers.get("host", ""),
        query=request.scope["query_string"].decode("latin-1"),
        headers=headers,
        body=bytes(body[: most + 1]),
        peer=None if request.client is None else request.client.host,
    )


class LogInPages:
    """An ASGI application: all the pages of `securelogin.web` of one portal."""

    def __init__(self, web: AsyncWebPortal, /) -> None:
        self._web = web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        most = self._web.settings.largest_body
        response = await self._web.handle(
            await read_request(ASGIRequest(scope, receive), most=most)
        )
        answer = ASGIResponse(response.body, response.status)
        # A list: cookies have a header of their own each.
        answer.raw_headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in (
                *response.header_list,
                ("Content-Length", str(len(response.body))),
            )
        ]
        await answer(scope, receive, send)
