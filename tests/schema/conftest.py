from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from securelogin.stores.sql.migrations.history import SHIPPED, History
from tests.schema.databases import KINDS, SERVERS, Database, new_database
from tests.schema.revisions import v0002
from tests.stores.servers import server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[sa.URL]:
    """Return where PostgreSQL answers."""
    with server("postgresql") as url:
        yield url


@pytest.fixture(scope="session")
def mariadb() -> Iterator[sa.URL]:
    """Return where MariaDB answers."""
    with server("mariadb") as url:
        yield url


@pytest.fixture(params=KINDS)
def database(request, tmp_path) -> Iterator[Database]:
    """Return an empty database of every kind."""
    kind = request.param
    place = tmp_path if kind == "sqlite" else request.getfixturevalue(kind)
    with new_database(kind, place) as made:
        yield made


@pytest.fixture(params=SERVERS)
def on_server(request) -> Iterator[Database]:
    """Return an empty database of every kind that is a server's."""
    place = request.getfixturevalue(request.param)
    with new_database(request.param, place) as made:
        yield made


@pytest.fixture
def file(tmp_path) -> Iterator[Database]:
    """Return an empty SQLite file, for what does not differ between databases."""
    with new_database("sqlite", tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def longer() -> History:
    """Return the history with one revision more, as the next release would have."""
    return History(*SHIPPED, v0002)
