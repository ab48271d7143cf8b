from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy.engine import URL, make_url

from tests.stores.backends import SQLBackend, sqlite
from tests.stores.places import DRIVERS, KINDS, Place, done
from tests.stores.servers import own_database


@pytest.fixture(params=["sync", "async"])
def colour(request) -> str:
    return request.param


@pytest.fixture(scope="session")
def new_file(tmp_path_factory) -> Path:
    """Return a SQLite file with empty tables: to copy it is quicker than to make it."""
    folder = tmp_path_factory.mktemp("new")
    sqlite(folder, "sync").create().close()
    (file,) = folder.iterdir()
    return file


@pytest.fixture
def database(colour, new_file, tmp_path) -> Iterator[SQLBackend]:
    """Return a store over a SQLite file, in both colours."""
    shutil.copy(new_file, tmp_path)
    store = sqlite(tmp_path, colour)
    yield store
    store.close()


class Databases:
    """One database of each kind for the whole run, made when it is asked for."""

    def __init__(self, folder) -> None:
        self._sqlite = make_url(f"sqlite:///{folder}/portal.db")
        self._made: dict[str, URL] = {"sqlite": self._sqlite}
        self._stores: dict[str, object] = {}
        self._stack = ExitStack()

    def url(self, kind: str) -> URL:
        if kind not in self._made:
            self._made[kind] = self._stack.enter_context(own_database(kind))
        return self._made[kind]

    def place(self, name: str) -> Place:
        return Place(name, self.url(KINDS[name]).set(drivername=DRIVERS[name]))

    def store(self, name: str):
        if name not in self._stores:
            store = self._stores[name] = self.place(name).store()
            done(store.create())
        return self._stores[name]

    def close(self) -> None:
        for store in self._stores.values():
            done(store.close())
        for name in self._stores:
            self.place(name).plain.dispose()
        self._stack.close()


@pytest.fixture(scope="session")
def databases(tmp_path_factory) -> Iterator[Databases]:
    """Return databases that this run has for itself."""
    made = Databases(tmp_path_factory.mktemp("sql"))
    yield made
    made.close()


@pytest.fixture(params=DRIVERS)
def place(request, databases) -> Place:
    """Return each database through each driver, empty but for its tables."""
    databases.store(request.param)
    found = databases.place(request.param)
    found.empty()
    return found


@pytest.fixture
def store(place, databases):
    """Return a store over it, of either colour."""
    return databases.store(place.name)
