"""`securelogin support`: find out why somebody could not log in.

Whoever runs it may read the tables anyway, and so sees all, as an operator. Every
look-up is recorded under a name: a record for colleagues, not a proof.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Annotated

import typer

from securelogin import reports
from securelogin.cli.configured import Config
from securelogin.cli.ending import answer_no, stop
from securelogin.cli.opened import InTenant, opened
from securelogin.cli.telling import AsJSON, Told, tell
from securelogin.mail import OrderState
from securelogin.outcomes import Cause
from securelogin.rules.advice import Action
from securelogin.rules.causes import MEANINGS
from securelogin.rules.dead_letters import DeadLetter
from securelogin.rules.ranking import Candidate
from securelogin.viewers import Viewer

__all__ = ["COMMANDS", "support"]

COMMANDS = {
    "accounts.enable": "accounts enable",
    "accounts.revoke_password": "accounts revoke-password",
    "accounts.send_temporary_password": "accounts send-temporary",
    "courier.requeue": "support requeue",
    "links.reissue": "links reissue",
    "sessions.end_all": "sessions end-all",
}
"""What does here what a diagnosis names as a call."""

support: typer.Typer = typer.Typer(
    help="Find out why somebody could not log in.", no_args_is_help=True
)

_By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="NAME",
        help="Who looks, for the record. Default: the user of this machine.",
    ),
]

_Address = Annotated[
    str | None,
    typer.Option(help="As the person would type it; near ones are found too."),
]
_Around = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="When it was, such as 2026-03-02T10:30+01:00; or with --zone, the "
        "person's local time.",
    ),
]
_Zone = Annotated[
    str | None, typer.Option(help="Zone of a local time, such as Europe/Berlin.")
]
_WIDEST = 366 * 24 * 60
_Within = Annotated[
    int,
    typer.Option(
        min=0,
        max=_WIDEST,
        metavar="MINUTES",
        help="How far off the time may be, either way.",
    ),
]
_Page = Annotated[
    str, typer.Option(metavar="URL", help="What stood in the address line.")
]
_Browser = Annotated[str, typer.Option(help='Such as "Firefox 140".')]


@support.command("find")
def _find(
    reference: Annotated[
        str,
        typer.Argument(
            metavar="REFERENCE",
            help="As the person reads it out; case and dashes do not matter.",
            show_default=False,
        ),
    ],
    by: _By = None,
    config: Config = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """Show what stood in the way, the evidence, and what to do first.

    The exit code is 1 if nobody was given this reference.
    """
    with opened(config) as desk:
        diagnosis = desk.auth.support.find(reference, by=_viewer(by))
    if diagnosis is None:
        answer_no(
            "nothing is found for this reference; `securelogin support search` finds "
            "attempts without one."
        )
    text = (
        reports.as_json(diagnosis)
        if as_json
        else reports.as_text(diagnosis, call=_command)
    )
    typer.echo(text.rstrip("\n"))


@support.command("search")
def _search(
    *,
    tenant: InTenant = None,
    address: _Address = None,
    around: _Around = None,
    zone: _Zone = None,
    within: _Within = 60,
    page: _Page = "",
    browser: _Browser = "",
    by: _By = None,
    config: Config = None,
    as_json: AsJSON = False,
) -> None:
    """List the attempts that fit what the person remembers, the best first.

    Any of address, time, page and browser will do. Hand a reference to `find`.

    The exit code is 1 if none fits.
    """
    with opened(config) as desk:
        found = desk.auth.support.search(
            by=_viewer(by),
            tenant=desk.tenant(tenant),
            address=address,
            around=_time(around, option="--around"),
            zone=zone,
            within=timedelta(minutes=within),
            url=page,
            browser=browser,
        )
    if found or as_json:
        tell({"attempts": [_candidate(one) for one in found]}, as_json=as_json)
    if not found:
        answer_no("no attempt fits; tell less, or look further off with --within.")


@support.command("dead-letters")
def _dead_letters(
    *,
    tenant: InTenant = None,
    before: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="`ended at` of the last one shown, to see what comes after it.",
        ),
    ] = None,
    by: _By = None,
    config: Config = None,
    as_json: AsJSON = False,
) -> None:
    """List the newest 20 mails that no mail server took, and why.

    Without --tenant, those of every tenant. Hand an order to `requeue`.
    """
    with opened(config) as desk:
        found = desk.auth.support.dead_letters(
            by=_viewer(by), tenant=tenant, before=_time(before, option="--before")
        )
    tell({"dead_letters": [_letter(one) for one in found]}, as_json=as_json)


@support.command("requeue")
def _requeue(
    order: Annotated[
        str,
        typer.Argument(
            metavar="ORDER", help="As `dead-letters` names it.", show_default=False
        ),
    ],
    config: Config = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """Have a mail carried again that no mail server took; a courier sends it.

    The exit code is 1 if there is no such dead letter, or none any more.
    """
    with opened(config) as desk:
        again = desk.auth.courier.requeue(order)
    if not again:
        answer_no(
            "there is no such dead letter; `securelogin support dead-letters` lists "
            "them."
        )
    tell({"order": order, "state": OrderState.WAITING.value}, as_json=as_json)


def _causes(begun: str) -> Iterator[tuple[str, str]]:
    """Complete the name of a cause in the shell."""
    for cause in Cause:
        if cause.value.startswith(begun):
            yield cause.value, MEANINGS[cause].summary


@support.command("explain")
def _explain(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[CAUSE]",
            help="The stable word of a cause. Default: list all.",
            autocompletion=_causes,
            show_default=False,
        ),
    ] = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """Say what a cause means, what bears it out, and what to do, in plain words.

    Needs no configuration. The exit code is 1 if there is no such cause.
    """
    if name is None:
        listed = [
            {"cause": cause.value, "meaning": MEANINGS[cause].summary}
            for cause in Cause
        ]
        tell({"causes": listed}, as_json=as_json)
        return
    word = name.strip().lower().replace("-", "_")
    if word not in set(Cause):
        near = get_close_matches(word, [cause.value for cause in Cause], n=1)
        answer_no(
            "there is no such cause."
            + "".join(f" Did you mean {known}?" for known in near)
        )
    meaning = MEANINGS[Cause(word)]
    tell(
        {
            "cause": word,
            "meaning": meaning.summary,
            "look_at": meaning.look_at,
            "remedies": list(meaning.remedies),
        },
        as_json=as_json,
    )


def _command(action: Action) -> str:
    return f"securelogin {COMMANDS[action.call]} {action.argument}"


def _viewer(name: str | None) -> Viewer:
    return Viewer.operator(_user() if name is None else name)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # In a container a process may run under a number that has no name.
        return f"user {os.getuid()}"


def _time(told: str | None, *, option: str) -> datetime | None:
    try:
        return None if told is None else datetime.fromisoformat(told)
    except ValueError:
        stop(f"{option}: expected a time such as 2026-03-02T10:30+01:00.")


def _letter(found: DeadLetter) -> Told:
    return {
        "order": found.order,
        "kind": found.kind.value,
        "tenant": found.tenant,
        "person": found.person,
        "ordered_at": found.ordered_at,
        "ended_at": found.ended_at,
        "state": found.state.value,
        "tries": found.tries,
        "why": found.why,
        "can_be_requeued": found.action is not None,
    }


def _candidate(found: Candidate) -> Told:
    return {
        "reference": found.reference,
        "at": found.at,
        "score": found.score,
        "cause": None if found.cause is None else found.cause.value,
        "operation": found.operation.value,
        "typed": found.typed,
        "page": found.url,
        "browser": found.browser,
        "why": found.why,
    }
