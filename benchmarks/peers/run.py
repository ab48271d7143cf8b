"""Start every side, ask them by turns, and keep what they answered.

By turns, round after round: a slower minute of the machine meets them all. Not in here:
what is said of it (`report`).
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from benchmarks.peers.sides import Cost
from benchmarks.peers.uniform import STORES, measure_own
from securelogin.machine import usable_cores
from securelogin.tuning import backends

__all__ = [
    "LOW",
    "OWN_PARTS",
    "PARTS",
    "QUICK",
    "RECOMMENDED",
    "WHOLE",
    "Extent",
    "Found",
    "measure",
    "set_up",
]

RECOMMENDED = Cost(memory=65_536, passes=3)
LOW = Cost(memory=19_456, passes=2)
CHEAP = Cost(memory=1_024, passes=1, lanes=1)
STATES_COST = Cost(memory=1_024, passes=2, lanes=1)
SMTP_TAKES = 0.05
FAST = "Libsodium"
STOCK = "Argon2CFFI"
_PEERS_ROUNDS = 2
PEERS = ("django", "flask-security", "fastapi-users")


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How much is measured."""

    rounds: int
    logins: int
    crowds: int
    runs: int
    states: int
    forgotten: int
    lags: int
    own: int
    population: int
    operations: int
    server: str = ""


WHOLE = Extent(
    rounds=7,
    logins=40,
    crowds=7,
    runs=64,
    states=500,
    forgotten=100,
    lags=5,
    own=3_000,
    population=2_000,
    operations=3_000,
)
QUICK = Extent(
    rounds=3,
    logins=12,
    crowds=1,
    runs=16,
    states=60,
    forgotten=15,
    lags=2,
    own=60,
    population=60,
    operations=400,
)


@dataclass(kw_only=True)
class Found:
    """What was found; every list has an entry for each round."""

    sequential: dict[str, list[list[float]]] = field(default_factory=dict)
    crowds: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    memory: dict[str, dict[str, int]] = field(default_factory=dict)
    lags: dict[str, list[float]] = field(default_factory=dict)
    states: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    forgotten: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    own: dict[str, dict[str, Any]] = field(default_factory=dict)
    operations: dict[str, list[float]] = field(default_factory=dict)


