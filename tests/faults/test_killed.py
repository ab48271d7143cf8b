"""Every public operation, killed after every statement it sends to a database."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.faults.going_on import gets_in, gets_in_anew
from tests.faults.invariants import Moment, check_all
from tests.faults.operations import WRITING_TWICE
from tests.faults.seen import emptied, looking_at, seen_in_database
from tests.faults.world import World

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
MOST = 60


@pytest.fixture(scope="module")
def executioner():
    """Return what has a task done by a process, and says how that one ended."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.dying"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def execute(task):
            process.stdin.write(json.dumps(task) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield execute
        process.stdin.close()


@pytest.fixture(params=["sqlite", "psycopg"])
def place(request, databases):
    databases.store(request.param)
    return databases.place(request.param)


@pytest.mark.parametrize("operation", WRITING_TWICE, ids=lambda one: one.name)
def test_no_killed_process_breaks_an_invariant(
    request, place, databases, executioner, operation
):
    store = databases.store(place.name)
    engine = looking_at(place.plain.url)
    request.addfinalizer(engine.dispose)
    for at in range(MOST):
        emptied(engine)
        world = World(store, lambda: seen_in_database(engine))
        world.settle_in()
        operation.prepare(world)
        before = world.look()
        operation.expect(world)

        ended = executioner(
            {
                "url": place.text,
                "key": world.key,
                "now": world.clock.at.isoformat(),
                "person": asdict(world.person),
                "operation": operation.name,
                "at": at,
            }
        )

        if ended["status"] == 0:
            break
        assert ended["status"] == 9, ended
        struck = ended["heard"][-1]
        try:
            after_death(world, before, operation, struck)
        except AssertionError as error:
            message = f"{operation.name}, killed in {struck}, statement {at}: {error}"
            raise AssertionError(message) from error
    assert 0 < at < MOST - 1, "it was never killed, or never came to an end"


def after_death(world, before, operation, struck) -> None:
    is_purge = operation.method == "retention.purge"
    check_all(Moment(world, before, world.look(), struck=struck, is_purge=is_purge))
    gets_in(world)
    gets_in_anew(world)
