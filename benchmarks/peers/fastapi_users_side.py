"""FastAPI Users as its documentation says: SQLAlchemy over aiosqlite, JWT, its routers.

https://fastapi-users.github.io/fastapi-users/latest/configuration/full-example/.
"""

from __future__ import annotations

import json
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlencode

from benchmarks.peers.fastapi_users_app import hasher, made
from benchmarks.peers.sides import PASSWORD, STATES, Place, people

__all__ = ["FastAPIUsers"]


class FastAPIUsers:
    """A whole request: its log-in route, answered with a JWT."""

    lacks = ("no password",)
    """Every user of it has one: the column must not be NULL."""

    def __init__(self, place: Place, each: int, /) -> None:
        self._app, self._insert = made(place, mail=_mail)
        self._each = each
        self._place = place

    async def ready(self) -> None:
        """Fill its table, on the loop that its engine will live on."""
        rows = []
        now, older = hasher(self._place.cost), hasher(self._place.cost.older)
        for state in STATES:
            if state in self.lacks:
                continue
            hashed = (older if state == "older hash" else now).hash(PASSWORD)
            rows += [
                (address, hashed, state != "disabled")
                for address in people(state, self._each)
            ]
        await self._insert(rows)

    async def _post(self, path: str, body: bytes, kind: bytes) -> int:
        status: list[int] = []
        sent = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> dict[str, Any]:
            return next(sent, {"type": "http.disconnect"})

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])

        await self._app(
            {
                "type": "http",
                "asgi": {"version": "3.0"},
                "http_version": "1.1",
                "method": "POST",
                "scheme": "http",
                "path": path,
                "raw_path": path.encode(),
                "query_string": b"",
                "root_path": "",
                "headers": [
                    (b"host", b"localhost"),
                    (b"content-type", kind),
                    (b"content-length", str(len(body)).encode()),
                ],
                "client": ("192.0.2.7", 1),
                "server": ("localhost", 80),
            },
            receive,
            send,
        )
        return status[0]

    async def login(self, address: str, password: str, /) -> bool:
        """Post the form."""
        body = urlencode({"username": address, "password": password}).encode()
        kind = b"application/x-www-form-urlencoded"
        return await self._post("/auth/jwt/login", body, kind) == 200

    async def forgot(self, address: str, /) -> object:
        """Post it."""
        body = json.dumps({"email": address}).encode()
        status = await self._post("/auth/forgot-password", body, b"application/json")
        if status != 202:
            raise RuntimeError(status)
        return None


async def _mail(address: str, token: str, port: int) -> None:
    import aiosmtplib

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "portal@acme.example", address, "Reset"
    mail.set_content(token)
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=port, start_tls=False)
