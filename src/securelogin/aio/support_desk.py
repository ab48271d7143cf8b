"""Find out why somebody could not log in."""

from __future__ import annotations

from datetime import datetime, timedelta

from securelogin.accounts import Account, AccountId
from securelogin.adapters import (
    AsyncAccounts,
    AsyncAttemptLog,
    AsyncAttemptSearch,
    AsyncCounters,
    AsyncCredentials,
    AsyncDeadLetters,
    AsyncLinks,
    AsyncOutboxQueue,
)
from securelogin.addresses import AddressKey
from securelogin.attempts import AttemptRecord, Operation
from securelogin.guards import guarded
from securelogin.installation import Installation
from securelogin.links import LinkId
from securelogin.references import read_reference
from securelogin.rules.dead_letters import (
    DeadLetter,
    dead_letters,
    ended_before,
    letters_of,
    looked_through,
)
from securelogin.rules.diagnosis import (
    Diagnosis,
    diagnose,
    link_meant,
    neighbour_keys,
)
from securelogin.rules.events import operation_event
from securelogin.rules.facts import Known
from securelogin.rules.ranking import (
    Candidate,
    Clues,
    rank,
    read_clues,
    searched,
    sought_in,
)
from securelogin.rules.throttle import windows_of
from securelogin.rules.viewing import (
    days_around,
    listed,
    look_up_count,
    look_up_record,
    may_see,
    nothing_found,
    refuse_too_many,
    seen_by,
    since_issued,
)
from securelogin.viewers import Viewer

__all__ = ["AsyncSupportDesk"]

_NOBODY = "nobody"


