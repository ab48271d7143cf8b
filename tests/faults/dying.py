"""Do an operation in a process that is killed at one statement.

`python -m tests.faults.dying` reads tasks from its input, a line of JSON each, forks
for each, and answers with a line. It has no thread and no connection, so that a fork
of it is sound; what would start one is imported by the child.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from typing import Any

import sqlalchemy as sa

# Loaded once, for all children; none of it starts a thread.
import securelogin.flows.secure_login
import securelogin.stores.sql


def main() -> None:
    for line in sys.stdin:
        task = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            be_killed(task, writing)
        os.close(writing)
        with os.fdopen(reading) as told:
            heard = told.read().split()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(json.dumps({"heard": heard, "status": status}) + "\n")
        sys.stdout.flush()


def be_killed(task: dict[str, Any], telling: int) -> None:
    """Do the operation; die as soon as the statement of this number was executed.

    Statements commit by themselves, but for those within a transaction: killed after
    one of these is killed before the commit.
    """
    try:
        world = world_of(task, telling)
        from tests.faults.operations import BY_NAME  # noqa: PLC0415 -- see above

        left = task["at"]

        def count(*_: object) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(sa.Engine, "after_cursor_execute", count)
        BY_NAME[task["operation"]].act(world)
    finally:
        # Nothing is cleaned up, whatever came of it.
        os._exit(0 if sys.exc_info()[0] is None else 1)


def world_of(task: dict[str, Any], telling: int) -> Any:
    from tests.faults.injecting import Injector  # noqa: PLC0415 -- see above
    from tests.faults.world import Person, World  # noqa: PLC0415 -- see above

    class Telling(Injector):
        def strikes(self, name: str) -> Any:
            os.write(telling, f"{name}\n".encode())
            return super().strikes(name)

    store = securelogin.stores.sql.SQLStore(task["url"])
    # Connects, so that only the operation's own statements are counted.
    store.credentials.get("nobody")
    world = World(store, no_look, key=task["key"], injector=Telling())
    world.clock.at = datetime.fromisoformat(task["now"])
    world.person = Person(**task["person"])
    return world


def no_look() -> Any:
    raise NotImplementedError


if __name__ == "__main__":
    main()
