"""What a store sends to its database, as the driver gets it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa


class Heard(NamedTuple):
    """One query: what it was made of, its text and its values."""

    made_of: Any
    text: str
    values: Any


@contextmanager
def listening(store: Any) -> Iterator[list[Heard]]:
    """Give every query the store sends from now on."""
    engine = getattr(store._engine, "sync_engine", store._engine)
    heard: list[Heard] = []

    def hear(connection, cursor, *told) -> None:
        text, values, context, _ = told
        heard.append(Heard(context.invoked_statement, text, values))

    # On the plain engine: those with other options are made from it and tell it too.
    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)
