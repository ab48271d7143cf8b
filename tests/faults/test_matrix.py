"""Every public operation, failing at every call of an adapter, in every way.

On a database its process is also killed after each statement: that is after each call
that changes anything, and between the statements of those that make several.
"""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.grounds import Database, Memory
from tests.faults.injecting import Fault
from tests.faults.invariants import INVARIANTS
from tests.faults.operations import BY_NAME, OPERATIONS
from tests.faults.trials import Trial

ROOT = Path(__file__).resolve().parents[2]
MOST = 60
SOME = [BY_NAME["passwords.complete"], BY_NAME["courier.deliver"]]
"""Those with the most to lose between two writes: tried at every run."""


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


@pytest.fixture(
    params=[
        "memory",
        "memory async",
        pytest.param("sqlite", marks=pytest.mark.slow),
        pytest.param("postgresql", marks=pytest.mark.slow),
    ]
)
def ground(request):
    """Return an empty store of each kind that can be put back to what it was."""
    if request.param.startswith("memory"):
        yield Memory(is_async=request.param.endswith("async"))
        return
    name = {"sqlite": "sqlite", "postgresql": "psycopg"}[request.param]
    databases = request.getfixturevalue("databases")
    execute = request.getfixturevalue("executioner")
    made = Database(databases.store(name), databases.place(name), execute)
    yield made
    made.close()


def fails_everywhere(ground, operation) -> None:
    trial = Trial(ground, operation)
    heard = trial.act(None)
    assert heard != []
    for at, struck in enumerate(heard):
        for fault in Fault:
            with saying(f"{operation.name}, {fault} at call {at}, {struck}"):
                assert trial.act(at, fault)[: at + 1] == heard[: at + 1]
    if ground.is_database:
        is_killed_everywhere(trial)


def is_killed_everywhere(trial) -> None:
    trial.rehearse()
    for at in range(MOST):
        with saying(f"{trial.operation.name}, killed after statement {at}"):
            if not trial.is_killed(at):
                break
    assert 0 < at < MOST - 1, "it was never killed, or never came to an end"


@contextmanager
def saying(what):
    """Say what was done where an invariant does not hold."""
    try:
        yield
    except AssertionError as error:
        message = f"{what}: {error}"
        raise AssertionError(message) from error


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_no_fault_breaks_an_invariant_and_everybody_gets_in(ground, operation):
    fails_everywhere(ground, operation)


@pytest.mark.parametrize("operation", SOME, ids=lambda one: one.name)
def test_no_fault_breaks_what_is_written_in_several_steps(
    databases, executioner, operation
):
    ground = Database(databases.store("sqlite"), databases.place("sqlite"), executioner)
    fails_everywhere(ground, operation)
    ground.close()


def test_every_public_operation_is_in_the_table():
    auth = Trial(Memory(is_async=False), OPERATIONS[0]).world.auth
    parts = ("login", "passwords", "reset", "links", "sessions", "accounts")
    methods = {
        f"{part}.{name}"
        for part in (*parts, "addresses", "courier", "retention", "support")
        for name, member in inspect.getmembers(type(getattr(auth, part)))
        if inspect.isfunction(member) and not name.startswith("_")
    }

    # These two call no adapter.
    assert {one.method for one in OPERATIONS} == methods - {
        "login.unavailable",
        "login.notice",
    }
    assert len(BY_NAME) == len(OPERATIONS)


def test_every_invariant_stands_in_the_docs():
    text = (ROOT / "docs/explanation/invariants.md").read_text(encoding="utf-8")

    listed = [line for line in text.splitlines() if line.startswith("| `")]
    assert [line.split("`")[1] for line in listed] == [
        one.__name__ for one in INVARIANTS
    ]