class AsyncSupportDesk:
    """Look attempts up, as far as the viewer may see.

    Every look-up is counted before it is made, against `Limits.look_ups`, and recorded
    in the attempt log under the viewer's name. Safe for concurrent callers.
    """

    def __init__(
        self,
        *,
        installation: Installation,
        accounts: AsyncAccounts,
        credentials: AsyncCredentials,
        links: AsyncLinks,
        attempts: AsyncAttemptSearch,
        queue: AsyncOutboxQueue,
        letters: AsyncDeadLetters,
        counters: AsyncCounters,
        log: AsyncAttemptLog,
    ) -> None:
        self._installation = installation
        self._portals = installation.portals
        self._policy = installation.policy
        self._accounts = guarded(accounts, AsyncAccounts, setting="accounts")
        self._credentials = guarded(
            credentials, AsyncCredentials, setting="credentials"
        )
        self._links = guarded(links, AsyncLinks, setting="links")
        self._attempts = guarded(attempts, AsyncAttemptSearch, setting="attempts")
        self._queue = guarded(queue, AsyncOutboxQueue, setting="outbox")
        self._letters = guarded(letters, AsyncDeadLetters, setting="outbox")
        self._counters = guarded(counters, AsyncCounters, setting="counters")
        self._log = guarded(log, AsyncAttemptLog, setting="log")

    async def find(self, reference: str, /, *, by: Viewer) -> Diagnosis | None:
        """Return the diagnosis for a reference somebody read out.

        Forgives case, blanks, dashes and look-alike symbols.

        Args:
            by: who asks; made from the portal's own session of that person.

        Returns:
            None for what is no reference, was never given, or is not for this viewer:
            the three cannot be told apart.

        Raises:
            InvalidInput: the viewer has looked up too often.
        """
        now = self._installation.now()
        await self._count(by, now)
        sought = read_reference(reference) or ""
        stored = await self._attempts.by_reference(sought)
        record = stored or nothing_found(at=now)
        known = await self._known(record, now)
        shown = stored is not None and may_see(by, record, known)
        await self._record(
            look_up_record(
                by,
                Operation.SUPPORT_FOUND,
                sought=sought or "what is no reference",
                about=record,
                reference=self._installation.new_reference(),
                at=now,
                shown=int(shown),
            )
        )
        if not shown:
            return None
        trimmed, seen = seen_by(by, record, known)
        return diagnose(
            trimmed, seen, portals=self._portals, policy=self._policy, by=by
        )

    async def search(
        self,
        *,
        by: Viewer,
        tenant: str | None = None,
        address: str | None = None,
        around: datetime | None = None,
        zone: str | None = None,
        within: timedelta = timedelta(hours=1),
        url: str = "",
        browser: str = "",
    ) -> tuple[Candidate, ...]:
        """Return the attempts that fit what a person remembers, the best first.

        Any of address, time, URL and browser will do. Hand a candidate's reference to
        `find` for its diagnosis.

        Args:
            by: who asks; made from the portal's own session of that person.
            tenant: where to look; only an operator has to say, others have one.
            address: as the person would type it; near ones are found too.
            around: when the person tried: with its zone, or their local time.
            zone: name of the zone of a local time, such as "Europe/Berlin".
            within: how far off that may be, to either side.
            url: what stood in the address line.
            browser: such as "Firefox 140".

        Raises:
            InvalidInput: nothing to go by, an argument that cannot be used, or a
                viewer who has looked up too often.
        """
        now = self._installation.now()
        await self._count(by, now)
        clues = read_clues(
            by=by,
            tenant=tenant,
            address=address,
            around=around,
            zone=zone,
            within=within,
            url=url,
            browser=browser,
            now=now,
            portals=self._portals,
        )
        candidates = await self._candidates(by, clues)
        await self._record(
            look_up_record(
                by,
                Operation.SUPPORT_SEARCHED,
                sought=clues.told,
                about=searched(clues, at=now),
                reference=self._installation.new_reference(),
                at=now,
                shown=len(candidates),
            )
        )
        return candidates

    async def _candidates(self, by: Viewer, clues: Clues) -> tuple[Candidate, ...]:
        """Fetch the attempts near what is remembered; rank those that may be seen."""
        holder = await self._accounts.find(
            AddressKey(tenant=clues.tenant, value=clues.lookup)
        )
        found = [
            record
            for span in sought_in(clues)
            for record in await self._attempts.near(span)
        ]
        ids = {record.link for record in found}
        links = {link: await self._links.get(LinkId(link or _NOBODY)) for link in ids}
        return rank(
            listed(by, found, tenant=clues.tenant, holder=holder, links=links), clues
        )

    async def dead_letters(
        self, *, by: Viewer, tenant: str | None = None, before: datetime | None = None
    ) -> tuple[DeadLetter, ...]:
        """Return the newest 20 mails that were refused or given up, the newest first.

        Args:
            by: who asks; made from the portal's own session of that person. An operator
                sees all, an administrator those of their tenant, a sender none.
            tenant: whose; for an operator, None is everybody's.
            before: `ended_at` of the last one shown, to see what comes after it.

        Raises:
            InvalidInput: no portal is of this tenant, the time has no zone, or a viewer
                has looked up too often.
        """
        now = self._installation.now()
        await self._count(by, now)
        whose = letters_of(by, tenant, portals=self._portals)
        orders = await self._letters.dead(whose, before=ended_before(before, at=now))
        holders = {order.account for order in orders}
        accounts = {
            holder: await self._accounts.get(holder or AccountId(_NOBODY))
            for holder in holders
        }
        letters = dead_letters(by, orders, accounts)
        await self._record(
            look_up_record(
                by,
                Operation.SUPPORT_LISTED,
                sought="dead letters",
                about=looked_through(whose, at=now),
                reference=self._installation.new_reference(),
                at=now,
                shown=len(letters),
            )
        )
        return letters

    async def _known(self, record: AttemptRecord, now: datetime) -> Known:
        """Gather what there is about an attempt; the same calls if there is nothing."""
        holder = record.account or AccountId(_NOBODY)
        orders = await self._queue.about(
            record.account, AddressKey(tenant=record.tenant, value=record.lookup)
        )
        link = await self._links.get(link_meant(record, orders) or LinkId(_NOBODY))
        same_address, same_source = days_around(record)
        return Known(
            account=await self._accounts.get(holder),
            credential=await self._credentials.get(holder),
            link=link,
            neighbours=await self._neighbours(record),
            orders=orders,
            same_address=await self._attempts.near(same_address),
            same_source=await self._attempts.near(same_source),
            on_link=await self._attempts.near(since_issued(link, at=now)),
        )

    async def _record(self, record: AttemptRecord) -> None:
        await self._log.record(record)
        self._installation.tell(operation_event, record)

    async def _neighbours(self, record: AttemptRecord) -> list[Account]:
        found = [
            await self._accounts.find(key)
            for key in neighbour_keys(record, portals=self._portals)
        ]
        return [account for account in found if account is not None]

    async def _count(self, by: Viewer, now: datetime) -> None:
        # order matters: counted before anything is looked up (test_look_ups: the
        # last one allowed is answered, the next one is not).
        count = look_up_count(
            by, limits=self._policy.limits, keys=self._installation.keys
        )
        totals = await self._counters.hit(windows_of((count,)), at=now)
        refuse_too_many(count, totals[count.key])
