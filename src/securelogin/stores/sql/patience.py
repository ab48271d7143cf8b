"""Connections of psycopg that do not wait for ever (extra `postgres`).

psycopg leaves it to the server when a statement ends. A server that hangs, or is cut
off without a word, would hold a caller for as long as the system keeps the socket.
"""

from __future__ import annotations

from time import monotonic
from typing import Any, TypeVar

from psycopg import AsyncConnection, Connection, OperationalError
from psycopg.abc import PQGen
from psycopg.pq.abc import PGconn

__all__ = ["AsyncPatientConnection", "PatientConnection"]

RV = TypeVar("RV")

_SILENCE = 30.0


def _within(gen: PQGen[RV], socket: PGconn) -> PQGen[RV]:
    """Go on with *gen* as long as its waits are not too long altogether."""
    deadline = monotonic() + _SILENCE
    ready: Any = None
    while True:
        try:
            wanted = gen.send(ready)
        except StopIteration as ended:
            result: RV = ended.value
            return result
        ready = yield wanted
        if not ready and monotonic() > deadline:
            # Whoever takes it next would read what comes late as an answer to them.
            socket.finish()
            message = "the server says nothing"
            raise OperationalError(message)


class PatientConnection(Connection[Any]):
    """A connection that is given up after 30 seconds of silence."""

    def wait(
        self,
        gen: PQGen[RV],
        *args: Any,  # noqa: ANN401 -- handed through
        **options: Any,  # noqa: ANN401 -- handed through
    ) -> RV:
        """Consume a generator of psycopg's, for so long at most."""
        return super().wait(_within(gen, self.pgconn), *args, **options)


class AsyncPatientConnection(AsyncConnection[Any]):
    """`PatientConnection`, awaited."""

    async def wait(
        self,
        gen: PQGen[RV],
        *args: Any,  # noqa: ANN401 -- handed through
        **options: Any,  # noqa: ANN401 -- handed through
    ) -> RV:
        """Consume a generator of psycopg's, for so long at most."""
        return await super().wait(_within(gen, self.pgconn), *args, **options)
