"""`securelogin purge`: delete what has been kept for long enough."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from securelogin.cli.configured import Config, StoreURL, configured
from securelogin.cli.ending import stop_by
from securelogin.cli.telling import AsJSON, tell
from securelogin.configuration import Configuration, open_store
from securelogin.errors import SecureLoginError
from securelogin.flows.audit_trail import AuditTrail
from securelogin.flows.data_retention import DataRetention
from securelogin.flows.store import Store

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
    as_json: AsJSON = False,
) -> None:
    """Delete what is over for longer than the configuration says. For a timer.

    It can be stopped at any time; the next run goes on. The exit code is 0, or 2 if
    the store is away. The audit trail is shortened where the configuration has keys:
    its new beginning has to be sealed.
    """
    try:
        found = configured(context, config, url=url)
        with open_store(found) as store:
            keeping = DataRetention(
                retention=found.policy.retention, purge=store.retention
            )
            counts = keeping.overdue() if dry_run else keeping.purge(limit=limit)
            shortened = None if dry_run else _shortened(found, store, limit)
    except SecureLoginError as error:
        stop_by(error)
    told = {kept.value: count for kept, count in counts.items()}
    if shortened is not None:
        told["audit"] = shortened
    done = "overdue" if dry_run else "deleted"
    if as_json:
        tell({done: told}, as_json=True)
    else:
        rows = [{"kept": name, done: count} for name, count in told.items()]
        tell({"rows": rows}, as_json=False)


def _shortened(found: Configuration, store: Store, limit: int) -> int | None:
    """Shorten the audit trail; None where there are no keys to seal its beginning."""
    if found.keys is None:
        return None
    trail = AuditTrail(
        log=store.audit, keys=found.keys, retention=found.policy.retention
    )
    with closing(trail):
        return trail.purge(limit=limit)
