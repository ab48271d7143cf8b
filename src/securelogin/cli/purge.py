"""`securelogin purge`: delete what has been kept for long enough."""

from __future__ import annotations

from typing import Annotated

import typer

from securelogin.cli.configured import Config, StoreURL, configured
from securelogin.cli.ending import stop
from securelogin.configuration import open_store
from securelogin.errors import SecureLoginError
from securelogin.flows.data_retention import DataRetention

__all__ = ["purge"]

_DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only say how many there are of each.")
]
_Limit = Annotated[
    int, typer.Option(min=1, help="Delete at most so many of each kind.", metavar="N")
]


def purge(
    context: typer.Context,
    config: Config = None,
    url: StoreURL = None,
    *,
    dry_run: _DryRun = False,
    limit: _Limit = 100_000,
) -> None:
    """Delete what is over for longer than the configuration says. For a timer.

    It can be stopped at any time; the next run goes on. The exit code is 0, or 2 if
    the store is away.
    """
    try:
        found = configured(context, config, url=url)
        with open_store(found) as store:
            keeping = DataRetention(
                retention=found.policy.retention, purge=store.retention
            )
            counts = keeping.overdue() if dry_run else keeping.purge(limit=limit)
    except SecureLoginError as error:
        # No such error repeats a URL or a secret (see `errors`).
        stop(str(error))
    for kept, count in counts.items():
        typer.echo(f"{kept.value:<12}{count:>9}")
