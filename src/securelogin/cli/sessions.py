"""`securelogin sessions`: who is logged in where, and how to end that.

A session goes by its digest. Its token is in one browser's cookie and nowhere else.
"""

from __future__ import annotations

from typing import Annotated

import typer

from securelogin.cli.configured import Config
from securelogin.cli.ending import answer_no
from securelogin.cli.opened import InTenant, Who, opened
from securelogin.cli.telling import AsJSON, tell

__all__ = ["sessions"]

sessions: typer.Typer = typer.Typer(help="Show and end sessions.", no_args_is_help=True)


@sessions.command("list")
def _list(
    who: Who, tenant: InTenant = None, config: Config = None, *, as_json: AsJSON = False
) -> None:
    """List an account's live sessions, newest first."""
    with opened(config) as desk:
        account = desk.account(who, tenant=tenant)
        told = [
            {
                "digest": session.digest,
                "began_at": session.began_at,
                "seen_at": session.seen_at,
                "until": session.until,
                "source": session.ip,
                "browser": session.user_agent,
            }
            for session in desk.auth.sessions.list(account.id)
        ]
        tell({"sessions": told}, as_json=as_json)


@sessions.command("end")
def _end(
    who: Who,
    digest: Annotated[
        str,
        typer.Argument(
            metavar="DIGEST",
            help="The session, as `list` shows it; its first letters will do.",
            show_default=False,
        ),
    ],
    tenant: InTenant = None,
    config: Config = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """End one of an account's sessions.

    The exit code is 1 if the account has no such live session, or several.
    """
    with opened(config) as desk:
        account = desk.account(who, tenant=tenant)
        live = desk.auth.sessions.list(account.id)
        meant = [session for session in live if session.digest.startswith(digest)]
        if len(meant) != 1:
            answer_no(
                f"{len(meant)} live sessions of this account begin so; "
                "`securelogin sessions list` shows all."
            )
        desk.auth.sessions.end_one(account.id, meant[0].digest)
        tell({"account": account.id, "ended": 1}, as_json=as_json)


@sessions.command("end-all")
def _end_all(
    who: Who, tenant: InTenant = None, config: Config = None, *, as_json: AsJSON = False
) -> None:
    """End every session of an account.

    To keep the person out as well, disable the account.
    """
    with opened(config) as desk:
        account = desk.account(who, tenant=tenant)
        ended = desk.auth.sessions.end_all(account.id)
        tell({"account": account.id, "ended": ended}, as_json=as_json)
