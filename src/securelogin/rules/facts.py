"""The evidence of a diagnosis: facts by name, each a short text.

Every fact has one name and one place here. A fact that is not known is left out, so
that what is there can be read out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from securelogin.accounts import Account
from securelogin.addresses import NO_TENANT
from securelogin.attempts import AttemptRecord, Form, Operation, Preflight
from securelogin.credentials import Credential
from securelogin.links import RecipientLink
from securelogin.mail import MailKind, MailOrder, OrderState
from securelogin.outcomes import Cause
from securelogin.policy import Limits, Policy
from securelogin.portals import Portal, Portals

__all__ = ["AROUND", "Known", "facts_of", "portal_meant"]

AROUND = timedelta(days=1)
"""Other attempts of the same address and source are told this far to either side."""

_MOST = 100  # a search gives no more: a count of that many may be of more
_SHOWN = 3

Fact = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is stored now about the people and things of an attempt.

    Attributes:
        neighbours: accounts found under the keys of `neighbour_keys`.
        orders: mails ordered for the account or the address, newest first.
        same_address, same_source: attempts of the days around, newest first; the
            attempt itself may be among them.
        on_link: what was recorded of the link's recipient since it was issued.
    """

    account: Account | None = None
    credential: Credential | None = None
    link: RecipientLink | None = None
    neighbours: Sequence[Account] = ()
    orders: Sequence[MailOrder] = ()
    same_address: Sequence[AttemptRecord] = ()
    same_source: Sequence[AttemptRecord] = ()
    on_link: Sequence[AttemptRecord] = ()


def facts_of(
    record: AttemptRecord, known: Known, /, *, portals: Portals, policy: Policy
) -> dict[str, str]:
    """Return all that is known, by name; nothing that is blank."""
    right = portal_meant(record, known, portals=portals)
    return {
        name: text
        for name, text in (
            ("operation", record.operation.value),
            ("typed address", record.typed),
            ("portal used", record.url),
            ("portal meant", "" if right is None else right.base),
            *_browser(record, policy),
            ("source", record.ip),
            ("device clock", _skew(record)),
            *_throttle(record, policy.limits),
            ("note", record.note),
            *_secret(record, known),
            *_account(known),
            *_link(known),
            *_mail(known),
            *_other_attempts(record, known),
        )
        if text
    }


def portal_meant(
    record: AttemptRecord, known: Known, /, *, portals: Portals
) -> Portal | None:
    """Return the portal used, or the one where such an account is, if it is one.

    Where it is used by people whom it does not serve, another of its tenant was meant.
    A URL that is no portal's has no tenant: then the accounts under the typed address
    tell which portal was meant, if they are all of one tenant.
    """
    holder = known.account
    used = portals.of(
        record.tenant,
        base=record.portal,
        audience=None if holder is None else holder.audience,
    )
    homes = {(near.tenant, near.audience) for near in known.neighbours}
    if record.tenant != NO_TENANT or len({tenant for tenant, _ in homes}) != 1:
        return used
    tenant, audience = homes.pop()
    return portals.of(tenant, audience=None if homes else audience)


def _browser(record: AttemptRecord, policy: Policy) -> Iterator[Fact]:
    yield "browser", record.user_agent
    browser = policy.browsers.read(record.user_agent)
    low = policy.browsers.needed(record.user_agent)
    if browser is not None:
        old = "" if low is None else f", below the lowest supported version {low}"
        yield "browser version", f"{browser}{old}"
    preflight = record.preflight or Preflight()
    yield "cookies", _answer(preflight.cookies, "kept", "blocked")
    yield "https", _answer(preflight.https, "yes", "no")
    yield "script", _answer(preflight.script, "on", "off")


def _answer(told: bool | None, yes: str, no: str) -> str:  # noqa: FBT001 -- three answers
    return "" if told is None else (yes if told else no)


def _skew(record: AttemptRecord) -> str:
    if record.device_time is None:
        return ""
    seconds = round((record.device_time - record.at).total_seconds())
    return f"{seconds:+d} s against the server"


def _throttle(record: AttemptRecord, limits: Limits) -> Iterator[Fact]:
    counted = zip(("source", "address", "in a row"), record.hits, strict=False)
    yield "tries counted", ", ".join(f"{name} {total}" for name, total in counted)
    if Cause.THROTTLED not in record.causes:
        return
    temporary = record.form is Form.TEMPORARY
    most = (limits.source_tries, limits.temporary_tries if temporary else limits.tries)
    over = [
        name
        for name, total, limit in zip(
            ("source", "address"), record.hits, most, strict=False
        )
        if total > limit
    ]
    yield "throttled by", " and ".join(over)
    yield "throttled until", f"{_time(record.at + limits.window)} at the latest"


