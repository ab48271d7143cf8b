"""Do an operation in a process that is killed at one statement.

`python -m tests.faults.dying` reads tasks from its input, a line of JSON each, forks
for each, and answers with a line. What a task without a statement names is done by this
process itself: a rehearsal, so that its children find everything loaded and compiled.
It has no connection when it forks, and nothing waits for its idle threads; a child
begins its own.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from securelogin.accounts import AccountId
from securelogin.stores.sql import SQLStore
from tests.faults.injecting import Injector
from tests.faults.operations import BY_NAME
from tests.faults.world import Person, World


def main() -> None:
    world = None
    for line in sys.stdin:
        task = json.loads(line)
        if task["at"] is None:
            world = rehearsed(task)
            answer = {"status": 0}
        else:
            answer = done_by_child(world, task)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def rehearsed(task: dict[str, Any]) -> World:
    store = SQLStore(task["url"])
    world = World(store, no_look, key=task["key"], injector=Telling())
    do(world, task)
    store.close()
    return world


def done_by_child(world: Any, task: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        be_killed(world, task, writing)
    os.close(writing)
    with os.fdopen(reading) as told:
        heard = told.read().split()
    _, status = os.waitpid(child, 0)
    return {"heard": heard, "status": status}


def be_killed(world: World, task: dict[str, Any], telling: int) -> None:
    """Do the operation; die as soon as the statement of this number was executed.

    Statements commit by themselves, but for those within a transaction: killed after
    one of these is killed before the commit.
    """
    try:
        # Connects, so that only the operation's own statements are counted.
        world.store.credentials.get(AccountId("nobody"))
        world.injector.telling = telling
        left = task["at"]

        def count(*_: object) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(sa.Engine, "after_cursor_execute", count)
        do(world, task)
    finally:
        # Nothing is cleaned up, whatever came of it.
        os._exit(0 if sys.exc_info()[0] is None else 1)


class Telling(Injector):
    """Writes down each call before it is made."""

    telling: int | None = None

    def strikes(self, name: str) -> Any:
        if self.telling is not None:
            os.write(self.telling, f"{name}\n".encode())
        return super().strikes(name)


def do(world: World, task: dict[str, Any]) -> None:
    world.clock.at = datetime.fromisoformat(task["now"])
    world.chance.taken = task["taken"]
    world.person = Person(**task["person"])
    BY_NAME[task["operation"]].act(world)


def no_look() -> Any:
    raise NotImplementedError


if __name__ == "__main__":
    main()
