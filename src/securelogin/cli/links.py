"""`securelogin links`: issue recipient links, look at them, take them back.

A link's token is in the mail and nowhere else: commands go by the link's id.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from securelogin.cli.configured import Config
from securelogin.cli.ending import answer_no
from securelogin.cli.opened import InTenant, Opened, Who, opened
from securelogin.cli.telling import AsJSON, Told, tell
from securelogin.links import LinkId, RecipientLink

__all__ = ["links"]

links: typer.Typer = typer.Typer(
    help="Issue and recall recipient links.", no_args_is_help=True
)

_Link = Annotated[
    str, typer.Argument(metavar="LINK", help="The link's id.", show_default=False)
]


@links.command("issue")
def _issue(
    *,
    recipient: Annotated[str, typer.Option(help="Address of whom it is for.")],
    sender: Annotated[str, typer.Option(help="Address of whom they may turn to.")],
    message: Annotated[str, typer.Option(help="The portal's name for the message.")],
    tenant: InTenant = None,
    language: Annotated[
        str | None, typer.Option(help="Of a new account's mails, such as de.")
    ] = None,
    config: Config = None,
    as_json: AsJSON = False,
) -> None:
    """Order the mails that bring one recipient to one message.

    An unknown recipient gets an account.
    """
    with opened(config) as desk:
        link = desk.auth.links.issue(
            recipient=recipient,
            sender=sender,
            message=message,
            tenant=desk.tenant(tenant),
            language=language,
        )
        tell(_link(link, at=desk.auth.installation.now()), as_json=as_json)


@links.command("show")
def _show(link: _Link, config: Config = None, *, as_json: AsJSON = False) -> None:
    """Show a link: for whom, until when, and whether it was recalled.

    The exit code is 1 if there is no such link.
    """
    with opened(config) as desk:
        tell(
            _link(_known(link, desk), at=desk.auth.installation.now()), as_json=as_json
        )


@links.command("list")
def _list(
    who: Who, tenant: InTenant = None, config: Config = None, *, as_json: AsJSON = False
) -> None:
    """List the links in the newest mails to a person, newest first.

    The exit code is 1 if there is no such account.
    """
    with opened(config) as desk:
        account = desk.account(who, tenant=tenant)
        orders = desk.store.outbox.about(account.id, account.key)
        ids = dict.fromkeys(order.link for order in orders if order.link is not None)
        found = [desk.store.links.get(LinkId(link)) for link in ids]
        now = desk.auth.installation.now()
        told = [_link(link, at=now) for link in found if link is not None]
        tell({"links": told}, as_json=as_json)


@links.command("recall")
def _recall(link: _Link, config: Config = None, *, as_json: AsJSON = False) -> None:
    """Take a link back: it opens nothing from now on. Once is enough.

    The exit code is 1 if there is no such link.
    """
    with opened(config) as desk:
        recalled = desk.auth.links.recall(_known(link, desk).id)
        tell(_link(recalled, at=desk.auth.installation.now()), as_json=as_json)


@links.command("reissue")
def _reissue(link: _Link, config: Config = None, *, as_json: AsJSON = False) -> None:
    """Recall a link and mail a new one: same person, message and sender.

    The exit code is 1 if there is no such link.
    """
    with opened(config) as desk:
        new = desk.auth.links.reissue(_known(link, desk).id)
        tell(_link(new, at=desk.auth.installation.now()), as_json=as_json)


def _known(link: str, desk: Opened) -> RecipientLink:
    found = desk.store.links.get(LinkId(link))
    if found is None:
        answer_no("no link has this id.")
    return found


def _link(link: RecipientLink, *, at: datetime) -> Told:
    state = "expired" if link.until <= at else "good"
    return {
        "id": link.id,
        "state": state if link.recalled_at is None else "recalled",
        "tenant": link.tenant,
        "recipient": link.recipient,
        "address": link.address.value,
        "sender": link.sender.text,
        "message": link.message,
        "issued_at": link.issued_at,
        "until": link.until,
        "recalled_at": link.recalled_at,
    }
