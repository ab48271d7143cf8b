"""One side in a process of its own: takes orders on standard input, a line each.

`python -m benchmarks.peers.child SIDE PLACE`; both are made by `run`. Each answer is a
line of JSON. A process of its own, so that memory and event loop are the side's alone.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.peers.bare import Bare
from benchmarks.peers.sides import (
    PASSWORD,
    STATES,
    WRONG,
    Cost,
    Place,
    nobody,
    people,
)

__all__ = ["SIDES", "main"]

EACH = 40
"""People in each state: none comes over the 100 failures in a row of ours."""

SIDES = {
    "bare": "bare:Bare",
    "floor": "floor:Floor",
    "floor async": "floor:AsyncFloor",
    "ours": "ours:Ours",
    "ours async": "ours:AsyncOurs",
    "django authenticate": "django_side:DjangoAuthenticate",
    "django aauthenticate": "django_side:DjangoAwaited",
    "django": "django_side:Django",
    "flask-security": "flask_security_side:FlaskSecurity",
    "fastapi-users": "fastapi_users_side:FastAPIUsers",
}
_TICK = 0.001
_OLDER_SHARE = 3
"""One in so many hashes of each side's store is an older one."""


Question = tuple[str, Callable[..., Any], tuple[str, ...]]
"""What it is kept under, what is called, and with what."""


