"""Change addresses: the primary one if both mailboxes say yes; and note aliases."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from securelogin.accounts import Account, AccountId, Status
from securelogin.adapters import (
    AccountRegistry,
    Accounts,
    AttemptLog,
    Outbox,
)
from securelogin.addresses import Address, AddressKey, parse_address
from securelogin.attempts import NO_CLIENT, Client, Operation
from securelogin.credentials import with_temporary_cancelled
from securelogin.errors import InvalidInput, Unavailable
from securelogin.events import EventKind
from securelogin.flows.current_password import CurrentPassword
from securelogin.flows.stored_accounts import StoredAccounts
from securelogin.guards import guarded
from securelogin.hidden import Hidden, hide_all
from securelogin.installation import Installation
from securelogin.outcomes import (
    AccountOutcome,
    AccountStored,
    AddressConfirmed,
    AddressOutcome,
    AddressRequested,
    AddressTaken,
    Cause,
    Refused,
)
from securelogin.rules.accounts import (
    holder_of_proof,
    judge_address_proof,
    new_change,
)
from securelogin.rules.courier import address_orders
from securelogin.rules.events import account_event, operation_event
from securelogin.rules.login import Refuse, RequireChange, Shed
from securelogin.rules.records import causes_of, operation_record
from securelogin.tickets import AddressProof, read_address_proof

__all__ = ["AddressChanges"]


class AddressChanges:
    """Begin and confirm changes of address, and note further addresses of a person.

    A new primary address counts only after a person has read both mailboxes (ASVS
    6.3.7; NIST SP 800-63B-4 4.2.1.2). One pending change for each account; a newer one
    replaces it.
    """

    def __init__(
        self,
        *,
        installation: Installation,
        accounts: Accounts,
        registry: AccountRegistry,
        stored: StoredAccounts,
        log: AttemptLog,
        outbox: Outbox,
        current: CurrentPassword,
    ) -> None:
        self._installation = installation
        self._accounts = guarded(accounts, Accounts, setting="accounts")
        self._registry = guarded(registry, AccountRegistry, setting="registry")
        self._stored = stored
        self._log = guarded(log, AttemptLog, setting="log")
        self._outbox = guarded(outbox, Outbox, setting="outbox")
        self._current = current

    def request(
        self,
        token: str | Hidden,
        /,
        *,
        current: str | Hidden,
        address: str,
        client: Client | None = None,
    ) -> AddressOutcome:
        """Begin the change that the person asks for whose session this is.

        The current password is asked for, and counted like any other try (ASVS 7.5.1).
        Requests are limited besides, for each account and each new address.
        Says the same whether or not another account has that address (threats C39): in
        that case the confirmation comes to nothing. Of many at once on one account, one
        begins; the others are refused.

        Returns:
            `AddressRequested`, `Refused`, or `Overloaded`.

        Raises:
            InvalidInput: *address* is none; nothing was counted.
        """
        given: dict[str, object] = {"token": token, "current": current}
        del token, current
        cookie, typed = hide_all(given)
        new = parse_address(address)
        client = client or NO_CLIENT
        now = self._installation.now()
        reference = self._installation.new_reference()
        account, permit = self._current.check(
            cookie, typed, client=client, now=now, address=new
        )
        verdict = self._permitted(permit, new, now=now)
        record = operation_record(
            Operation.ADDRESS_REQUESTED,
            causes_of(verdict),
            reference=reference,
            at=now,
            client=client,
            account=account,
        )
        self._log.record(record)
        self._installation.tell(operation_event, record)
        if isinstance(verdict, RequireChange):
            return AddressRequested(reference=reference)
        return self._installation.turned_down(
            verdict, reference, language=client.language
        )

    def request_for(self, account: AccountId, address: str, /) -> None:
        """Begin a change on behalf of a person, as an administrator does.

        For whoever administers accounts, never for the person's own request: it asks
        for no password. The mailboxes are asked all the same, and both have to say yes.

        Raises:
            InvalidInput: no active account has this id, or *address* is none.
        """
        new = parse_address(address)
        now = self._installation.now()
        stored = self._accounts.get(account)
        if stored is None or stored.status is not Status.ACTIVE:
            raise InvalidInput(
                "no active account has this id", field="account", code="account_unknown"
            )
        # A lost race means another change began just now: the person sees its mails.
        begun = self._begin(stored, new, now=now)
        if begun is not None:
            self._installation.tell(
                account_event,
                EventKind.USER_UPDATED,
                begun,
                operation="addresses.request_for",
                at=now,
            )

    def add_alias(self, account: AccountId, alias: str, /) -> AccountOutcome:
        """Note a further address of the person, for support or `Policy(aliases=…)`.

        For whoever administers accounts: no mailbox is asked, and none is written to.

        Returns:
            `AccountStored`, or `AddressTaken`: say neither to a stranger.

        Raises:
            InvalidInput: no account has this id, or *alias* is no address.
        """
        address = parse_address(alias, field="alias")
        known = self._stored.known(account)
        key = address.key(known.tenant)
        if self._is_anothers(key, account):
            return AddressTaken()
        try:
            noted = self._stored.rewrite(account, lambda old: old.with_alias(address))
        except Unavailable:
            # No write succeeds either if somebody has got the address meanwhile.
            if self._is_anothers(key, account):
                return AddressTaken()
            raise
        self._installation.tell(
            account_event,
            EventKind.USER_UPDATED,
            noted,
            operation="addresses.add_alias",
            at=self._installation.now(),
        )
        return AccountStored(account=noted)

    def _is_anothers(self, key: AddressKey, account: AccountId) -> bool:
        holder = self._accounts.find(key)
        return holder is not None and holder.id != account

    def _permitted(
        self, permit: RequireChange | Refuse | Shed, new: Address, *, now: datetime
    ) -> RequireChange | Refuse | Shed:
        """Begin what is permitted; one that another overtook is refused."""
        match permit:
            case Refuse() | Shed():
                return permit
            case RequireChange(account=account):
                begun = self._begin(account, new, now=now)
                return Refuse(causes=(Cause.OVERTAKEN,)) if begun is None else permit
            case _:
                assert_never(permit)

    def _begin(self, stored: Account, new: Address, *, now: datetime) -> Account | None:
        """Store a change and ask both mailboxes; None if another came first."""
        change = new_change(
            id=self._installation.new_id(),
            address=new,
            at=now,
            life=self._installation.policy.lifetimes.address_change,
        )
        changed = stored.with_change(change)
        if self._registry.replace(stored, changed) is not True:
            return None
        ids = (self._installation.new_id(), self._installation.new_id())
        for order in address_orders(changed, change, ids=ids, at=now):
            self._outbox.record(order)
        return changed

    def confirm(
        self, token: str | Hidden, /, *, client: Client | None = None
    ) -> AddressConfirmed | Refused:
        """Take one mailbox's yes, from the link in its mail. Call it on POST only.

        When both have said yes, the new address is the primary one, the old one a known
        alias, and both get a notice. What was mailed to the old one dies first: a live
        temporary password, and every ticket that came of it. Sessions go on.
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
        account = self._accounts.get(
            holder_of_proof(proof, keys=self._installation.keys)
        )
        causes, confirmed = self._spent(proof, account, now=now)
        # order matters: the notices are what the person sees of it, so they come first
        # (tests/faults: addresses.confirm the second).
        self._follow_up(account, confirmed, now)
        record = operation_record(
            Operation.ADDRESS_CONFIRMED,
            causes,
            reference=reference,
            at=now,
            client=client,
            account=account,
        )
        self._log.record(record)
        self._installation.tell(operation_event, record)
        if confirmed is None:
            return self._installation.refused(reference, language=client.language)
        return AddressConfirmed(complete=confirmed.change is None)

    def _spent(
        self, proof: AddressProof | None, account: Account | None, *, now: datetime
    ) -> tuple[tuple[Cause, ...], Account | None]:
        """Judge one mailbox's yes and store it, or return why it does not count."""
        causes = judge_address_proof(
            proof,
            account,
            at=now,
            leeway=self._installation.policy.lifetimes.leeway,
        )
        if causes or proof is None or account is None:
            return causes, None
        confirmed = account.with_confirmation(proof.side)
        if confirmed.change is None:
            # order matters: the temporary password dies before the address changes. A
            # failure in between costs a dead mail; the other way round, whoever reads
            # the old mailbox would have the account (tests/faults: addresses.confirm
            # the second).
            self._cancel_temporary(account.id, now)
        if self._registry.replace(account, confirmed) is not True:
            # Overtaken, or the address has become another account's meanwhile.
            return (Cause.OVERTAKEN,), None
        return (), confirmed

    def _follow_up(
        self, old: Account | None, new: Account | None, now: datetime
    ) -> None:
        """Write to both mailboxes once the address has changed, and look once more.

        Whatever becomes of the notices: a courier may have stored a temporary password
        for the old address meanwhile (test_abandoned_mailbox: one that is stored while
        the address changes).
        """
        try:
            self._tell(old, new, now)
        finally:
            if new is not None and new.change is None:
                self._cancel_temporary(new.id, now)

    def _cancel_temporary(self, account: AccountId, now: datetime) -> None:
        """Have a live temporary password die, with every ticket that came of it."""
        self._stored.rewrite_credential(
            account, lambda old: with_temporary_cancelled(old, at=now)
        )

    def _tell(self, old: Account | None, new: Account | None, now: datetime) -> None:
        """Order the notices to both addresses, once the change is complete."""
        change = None if old is None else old.change
        if new is not None and new.change is None and change is not None:
            ids = (self._installation.new_id(), self._installation.new_id())
            for order in address_orders(new, change, ids=ids, at=now):
                self._outbox.record(order)