def _secret(record: AttemptRecord, known: Known) -> Iterator[Fact]:
    said = {
        Form.LASTING: "a lasting password",
        Form.TEMPORARY: "a temporary password",
        Form.MISTYPED_TEMPORARY: "a temporary password with a slip",
    }
    yield "typed secret", "" if record.form is None else said[record.form]
    if known.credential is None:
        return
    live = known.credential.temporary
    if live is not None:
        ended = " (expired)" if live.until <= record.at else ""
        yield "temporary password ordered", _time(live.issued_at)
        yield "temporary password lives until", f"{_time(live.until)}{ended}"
        yield "its mark", live.mark
    yield (
        "earlier temporary passwords",
        "; ".join(
            f"ordered {_time(gone.issued_at)}, {gone.death.value} {_time(gone.at)}"
            for gone in known.credential.dead
        ),
    )
    changed = known.credential.changed_at
    yield "password set", "" if changed is None else _time(changed)


def _account(known: Known) -> Iterator[Fact]:
    if known.account is not None:
        yield "primary address", known.account.primary.text
        yield "audience", known.account.audience.value
        yield "status", known.account.status.value
    near = (f"{n.primary.text} ({n.tenant})" for n in known.neighbours)
    yield "near accounts", ", ".join(near)


def _link(known: Known) -> Iterator[Fact]:
    link = known.link
    if link is None:
        return
    yield "link issued", _time(link.issued_at)
    yield "link for", link.address.value
    yield "link expires", _time(link.until)
    yield "link recalled", "" if link.recalled_at is None else _time(link.recalled_at)
    opened = [
        one.at
        for one in known.on_link
        if one.operation is Operation.LINK_OPENED and one.link == link.id
    ]
    yield "link opened", _openings(opened)
    yield "sender", link.sender.text


def _openings(opened: Sequence[datetime]) -> str:
    if not opened:
        return "never"
    times = f"{len(opened)}{_or_more(opened)} times" if len(opened) > 1 else "once"
    return f"{times}, first {_time(opened[-1])}, last {_time(opened[0])}"


def _mail(known: Known) -> Iterator[Fact]:
    newest = next(iter(known.orders), None)
    if newest is None:
        return
    yield "last mail", newest.kind.value
    yield "ordered", _time(newest.at)
    yield "delivery", f"{newest.state.value} {newest.detail}".strip()
    yield "tries to send", str(newest.tries or "")
    is_waiting = newest.state is OrderState.WAITING and newest.tries
    yield "next try", _time(newest.due_at) if is_waiting else ""
    yield "delivered", _delivered(newest)
    yield "last password mail", _password_mail(known.orders)


def _password_mail(orders: Sequence[MailOrder]) -> str:
    """Return when the last was delivered, or why it was not sent."""
    passwords = [o for o in orders if o.kind is MailKind.TEMPORARY_PASSWORD]
    # Each message orders one; most are not needed, and stand for nothing then.
    told = [o for o in passwords if o.link is None or o.state is not OrderState.DROPPED]
    last = next(iter(told or passwords), None)
    if last is None:
        return ""
    return _delivered(last) or f"not sent: {last.state.value} {last.detail}".strip()


def _delivered(order: MailOrder) -> str:
    if order.state is not OrderState.SENT or order.settled_at is None:
        return ""
    return _time(order.settled_at)


def _other_attempts(record: AttemptRecord, known: Known) -> Iterator[Fact]:
    # Without an address, or a source, there are no others with the same one.
    log_ins = [
        one
        for one in known.same_address
        if one.operation is Operation.LOGIN and record.lookup
    ]
    others = [one for one in log_ins if one.reference != record.reference]
    yield "attempts with this address", _told(others)
    since = [one for one in others if one.at >= record.at and not one.causes]
    yield "got in since", _time(since[-1].at) if since else ""
    nearby = [
        one
        for one in known.same_source
        if one.operation is Operation.LOGIN
        and one.lookup != record.lookup
        and record.ip
    ]
    yield "attempts from this source", _told(nearby)


def _told(records: Sequence[AttemptRecord]) -> str:
    """Return how many there were, and their most frequent first causes."""
    if not records:
        return ""
    ends = Counter(one.causes[0].value if one.causes else "good" for one in records)
    common = ", ".join(f"{end} {count}" for end, count in ends.most_common(_SHOWN))
    return f"{len(records)}{_or_more(records)} within a day: {common}"


def _or_more(found: Sequence[object]) -> str:
    return " or more" if len(found) >= _MOST else ""


def _time(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="seconds")
