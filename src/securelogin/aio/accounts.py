"""Administer accounts. For administrators and the portal's own code, not strangers."""

from __future__ import annotations

from collections.abc import Callable

from securelogin.accounts import Account, AccountId, Audience, Status
from securelogin.adapters import (
    AsyncAccountRegistry,
    AsyncAccounts,
    AsyncAttemptErasure,
    AsyncAuditRetention,
    AsyncCredentials,
    AsyncErasure,
    AsyncOutbox,
)
from securelogin.addresses import parse_address
from securelogin.aio.stored_accounts import AsyncStoredAccounts
from securelogin.credentials import Credential, with_revoked_password
from securelogin.errors import Unavailable
from securelogin.events import EventKind
from securelogin.guards import guarded
from securelogin.installation import Installation
from securelogin.mail import MailKind
from securelogin.outcomes import AccountOutcome, AccountStored, AddressTaken
from securelogin.rules.accounts import new_account, read_language, read_tenant
from securelogin.rules.courier import new_order
from securelogin.rules.events import account_event, address_hashes

__all__ = ["AsyncAccountAdministration"]


class AsyncAccountAdministration:
    """Register, disable, enable and erase accounts; hand out temporary passwords.

    One method for each thing; what changes an address is in `auth.addresses`. An
    administrator starts things but never chooses or learns a password (ASVS 6.4.6):
    no method here takes or returns one. Every step is a guarded write that is read and
    tried again when somebody else came first. Unknown ids raise `InvalidInput`.
    """

    def __init__(
        self,
        *,
        installation: Installation,
        accounts: AsyncAccounts,
        registry: AsyncAccountRegistry,
        credentials: AsyncCredentials,
        stored: AsyncStoredAccounts,
        outbox: AsyncOutbox,
        erasure: AsyncAttemptErasure,
        remains: AsyncErasure,
        audit: AsyncAuditRetention,
    ) -> None:
        self._installation = installation
        self._accounts = guarded(accounts, AsyncAccounts, setting="accounts")
        self._registry = guarded(registry, AsyncAccountRegistry, setting="registry")
        self._credentials = guarded(
            credentials, AsyncCredentials, setting="credentials"
        )
        self._stored = stored
        self._outbox = guarded(outbox, AsyncOutbox, setting="outbox")
        self._erasure = guarded(erasure, AsyncAttemptErasure, setting="erasure")
        self._remains = guarded(remains, AsyncErasure, setting="remains")
        self._audit = guarded(audit, AsyncAuditRetention, setting="audit")

    async def register(
        self,
        address: str,
        /,
        *,
        tenant: str,
        audience: Audience,
        language: str | None = None,
    ) -> AccountOutcome:
        """Store a new account and mail it a temporary password.

        Args:
            address: mail address; the account's primary one.
            tenant: of one of the portals.
            audience: internal or external.
            language: BCP 47 tag of the language of their mails; None for the portal's.

        Returns:
            `AccountStored`, or `AddressTaken`: say neither to a stranger.

        Raises:
            InvalidInput: an argument cannot be used.
        """
        owner = read_tenant(tenant, portals=self._installation.portals)
        portal = self._installation.portals.of(owner, audience=audience)
        account = new_account(
            id=self._installation.new_id(),
            tenant=owner,
            audience=audience,
            address=parse_address(address),
            language=read_language(language, portal=portal),
        )
        holder = await self._accounts.find(account.key)
        if holder is not None or await self._registry.add(account) is not True:
            return AddressTaken()
        await self._order_temporary(account)
        self._tell(EventKind.USER_CREATED, account, "accounts.register")
        return AccountStored(account=account)

    async def send_temporary_password(self, account: AccountId, /) -> None:
        """Order a temporary password by mail; the lasting one goes on working."""
        known = await self._stored.known(account)
        await self._order_temporary(known)
        self._tell(EventKind.AUTHZ_ADMIN, known, "accounts.send_temporary_password")

    async def force_change(self, account: AccountId, /) -> None:
        """Make the person change the password at the next log-in; sessions end.

        Whoever knows the password may be that person: if somebody else may know it,
        `revoke_password`.
        """
        known = await self._stored.known(account)
        await self._rewrite_credential(account, Credential.with_forced_change)
        self._tell(EventKind.AUTHZ_ADMIN, known, "accounts.force_change")

    async def revoke_password(self, account: AccountId, /) -> None:
        """Take the lasting password away: somebody else may know it, or its hash.

        Every session, ticket and temporary password dies with it, in the same write.
        The person gets in by a temporary password asked for *after* it, and chooses a
        new one. Without a password to take away, the rest is done all the same.
        """
        now = self._installation.now()
        known = await self._stored.known(account)
        await self._rewrite_credential(
            account, lambda old: with_revoked_password(old, at=now)
        )
        self._tell(EventKind.AUTHZ_ADMIN, known, "accounts.revoke_password")

    async def disable(self, account: AccountId, /) -> Account:
        """Shut the account: no log-in, and every session, ticket and temporary dies.

        The lasting password stays, and opens the account once it is enabled.
        """
        now = self._installation.now()
        # order matters: first nobody gets in any more, then those inside go.
        stored = await self._stored.rewrite(
            account, lambda old: old.with_status(Status.DISABLED)
        )
        await self._rewrite_credential(
            account, lambda old: old.with_everything_ended(at=now)
        )
        self._tell(EventKind.USER_UPDATED, stored, "accounts.disable")
        return stored

    async def enable(self, account: AccountId, /) -> Account:
        """Open a disabled account again; what died stays dead."""
        now = self._installation.now()
        known = await self._stored.known(account)
        if known.status is Status.DISABLED:
            # order matters: `disable` may have failed half-way, and what it left alive
            # would open again (tests/faults: accounts.disable).
            await self._rewrite_credential(
                account, lambda old: old.with_everything_ended(at=now)
            )
        stored = await self._stored.rewrite(
            account, lambda old: old.with_status(Status.ACTIVE)
        )
        self._tell(EventKind.USER_UPDATED, stored, "accounts.enable")
        return stored

    async def erase(self, account: AccountId, /) -> int:
        """Remove the person's data: addresses, hashes, and what records tell of them.

        Attempts, orders for mails, links and sessions stay as records without a person,
        so that no trail has holes. Their addresses are free again. Cannot be undone.
        If it fails, call it again: the account is known until nothing else is left.

        Returns:
            How many records were blanked.
        """
        known = await self._stored.known(account)
        keys = [key.value for key in known.keys]
        await self._stored.rewrite(
            account, lambda old: old.with_status(Status.DISABLED)
        )
        await self._rewrite_credential(account, Credential.erased)
        blanked = await self._erasure.erase(account, keys, tenant=known.tenant)
        blanked += await self._remains.erase(account, keys, tenant=known.tenant)
        blanked += await self._audit.erase(
            account, address_hashes(self._installation.keys, known)
        )
        # order matters: the addresses go last, or nobody could find what is left after
        # a failure (tests/faults: accounts.erase).
        erased = await self._stored.rewrite(account, Account.erased)
        self._tell(EventKind.USER_DELETED, erased, "accounts.erase")
        return blanked

    def _tell(self, kind: EventKind, account: Account, operation: str) -> None:
        self._installation.tell(
            account_event,
            kind,
            account,
            operation=operation,
            at=self._installation.now(),
        )

    async def _order_temporary(self, account: Account) -> None:
        await self._outbox.record(
            new_order(
                MailKind.TEMPORARY_PASSWORD,
                id=self._installation.new_id(),
                at=self._installation.now(),
                account=account,
                mark=self._installation.new_mark(),
            )
        )

    async def _rewrite_credential(
        self, account: AccountId, step: Callable[[Credential], Credential]
    ) -> None:
        # There may be none yet: then this one ends the sessions that began without.
        # add() says False if there is.
        await self._credentials.add(Credential(account=account))
        if not await self._stored.rewrite_credential(account, step):
            # What should end would go on.
            raise Unavailable(
                "what was added is not found", adapter="credentials", verb="get"
            )
