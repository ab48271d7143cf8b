"""What a store says at start if the tables are of another version than its code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from securelogin.errors import Unavailable, WiringError
from securelogin.stores.sql import AsyncSQLStore, SQLStore
from securelogin.stores.sql.versions import NEWEST
from tests.schema.databases import Database
from tests.wiring import Blocking

ASYNC = {"mariadb": "mariadb+asyncmy"}


@pytest.fixture(params=["sync", "async"])
def store(request, database) -> Iterator[Any]:
    if request.param == "sync":
        made: Any = SQLStore(database.url)
    else:
        name = ASYNC.get(database.kind, database.url.drivername)
        made = Blocking(AsyncSQLStore(database.url.set(drivername=name)))
    yield made
    made.close()


def test_the_tables_a_store_makes_have_the_newest_version(store, database):
    with pytest.raises(WiringError, match="`securelogin schema upgrade`"):
        store.check()
    store.create()
    store.create()

    store.check()
    assert database.versions() == [NEWEST]


def test_tables_of_another_version_are_refused_and_left_alone(
    store, database: Database
):
    store.create()
    database.run("UPDATE securelogin_version SET version_num = '9999'")

    for call in (store.create, store.check):
        with pytest.raises(WiringError, match="does not know"):
            call()

    assert database.versions() == ["9999"]


def test_a_database_that_is_away_is_no_database_without_tables(tmp_path):
    store = SQLStore(f"sqlite:///{tmp_path}/no/such/folder/x.db")

    with pytest.raises(Unavailable):
        store.check()

    store.close()
