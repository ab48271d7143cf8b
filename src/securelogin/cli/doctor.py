"""`securelogin doctor`: look at a live configuration, and say how to mend it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from securelogin.cli.configured import Config, StoreURL, configured
from securelogin.cli.ending import stop
from securelogin.cli.telling import AsJSON
from securelogin.doctor import (
    Finding,
    Requirement,
    Severity,
    examine,
    gather,
    met_by,
    requirements,
)
from securelogin.errors import SecureLoginError

__all__ = ["doctor"]

_ASVS = Annotated[
    bool,
    typer.Option(
        "--asvs",
        help="Print OWASP's ASVS 5.0, requirement by requirement: met by the library, "
        "met by this configuration, or yours to do.",
    ),
]
_BAD = (Severity.UNSAFE, Severity.WARNING)


def doctor(
    context: typer.Context,
    config: Config = None,
    url: StoreURL = None,
    *,
    asvs: _ASVS = False,
    as_json: AsJSON = False,
) -> None:
    """Look at keys, URLs, files, lifetimes, hashing, servers, DNS; change nothing.

    The exit code is 0 if nothing is unsafe, 1 if something is, and 2 if there is no
    configuration that could be read. Warnings, and what could not be looked at, are
    told and do not fail.
    """
    try:
        found = configured(context, config, url=url)
        findings = examine(gather(found))
    except SecureLoginError as error:
        # No such error repeats a URL or a secret (see `errors`).
        stop(str(error))
    if asvs:
        typer.echo(_map_as_json(findings) if as_json else _map(findings))
    else:
        typer.echo(_as_json(findings) if as_json else _told(findings))
    unsafe = any(finding.severity is Severity.UNSAFE for finding in findings)
    raise typer.Exit(1 if unsafe else 0)


def _as_json(findings: Sequence[Finding]) -> str:
    return json.dumps({"findings": [asdict(one) for one in findings]}, indent=2)


def _told(findings: Sequence[Finding]) -> str:
    lines: list[str] = []
    for finding in findings:
        lines.append(f"{finding.severity.value:<8} {finding.check}: {finding.problem}")
        if finding.cure:
            lines.append(f"{'':<8} {finding.cure}")
    bad = sum(finding.severity in _BAD for finding in findings)
    lines.append(f"{bad} to mend, {len(findings)} looked at.")
    return "\n".join(lines)


def _rows(findings: Sequence[Finding]) -> list[dict[str, object]]:
    return [
        {
            "id": row.id,
            "level": row.level,
            "asks": row.asks,
            "is": met_by(row, findings).value,
            "tests": list(row.shown_by),
            "page": row.page,
            "why": _why(row),
        }
        for row in requirements()
    ]


def _why(row: Requirement) -> str:
    return row.unmet or row.by_setting or row.yours


def _map_as_json(findings: Sequence[Finding]) -> str:
    return json.dumps({"asvs": "5.0.0", "requirements": _rows(findings)}, indent=2)


def _map(findings: Sequence[Finding]) -> str:
    lines: list[str] = []
    for row in requirements():
        met = met_by(row, findings).value
        lines.append(f"{row.id:<8} L{row.level}  {met}: {row.asks}")
        page = [row.page] if row.page else []
        notes = [_why(row)] if _why(row) else []
        lines += [f"{'':<12} {note}" for note in (*notes, *(row.shown_by or page))]
    return "\n".join(lines)