class Order:
    """A side in a process of its own, and the line to it."""

    def __init__(
        self, side: str, *, folder: Path, cost: Cost, port: int, backend: str
    ) -> None:
        told = {
            "folder": str(folder),
            "cost": asdict(cost),
            "mail_port": port,
            "backend": backend,
        }
        self._side = side
        self._process = subprocess.Popen(  # noqa: S603 -- ourselves
            [sys.executable, "-m", "benchmarks.peers.child", side, json.dumps(told)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def __call__(self, do: str, **options: int | bool) -> Any:
        """Order something and wait for the answer."""
        if self._process.stdin is None:
            raise RuntimeError(self._side)
        self._process.stdin.write(json.dumps({"do": do, **options}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        line = "" if self._process.stdout is None else self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._side} ended: see above")
        return json.loads(line)

    def close(self) -> None:
        """Let it end."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()


class _SlowServer:
    async def handle_DATA(  # noqa: N802 -- aiosmtpd calls it so
        self, server: object, session: object, envelope: object
    ) -> str:
        """Take a mail, but not at once."""
        del server, session, envelope
        await asyncio.sleep(SMTP_TAKES)
        return "250 OK"


@contextmanager
def _mail_server() -> Iterator[int]:
    # aiosmtpd knocks at the port it was told, so it has to be told one.
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(_SlowServer(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


Wanted = Mapping[str, tuple[str, str]]
"""What to start: a name, then the side and the backend."""


@contextmanager
def _sides(wanted: Wanted, cost: Cost, *, port: int) -> Iterator[dict[str, Order]]:
    with ExitStack() as stack:
        orders = {}
        for name, (side, backend) in wanted.items():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            orders[name] = Order(
                side, folder=folder, cost=cost, port=port, backend=backend
            )
            stack.callback(orders[name].close)
        yield orders


def _tell(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


def _peers(*more: str) -> dict[str, tuple[str, str]]:
    return {name: (name, "") for name in (*more, *PEERS)}


def _ours() -> dict[str, tuple[str, str]]:
    found = {f"ours, {STOCK}": ("ours", STOCK)}
    if FAST in backends():
        found[f"ours, {FAST}"] = ("ours", FAST)
        found[f"ours, {FAST}, async"] = ("ours async", FAST)
    return found


def measure(
    extent: Extent,
    parts: Sequence[str],
    found: Found,
    *,
    keep: Callable[[Found], None],
) -> None:
    """Measure these parts; what was found goes into *found*, and is kept after each."""
    with _mail_server() as port:
        for part in parts:
            # One run each: what an earlier one has kept of it is not mixed in.
            PARTS[part](found, extent, port)
            keep(found)


def _operations(found: Found, extent: Extent, port: int) -> None:
    del port
    _tell("the library's own cost, in one process on one core")
    # A process of its own: it stays on one core from then on.
    told = subprocess.run(  # noqa: S603 -- ourselves
        [
            sys.executable,
            "-m",
            "benchmarks.login",
            f"{extent.operations}",
            "--json",
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found.operations = json.loads(told.stdout)


def _sequential(found: Found, extent: Extent, port: int) -> None:
    _tell("log-ins one after another, cheap Argon2")
    found.sequential.clear()
    wanted = {
        "floor": ("floor", ""),
        "floor, async": ("floor async", ""),
        "ours": ("ours", STOCK),
        "ours, async": ("ours async", STOCK),
        **_peers("django authenticate"),
    }
    with _sides(wanted, CHEAP, port=port) as orders:
        for order in orders.values():
            order("sequential", runs=extent.logins)
        for _ in range(extent.rounds):
            for name, order in orders.items():
                taken = order("sequential", runs=extent.logins)
                found.sequential.setdefault(name, []).append(taken)


def _crowds(found: Found, extent: Extent, cost: Cost, port: int) -> None:
    cores = usable_cores()
    kept = found.crowds[f"{cost.memory}"] = {}
    with _sides({**_ours(), **_peers()}, cost, port=port) as orders:
        for round_ in range(extent.crowds):
            _tell(f"throughput, {cost.memory} KiB, round {round_ + 1}")
            for name, order in orders.items():
                asked = [(name, 16), (name, 64)]
                if name in _ours():
                    # By turns, in one process: the machine changes in a minute.
                    bare = name.replace("ours", "bare")
                    turns = (bare, cores), (name, 16), (bare, 16), (name, 64)
                    asked = list(dict.fromkeys((*turns, (bare, cores + 1))))
                elif round_ >= _PEERS_ROUNDS:
                    # Beside them it is not a few percent that matter.
                    continue
                # There and back: what came just before is another one each time.
                for who, count in asked[:: -1 if round_ % 2 else 1]:
                    rate = order(
                        "crowd", callers=count, runs=extent.runs, bare=who != name
                    )
                    kept.setdefault(f"{who} | {count}", []).append(rate)


def _memory(found: Found, extent: Extent, port: int) -> None:
    del extent
    cases = [
        *[(f"{name} | 64", wanted, 64) for name, wanted in _ours().items()],
        *[(f"{name} | 64", wanted, 64) for name, wanted in _peers("floor").items()],
        *[
            (f"{name} | 1000", wanted, 1_000)
            for name, wanted in _ours().items()
            if "async" in name
        ],
    ]
    for name, wanted, callers in cases:
        _tell(f"memory, {name}")
        with _sides({name: wanted}, RECOMMENDED, port=port) as orders:
            found.memory[name] = orders[name]("memory", callers=callers)


def _lags(found: Found, extent: Extent, port: int) -> None:
    _tell("lag of the event loop")
    found.lags.clear()
    fast = FAST if FAST in backends() else STOCK
    wanted = {
        "idle loop beside two bare threads": ("bare", fast),
        "ours": ("ours async", fast),
        "django aauthenticate": ("django aauthenticate", ""),
        "fastapi-users": ("fastapi-users", ""),
    }
    with _sides(wanted, RECOMMENDED, port=port) as orders:
        for _ in range(extent.lags):
            for name, order in orders.items():
                found.lags.setdefault(name, []).append(order("lag", callers=8))


def _states(found: Found, extent: Extent, port: int) -> None:
    wanted = {"ours": ("ours", STOCK), **_peers()}
    with _sides(wanted, STATES_COST, port=port) as orders:
        for name, order in orders.items():
            _tell(f"time by state, {name}")
            found.states[name] = order("states", rounds=extent.states, seed=1)
        for name, order in orders.items():
            _tell(f"forgotten password, {name}")
            found.forgotten[name] = order("forgot", rounds=extent.forgotten, seed=1)


def _own(name: str) -> Callable[[Found, Extent, int], None]:
    def measure_it(found: Found, extent: Extent, _port: int) -> None:
        rounds = {
            "log-in": extent.own,
            "forgotten": extent.own,
            "population": extent.population,
        }
        found.own |= measure_own(name, rounds, extent.server)

    return measure_it


OWN_PARTS = {f"states-{name.replace(', ', '-').lower()}": name for name in STORES}
"""Time by account state on each store of ours."""

PARTS: Mapping[str, Callable[[Found, Extent, int], None]] = {
    "operations": _operations,
    "sequential": _sequential,
    "throughput": lambda found, extent, port: _crowds(found, extent, RECOMMENDED, port),
    "throughput-low": lambda found, extent, port: _crowds(found, extent, LOW, port),
    "memory": _memory,
    "lag": _lags,
    "states": _states,
    **{part: _own(name) for part, name in OWN_PARTS.items()},
}
"""What can be measured by itself, in the order of the page."""


def set_up() -> None:
    """Run from the folder of the checkout, where `benchmarks` is found."""
    os.chdir(Path(__file__).parents[2])
