"""`securelogin import`: take accounts over from another portal."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from securelogin.accounts import Audience
from securelogin.cli.configured import Config, StoreURL, configured
from securelogin.cli.ending import require_no_password, stop
from securelogin.cli.telling import AsJSON, tell
from securelogin.configuration import open_store
from securelogin.errors import SecureLoginError
from securelogin.imports import (
    DJANGO,
    FLASK_SECURITY,
    Home,
    Moved,
    Mover,
    Record,
    Rejected,
    Table,
    read_csv,
    read_json_lines,
    read_table,
)
from securelogin.portals import Portals

__all__ = ["imports"]

_FROM = "SECURELOGIN_IMPORT_URL"

imports: typer.Typer = typer.Typer(
    help="Take accounts over from another portal; hashes stay good until the next "
    "log-in replaces them. No mail is sent; who is there already stays as they are.",
    no_args_is_help=True,
)


class _Form(StrEnum):
    CSV = "csv"
    JSON_LINES = "jsonl"


_Tenant = Annotated[
    str | None,
    typer.Option(help="For records that name none. Default: the only one there is."),
]
_Audience = Annotated[Audience, typer.Option(help="For records that name none.")]
_DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only say what would become of each record.")
]
_Trust = Annotated[
    bool,
    typer.Option(
        "--trust-unconfirmed",
        help="Take the passwords also of those who never confirmed their address. Only "
        "if the old portal asked nobody to: who registered with somebody else's "
        "address would log in as them.",
    ),
]
_Report = Annotated[
    Path | None,
    typer.Option(
        "--rejected",
        metavar="FILE",
        help="Write the rejected records to this new file, as JSON lines: mend them "
        "there and import that. They hold hashes; only you may read it.",
    ),
]
_FormOption = Annotated[
    _Form | None, typer.Option("--format", help="Default: by the file's name.")
]
_File = Annotated[
    Path,
    typer.Argument(
        exists=True,
        dir_okay=False,
        metavar="FILE",
        readable=True,
        help="CSV with a line of names first, or JSON lines.",
    ),
]
_Old = Annotated[
    str,
    typer.Option(
        "--from",
        envvar=_FROM,
        metavar="URL",
        help="The old portal's database; with a password by the variable only.",
    ),
]
_TableName = Annotated[
    str | None, typer.Option("--table", help="If the users are in another table.")
]


@imports.command("file")
def _file(
    context: typer.Context,
    *,
    file: _File,
    config: Config = None,
    url: StoreURL = None,
    tenant: _Tenant = None,
    audience: _Audience = Audience.INTERNAL,
    form: _FormOption = None,
    trust_unconfirmed: _Trust = False,
    rejected: _Report = None,
    dry_run: _DryRun = False,
    as_json: AsJSON = False,
) -> None:
    """Take over what a CSV file or a file of JSON lines has.

    Columns: address, password_hash, tenant, audience, language, active, confirmed.
    """
    is_csv = form is _Form.CSV or (form is None and file.suffix.lower() == ".csv")
    reading = read_csv if is_csv else read_json_lines
    # What is no UTF-8 spoils its own record only. A BOM is none of the first name.
    with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
        _take_over(
            context,
            lambda: reading(lines),
            _Wanted(
                config=config,
                url=url,
                tenant=tenant,
                audience=audience,
                trust_unconfirmed=trust_unconfirmed,
                rejected=rejected,
                dry_run=dry_run,
                as_json=as_json,
            ),
        )


@imports.command("django")
def _django(
    context: typer.Context,
    *,
    old: _Old,
    config: Config = None,
    url: StoreURL = None,
    tenant: _Tenant = None,
    audience: _Audience = Audience.INTERNAL,
    table: _TableName = None,
    rejected: _Report = None,
    dry_run: _DryRun = False,
    as_json: AsJSON = False,
) -> None:
    """Take over the users of Django: its table `auth_user`."""
    require_no_password(context, "old", old, variable=_FROM)
    _take_over(
        context,
        lambda: _read(old, DJANGO, table),
        _Wanted(
            config=config,
            url=url,
            tenant=tenant,
            audience=audience,
            rejected=rejected,
            dry_run=dry_run,
            as_json=as_json,
        ),
    )


@imports.command("flask-security")
def _flask_security(
    context: typer.Context,
    *,
    old: _Old,
    config: Config = None,
    url: StoreURL = None,
    tenant: _Tenant = None,
    audience: _Audience = Audience.INTERNAL,
    table: _TableName = None,
    trust_unconfirmed: _Trust = False,
    rejected: _Report = None,
    dry_run: _DryRun = False,
    as_json: AsJSON = False,
) -> None:
    """Take over the users of Flask-Security: its table `user`."""
    require_no_password(context, "old", old, variable=_FROM)
    _take_over(
        context,
        lambda: _read(old, FLASK_SECURITY, table),
        _Wanted(
            config=config,
            url=url,
            tenant=tenant,
            audience=audience,
            trust_unconfirmed=trust_unconfirmed,
            rejected=rejected,
            dry_run=dry_run,
            as_json=as_json,
        ),
    )


def _read(old: str, kind: Table, name: str | None) -> Iterator[Record]:
    return read_table(old, kind if name is None else replace(kind, name=name))


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """What the three commands have in common."""

    config: Path | None
    url: str | None
    tenant: str | None
    audience: Audience
    trust_unconfirmed: bool = False
    rejected: Path | None
    dry_run: bool
    as_json: bool


def _take_over(
    context: typer.Context, read: Callable[[], Iterable[Record]], wanted: _Wanted
) -> None:
    counts: Counter[Moved] = Counter()
    refused = 0
    try:
        found = configured(context, wanted.config, url=wanted.url)
        portals = Portals(found.portals)
        tenants = sorted(portals.tenants)
        home = Home(
            tenant=wanted.tenant or (tenants[0] if len(tenants) == 1 else None),
            audience=wanted.audience,
        )
        with open_store(found) as store, _report(wanted.rejected) as report:
            mover = Mover(
                store=store,
                hasher=found.hasher,
                portals=portals,
                home=home,
                trust_unconfirmed=wanted.trust_unconfirmed,
                dry_run=wanted.dry_run,
            )
            for done in mover.move(read()):
                if isinstance(done, Rejected):
                    refused += 1
                    _tell(done, report)
                else:
                    counts[done] += 1
    except SecureLoginError as error:
        # No such error repeats a URL or a secret (see `errors`).
        stop(f"{error} Before that: {_counted(counts, refused, wanted)}")
    except OSError as error:
        stop(f"the report of rejected records cannot be written: {error.strerror}")
    if wanted.as_json:
        told = {kind.value: counts[kind] for kind in Moved}
        tell({**told, "rejected": refused}, as_json=True)
    else:
        typer.echo(_counted(counts, refused, wanted))
    raise typer.Exit(1 if refused else 0)


def _counted(counts: Counter[Moved], refused: int, wanted: _Wanted) -> str:
    moved = "would move" if wanted.dry_run else "moved"
    return (
        f"{moved} {counts[Moved.WITH_PASSWORD]} with their password, "
        f"{counts[Moved.WITHOUT_PASSWORD]} without one; "
        f"there already {counts[Moved.ALREADY_THERE]}; rejected {refused}"
    )


@contextmanager
def _report(path: Path | None) -> Iterator[TextIO | None]:
    if path is None:
        yield None
        return
    # Hashes will be in it: nobody else may read it, from the first byte on. And it
    # may be the file that is being read: what is there is never written over.
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        yield file


def _tell(rejected: Rejected, report: TextIO | None) -> None:
    record = rejected.record
    name = f"{rejected.name}: " if rejected.name else ""
    typer.echo(f"{record.place}: {name}{rejected.problem} ({rejected.code})", err=True)
    if report is not None:
        told = {
            **{str(key): value for key, value in record.found.items()},
            "rejected": {
                "place": record.place,
                "name": rejected.name,
                "code": rejected.code,
                "problem": rejected.problem,
            },
        }
        report.write(json.dumps(told, default=str) + "\n")
