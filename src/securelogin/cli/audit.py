"""`securelogin audit`: read the audit trail again, and say whether it is whole."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from securelogin.audit import AuditReport, ChainHead, Discrepancy, Flaw
from securelogin.cli.configured import Config, StoreURL, configured
from securelogin.cli.ending import stop, stop_by
from securelogin.cli.telling import AsJSON
from securelogin.configuration import open_store
from securelogin.errors import SecureLoginError, WiringError
from securelogin.flows.audit_trail import AuditTrail

__all__ = ["audit"]

audit: typer.Typer = typer.Typer(
    help="The tamper-evident audit trail.", no_args_is_help=True
)

_Kept = Annotated[
    Path | None,
    typer.Option(
        "--kept",
        metavar="FILE",
        help="What an earlier `audit verify --json` has printed, kept elsewhere: "
        "what was cut off since then is found.",
    ),
]
_SAID = {
    Flaw.FORGED: "changed or put in, or sealed with a key that is not in the ring",
    Flaw.MISSING: "missing, and no purge has taken them",
    Flaw.OPEN: "no closing record follows: its process runs, or was killed, or its "
    "last records were cut off",
}


# A group needs two commands, or a callback, to keep its command's name.
@audit.callback()
def _group() -> None: ...


@audit.command("verify")
def _verify(
    context: typer.Context,
    config: Config = None,
    url: StoreURL = None,
    kept: _Kept = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """Read the whole trail; tell what is forged or missing, and what is open.

    Changes nothing. The exit code is 0 if nothing is forged or missing, 1 if something
    is, and 2 if the trail could not be read. An open chain alone is no failure.
    """
    try:
        found = configured(context, config, url=url)
        if found.keys is None:
            raise WiringError(
                "it is not set.",
                setting="keys",
                cure="Name a file in keys_file, or set SECURELOGIN_KEYS.",
            )
        heads = () if kept is None else _heads_in(kept)
        with open_store(found) as store:
            trail = AuditTrail(log=store.audit, keys=found.keys)
            report = trail.verify(kept=heads)
    except SecureLoginError as error:
        stop_by(error)
    typer.echo(json.dumps(_as_data(report), indent=2) if as_json else _told(report))
    raise typer.Exit(0 if report.is_whole else 1)


def _heads_in(file: Path) -> tuple[ChainHead, ...]:
    try:
        heads = json.loads(file.read_text(encoding="utf-8"))["heads"]
        return tuple(_head_of(**head) for head in heads)
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        stop("--kept: expected what `securelogin audit verify --json` has printed.")


def _head_of(*, chain: object, number: object, seal: object) -> ChainHead:
    # Exactly: JSON's true is an int for Python.
    if type(chain) is str and type(number) is int and type(seal) is str:
        return ChainHead(chain=chain, number=number, seal=seal)
    message = "not the head of a chain"
    raise TypeError(message)


def _as_data(report: AuditReport) -> dict[str, object]:
    return {"is_whole": report.is_whole, **asdict(report)}


def _told(report: AuditReport) -> str:
    read = f"{report.records} records in {report.chains} chains"
    lines = [f"{read}; {report.erased} of them without a person."]
    lines += [_line(one) for one in report.discrepancies]
    lines.append(
        "Nothing is forged or missing."
        if report.is_whole
        else "The trail is not whole."
    )
    return "\n".join(lines)


def _line(one: Discrepancy) -> str:
    first, last = one.first, one.last
    numbers = f"{first}" if first == last else f"{first} to {last}"
    return f"{one.flaw.value:<8} {one.chain} {numbers}: {_SAID[one.flaw]}"
