"""`securelogin tour`: a whole log-in, told in the terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from securelogin.cli.ending import require_no_password, stop
from securelogin.cli.telling import AsJSON, Told, tell
from securelogin.errors import SecureLoginError
from securelogin.hidden import Hidden

if TYPE_CHECKING:
    from securelogin.tour import SMTPServer
    from securelogin.tour.telling import Telling

__all__ = ["tour"]

_SMTP_USER = "SECURELOGIN_TOUR_SMTP_USER"
_SMTP_PASSWORD = "SECURELOGIN_TOUR_SMTP_PASSWORD"  # noqa: S105 -- a name, not a secret

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


def tour(
    context: typer.Context,
    store: _StoreURL = None,
    smtp: _SMTPURL = None,
    *,
    keep: _Keep = False,
    as_json: AsJSON = False,
) -> None:
    """See a whole log-in, played on a real database and real mail, step by step.

    All its people and passwords are made up, and open nothing else.

    The exit code is 0 only if every step was as expected.
    """
    try:
        from securelogin.tour import take_tour  # noqa: PLC0415 -- an extra
        from securelogin.tour.show import TerminalScreen  # noqa: PLC0415 -- an extra
        from securelogin.tour.telling import Telling  # noqa: PLC0415 -- an extra
    except ModuleNotFoundError as missing:
        stop(f"{missing.name} is not installed: pip install 'securelogin[demo]'")
    for name, url in (("store", store), ("smtp", smtp)):
        require_no_password(
            context, name, url, variable=f"SECURELOGIN_TOUR_{name.upper()}"
        )
    console = Console(highlight=False, quiet=as_json)
    telling = Telling(TerminalScreen(console))
    try:
        is_as_expected = take_tour(
            console,
            database=store,
            server=_server(smtp),
            keep=keep,
            telling=telling,
        )
    except SecureLoginError as error:
        # No such error repeats a URL or a secret (see `errors`).
        stop(str(error))
    if as_json:
        tell(_account(telling), as_json=True)
    raise typer.Exit(0 if is_as_expected else 1)


def _account(telling: Telling) -> Told:
    """Return what was checked, and what each way to fail came to."""
    return {
        "steps": telling.steps,
        "failures": telling.failures,
        "refusals": [
            {
                "name": refusal.name,
                "reference": refusal.public.reference,
                "cause": refusal.cause,
                "problems": refusal.problems,
            }
            for refusal in telling.refusals
        ],
    }


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
