"""The command line: one module for each command, `--help` tells the rest.

No secret is an argument: every user of a machine can list them. What has to hold one
comes from the environment, a file or standard input. Exit codes: 0 all as expected, 1
it was not, 2 the command could not be run as it was given (see `ending`).
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

try:
    import rich  # noqa: F401 -- typer works without it, our commands do not
    import typer
except ModuleNotFoundError:
    raise SystemExit(
        "The command line needs an extra: pip install 'securelogin[cli]'"
    ) from None

from securelogin.cli.accounts import accounts
from securelogin.cli.audit import audit
from securelogin.cli.courier import courier
from securelogin.cli.demo import demo
from securelogin.cli.doctor import doctor
from securelogin.cli.imports import imports
from securelogin.cli.keys import keys
from securelogin.cli.links import links
from securelogin.cli.purge import purge
from securelogin.cli.schema import schema
from securelogin.cli.sessions import sessions
from securelogin.cli.support import support
from securelogin.cli.tour import tour
from securelogin.cli.tune import tune
from securelogin.cli.uniformity import uniformity

__all__ = ["app", "main"]

app: typer.Typer = typer.Typer(
    name="securelogin",
    help="The log-in of a portal: uniform outside, exact inside.",
    no_args_is_help=True,
    # A local variable may hold a secret.
    pretty_exceptions_show_locals=False,
)
"""All commands, for whoever runs them from Python; the words are what is stable."""
app.add_typer(audit, name="audit")
app.add_typer(accounts, name="accounts")
app.add_typer(links, name="links")
app.add_typer(sessions, name="sessions")
app.add_typer(support, name="support")
app.add_typer(keys, name="keys")
app.add_typer(imports, name="import")
app.add_typer(schema, name="schema")
app.command("demo")(demo)
app.command("tour")(tour)
app.command("tune")(tune)
app.command("doctor")(doctor)
app.command("courier")(courier)
app.command("purge")(purge)
app.command("uniformity")(uniformity)


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
