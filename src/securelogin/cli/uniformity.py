"""`securelogin uniformity`: measure whether time tells a stranger anything."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from securelogin.cli.ending import require_no_password, stop
from securelogin.errors import SecureLoginError
from securelogin.phc import Argon2Parameters

if TYPE_CHECKING:
    from securelogin.testing.uniformity.timing import Timing

__all__ = ["uniformity"]

_STORE = "SECURELOGIN_UNIFORMITY_STORE"


class _Part(StrEnum):
    LOG_IN = "log-in"
    FORGOTTEN = "forgotten"
    POPULATION = "population"


_Target = Annotated[
    str | None,
    typer.Argument(
        metavar="[MODULE:NAME]",
        help="What to measure: a function that takes a Watch and returns your auth, "
        "or an object with `send(address, password)` and `people`. "
        "Default: the library itself.",
    ),
]
_StoreURL = Annotated[
    str,
    typer.Option(
        envvar=_STORE,
        metavar="URL",
        help="For the library itself: “memory”, or an empty database such as "
        "sqlite:///uniformity.db.",
    ),
]
_Async = Annotated[bool, typer.Option("--async", help="The library itself, awaited.")]
_Rounds = Annotated[
    int, typer.Option(min=20, help="So often each scene is asked; 1,000 at least.")
]
_Delay = Annotated[
    float,
    typer.Option(
        min=0.000001, help="Seconds by which the control is late; it has to be seen."
    ),
]
_Memory = Annotated[
    int,
    typer.Option(
        min=8,
        metavar="KIB",
        help="Of Argon2, for log-ins to the library itself; one pass. The less, the "
        "smaller are the differences that show.",
    ),
]
_Seed = Annotated[int, typer.Option(min=0, help="Of the drawn orders.")]
_Only = Annotated[
    list[_Part] | None,
    typer.Option(
        help="Measure this alone; may be given several times. Default: all three of "
        "the library itself, the first two of an auth.",
    ),
]
_JSON = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
_Plot = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Draw the times; .svg, .png or .pdf."),
]


def uniformity(
    context: typer.Context,
    target: _Target = None,
    store: _StoreURL = "memory",
    *,
    is_async: _Async = False,
    rounds: _Rounds = 2_000,
    delay: _Delay = 0.0002,
    memory: _Memory = 1_024,
    seed: _Seed = 1,
    only: _Only = None,
    as_json: _JSON = False,
    plot: _Plot = None,
) -> None:
    """Measure whether a stranger can tell accounts apart by the time an answer takes.

    Log-ins and forgotten passwords are compared by the state of an account, with hashes
    that are all alike; the population as a whole, with hashes of several forms.

    Exit code 0: the control was seen, and no two scenes could be told apart. 1: some
    could, or the machine was too busy to see the control.
    """
    try:
        from securelogin.testing.uniformity import (  # noqa: PLC0415 -- an extra
            report,
            trial,
        )
    except ModuleNotFoundError as missing:
        stop(f"{missing.name} is not installed: pip install 'securelogin[uniformity]'")
    require_no_password(context, "store", store, variable=_STORE)
    options: dict[str, Any] = _operations(only, target)
    options |= {"rounds": rounds, "delay": timedelta(seconds=delay), "seed": seed}
    cost = Argon2Parameters(memory=memory, passes=1)
    try:
        timings = list(
            trial.try_own(store=store, is_async=is_async, parameters=cost, **options)
            if target is None
            else _of_target(_load(target), options)
        )
        if plot is not None:
            report.draw(timings, plot)
    except SecureLoginError as error:
        stop(str(error))
    except (OSError, ValueError) as error:
        stop(f"the plot cannot be drawn: {error}")
    _tell(timings, as_json=as_json)
    raise typer.Exit(0 if all(timing.is_uniform for timing in timings) else 1)


def _operations(only: list[_Part] | None, target: str | None) -> dict[str, set[str]]:
    from securelogin.testing.uniformity.people import (  # noqa: PLC0415 -- an extra
        FORGOTTEN,
        LOG_IN,
    )
    from securelogin.testing.uniformity.population import (  # noqa: PLC0415 -- an extra
        POPULATION,
    )

    if not only:
        return {}
    if target is not None and _Part.POPULATION in only:
        stop("--only population is for the library itself: leave the target out.")
    names = {
        _Part.LOG_IN: LOG_IN,
        _Part.FORGOTTEN: FORGOTTEN,
        _Part.POPULATION: POPULATION,
    }
    return {"operations": {names[part] for part in only}}


def _tell(timings: list[Timing], *, as_json: bool) -> None:
    from securelogin.testing.uniformity import report  # noqa: PLC0415 -- an extra

    if as_json:
        typer.echo(json.dumps([report.as_json(timing) for timing in timings]))
        return
    console = Console()
    for timing in timings:
        for table in report.tables(timing):
            console.print(table)


def _load(target: str) -> object:
    module, _, name = target.partition(":")
    # As `python -m` does: what is measured lies where the command is run.
    sys.path.insert(0, str(Path.cwd()))
    try:
        loaded: object = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        stop(f"{target} cannot be loaded ({error}); write module:name.")
    finally:
        sys.path.pop(0)
    return loaded


def _of_target(target: object, options: dict[str, Any]) -> Iterator[Timing]:
    from securelogin.testing.uniformity import trial  # noqa: PLC0415 -- an extra

    given: Any = target
    if hasattr(given, "send") and hasattr(given, "people"):
        if "operations" in options:
            stop("--only is for an auth: a portal is measured as its visitor asks it.")
        yield trial.try_visitor(given, given.people, **options)
    elif callable(given):
        yield from trial.try_auth(given, **options)
    else:
        stop("the target is neither a function nor has it `send` and `people`.")
