"""Change a primary address: asked from within, confirmed by both mailboxes."""

from __future__ import annotations

from datetime import datetime

from securelogin.accounts import Account, AccountId, Status
from securelogin.adapters import (
    AsyncAccountRegistry,
    AsyncAccounts,
    AsyncAttemptLog,
    AsyncOutbox,
)
from securelogin.addresses import parse_address
from securelogin.attempts import NO_CLIENT, Client, Operation
from securelogin.errors import InvalidInput
from securelogin.guards import guarded
from securelogin.hidden import Hidden, hide_all
from securelogin.installation import Installation
from securelogin.outcomes import AddressConfirmed, Cause, Refused
from securelogin.rules.accounts import (
    holder_of_proof,
    judge_address_proof,
    new_change,
)
from securelogin.rules.courier import address_orders
from securelogin.rules.records import operation_record
from securelogin.tickets import read_address_proof

__all__ = ["AsyncAddressChanges"]


class AsyncAddressChanges:
    """Begin and confirm changes of address.

    The new address counts only after a person has read both mailboxes (ASVS 6.3.7; NIST
    SP 800-63B-4 4.2.1.2). One pending change for each account; a newer one replaces it.
    """

    def __init__(
        self,
        *,
        installation: Installation,
        accounts: AsyncAccounts,
        registry: AsyncAccountRegistry,
        log: AsyncAttemptLog,
        outbox: AsyncOutbox,
    ) -> None:
        self._installation = installation
        self._accounts = guarded(accounts, AsyncAccounts, setting="accounts")
        self._registry = guarded(registry, AsyncAccountRegistry, setting="registry")
        self._log = guarded(log, AsyncAttemptLog, setting="log")
        self._outbox = guarded(outbox, AsyncOutbox, setting="outbox")

    async def request(self, account: AccountId, address: str, /) -> None:
        """Begin a change of address and ask both mailboxes.

        Says the same whether or not another account has that address (threats C39): in
        that case the confirmation comes to nothing. Ask for the password before you
        call this (ASVS 7.5.1).

        Raises:
            InvalidInput: no account has this id, or *address* is none.
        """
        new = parse_address(address)
        now = self._installation.now()
        stored = await self._accounts.get(account)
        if stored is None or stored.status is not Status.ACTIVE:
            raise InvalidInput(
                "no active account has this id", field="account", code="account_unknown"
            )
        change = new_change(
            id=self._installation.new_id(),
            address=new,
            at=now,
            life=self._installation.policy.lifetimes.address_change,
        )
        changed = stored.with_change(change)
        # A lost race means another change began just now: the person sees its mails.
        if await self._registry.replace(stored, changed) is True:
            ids = (self._installation.new_id(), self._installation.new_id())
            for order in address_orders(changed, change, ids=ids, at=now):
                await self._outbox.record(order)

    async def confirm(
        self, token: str | Hidden, /, *, client: Client | None = None
    ) -> AddressConfirmed | Refused:
        """Take one mailbox's yes, from the link in its mail. Call it on POST only.

        When both have said yes, the new address is the primary one, the old one a known
        alias, and both get a notice.
        """
        given: dict[str, object] = {"token": token}
        del token
        (shown,) = hide_all(given)
        client = client or NO_CLIENT
        now = self._installation.now()
        reference = self._installation.new_reference()
        proof = read_address_proof(
            shown,
            tenants=self._installation.portals.tenants,
            keys=self._installation.keys,
        )
        account = await self._accounts.get(
            holder_of_proof(proof, keys=self._installation.keys)
        )
        causes = judge_address_proof(
            proof,
            account,
            at=now,
            leeway=self._installation.policy.lifetimes.leeway,
        )
        confirmed = None
        if not causes and proof is not None and account is not None:
            confirmed = account.with_confirmation(proof.side)
            if await self._registry.replace(account, confirmed) is not True:
                # Overtaken, or the address has become another account's meanwhile.
                causes, confirmed = (Cause.OVERTAKEN,), None
        # order matters: the notices are what the person sees of it, so they come first
        # (tests/faults: addresses.confirm the second).
        await self._tell(account, confirmed, now)
        await self._log.record(
            operation_record(
                Operation.ADDRESS_CONFIRMED,
                causes,
                reference=reference,
                at=now,
                client=client,
                account=account,
            )
        )
        if confirmed is None:
            return self._installation.refused(reference, language=client.language)
        return AddressConfirmed(complete=confirmed.change is None)

    async def _tell(
        self, old: Account | None, new: Account | None, now: datetime
    ) -> None:
        """Order the notices to both addresses, once the change is complete."""
        change = None if old is None else old.change
        if new is not None and new.change is None and change is not None:
            ids = (self._installation.new_id(), self._installation.new_id())
            for order in address_orders(new, change, ids=ids, at=now):
                await self._outbox.record(order)
