"""What commands about people and links work with: the configured log-in, opened.

Commands order mails and send none: that is the courier's, which has the mail server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Annotated

import typer

from securelogin.accounts import Account, AccountId
from securelogin.addresses import Tenant, parse_address
from securelogin.cli.configured import Config
from securelogin.cli.ending import answer_no, stop, stop_by
from securelogin.configuration import open_store, read_configuration
from securelogin.errors import SecureLoginError, WiringError
from securelogin.flows.audit_trail import AuditTrail
from securelogin.flows.secure_login import SecureLogin
from securelogin.flows.store import Store
from securelogin.installation import DEFAULT_SINKS
from securelogin.mailers.memory import MemoryMailer
from securelogin.rules.accounts import read_tenant

__all__ = ["InTenant", "Opened", "Who", "opened"]

InTenant = Annotated[
    str | None,
    typer.Option(
        "--tenant",
        metavar="TENANT",
        help="Of one of the portals. May be left out where all are one tenant's.",
    ),
]
Who = Annotated[
    str,
    typer.Argument(
        metavar="ACCOUNT",
        help="The account's id, or an address of it in the tenant.",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The public face, and the store behind it."""

    auth: SecureLogin
    store: Store

    def tenant(self, named: str | None, /) -> Tenant:
        """Return the tenant that was named, or the only one there is."""
        portals = self.auth.installation.portals
        if named is None and len(portals.tenants) == 1:
            (named,) = portals.tenants
        if named is None:
            stop(f"say which --tenant: {', '.join(sorted(portals.tenants))}.")
        return read_tenant(named, portals=portals)

    def account(self, who: str, /, *, tenant: str | None) -> Account:
        """Return the account with an id or an address; end with 1 if there is none."""
        if "@" in who:
            key = parse_address(who).key(self.tenant(tenant))
            found = self.store.accounts.find(key)
        else:
            found = self.store.accounts.get(AccountId(who))
        if found is None:
            answer_no("there is no such account.")
        return found


@contextmanager
def opened(config: Config, /) -> Iterator[Opened]:
    """Give what the configuration describes; end with 2 where that cannot be.

    What the command does goes into the audit trail, in a chain of its own.
    """
    try:
        found = read_configuration(config)
        if found.keys is None:
            raise WiringError(
                "it is not set.",
                setting="keys",
                cure="Name a file in keys_file, or set SECURELOGIN_KEYS.",
            )
        with open_store(found) as store:
            # A worker would have nothing to do: what one command does fits into the
            # queue, and is stored as the last thing.
            trail = AuditTrail(log=store.audit, keys=found.keys)
            with closing(trail):
                auth = SecureLogin(
                    portals=found.portals,
                    keys=found.keys,
                    store=store,
                    mailer=MemoryMailer(),
                    policy=found.policy,
                    sinks=(*DEFAULT_SINKS, trail),
                )
                yield Opened(auth=auth, store=store)
    except SecureLoginError as error:
        stop_by(error)
