"""What commands take from the configuration, and from options that go before it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from securelogin.cli.ending import require_no_password
from securelogin.configuration import Configuration, HiddenURL, read_configuration

__all__ = ["Config", "StoreURL", "configured"]

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="The TOML file of the installation. "
        "Default: SECURELOGIN_CONFIG, else ./securelogin.toml.",
    ),
]
StoreURL = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help="The database, without a password; before SECURELOGIN_STORE_URL.",
    ),
]


def configured(
    context: typer.Context, config: Path | None, /, *, url: str | None
) -> Configuration:
    """Return the configuration with the database of `--url`, if that is given.

    Raises:
        WiringError: a setting is unfit.
    """
    require_no_password(context, "url", url, variable="SECURELOGIN_STORE_URL")
    found = read_configuration(config)
    if url is None:
        return found
    return replace(found, store=replace(found.store, url=HiddenURL(url)))
