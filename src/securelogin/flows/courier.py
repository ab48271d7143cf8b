"""Take orders from the outbox, make the mails, send them. Off every request's path."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from securelogin.accounts import Account, AccountId
from securelogin.adapters import (
    Accounts,
    Credentials,
    DeadLetters,
    Links,
    Mailer,
    OutboxQueue,
)
from securelogin.credentials import (
    Credential,
    Temporary,
    first_credential,
    with_temporary_cancelled,
)
from securelogin.guards import guarded
from securelogin.hashing import Hashing
from securelogin.hidden import Hidden
from securelogin.installation import Installation, make_chance
from securelogin.links import LinkId, RecipientLink
from securelogin.mail import Delivery, DeliveryState, Mail, MailOrder, OrderState
from securelogin.rules.courier import (
    Draft,
    Drop,
    after_delivery,
    draft,
    finished,
    still_reaches,
)
from securelogin.rules.events import mail_event
from securelogin.rules.password_change import new_temporary
from securelogin.temporary import fingerprints, make_temporary, typed_temporary

__all__ = ["Courier", "Round"]

_LEASE = timedelta(minutes=5)
_TRIES = 16
_log = logging.getLogger("securelogin.courier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round of the courier did, in numbers of orders.

    Attributes:
        why: what the mail server said to the last one that was put off.
    """

    sent: int = 0
    postponed: int = 0
    refused: int = 0
    dropped: int = 0
    why: str = field(default="", repr=False)


