"""Where tests find their databases, and what they say if they find none."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.stores.servers import VARIABLES, plain_engine, server
from tests.stores.wheel import running_postgres


@pytest.fixture(params=VARIABLES)
def away(request, monkeypatch):
    """Return a kind of database that is told to be where nothing is."""
    url = f"{request.param}://nobody@127.0.0.1:1/test"
    monkeypatch.setenv(VARIABLES[request.param], url)
    return request.param


def test_a_server_that_is_told_and_away_is_skipped_by_name(away, monkeypatch):
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match=VARIABLES[away]), server(away):
        pass


def test_on_a_ci_machine_it_has_to_be_there(away, monkeypatch):
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match=VARIABLES[away]), server(away):
        pass


@pytest.mark.slow
def test_the_wheel_s_postgresql_runs_whoever_we_are():
    with running_postgres() as folder:
        url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
        with plain_engine(url).connect() as connection:
            version = connection.execute(
                sa.text("SHOW server_version_num")
            ).scalar_one()

    assert int(version) >= 160_000
    assert not folder.exists()
