"""The command line: `securelogin tour`, `securelogin keys new`.

No secret is an argument: every user of a machine can list them. What has to hold one
comes from the environment. Exit codes: 0 all as expected, 1 it was not, 2 the command
could not be run as it was given.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, NoReturn
from urllib.parse import urlsplit

from securelogin.errors import SecureLoginError
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing

try:
    import typer
    from rich.console import Console
except ModuleNotFoundError:
    raise SystemExit(
        "The command line needs an extra: pip install 'securelogin[cli]'"
    ) from None

if TYPE_CHECKING:
    from securelogin.tour import SMTPServer

__all__ = ["main"]

_UNFIT = 2
_SMTP_USER = "SECURELOGIN_TOUR_SMTP_USER"
_SMTP_PASSWORD = "SECURELOGIN_TOUR_SMTP_PASSWORD"  # noqa: S105 -- a name, not a secret

app = typer.Typer(
    name="securelogin",
    help="The log-in of a portal: uniform outside, exact inside.",
    no_args_is_help=True,
    add_completion=False,
    # A local variable may hold a secret.
    pretty_exceptions_show_locals=False,
)
keys = typer.Typer(help="Keys that sign links and tickets.", no_args_is_help=True)
app.add_typer(keys, name="keys")


def main() -> None:
    """Run the command line."""
    app()


def _show_version(wanted: bool) -> None:  # noqa: FBT001 -- typer calls it so
    if wanted:
        typer.echo(f"securelogin {version('securelogin')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    _: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Show the version and exit.",
        ),
    ] = False,
) -> None: ...


@keys.command("new")
def _new_key() -> None:
    """Print a new signing key, for your secret store."""
    typer.echo(KeyRing.new_key())


_StoreURL = Annotated[
    str | None,
    typer.Option(
        envvar="SECURELOGIN_TOUR_STORE",
        metavar="URL",
        help="A database to play on, such as sqlite:///tour.db. The tour makes tables "
        "of its own there. Default: a new SQLite file.",
    ),
]
_SMTPURL = Annotated[
    str | None,
    typer.Option(
        envvar="SECURELOGIN_TOUR_SMTP",
        metavar="URL",
        help="A mail server to send to, such as smtp://127.0.0.1:1025. The addresses "
        "end in .example: it should catch mails, not pass them on. "
        f"{_SMTP_USER} and {_SMTP_PASSWORD} log in to it. "
        "Default: a server of the tour's own.",
    ),
]
_Keep = Annotated[
    bool, typer.Option("--keep", help="Keep the file or the tables, and say where.")
]


@app.command("tour")
def _tour(
    context: typer.Context,
    store: _StoreURL = None,
    smtp: _SMTPURL = None,
    *,
    keep: _Keep = False,
) -> None:
    """See a whole log-in, played on a real database and real mail, step by step.

    All its people and passwords are made up, and open nothing else.

    The exit code is 0 only if every step was as expected.
    """
    try:
        from securelogin.tour import take_tour  # noqa: PLC0415 -- an extra
    except ModuleNotFoundError as missing:
        _stop(f"{missing.name} is missing: pip install 'securelogin[demo]'")
    for name, url in (("store", store), ("smtp", smtp)):
        _require_no_password(context, name, url)
    try:
        is_as_expected = take_tour(
            Console(highlight=False),
            database=store,
            server=_server(smtp),
            keep=keep,
        )
    except SecureLoginError as error:
        # No such error repeats a URL or a secret (see `errors`).
        _stop(str(error))
    raise typer.Exit(0 if is_as_expected else 1)


def _server(url: str | None) -> SMTPServer | None:
    from securelogin.tour import SMTPServer  # noqa: PLC0415 -- an extra

    if url is None:
        return None
    password = os.environ.get(_SMTP_PASSWORD)
    return SMTPServer(
        url=url,
        user=os.environ.get(_SMTP_USER),
        password=None if password is None else Hidden(password),
    )


def _require_no_password(context: typer.Context, name: str, url: str | None) -> None:
    source = context.get_parameter_source(name)
    if url is None or source is None or source.name != "COMMANDLINE":
        return
    try:
        parts = urlsplit(url)
        holds_one = parts.password is not None or "password=" in parts.query.lower()
    except ValueError:
        holds_one = False
    if holds_one:
        _stop(
            "a password in an argument can be seen by every user of this machine; "
            f"put the URL into SECURELOGIN_TOUR_{name.upper()} instead of --{name}."
        )


def _stop(problem: str) -> NoReturn:
    typer.echo(f"securelogin: {problem}", err=True)
    raise typer.Exit(_UNFIT)