class Child:
    """Asks one side whatever the parent orders."""

    def __init__(self, side: Any, bare: Bare) -> None:
        self._side = side
        self._bare = bare
        self._runner = asyncio.Runner()
        self._is_async = asyncio.iscoroutinefunction(side.login)
        self._known = cycle(people("wrong", EACH))
        self._threads: dict[int, ThreadPoolExecutor] = {}
        if hasattr(side, "ready"):
            self._runner.run(side.ready())

    def _wait(self, call: Callable[..., Any], *arguments: str) -> Any:
        answer = call(*arguments)
        return self._runner.run(_awaited(answer)) if self._is_async else answer

    def _times(self, questions: list[Question]) -> dict[str, list[float]]:
        """Ask them all in turn; return the seconds of each by name."""
        taken: dict[str, list[float]] = {}
        gc.collect()

        async def ask_awaited() -> None:
            for name, call, arguments in questions:
                begun = time.perf_counter()
                await call(*arguments)
                taken.setdefault(name, []).append(time.perf_counter() - begun)

        if self._is_async:
            self._runner.run(ask_awaited())
            return taken
        for name, call, arguments in questions:
            begun = time.perf_counter()
            call(*arguments)
            taken.setdefault(name, []).append(time.perf_counter() - begun)
        return taken

    def sequential(self, runs: int) -> list[float]:
        """Log people in, one after another; return the seconds of each."""
        if self._wait(self._side.login, next(self._known), PASSWORD) is not True:
            raise RuntimeError("a right password was refused")
        login = self._side.login
        asked = [("", login, (next(self._known), PASSWORD)) for _ in range(runs)]
        return self._times(asked)[""]

    def crowd(self, callers: int, runs: int, *, bare: bool) -> float:
        """Let so many log in at once, *runs* times in all; return runs per second.

        From the first to the last: where all share the cores, they end together, and
        what ends in between says nothing.

        Args:
            bare: run the side's backend bare, in so many threads. Here, and not in a
                process of its own, so that the two are next to each other.
        """
        addresses = [next(self._known) for _ in range(runs)]
        begun = time.perf_counter()
        if self._is_async and not bare:
            answers = self._runner.run(self._crowd(iter(addresses), callers))
        else:
            login = self._bare.login if bare else self._side.login
            threads = self._threads.setdefault(callers, ThreadPoolExecutor(callers))
            answers = threads.map(login, addresses, [PASSWORD] * runs)
        if sum(answers) < runs:
            raise RuntimeError("somebody was turned away")
        return runs / (time.perf_counter() - begun)

    async def _crowd(self, addresses: Iterator[str], callers: int) -> list[bool]:
        answers: list[bool] = []

        async def caller() -> None:
            for address in addresses:
                is_in = await self._side.login(address, PASSWORD)
                answers.append(is_in)

        await asyncio.gather(*(caller() for _ in range(callers)))
        return answers

    def memory(self, callers: int) -> dict[str, int]:
        """Return KiB before, and at most while so many come at once.

        A side may turn some away: what it takes is what is asked for.
        """
        self._wait(self._side.login, nobody(), WRONG)
        gc.collect()
        base = _kib("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")
        if self._is_async:
            self._runner.run(self._all_at_once(callers))
        else:
            with ThreadPoolExecutor(callers) as threads:
                asked = [next(self._known) for _ in range(callers)]
                list(threads.map(self._side.login, asked, [PASSWORD] * callers))
        return {"base": base, "peak": _kib("VmHWM")}

    async def _all_at_once(self, callers: int) -> None:
        await asyncio.gather(
            *(self._side.login(next(self._known), PASSWORD) for _ in range(callers))
        )

    def lag(self, callers: int) -> float:
        """Return the longest that the event loop was late while so many log in."""
        return self._runner.run(self._lag(callers))

    async def _lag(self, callers: int) -> float:
        if self._is_async:
            await self._side.login(next(self._known), PASSWORD)
            flying = [
                asyncio.ensure_future(self._side.login(next(self._known), PASSWORD))
                for _ in range(callers)
            ]
            return await _latest(lambda: all(one.done() for one in flying))
        # The bare backend: as many threads as the machine has cores, beside a loop.
        threads = [threading.Thread(target=self._hash, args=(4,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        return await _latest(lambda: not any(thread.is_alive() for thread in threads))

    def _hash(self, runs: int) -> None:
        for _ in range(runs):
            self._side.login("", PASSWORD)

    def states(self, rounds: int, seed: int) -> dict[str, list[float]]:
        """Ask for people in every state, with a wrong password, in a drawn order.

        “everybody” is a draw from all who can log in, with older hashes as often as
        there are in the store.
        """
        chance = random.Random(seed)  # noqa: S311 -- an order, no secret
        turns = {state: cycle(people(state, EACH)) for state in self._states()}
        mixed = cycle(range(_OLDER_SHARE))
        login = self._side.login
        asked = []
        for stranger in self._strangers(rounds):
            older = next(mixed) == 0
            one = [(state, login, (next(turn), WRONG)) for state, turn in turns.items()]
            one.append(("unknown", login, (stranger, WRONG)))
            whose = turns["older hash" if older else "wrong"]
            one.append(("everybody", login, (next(whose), WRONG)))
            chance.shuffle(one)
            asked += one
        return self._times(asked)

    def _strangers(self, number: int) -> list[str]:
        """Return addresses that nobody has, each asked once before, as the known are.

        The first try makes rows of counters, which takes longer than to count on.
        """
        addresses = [nobody() for _ in range(number)]
        for address in addresses:
            self._wait(self._side.login, address, WRONG)
        return addresses

    def _states(self) -> list[str]:
        lacks = getattr(self._side, "lacks", ())
        return [state for state in STATES if state not in lacks]

    def forgot(self, rounds: int, seed: int) -> dict[str, list[float]]:
        """Ask for a new password for known and unknown people in a drawn order."""
        chance = random.Random(seed)  # noqa: S311 -- an order, no secret
        # As many of both, asked as often: a first time costs a store more than others.
        known, unknown = (cycle(people(of, EACH)) for of in ("wrong", "unknown"))
        self._wait(self._side.login, next(self._known), PASSWORD)
        end = self._side.beside() if hasattr(self._side, "beside") else None
        asked = []
        for _ in range(rounds):
            one = [
                ("known", self._side.forgot, (next(known),)),
                ("unknown", self._side.forgot, (next(unknown),)),
            ]
            chance.shuffle(one)
            asked += one
        try:
            return self._times(asked)
        finally:
            if end is not None:
                end()


async def _awaited(answer: Any) -> Any:
    return await answer


async def _latest(is_over: Callable[[], bool]) -> float:
    worst = 0.0
    while not is_over():
        begun = time.perf_counter()
        await asyncio.sleep(_TICK)
        worst = max(worst, time.perf_counter() - begun - _TICK)
    return worst


def _kib(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(name)


def main() -> None:
    """Make the side, then obey until standard input ends."""
    name, told = sys.argv[1:]
    given = json.loads(told)
    place = Place(
        folder=Path(given["folder"]),
        cost=Cost(**given["cost"]),
        mail_port=given["mail_port"],
        backend=given["backend"],
    )
    module, _, kind = SIDES[name].partition(":")
    made = getattr(importlib.import_module(f"benchmarks.peers.{module}"), kind)
    child = Child(made(place, EACH), Bare(place, EACH))
    # What a library prints is not taken for an answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    print(json.dumps("ready"), file=answers, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        found = getattr(child, order.pop("do"))(**order)
        print(json.dumps(found), file=answers, flush=True)


if __name__ == "__main__":
    main()
