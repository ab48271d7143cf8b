"""Every public operation, failing at every call of an adapter, in every way."""

from __future__ import annotations

import inspect
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from securelogin import InvalidInput
from securelogin.accounts import Status
from securelogin.errors import Unavailable
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from tests.faults.going_on import gets_in, gets_in_anew
from tests.faults.injecting import Fault
from tests.faults.invariants import INVARIANTS, Moment, check_all
from tests.faults.operations import BY_NAME, OPERATIONS, WRITING_TWICE
from tests.faults.seen import emptied, looking_at, seen_in_database, seen_in_memory
from tests.faults.world import World

PURGE = "retention.purge"


def in_memory(*, is_async: bool) -> World:
    store = MemoryStore()
    carried = AsyncMemoryStore(store) if is_async else store
    return World(carried, lambda: seen_in_memory(store), is_async=is_async)


@pytest.fixture(params=["memory", "memory async", "sqlite", "postgresql"])
def make_world(request):
    """Return what makes a world with an empty store."""
    kind = request.param
    if kind.startswith("memory"):
        yield lambda: in_memory(is_async=kind.endswith("async"))
        return
    name = {"sqlite": "sqlite", "postgresql": "psycopg"}[kind]
    databases = request.getfixturevalue("databases")
    store, place = databases.store(name), databases.place(name)

    engine = looking_at(place.plain.url)

    def make() -> World:
        emptied(engine)
        return World(store, lambda: seen_in_database(engine))

    yield make
    engine.dispose()


@pytest.fixture
def faults(make_world):
    """Return every fault; for a database, the one that leaves all there can be.

    To fail before a call leaves what failing after the one before it leaves. What the
    library makes of each error is the same whatever the store.
    """
    return Fault if make_world().is_in_memory else [Fault.AFTER_COMMIT]


def begun(make_world, operation) -> World:
    world = make_world()
    world.settle_in()
    operation.prepare(world)
    return world


def expected(world, operation):
    """Return what is stored before the operation, which is the next step."""
    before = world.look()
    operation.expect(world)
    return before


def calls_of(make_world, operation) -> list[str]:
    world = begun(make_world, operation)
    before = expected(world, operation)
    world.injector.arm(None)
    outcome = operation.act(world)
    heard = world.injector.disarm()
    check_all(moment(world, before, operation, outcome=outcome))
    return heard


def moment(world, before, operation, **more) -> Moment:
    is_purge = operation.method == PURGE
    return Moment(world, before, world.look(), is_purge=is_purge, **more)


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_no_fault_breaks_an_invariant_and_everybody_gets_in(
    make_world, faults, operation
):
    if faults is not Fault and operation not in WRITING_TWICE:
        pytest.skip("tried in memory: no two writes of it belong together")
    heard = calls_of(make_world, operation)

    assert heard != []
    for at, struck in enumerate(heard):
        for fault in faults:
            world = begun(make_world, operation)
            before = expected(world, operation)
            world.injector.arm(at, fault)
            try:
                outcome = operation.act(world)
            except (Unavailable, TimeoutError, CancelledError):
                outcome = None
            assert world.injector.disarm()[: at + 1] == heard[: at + 1]
            try:
                check_all(
                    moment(world, before, operation, struck=struck, outcome=outcome)
                )
                if (at + len(fault)) % 2:
                    done_again(world, operation)
                gets_in(world)
                gets_in_anew(world)
            except AssertionError as error:
                message = f"{operation.name}, {fault} at call {at}, {struck}: {error}"
                raise AssertionError(message) from error


def done_again(world, operation) -> None:
    """Do what failed once more: it is done, or had been."""
    before = world.look()
    try:
        again = operation.act(world)
    except InvalidInput:
        assert world.look().accounts[world.id].status is Status.ERASED
    else:
        check_all(moment(world, before, operation, outcome=again))


def test_every_public_operation_is_in_the_table():
    auth = in_memory(is_async=False).auth
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
    root = Path(__file__).resolve().parents[2]
    text = (root / "docs/explanation/invariants.md").read_text(encoding="utf-8")

    listed = [line for line in text.splitlines() if line.startswith("| `")]
    assert [line.split("`")[1] for line in listed] == [
        one.__name__ for one in INVARIANTS
    ]
