"""Find an attempt nobody noted the reference of: by address, time, URL and browser.

Any of the four will do. Each that fits adds to a score, and says so; the best comes
first. People mistype addresses and round times, so near is worth something too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher

from securelogin.addresses import NO_TENANT, Address, Tenant, parse_address
from securelogin.attempts import AttemptRecord, Operation, Span
from securelogin.errors import InvalidInput
from securelogin.outcomes import Cause
from securelogin.portals import Portals, read_url_parts
from securelogin.rules.accounts import read_tenant
from securelogin.viewers import Role, Viewer

__all__ = ["Candidate", "Clues", "rank", "read_clues", "searched", "sought_in"]

_WITHOUT_TIME = timedelta(days=7)
_WIDEST = timedelta(days=366)
# Nobody tried to log in before or after, and no sum of times leaves the calendar.
_YEARS = range(1970, 9990)
_ALIKE = 0.85
_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What the person remembers, checked.

    Attributes:
        around: when it was, in UTC; None: some time of the last seven days.
        within: how far off that may be, to either side.
    """

    tenant: Tenant
    after: datetime
    before: datetime
    around: datetime | None = None
    within: timedelta = timedelta(hours=1)
    address: Address | None = None
    url: str = ""
    browser: str = ""

    @property
    def lookup(self) -> str:
        """The look-up key of the address, or "" without one."""
        return "" if self.address is None else self.address.key(self.tenant).value

    @property
    def told(self) -> str:
        """What was asked for, in words."""
        given = {
            "an address": self.address is not None,
            "a time": self.around is not None,
            "a URL": bool(self.url),
            "a browser": bool(self.browser),
        }
        return "attempts by " + ", ".join(
            name for name, is_in in given.items() if is_in
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One attempt that may be the one.

    Attributes:
        score: 0 to 100; how much of what is remembered fits.
        why: what fits, in words.
        cause: the first one as it was recorded; None if it was not refused.
    """

    reference: str
    at: datetime
    operation: Operation
    cause: Cause | None
    typed: str
    url: str
    browser: str
    score: int
    why: tuple[str, ...]


def read_clues(
    *,
    by: Viewer,
    tenant: str | None,
    address: str | None,
    around: datetime | None,
    zone: str | None,
    within: timedelta,
    url: str,
    browser: str,
    now: datetime,
    portals: Portals,
) -> Clues:
    """Return what was remembered, checked.

    Raises:
        InvalidInput: nothing was, or one of it cannot be used.
    """
    if address is None and around is None and not url.strip() and not _words(browser):
        raise InvalidInput(
            "give an address, a time, a URL or a browser",
            field="address",
            code="clue_missing",
        )
    if not timedelta(0) <= within <= _WIDEST:
        raise InvalidInput(
            f"expected a span of {_WIDEST.days} days at most",
            field="within",
            code="span_out_of_range",
        )
    when = None if around is None else _in_utc(around, zone)
    # Whom nobody may see in another tenant is not looked for there either.
    owner = by.tenant if by.role is not Role.OPERATOR else (tenant or "")
    clues = Clues(
        tenant=read_tenant(owner, portals=portals),
        after=now - _WITHOUT_TIME if when is None else when - within,
        before=now if when is None else when + within,
        around=when,
        within=within,
        url=url.strip(),
        browser=browser.strip(),
    )
    if address is None:
        return clues
    return replace(clues, address=parse_address(address))


def _in_utc(around: datetime, zone: str | None) -> datetime:
    if around.year not in _YEARS:
        raise InvalidInput(
            "expected a time when there was a portal",
            field="around",
            code="time_out_of_range",
        )
    if around.utcoffset() is not None:
        return around.astimezone(UTC)
    if zone is None:
        raise InvalidInput("a time needs its zone", field="around", code="time_naive")
    # Here, because it drags in the build's own settings: not with `import securelogin`.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 -- see above

    try:
        # An hour that a clock shows twice is taken for the first one: `within` is wide.
        return around.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise InvalidInput(
        "expected a zone such as Europe/Berlin", field="zone", code="zone_unknown"
    )


def sought_in(clues: Clues, /) -> tuple[Span, ...]:
    """Return where to look: at the address, at the tenant, and at no portal's URL."""
    whole = Span(tenant=clues.tenant, after=clues.after, before=clues.before)
    return (
        replace(whole, lookup=clues.lookup),
        whole,
        replace(whole, tenant=NO_TENANT, lookup=clues.lookup),
    )


def searched(clues: Clues, /, *, at: datetime) -> AttemptRecord:
    """Return whom a search was about, for its own record."""
    return AttemptRecord(
        reference="",
        at=at,
        operation=Operation.SUPPORT_SEARCHED,
        tenant=clues.tenant,
        lookup=clues.lookup,
    )


def rank(records: Iterable[AttemptRecord], clues: Clues, /) -> tuple[Candidate, ...]:
    """Return the 20 attempts that fit best, the best first; of equals the newest."""
    candidates = [_candidate(record, clues) for record in records]
    fitting = [candidate for candidate in candidates if candidate.score]
    fitting.sort(key=lambda one: (one.score, one.at), reverse=True)
    return tuple(fitting[:_MOST])


def _candidate(record: AttemptRecord, clues: Clues) -> Candidate:
    # Of what was given, so that one clue that fits wholly counts 100.
    given = [*_points(record, clues)]
    most = sum(weight for weight, _, _ in given)
    reached = sum(weight * part for weight, part, _ in given)
    return Candidate(
        reference=record.reference,
        at=record.at,
        operation=record.operation,
        cause=next(iter(record.causes), None),
        typed=record.typed,
        url=record.url,
        browser=record.user_agent,
        score=round(100 * reached / most),
        why=tuple(said for _, part, said in given if part),
    )


def _points(record: AttemptRecord, clues: Clues) -> Iterator[tuple[int, float, str]]:
    """Give, for each clue, its weight, how well it fits (0 to 1), and that in words."""
    if clues.address is not None:
        yield 45, *_address(record, clues)
    if clues.around is not None:
        off = abs(record.at - clues.around)
        part = 1 - off / clues.within if clues.within else 1.0
        # What is in the span fits at least a little.
        yield 25, max(part, 0.05), f"{round(off.total_seconds() / 60)} min off"
    if clues.url:
        yield 20, *_url(record, clues.url)
    if words := _words(clues.browser):
        there = [word for word in words if word in record.user_agent.casefold()]
        yield 10, len(there) / len(words), f"browser: {' '.join(there)}"


def _words(browser: str) -> list[str]:
    return browser.casefold().replace("/", " ").split()


def _address(record: AttemptRecord, clues: Clues) -> tuple[float, str]:
    if record.lookup == clues.lookup:
        return 1.0, "this very address"
    alike = SequenceMatcher(None, record.lookup, clues.lookup).ratio()
    return (alike / 2, "an address much like it") if alike >= _ALIKE else (0.0, "")


def _url(record: AttemptRecord, url: str) -> tuple[float, str]:
    meant, used = read_url_parts(url), read_url_parts(record.url)
    if meant is None or used is None:
        return (1.0, "this very URL") if url == record.url else (0.0, "")
    if meant.holds(used) or used.holds(meant):
        return 1.0, "this URL"
    return (0.5, "the same host") if meant.host == used.host else (0.0, "")
