"""How a command ends early: one sentence on standard error, and an exit code.

0   done, and all is as expected
1   it ran, and the answer is no: nothing is found, an address is taken, tables
differ, a check was not passed
2   it could not be run as it was given: an argument, the configuration, the store
"""

from __future__ import annotations

from typing import NoReturn

import typer

from securelogin.configuration import holds_password
from securelogin.errors import SecureLoginError, Unavailable

__all__ = ["answer_no", "require_no_password", "stop", "stop_by"]

_NO = 1
_UNFIT = 2


def stop(problem: str, /) -> NoReturn:
    """End with exit code 2: the command could not be run as it was given."""
    typer.echo(_sentence(problem), err=True)
    raise typer.Exit(_UNFIT)


def stop_by(error: SecureLoginError, /) -> NoReturn:
    """End with exit code 2 for an error that comes from the configuration or the store.

    No such error repeats a URL or a secret (see `errors`). The name of a driver's
    error tells an operator little: the doctor says what to mend.
    """
    hint = ". `securelogin doctor` looks at the store."
    stop(f"{error}{hint}" if isinstance(error, Unavailable) else str(error))


def answer_no(reason: str, /) -> NoReturn:
    """End with exit code 1: the command has run, and this is its answer."""
    typer.echo(_sentence(reason), err=True)
    raise typer.Exit(_NO)


def _sentence(text: str) -> str:
    # A command stands at the end to be copied: no full stop goes with it.
    end = "" if text.endswith((".", "?", "'")) else "."
    return f"securelogin: {text}{end}"


def require_no_password(
    context: typer.Context, name: str, url: str | None, *, variable: str
) -> None:
    """Refuse a URL with a password as an argument; `variable` may hold it instead."""
    source = context.get_parameter_source(name)
    if url is None or source is None or source.name != "COMMANDLINE":
        return
    if holds_password(url):
        stop(
            "a password in an argument can be seen by every user of this machine; "
            f"put the URL into {variable} instead of --{name}."
        )
