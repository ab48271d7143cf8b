"""A real SMTP server on loopback that keeps what it receives, for as long as a tour.

It takes every mail and passes none on. Not for a portal: it knows neither TLS nor
log-in, and forgets everything when it stops.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session

__all__ = ["LoopbackServer"]

T = TypeVar("T")

_HOST = "127.0.0.1"
_PATIENCE = 10.0
"""Seconds after which a loop that does not answer is given up."""


class LoopbackServer:
    """An SMTP server on a free port of the loopback interface.

    A context manager: it listens inside of the `with` block, from a thread of its own.
    `received` may be read by any thread at any time.
    """

    def __init__(self) -> None:
        self._received: list[bytes] = []
        self._talks: list[SMTP] = []
        self.url: str = ""

    @property
    def received(self) -> tuple[bytes, ...]:
        """Every message so far as it came over the wire, oldest first."""
        # `list.copy` is one step; the loop's thread may append meanwhile.
        return tuple(self._received.copy())

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="tour-smtp", daemon=True
        )
        self._thread.start()
        self._server = self._run(self._listen())
        _, port, *_ = self._server.sockets[0].getsockname()
        self.url = f"smtp://{_HOST}:{port}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)
        self._loop.close()

    async def handle_DATA(  # noqa: N802 -- aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep one message (a hook of aiosmtpd)."""
        del server, session
        self._received.append(envelope.original_content or b"")
        return "250 2.0.0 kept"

    def _begin_talk(self) -> SMTP:
        # The name is given, because aiosmtpd would ask the network for it.
        talk = SMTP(self, hostname="localhost")
        self._talks.append(talk)
        return talk

    async def _listen(self) -> asyncio.Server:
        # The port is 0: the system picks a free one, and nobody can take it between.
        loop = asyncio.get_running_loop()
        return await loop.create_server(self._begin_talk, _HOST, 0)

    async def _close(self) -> None:
        self._server.close()
        # A talk that still goes on is ended here, and not by a warning later.
        for talk in self._talks:
            if talk.transport is not None:
                talk.transport.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)
