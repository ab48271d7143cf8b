from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stores.backends import Backend, SQLBackend, memory, sqlite


@pytest.fixture(params=["sync", "async"])
def colour(request) -> str:
    return request.param


@pytest.fixture(params=["memory", "sqlite", "sqlite in memory"])
def backend(request, colour, tmp_path) -> Iterator[Backend]:
    """Return every store in every colour: what holds for one holds for all."""
    if request.param == "memory":
        yield memory(colour)
        return
    store = (
        sqlite(tmp_path, colour)
        if request.param == "sqlite"
        else SQLBackend("sqlite://", colour=colour)
    )
    yield store.create()
    store.close()


@pytest.fixture
def database(colour, tmp_path) -> Iterator[SQLBackend]:
    """Return a store over a SQLite file, in both colours."""
    store = sqlite(tmp_path, colour).create()
    yield store
    store.close()
