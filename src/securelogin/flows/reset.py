"""Forgot your password: the same work and answer for every address."""

from __future__ import annotations

from datetime import datetime

from securelogin.adapters import AttemptLog, Counters, Outbox
from securelogin.addresses import AddressKey
from securelogin.attempts import NO_CLIENT, Client, Operation
from securelogin.evidence import Count
from securelogin.guards import guarded
from securelogin.installation import Installation
from securelogin.outcomes import ResetRequested
from securelogin.rules.events import operation_event
from securelogin.rules.login import read_key
from securelogin.rules.records import operation_record
from securelogin.rules.reset import judge_reset, reset_orders
from securelogin.rules.throttle import hits_of, reset_counts, windows_of

__all__ = ["PasswordReset"]


class PasswordReset:
    """Take requests for a temporary password.

    Nobody looks here whether the account exists: the courier does, off the request path
    (ASVS 6.3.8; threats C17, C40). Nothing about the account changes until the
    temporary password is typed (threats X9).
    """

    def __init__(
        self,
        *,
        installation: Installation,
        counters: Counters,
        log: AttemptLog,
        outbox: Outbox,
    ) -> None:
        self._installation = installation
        self._counters = guarded(counters, Counters, setting="counters")
        self._log = guarded(log, AttemptLog, setting="log")
        self._outbox = guarded(outbox, Outbox, setting="outbox")

    def request(
        self, *, address: str, url: str, client: Client | None = None
    ) -> ResetRequested:
        """Ask for a temporary password by mail.

        Args:
            address: as typed.
            url: the URL the request came to.

        Returns:
            The same for everybody, but for the random mark and reference. Show the
            mark: the mail carries it too, so that people type from the right one.
        """
        client = client or NO_CLIENT
        now = self._installation.now()
        portal = self._installation.portals.at(url)
        parsed, key = read_key(address, portal=portal, keys=self._installation.keys)
        counts, hits = self._count(client, key, now)
        causes = judge_reset(address=parsed, portal=portal, counts=counts, hits=hits)
        mark = self._installation.new_mark()
        reference = self._installation.new_reference()
        new_id = self._installation.new_id()
        for order in reset_orders(
            causes, key=key, portal=portal, mark=mark, id=new_id, at=now
        ):
            self._outbox.record(order)
        record = operation_record(
            Operation.RESET_REQUESTED,
            causes,
            reference=reference,
            at=now,
            client=client,
            url=url,
            portal=portal,
            tenant=key.tenant,
            key=key,
            address=parsed,
            hits=hits,
        )
        self._log.record(record)
        self._installation.tell(operation_event, record)
        return ResetRequested(
            message=self._installation.policy.messages.text(
                "reset_requested", language=client.language
            ),
            mark=mark,
            reference=reference,
        )

    def _count(
        self, client: Client, key: AddressKey, now: datetime
    ) -> tuple[tuple[Count, ...], tuple[int, ...]]:
        """Count a request, before anything is looked at."""
        counts = reset_counts(
            client=client,
            key=key,
            limits=self._installation.policy.limits,
            keys=self._installation.keys,
        )
        totals = self._counters.hit(windows_of(counts), at=now)
        return counts, hits_of(counts, totals)
