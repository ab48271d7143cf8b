"""`securelogin courier`: a worker that delivers mails."""

from __future__ import annotations

import logging
import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Annotated

import typer

from securelogin.cli.configured import Config, StoreURL, configured
from securelogin.cli.ending import require_no_password, stop
from securelogin.cli.telling import AsJSON, tell
from securelogin.configuration import open_secure_login
from securelogin.errors import SecureLoginError
from securelogin.flows.courier_worker import CourierWorker, Pause
from securelogin.rules.courier_shift import Ending

__all__ = ["courier"]

_SMTPURL = Annotated[
    str | None,
    typer.Option(
        "--smtp",
        metavar="URL",
        help="The mail server, without user and password; before SECURELOGIN_SMTP_URL.",
    ),
]
_Once = Annotated[
    bool,
    typer.Option(
        "--once", help="End when nothing is due, or in an outage: for a timer."
    ),
]
_Limit = Annotated[
    int | None, typer.Option(min=1, help="End after so many orders.", metavar="N")
]


def courier(
    context: typer.Context,
    config: Config = None,
    url: StoreURL = None,
    smtp: _SMTPURL = None,
    *,
    once: _Once = False,
    limit: _Limit = None,
    as_json: AsJSON = False,
) -> None:
    """Deliver mails as they are ordered, until SIGTERM or SIGINT.

    Any number may run. The mail in hand is sent and settled before it ends.

    The exit code is 0, or 1 if --once ended because the store or the mail server is
    away.
    """
    require_no_password(context, "smtp", smtp, variable="SECURELOGIN_SMTP_PASSWORD")
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )
    ending = Ending.WHEN_IDLE if once else Ending.WHEN_TOLD
    try:
        found = configured(context, config, url=url)
        if smtp is not None:
            found = replace(found, smtp=replace(found.smtp, url=smtp))
        with open_secure_login(found) as auth, _until_told() as pause:
            worker = CourierWorker(
                courier=auth.courier, installation=auth.installation, pause=pause
            )
            shift = worker.work(ending, limit=limit)
    except SecureLoginError as error:
        # No such error repeats a URL or a secret (see `errors`).
        stop(str(error))
    done = shift.done
    if as_json:
        tell(asdict(done), as_json=True)
    else:
        typer.echo(
            f"sent {done.sent}, postponed {done.postponed}, "
            f"refused {done.refused}, dropped {done.dropped}"
        )
    raise typer.Exit(1 if once and shift.is_outage else 0)


@contextmanager
def _until_told() -> Iterator[Pause]:
    """Give a pause that SIGTERM and SIGINT end; put the old handlers back after it."""
    # A pipe, not an Event: a handler that runs while this same thread waits for an
    # Event could wait for its lock for ever.
    read, write = os.pipe()
    os.set_blocking(write, False)

    def tell(number: int, frame: object) -> None:
        del number, frame
        os.write(write, b".")

    def pause(wait: timedelta, /) -> bool:
        told, _, _ = select.select([read], [], [], wait.total_seconds())
        return bool(told)

    before = {n: signal.signal(n, tell) for n in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield pause
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(read)
        os.close(write)
