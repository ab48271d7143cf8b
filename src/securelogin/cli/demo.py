"""`securelogin demo`: two portals in a browser, on this machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from securelogin.cli.ending import stop
from securelogin.cli.telling import AsJSON, tell
from securelogin.errors import SecureLoginError

if TYPE_CHECKING:
    from securelogin.demo import Demo

__all__ = ["demo"]

_Port = Annotated[
    int, typer.Option(min=0, max=65_535, help="Where to serve it; 0 for a free port.")
]


def demo(port: _Port = 0, *, as_json: AsJSON = False) -> None:
    """Live the whole story in your browser: two portals, their mails, a support desk.

    It answers on 127.0.0.1 only and runs until Ctrl-C or SIGTERM. All its people and
    passwords are made up; nothing is kept.
    """
    try:
        from securelogin.demo import serve_demo  # noqa: PLC0415 -- an extra
    except ModuleNotFoundError as missing:
        stop(f"{missing.name} is not installed: pip install 'securelogin[demo]'")
    # With --json all that is printed is one object, as soon as the demo is open.
    console = Console(highlight=False, quiet=as_json)
    console.print("Setting up two portals, a database and a mail server …")
    try:
        serve_demo(
            _tell if as_json else lambda opened: _show(console, opened), port=port
        )
    except OSError as error:
        stop(f"port {port} cannot be used ({error.strerror}); choose another --port.")
    except SecureLoginError as error:
        stop(str(error))
    console.print("Stopped; nothing was kept.")


def _tell(demo: Demo) -> None:
    from securelogin.demo.people import (  # noqa: PLC0415 -- an extra
        ERIN,
        INVITED,
        PASSWORD,
        STAFF,
    )

    people = [
        {"address": person.address, "tenant": person.tenant, "part": person.part}
        for person in (*STAFF, ERIN)
    ]
    told = {"url": demo.url, "password": PASSWORD, "people": people, "invited": INVITED}
    tell(told, as_json=True)
    sys.stdout.flush()


def _show(console: Console, demo: Demo) -> None:
    from securelogin.demo.people import (  # noqa: PLC0415 -- an extra
        ERIN,
        INVITED,
        PASSWORD,
        STAFF,
    )

    # The URL stands alone in its line, for people and for scripts.
    console.print(f"\n{demo.url}\n", style="bold cyan", soft_wrap=True)
    console.print("This is a demo: whoever can reach it reads all its mails.")
    console.print(f"Everybody's password is: {PASSWORD}")
    for person in (*STAFF, ERIN):
        console.print(f"  {person.address:<24} {person.part}", soft_wrap=True)
    for address in INVITED:
        console.print(f"  {address:<24} has no password yet, and two mails")
    console.print("Ctrl-C stops it.")
    console.file.flush()
