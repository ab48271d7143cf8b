"""`securelogin tune`: measure Argon2 here and propose parameters."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from securelogin.argon2_build import OWN_BUILD_GAIN
from securelogin.cli.ending import stop
from securelogin.errors import WiringError
from securelogin.guessing import RENTED_CARD
from securelogin.phc import RECOMMENDED
from securelogin.tuning import Speed, Tuning
from securelogin.tuning import tune as tuned

__all__ = ["tune"]

_Milliseconds = Annotated[
    int,
    typer.Option(
        min=1, help="How long a run may take while all threads of the pool work."
    ),
]
_Memory = Annotated[
    int | None,
    typer.Option(
        metavar="MIB",
        min=1,
        help="Memory for all runs together. Default: 64 MiB for each thread, at most "
        "a quarter of what there is.",
    ),
]
_Threads = Annotated[
    int | None,
    typer.Option(min=1, help="Threads of the pool. Default: as many as cores."),
]
_Price = Annotated[
    float,
    typer.Option(min=0.0, help="Assumed price of an hour of the card, in US dollars."),
]
_Quick = Annotated[
    bool, typer.Option("--quick", help="Measure shortly: some seconds, less exact.")
]
_AsJSON = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def tune(
    milliseconds: _Milliseconds = 250,
    memory: _Memory = None,
    threads: _Threads = None,
    price: _Price = 0.40,
    *,
    quick: _Quick = False,
    as_json: _AsJSON = False,
) -> None:
    """Measure Argon2 on this machine and propose parameters; changes nothing.

    The exit code is 1 if even the least that OWASP allows takes longer than asked.
    """
    console = Console(highlight=False, markup=False, soft_wrap=True)
    try:
        found = tuned(
            target=timedelta(milliseconds=milliseconds),
            memory_budget=None if memory is None else memory * 1_024,
            threads=threads,
            lasting=timedelta(milliseconds=100 if quick else 700),
            guesser=replace(RENTED_CARD, hourly=price),
        )
    except WiringError as error:
        stop(str(error))
    if as_json:
        typer.echo(json.dumps(_as_data(found), indent=2))
    else:
        _tell(found, console)
    raise typer.Exit(0 if found.within_target else 1)


def _as_data(found: Tuning) -> dict[str, object]:
    """Return all figures; times in milliseconds, memory in KiB."""
    chosen = found.proposal.parameters
    return {
        "threads": found.threads,
        "memory_budget": found.memory_budget,
        "target": _milliseconds(found.target),
        "within_target": found.within_target,
        "proposal": _speed_as_data(found.proposal),
        "speeds": [_speed_as_data(speed) for speed in found.speeds],
        "holding": list(found.holding),
        "default_backend": found.default_backend,
        "build": asdict(found.build),
        "huge_pages": asdict(found.huge_pages),
        "guesser": {
            **asdict(found.guesser),
            "per_second": found.guesser.per_second(chosen),
            "dollars_per_million": found.guesser.dollars_per_million(chosen),
        },
    }


def _speed_as_data(speed: Speed) -> dict[str, object]:
    return {
        "backend": speed.backend,
        "parameters": asdict(speed.parameters),
        "alone": _milliseconds(speed.alone),
        "together": _milliseconds(speed.together),
        "per_second": speed.per_second,
    }


def _milliseconds(time: timedelta) -> float:
    return round(time / timedelta(milliseconds=1), 3)


def _tell(found: Tuning, console: Console) -> None:
    table = Table("backend", "parameters", box=None)
    for heading in ("alone", f"on {found.threads} threads", "runs a second"):
        table.add_column(heading, justify="right")
    for speed in (*found.speeds, found.proposal):
        cost = speed.parameters
        table.add_row(
            speed.backend,
            f"{cost.memory:,} KiB, t={cost.passes}",
            f"{_milliseconds(speed.alone):.1f} ms",
            f"{_milliseconds(speed.together):.1f} ms",
            f"{speed.per_second:.1f}",
        )
    console.print(table)
    console.print(_proposal(found), *_cost(found), *_advice(found), sep="\n")


def _proposal(found: Tuning) -> str:
    cost = found.proposal.parameters
    verdict = (
        f"Within {_milliseconds(found.target):.0f} ms"
        if found.within_target
        else f"Above {_milliseconds(found.target):.0f} ms, but nothing less is allowed"
    )
    named = (
        ""
        if found.proposal.backend == found.default_backend
        else f", backend={found.proposal.backend}()"
    )
    return (
        f"\n{verdict}:\n"
        f"  PasswordHasher(Argon2Parameters(memory={cost.memory}, "
        f"passes={cost.passes}){named})\n"
        f"  HashingPool(size={found.threads}, memory_budget={found.memory_budget}, "
        f"block={cost.memory})\n"
    )


def _cost(found: Tuning) -> list[str]:
    """Say what a guess costs with what is proposed and with the default."""
    card = found.guesser
    head = (
        f"Guesses on one {card.name}, if only its {card.bandwidth / 1e9:,.0f} GB/s "
        f"held it up, at an assumed ${card.hourly:.2f} an hour:"
    )
    said = [head]
    for name, cost in (
        ("proposed", found.proposal.parameters),
        ("default", RECOMMENDED),
    ):
        said.append(
            f"  {name}: at most {card.per_second(cost):,.0f} a second, "
            f"at least ${card.dollars_per_million(cost):.3f} a million"
        )
    return [*said, ""]


def _advice(found: Tuning) -> list[str]:
    rates = {speed.backend: speed.per_second for speed in found.speeds}
    kind = {True: "portable wheel", False: "built here", None: "build not told"}
    build = (
        f"Hashes run in {found.default_backend}. "
        f"argon2-cffi-bindings {found.build.version}: {kind[found.build.portable]}; "
        f"widest vectors of this processor: {found.build.vectors or 'not told'}."
    )
    said = [build]
    said += [
        f"Never use {name}: while it runs, no other thread does."
        for name in found.holding
    ]
    if {"Libsodium", "Argon2CFFI"} <= set(rates):
        ratio = rates["Libsodium"] / rates["Argon2CFFI"]
        said.append(f"libsodium runs {ratio:.2f} times as often as argon2-cffi here.")
    elif "Libsodium" not in rates:
        said.append("For libsodium beside it: pip install 'securelogin[fast]'.")
    if found.build.portable and found.build.vectors:
        said.append(
            f"A build for this very processor ran {OWN_BUILD_GAIN} times as often as "
            "the wheel where it was measured: CFLAGS='-O3 -march=native' "
            "pip install --force-reinstall --no-deps --no-binary argon2-cffi-bindings "
            "argon2-cffi-bindings"
        )
    if found.huge_pages.mode == "madvise" and not found.huge_pages.asked_for:
        said.append(
            "Huge pages help argon2-cffi where glibc is 2.35 or newer: start the "
            "portal with GLIBC_TUNABLES=glibc.malloc.hugetlb=1."
        )
    if "Libsodium" in rates and found.huge_pages.mode in {"madvise", "never"}:
        said.append(
            "libsodium has huge pages only where the whole system gives them to all: "
            "“always” in /sys/kernel/mm/transparent_hugepage/enabled."
        )
    return said
