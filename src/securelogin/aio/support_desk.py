"""Find out why somebody could not log in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from securelogin.accounts import Account
from securelogin.adapters import (
    AsyncAccounts,
    AsyncAttemptSearch,
    AsyncCredentials,
    AsyncLinks,
    AsyncOutboxQueue,
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

__all__ = ["AsyncSupportDesk"]


class AsyncSupportDesk:
    """Look attempts up. For people who may see causes: check that before you call."""

    def __init__(
        self,
        *,
        installation: Installation,
        accounts: AsyncAccounts,
        credentials: AsyncCredentials,
        links: AsyncLinks,
        attempts: AsyncAttemptSearch,
        queue: AsyncOutboxQueue,
    ) -> None:
        self._installation = installation
        self._accounts = guarded(accounts, AsyncAccounts, setting="accounts")
        self._credentials = guarded(
            credentials, AsyncCredentials, setting="credentials"
        )
        self._links = guarded(links, AsyncLinks, setting="links")
        self._attempts = guarded(attempts, AsyncAttemptSearch, setting="attempts")
        self._queue = guarded(queue, AsyncOutboxQueue, setting="outbox")

    async def find(self, reference: str, /) -> Diagnosis | None:
        """Return the diagnosis for a reference somebody read out, or None.

        Forgives case, blanks, dashes and look-alike symbols.
        """
        canonical = read_reference(reference)
        if canonical is None:
            return None
        record = await self._attempts.by_reference(canonical)
        return None if record is None else await self.explain(record)

    async def search(
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
        return await self._attempts.near(
            parse_address(address).key(owner).value,
            tenant=owner,
            after=around - within,
            before=around + within,
        )

    async def explain(self, record: AttemptRecord, /) -> Diagnosis:
        """Return the diagnosis for one attempt."""
        orders = await self._queue.about(
            record.account, AddressKey(tenant=record.tenant, value=record.lookup)
        )
        link = link_meant(record, orders)
        known = Known(
            account=(
                None
                if record.account is None
                else await self._accounts.get(record.account)
            ),
            credential=(
                None
                if record.account is None
                else await self._credentials.get(record.account)
            ),
            link=None if link is None else await self._links.get(link),
            neighbours=await self._neighbours(record),
            orders=orders,
        )
        return diagnose(record, known, portals=self._installation.portals)

    async def _neighbours(self, record: AttemptRecord) -> list[Account]:
        found = [
            await self._accounts.find(key)
            for key in neighbour_keys(record, portals=self._installation.portals)
        ]
        return [account for account in found if account is not None]
