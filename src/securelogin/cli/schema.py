"""`securelogin schema`: make the database's tables, and keep them at this version."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

import typer

from securelogin.cli.configured import Config, StoreURL, configured
from securelogin.cli.ending import stop
from securelogin.cli.telling import AsJSON, tell
from securelogin.configuration import StoreSettings
from securelogin.errors import SecureLoginError

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["schema"]

T = TypeVar("T")

schema: typer.Typer = typer.Typer(
    help="The tables of the database store.", no_args_is_help=True
)

_Prefix = Annotated[
    str | None,
    typer.Option(help="What the tables' names begin with; before the configuration."),
]
_Schema = Annotated[
    str | None,
    typer.Option(
        "--schema",
        help="The database schema they are in; before the configuration.",
    ),
]


class _Place(NamedTuple):
    """Where the tables are: the configuration's, unless an option says otherwise."""

    url: str
    names: dict[str, Any]


@schema.command("create")
def _create(
    context: typer.Context,
    config: Config = None,
    url: StoreURL = None,
    prefix: _Prefix = None,
    in_schema: _Schema = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """Make the tables in a database that has none. Twice is as good as once."""
    work = _schema_functions()
    place = _place(context, config, url, prefix, in_schema)
    _told(lambda: work.create(place.url, **place.names))
    if as_json:
        tell({"created": True}, as_json=True)
    else:
        typer.echo("The tables are there, at the newest version.")


@schema.command("upgrade")
def _upgrade(
    context: typer.Context,
    config: Config = None,
    url: StoreURL = None,
    prefix: _Prefix = None,
    in_schema: _Schema = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """Bring the tables to the newest version, from any earlier one or from none."""
    work = _schema_functions()
    place = _place(context, config, url, prefix, in_schema)
    versions = _told(lambda: work.upgrade(place.url, **place.names))
    if as_json:
        tell({"brought_to": versions}, as_json=True)
        return
    for version in versions:
        typer.echo(f"Brought to version {version}.")
    if not versions:
        typer.echo("Nothing to do: the tables are at the newest version.")


@schema.command("check")
def _check(
    context: typer.Context,
    config: Config = None,
    url: StoreURL = None,
    prefix: _Prefix = None,
    in_schema: _Schema = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """Compare the tables with what this package expects; change nothing.

    The exit code is 0 only if there is no difference.
    """
    work = _schema_functions()
    place = _place(context, config, url, prefix, in_schema)
    told = _told(lambda: work.check(place.url, **place.names))
    if as_json:
        tell({"differences": told}, as_json=True)
    for difference in () if as_json else told:
        typer.echo(difference)
    if told:
        raise typer.Exit(1)
    if not as_json:
        typer.echo("The tables are as this version expects them.")


@schema.command("sql")
def _sql(
    dialect: Annotated[
        str, typer.Option(help="The database: sqlite, postgresql or mariadb.")
    ],
    after: Annotated[
        str | None,
        typer.Option(help="The version the database is at. Default: it is empty."),
    ] = None,
    prefix: _Prefix = None,
    in_schema: _Schema = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """Print what `upgrade` would run, for a database administrator.

    Reads no configuration and touches no database.
    """
    work = _schema_functions()
    names = _names(StoreSettings(), prefix, in_schema)
    text = _told(lambda: work.sql(dialect, after=after, **names))
    if as_json:
        tell({"sql": text}, as_json=True)
    else:
        typer.echo(text, nl=False)


def _place(
    context: typer.Context,
    config: Path | None,
    url: str | None,
    prefix: str | None,
    in_schema: str | None,
) -> _Place:
    settings = _told(lambda: configured(context, config, url=url)).store
    if settings.url is None:
        stop("no database is named: set SECURELOGIN_STORE_URL, or store.url.")
    return _Place(settings.url.reveal(), _names(settings, prefix, in_schema))


def _names(
    settings: StoreSettings, prefix: str | None, in_schema: str | None
) -> dict[str, Any]:
    return {
        "prefix": settings.prefix if prefix is None else prefix,
        "schema": settings.schema if in_schema is None else in_schema,
    }


def _schema_functions() -> ModuleType:
    try:
        from securelogin.stores.sql import schema as functions  # noqa: PLC0415 -- extra
    except ModuleNotFoundError as missing:
        stop(f"{missing.name} is not installed: pip install 'securelogin[migrations]'")
    return functions


def _told(work: Callable[[], T]) -> T:
    try:
        return work()
    except SecureLoginError as error:
        # No such error repeats a URL or a secret (see `errors`).
        stop(str(error))
