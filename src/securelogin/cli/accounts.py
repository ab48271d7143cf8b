"""`securelogin accounts`: what an administrator does with accounts.

No command takes, makes or shows a password (ASVS 6.4.6): a temporary one goes to the
person's own mailbox.
"""

from __future__ import annotations

from typing import Annotated

import typer

from securelogin.accounts import Account, Audience
from securelogin.cli.configured import Config
from securelogin.cli.ending import answer_no, stop
from securelogin.cli.opened import InTenant, Opened, Who, opened
from securelogin.cli.telling import AsJSON, Told, tell
from securelogin.outcomes import AccountOutcome, AddressTaken

__all__ = ["accounts"]

accounts: typer.Typer = typer.Typer(
    help="Register and administer accounts.", no_args_is_help=True
)

_Address = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="A mail address.", show_default=False)
]
_Language = Annotated[
    str | None,
    typer.Option(help="Of their mails, such as de. Default: the portal's."),
]
_Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")]


@accounts.command("register")
def _register(
    address: _Address,
    audience: Annotated[
        Audience,
        typer.Option(
            help="One of the tenant's own people, or a recipient of messages."
        ),
    ],
    tenant: InTenant = None,
    language: _Language = None,
    config: Config = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """Store a new account and order a temporary password for it by mail.

    The exit code is 1 if another account has the address.
    """
    with opened(config) as desk:
        outcome = desk.auth.accounts.register(
            address, tenant=desk.tenant(tenant), audience=audience, language=language
        )
        account = _stored(outcome)
        tell({**_account(account), **_mails(desk, account)}, as_json=as_json)


@accounts.command("show")
def _show(
    who: Who, tenant: InTenant = None, config: Config = None, *, as_json: AsJSON = False
) -> None:
    """Show an account, how far its password is, and its newest mails."""
    with opened(config) as desk:
        account = desk.account(who, tenant=tenant)
        told = {
            **_account(account),
            **_password(desk, account),
            **_mails(desk, account),
        }
        tell(told, as_json=as_json)


@accounts.command("disable")
def _disable(
    who: Who, tenant: InTenant = None, config: Config = None, *, as_json: AsJSON = False
) -> None:
    """Shut an account: nobody logs in with it, and its sessions end."""
    with opened(config) as desk:
        account = desk.account(who, tenant=tenant)
        tell(_account(desk.auth.accounts.disable(account.id)), as_json=as_json)


@accounts.command("enable")
def _enable(
    who: Who, tenant: InTenant = None, config: Config = None, *, as_json: AsJSON = False
) -> None:
    """Open a disabled account again; what has ended stays so."""
    with opened(config) as desk:
        account = desk.account(who, tenant=tenant)
        tell(_account(desk.auth.accounts.enable(account.id)), as_json=as_json)


@accounts.command("force-change")
def _force_change(
    who: Who, tenant: InTenant = None, config: Config = None, *, as_json: AsJSON = False
) -> None:
    """Have the password changed at the next log-in; sessions end now."""
    with opened(config) as desk:
        account = desk.account(who, tenant=tenant)
        desk.auth.accounts.force_change(account.id)
        tell({**_account(account), **_password(desk, account)}, as_json=as_json)


@accounts.command("revoke-password")
def _revoke_password(
    who: Who, tenant: InTenant = None, config: Config = None, *, as_json: AsJSON = False
) -> None:
    """Take a password away that somebody else may know; what came of it ends now.

    Then send a temporary one: it leads to a new password.
    """
    with opened(config) as desk:
        account = desk.account(who, tenant=tenant)
        desk.auth.accounts.revoke_password(account.id)
        tell({**_account(account), **_password(desk, account)}, as_json=as_json)


@accounts.command("send-temporary")
def _send_temporary(
    who: Who, tenant: InTenant = None, config: Config = None, *, as_json: AsJSON = False
) -> None:
    """Order a temporary password by mail; the lasting one goes on working."""
    with opened(config) as desk:
        account = desk.account(who, tenant=tenant)
        desk.auth.accounts.send_temporary_password(account.id)
        tell({**_account(account), **_mails(desk, account)}, as_json=as_json)


@accounts.command("add-alias")
def _add_alias(
    who: Who,
    address: _Address,
    tenant: InTenant = None,
    config: Config = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """Note a further address of the person, for support to know.

    The exit code is 1 if another account has the address.
    """
    with opened(config) as desk:
        account = desk.account(who, tenant=tenant)
        outcome = desk.auth.addresses.add_alias(account.id, address)
        tell(_account(_stored(outcome)), as_json=as_json)


@accounts.command("change-address")
def _change_address(
    who: Who,
    address: _Address,
    tenant: InTenant = None,
    config: Config = None,
    *,
    as_json: AsJSON = False,
) -> None:
    """Begin a change of the primary address: both mailboxes are asked by mail.

    It is made only if both say yes, and comes to nothing if another account has it.
    """
    with opened(config) as desk:
        account = desk.account(who, tenant=tenant)
        desk.auth.addresses.request_for(account.id, address)
        account = desk.account(account.id, tenant=None)
        tell({**_account(account), **_mails(desk, account)}, as_json=as_json)


@accounts.command("erase")
def _erase(
    who: Who,
    tenant: InTenant = None,
    config: Config = None,
    *,
    yes: _Yes = False,
    as_json: AsJSON = False,
) -> None:
    """Remove a person's data for good; records stay, without the person in them.

    The exit code is 1 if you were not sure.
    """
    if as_json and not yes:
        stop("--json asks nothing; add --yes if you are sure.")
    with opened(config) as desk:
        account = desk.account(who, tenant=tenant)
        if not yes:
            question = f"Erase {account.primary.text} of {account.tenant} for good?"
            typer.confirm(question, abort=True, err=True)
        blanked = desk.auth.accounts.erase(account.id)
        tell({"id": account.id, "records_blanked": blanked}, as_json=as_json)


def _stored(outcome: AccountOutcome) -> Account:
    if isinstance(outcome, AddressTaken):
        answer_no("another account of the tenant has this address.")
    return outcome.account


def _account(account: Account) -> Told:
    change = account.change
    return {
        "id": account.id,
        "tenant": account.tenant,
        "audience": account.audience.value,
        "status": account.status.value,
        "address": account.primary.text,
        "aliases": tuple(alias.text for alias in account.aliases),
        "language": account.language,
        "new_address": None if change is None else change.address.text,
        "new_address_until": None if change is None else change.until,
    }


def _password(desk: Opened, account: Account) -> Told:
    """Tell how far a password is; nothing of what it is."""
    kept = desk.store.credentials.get(account.id)
    temporary = None if kept is None else kept.temporary
    return {
        "has_password": kept is not None and kept.password_hash is not None,
        "must_change": kept is not None and kept.must_change,
        "password_changed_at": None if kept is None else kept.changed_at,
        "temporary_until": None if temporary is None else temporary.until,
    }


def _mails(desk: Opened, account: Account) -> Told:
    orders = desk.store.outbox.about(account.id, account.key)
    return {
        "mails": [
            {
                "at": order.at,
                "kind": order.kind.value,
                "state": order.state.value,
                "settled_at": order.settled_at,
                "detail": order.detail,
            }
            for order in orders
        ]
    }
