"""Find out why somebody could not log in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from securelogin.accounts import Account
from securelogin.adapters import (
    Accounts,
    AttemptSearch,
    Credentials,
    Links,
    OutboxQueue,
)
from securelogin.addresses import AddressKey, parse_address
from securelogin.attempts import AttemptRecord
from securelogin.errors import InvalidInput
from securelogin.guards import guarded
from securelogin.installation import Installation
from securelogin.references import read_reference
from securelogin.rules.accounts import read_tenant
from securelogin.rules.diagnosis import (
    Diagnosis,
    Known,
    diagnose,
    link_meant,
    neighbour_keys,
)

__all__ = ["SupportDesk"]


class SupportDesk:
    """Look attempts up. For people who may see causes: check that before you call."""

    def __init__(
        self,
        *,
        installation: Installation,
        accounts: Accounts,
        credentials: Credentials,
        links: Links,
        attempts: AttemptSearch,
        queue: OutboxQueue,
    ) -> None:
        self._installation = installation
        self._accounts = guarded(accounts, Accounts, setting="accounts")
        self._credentials = guarded(credentials, Credentials, setting="credentials")
        self._links = guarded(links, Links, setting="links")
        self._attempts = guarded(attempts, AttemptSearch, setting="attempts")
        self._queue = guarded(queue, OutboxQueue, setting="outbox")

    def find(self, reference: str, /) -> Diagnosis | None:
        """Return the diagnosis for a reference somebody read out, or None.

        Forgives case, blanks, dashes and look-alike symbols.
        """
        canonical = read_reference(reference)
        if canonical is None:
            return None
        record = self._attempts.by_reference(canonical)
        return None if record is None else self.explain(record)

    def search(
        self,
        *,
        address: str,
        tenant: str,
        around: datetime,
        within: timedelta = timedelta(hours=1),
    ) -> Sequence[AttemptRecord]:
        """Return attempts with an address around a time, newest first.

        Args:
            around: when the person tried, with its zone; their local time will do.
            within: how far off that may be, to either side.

        Raises:
            InvalidInput: *around* has no zone, or the address or tenant is none.
        """
        if around.utcoffset() is None:
            raise InvalidInput(
                "a time needs its zone", field="around", code="time_naive"
            )
        owner = read_tenant(tenant, portals=self._installation.portals)
        return self._attempts.near(
            parse_address(address).key(owner).value,
            tenant=owner,
            after=around - within,
            before=around + within,
        )

    def explain(self, record: AttemptRecord, /) -> Diagnosis:
        """Return the diagnosis for one attempt."""
        orders = self._queue.about(
            record.account, AddressKey(tenant=record.tenant, value=record.lookup)
        )
        link = link_meant(record, orders)
        known = Known(
            account=(
                None if record.account is None else self._accounts.get(record.account)
            ),
            credential=(
                None
                if record.account is None
                else self._credentials.get(record.account)
            ),
            link=None if link is None else self._links.get(link),
            neighbours=self._neighbours(record),
            orders=orders,
        )
        return diagnose(record, known, portals=self._installation.portals)

    def _neighbours(self, record: AttemptRecord) -> list[Account]:
        found = [
            self._accounts.find(key)
            for key in neighbour_keys(record, portals=self._installation.portals)
        ]
        return [account for account in found if account is not None]
