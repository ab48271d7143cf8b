"""The library itself as what is measured: what its own stage asks of it, and clears."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from securelogin.phc import Argon2Parameters
from securelogin.stores.memory import MemoryStore
from securelogin.stores.sql import make_tables
from securelogin.testing.uniformity import Stage, Watch
from securelogin.testing.uniformity.own import OwnStage, own_stage, wire_own
from securelogin.testing.uniformity.people import FORGOTTEN, LOG_IN, scenes_for
from tests.stores.servers import own_database, plain_engine


def test_the_library_hashes_at_the_cost_that_was_asked_for():
    watch = Watch()
    asked = Argon2Parameters(memory=16, passes=1)

    with own_stage(watch, store="memory", is_async=False, parameters=asked) as stage:
        account = stage.settled("ann@uniformity.example")
        stored = watch.credentials.get(account.id).password_hash

    assert stored.startswith("$argon2id$v=19$m=16,t=1,p=1$")


def test_the_library_is_closed_when_a_trial_fails(tmp_path):
    with (
        pytest.raises(ZeroDivisionError),
        own_stage(Watch(), store=f"sqlite:///{tmp_path}/u.db", is_async=False),
    ):
        raise ZeroDivisionError


def records_left(stage_of):
    watch, store = Watch(), MemoryStore()

    scenes_for(LOG_IN, stage_of(watch, store), rounds=20)

    return Counter(record.lookup for record in store.attempts._records)


def test_what_it_took_to_set_the_scenes_is_purged_from_a_store_of_the_kits_own():
    def stage_of(watch, store):
        auth = wire_own(watch, store, is_async=False)
        return OwnStage(auth, watch, vacuum=lambda: None)

    # Who was locked has a hundred more otherwise; what came later is left.
    assert max(records_left(stage_of).values()) <= 4


def test_an_applications_records_are_left_as_they_are():
    def stage_of(watch, store):
        return Stage(wire_own(watch, store, is_async=False), watch)

    assert max(records_left(stage_of).values()) > 100


VACUUMED = """
SELECT relname FROM pg_stat_user_tables WHERE vacuum_count = 1 AND analyze_count = 1
"""


@pytest.mark.parametrize(
    ("driver", "is_async"), [("psycopg", False), ("psycopg", True), ("asyncpg", True)]
)
def test_dead_rows_of_the_setting_are_cleared_away_on_postgresql(driver, is_async):
    with (
        own_database("postgresql") as url,
        own_stage(
            Watch(),
            store=url.set(drivername=f"postgresql+{driver}").render_as_string(
                hide_password=False
            ),
            is_async=is_async,
        ) as stage,
        plain_engine(url).connect() as connection,
    ):
        stage.vacuum()
        cleared = connection.scalars(sa.text(VACUUMED))

        assert set(cleared) == {table.name for table in make_tables().in_order}


def test_dead_rows_are_cleared_away_when_everybody_is_settled():
    watch, store = Watch(), MemoryStore()
    auth = wire_own(watch, store, is_async=False)
    recorded = []
    stage = OwnStage(
        auth, watch, vacuum=lambda: recorded.append(len(store.attempts._records))
    )

    scenes_for(FORGOTTEN, stage, rounds=20)

    assert recorded == [len(store.attempts._records)]
