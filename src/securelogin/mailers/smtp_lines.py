"""Lines to a mail server, whose replies are waited for as a whole.

A socket's time-out begins anew with every byte, and smtplib reads until a reply is
complete: a server, or whoever sits before its TLS, could hold a caller for as long as
it likes by dripping. A TLS handshake, and what is sent, have one time-out already.
"""

from __future__ import annotations

import io
import smtplib
import socket
import ssl
import time
from typing import Any, cast

__all__ = ["Line", "open_line"]


class Line(smtplib.SMTP):
    """A line that waits for what comes until a moment, however slowly it comes in."""

    file: io.BufferedReader | None

    def __init__(
        self,
        host: str,
        port: int,
        name: str,
        /,
        *,
        seconds: float,
        **options: Any,  # noqa: ANN401 -- handed through
    ) -> None:
        self.until: float = time.monotonic() + seconds
        super().__init__(host, port, name, timeout=seconds, **options)

    def getreply(self) -> tuple[int, bytes]:
        """Return the next reply, as smtplib does; fail if it is not whole by then."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Reader(self, self.sock))
        return super().getreply()

    def wait(self, seconds: float, /) -> None:
        """Let what comes next take so long altogether."""
        self.until = time.monotonic() + seconds
        cast("socket.socket", self.sock).settimeout(seconds)


class _TLSLine(Line, smtplib.SMTP_SSL): ...


class _Reader(io.RawIOBase):
    def __init__(self, line: Line, source: socket.socket) -> None:
        super().__init__()
        self._line = line
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 -- as io declares it
        left = self._line.until - time.monotonic()
        if left <= 0:
            message = "timed out"
            raise TimeoutError(message)
        self._source.settimeout(left)
        return self._source.recv_into(buffer)


def open_line(
    host: str,
    port: int,
    name: str,
    /,
    *,
    seconds: float,
    wrapped_by: ssl.SSLContext | None,
) -> Line:
    """Connect, hear the greeting, and say nothing yet.

    Args:
        name: what the line will greet with.
        seconds: for all of that together, and for what follows until `wait`.
        wrapped_by: for TLS from the first byte.

    Raises:
        OSError: there is no such line, or it is too slow; smtplib's are OSErrors too.
    """
    if wrapped_by is None:
        return Line(host, port, name, seconds=seconds)
    return _TLSLine(host, port, name, seconds=seconds, context=wrapped_by)