class Courier:
    """Deliver mails. Any number of couriers may run: each order is leased to one.

    A temporary password is made here, stored as a hash, *then* mailed: no plaintext is
    ever at rest, and every mailed one works or was superseded (threats F-03, F-04).

    Args:
        elsewhere: domains in lower case at which another authority checks passwords.
    """

    def __init__(
        self,
        *,
        installation: Installation,
        hashing: Hashing,
        accounts: Accounts,
        credentials: Credentials,
        links: Links,
        queue: OutboxQueue,
        letters: DeadLetters,
        mailer: Mailer,
        elsewhere: Collection[str],
    ) -> None:
        self._installation = installation
        self._hashing = hashing
        self._accounts = guarded(accounts, Accounts, setting="accounts")
        self._credentials = guarded(credentials, Credentials, setting="credentials")
        self._links = guarded(links, Links, setting="links")
        self._queue = guarded(queue, OutboxQueue, setting="outbox")
        self._letters = guarded(letters, DeadLetters, setting="outbox")
        self._mailer = guarded(mailer, Mailer, setting="mailer")
        self._elsewhere = frozenset(elsewhere)

    def deliver(self, *, limit: int = 100) -> Round:
        """Work through up to *limit* orders that are due; return what became of them.

        Call it in a worker, from a timer, or after the response has gone out. Orders
        that a crash leaves half done are taken up again when their lease ends.
        """
        carried: list[MailOrder] = []
        for _ in range(limit):
            # One at a time: a slow mail server must not outlast the lease of those
            # that wait behind it, or another courier would send them too.
            now = self._installation.now()
            leased = self._queue.lease(at=now, until=now + _LEASE, limit=1)
            if not leased:
                break
            done = self._carry(leased[0])
            carried.append(done)
            self._queue.replace(leased[0], done)
            self._installation.tell(
                mail_event, done, account=done.account, at=self._installation.now()
            )
        ends = [order.state for order in carried]
        postponed = [order for order in carried if order.state is OrderState.WAITING]
        return Round(
            sent=ends.count(OrderState.SENT),
            postponed=len(postponed),
            refused=ends.count(OrderState.REFUSED) + ends.count(OrderState.GIVEN_UP),
            dropped=ends.count(OrderState.DROPPED),
            why=postponed[-1].detail if postponed else "",
        )

    def requeue(self, order: str, /) -> bool:
        """Have a dead letter carried again, and tried as often as a new one.

        Do it when the reason is gone: the mail server works again, or the account has
        another address, for mail goes to the one it has then. What is no longer to be
        sent, such as an expired link, is dropped by the courier that takes it up.

        Args:
            order: its id, of `support.dead_letters` or of a diagnosis's actions; what
                its viewer may do has been decided there.

        Returns:
            True to one of many concurrent callers; False: it is none, or none any more.
        """
        found = self._letters.get(order)
        if found is None or not found.is_dead:
            return False
        now = self._installation.now()
        again = found.requeued(at=now)
        if self._queue.replace(found, again) is not True:
            return False
        self._installation.tell(
            mail_event,
            again,
            account=again.account,
            at=now,
            operation="courier.requeue",
        )
        return True

    def _carry(self, order: MailOrder) -> MailOrder:
        now = self._installation.now()
        # order matters: what can still fail comes before the mail goes out.
        chance = make_chance(self._installation.random)
        end = self._end(order, now)
        match end:
            case Drop(why=why):
                return order.settled(OrderState.DROPPED, at=now, detail=why)
            case Delivery():
                return after_delivery(
                    order,
                    end,
                    at=now,
                    limits=self._installation.policy.limits,
                    chance=chance,
                )
            case _:
                assert_never(end)

    def _end(self, order: MailOrder, now: datetime) -> Delivery | Drop:
        """Return what became of one try of an order."""
        account = self._account(order)
        credential = None if account is None else self._credentials.get(account.id)
        link = self._link(order)
        plan = self._draft(order, account, credential, link=link, at=now)
        match plan:
            case Drop():
                return plan
            case Draft() if plan.needs_temporary:
                return self._send_temporary(plan, now)
            case Draft():
                return self._send(finished(plan, at=now, temporary=None, until=None))
            case _:
                assert_never(plan)

    def _draft(
        self,
        order: MailOrder,
        account: Account | None,
        credential: Credential | None,
        *,
        link: RecipientLink | None,
        at: datetime,
    ) -> Draft | Drop:
        return draft(
            order,
            account=account,
            credential=credential,
            link=link,
            portal=self._installation.portals.of(
                order.tenant,
                base=order.portal,
                audience=None if account is None else account.audience,
            ),
            keys=self._installation.keys,
            elsewhere=self._elsewhere,
            at=at,
        )

    def _account(self, order: MailOrder) -> Account | None:
        if order.account is not None:
            return self._accounts.get(order.account)
        if order.lookup is not None:
            return self._accounts.find(order.lookup)
        return None

    def _link(self, order: MailOrder) -> RecipientLink | None:
        if order.link is None:
            return None
        return self._links.get(LinkId(order.link))

    def _send_temporary(self, plan: Draft, now: datetime) -> Delivery | Drop:
        """Make a temporary password, store its hash, then mail it: in this order.

        To hash may take seconds, in which another order may be carried, or the account
        be shut. So what held before is judged again by what is stored by then, and by
        what is stored alone.
        """
        account = plan.account.id
        secret = make_temporary(random=self._installation.random)
        temporary = self._temporary(plan, secret, now)
        if temporary is None:
            return Delivery(state=DeliveryState.POSTPONED, detail="hashing is busy")
        for _ in range(_TRIES):
            # order matters: the credential first. Whoever shuts an account writes it
            # before its credential: if it is still seen open, then that credential is
            # yet to be written, and either this one is not stored or it dies at once
            # (test_courier_races: whoever is shut out at whatever moment).
            old = self._credentials.get(account)
            holder = self._accounts.get(account)
            again = self._draft(plan.order, holder, old, link=None, at=now)
            if isinstance(again, Drop):
                return again
            if self._store(temporary, old, account, now):
                return self._send_stored(again, secret, temporary, now)
        return Delivery(state=DeliveryState.POSTPONED, detail="overtaken")

    def _send_stored(
        self, plan: Draft, secret: Hidden, temporary: Temporary, now: datetime
    ) -> Delivery:
        # order matters: looked at once it is stored. Whoever changes the address later
        # finds it and has it die (test_abandoned_mailbox: none is mailed to an address
        # that was left). What has been shut by now is dropped with the next try.
        holder = self._accounts.get(plan.account.id)
        if not still_reaches(plan, holder):
            return Delivery(state=DeliveryState.POSTPONED, detail="the account changed")
        # order matters: stored before it is sent, so that no mail holds a password that
        # does not work (test_courier: a mailed password works or was superseded).
        delivery = self._send(
            finished(plan, at=now, temporary=secret, until=temporary.until)
        )
        if delivery.state is DeliveryState.REFUSED:
            self._take_back(temporary, plan.account.id, now)
        return delivery

    def _take_back(
        self, temporary: Temporary, account: AccountId, now: datetime
    ) -> None:
        """Have one die that nobody got: it would stand in the way of the next."""
        for _ in range(_TRIES):
            old = self._credentials.get(account)
            if old is None or old.temporary != temporary:
                return
            new = with_temporary_cancelled(old, at=now)
            if self._credentials.replace(old, new) is True:
                return

    def _store(
        self,
        temporary: Temporary,
        old: Credential | None,
        account: AccountId,
        now: datetime,
    ) -> bool:
        """Store it over the very credential that was judged, or as the first one."""
        if old is None:
            first = first_credential(account).with_temporary(temporary, at=now)
            return self._credentials.add(first) is True
        new = old.with_temporary(temporary, at=now)
        return self._credentials.replace(old, new) is True

    def _temporary(
        self, plan: Draft, secret: Hidden, now: datetime
    ) -> Temporary | None:
        account = plan.account.id
        canonical = typed_temporary(secret)
        stored = self._hashing.hash(canonical, account=account)
        if stored is None:
            return None
        prints = fingerprints(canonical, account=account, keys=self._installation.keys)
        return new_temporary(
            hash=stored,
            fingerprint=prints[0],
            mark=plan.order.mark,
            asked_at=plan.order.at,
            at=now,
            life=self._installation.policy.lifetimes.temporary,
        )

    def _send(self, mail: Mail) -> Delivery:
        try:
            return self._mailer.send(mail)
        except Exception as error:  # noqa: BLE001 -- one mailer's fault stops no other mail
            # Its text may quote the mail: the name has to do.
            kind = type(error).__name__
        _log.error("mailer failed", extra={"order": mail.id, "error": kind})
        return Delivery(state=DeliveryState.POSTPONED, detail=f"mailer raised {kind}")
