"""`securelogin keys`: make the keys that sign links and tickets."""

from __future__ import annotations

import typer

from securelogin.keyring import KeyRing

__all__ = ["keys"]

keys = typer.Typer(help="Keys that sign links and tickets.", no_args_is_help=True)


@keys.command("new")
def _new_key() -> None:
    """Print a new signing key, for your secret store."""
    typer.echo(KeyRing.new_key())
