"""Who may see what at the support desk.

An operator sees all; an administrator what concerns their tenant; a sender what the
recipients of their own messages tried. For everybody else, and for whatever else, there
is the same nothing as for a reference that was never given (ASVS 8.2.2, 8.4.1). Every
look-up is counted and recorded under the viewer's name (ASVS 16.2.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from securelogin.accounts import Account
from securelogin.addresses import NO_TENANT, Tenant
from securelogin.attempts import AttemptRecord, Operation, Span, printable
from securelogin.errors import InvalidInput
from securelogin.evidence import Count, CounterKey
from securelogin.keyring import KeyRing
from securelogin.links import RecipientLink
from securelogin.mail import MailKind
from securelogin.outcomes import Cause
from securelogin.policy import Limits
from securelogin.rules.facts import AROUND, Known
from securelogin.viewers import Role, Viewer

__all__ = [
    "days_around",
    "listed",
    "look_up_count",
    "look_up_record",
    "may_see",
    "nothing_found",
    "refuse_too_many",
    "seen_by",
    "since_issued",
]

_WINDOW = timedelta(hours=1)
_LOOK_UPS = frozenset(
    {Operation.SUPPORT_FOUND, Operation.SUPPORT_SEARCHED, Operation.SUPPORT_LISTED}
)
_OF_SECRET = frozenset(
    {
        Cause.TEMP_EXPIRED,
        Cause.TEMP_USED,
        Cause.TEMP_SUPERSEDED,
        Cause.TEMP_WRONG,
        Cause.WRONG_PASSWORD,
    }
)


def may_see(viewer: Viewer, record: AttemptRecord, known: Known, /) -> bool:
    """Tell whether a viewer may see this attempt at all.

    What came to a URL that is no portal's belongs to no tenant. An administrator may
    see it if the typed address is one of their tenant's people: the wrong URL is what
    people call about.
    """
    match viewer.role:
        case Role.OPERATOR:
            return True
        case Role.ADMINISTRATOR:
            tenants = {near.tenant for near in known.neighbours}
            return record.tenant == viewer.tenant or (
                record.tenant == NO_TENANT and viewer.tenant in tenants
            )
        case Role.SENDER:
            link = known.link
            return (
                record.operation not in _LOOK_UPS
                and link is not None
                and _sent(viewer, link)
                and _by_recipient(record, link)
            )
        case _:
            assert_never(viewer.role)


def _sent(viewer: Viewer, link: RecipientLink) -> bool:
    return (
        viewer.address is not None
        and link.tenant == viewer.tenant
        and link.sender.key(link.tenant) == viewer.address.key(viewer.tenant)
    )


def _by_recipient(record: AttemptRecord, link: RecipientLink) -> bool:
    """Tell whether an attempt is of a link's own recipient, and at their tenant.

    The link alone says neither: whoever holds it may type anybody's address at any
    portal, and would be told by the causes who has an account there.
    """
    return (
        record.tenant == link.tenant
        and record.lookup == link.address.value
        and record.account in (None, link.recipient)
    )


def seen_by(
    viewer: Viewer, record: AttemptRecord, known: Known, /
) -> tuple[AttemptRecord, Known]:
    """Return an attempt and what is known of it, without what is not the viewer's.

    To be asked after `may_see`. An administrator learns nothing of another tenant's
    accounts and links, not even that there are any: what people type at one's own
    portal must not become a way to ask for another's people. A sender learns what
    became of the message, and nothing else of the recipient: not whether a secret that
    was typed is right, where the answer at the log-in did not tell it.
    """
    match viewer.role:
        case Role.OPERATOR:
            return record, known
        case Role.ADMINISTRATOR:
            return record, _of_tenant(viewer.tenant, known)
        case Role.SENDER:
            return _for_sender(record, known)
        case _:
            assert_never(viewer.role)


def _of_tenant(tenant: Tenant, known: Known) -> Known:
    account, link = known.account, known.link
    is_own = account is not None and account.tenant == tenant
    return replace(
        known,
        account=account if is_own else None,
        credential=known.credential if is_own else None,
        link=link if link is not None and link.tenant == tenant else None,
        neighbours=[near for near in known.neighbours if near.tenant == tenant],
        orders=[order for order in known.orders if order.tenant == tenant],
        same_source=[one for one in known.same_source if one.tenant == tenant],
    )


def _for_sender(record: AttemptRecord, known: Known) -> tuple[AttemptRecord, Known]:
    link = known.link
    trimmed = replace(
        record, causes=_untold(record.causes), ip="", form=None, hits=(), note=""
    )
    return trimmed, Known(
        link=link,
        # Not the password beside it: that would tell whether there was one before.
        orders=[
            order
            for order in known.orders
            if link is not None
            and order.link == link.id
            and order.kind is MailKind.MESSAGE
        ],
        on_link=known.on_link,
    )


def _untold(causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """Return causes without what was found of the secret, where others stand too.

    A right secret is then refused like a wrong one. Told apart, senders could go on
    guessing at their recipient's where the log-in itself has long stopped them.
    """
    others = tuple(cause for cause in causes if cause not in _OF_SECRET)
    return others or causes


def listed(
    viewer: Viewer,
    records: Iterable[AttemptRecord],
    /,
    *,
    tenant: Tenant,
    holder: Account | None,
    links: Mapping[str | None, RecipientLink | None],
) -> tuple[AttemptRecord, ...]:
    """Return what may be listed of a search at *tenant*, each once; never a look-up.

    As `may_see` and `seen_by`, but by what can be known of many at once: a sender is
    listed the attempts that their recipients made by one of their links.

    Args:
        holder: the tenant's account with the address that is looked for.
        links: of the records, by id.
    """
    shown: dict[str, AttemptRecord] = {}
    near = () if holder is None else (holder,)
    for record in records:
        known = Known(link=links.get(record.link), neighbours=near)
        is_of_tenant = record.tenant == tenant or holder is not None
        is_look_up = record.operation in _LOOK_UPS
        if is_of_tenant and not is_look_up and may_see(viewer, record, known):
            shown[record.reference], _ = seen_by(viewer, record, known)
    return tuple(shown.values())


def nothing_found(*, at: datetime) -> AttemptRecord:
    """Return what stands in for an attempt that there is not.

    So that what is not there and what may not be seen cost the same calls.
    """
    return AttemptRecord(
        reference="", at=at, operation=Operation.LOGIN, tenant=NO_TENANT
    )


def days_around(record: AttemptRecord, /) -> tuple[Span, Span]:
    """Return where attempts with the same address, and of the same source, are."""
    span = Span(
        tenant=record.tenant,
        after=record.at - AROUND,
        before=record.at + AROUND,
        lookup=record.lookup,
    )
    return span, replace(span, lookup=None, ip=record.ip)


def since_issued(link: RecipientLink | None, /, *, at: datetime) -> Span:
    """Return where the openings of a link are recorded, until *at*."""
    if link is None:
        return Span(tenant=NO_TENANT, after=at, before=at, lookup="")
    return Span(
        tenant=link.tenant, after=link.issued_at, before=at, lookup=link.address.value
    )


def look_up_count(viewer: Viewer, /, *, limits: Limits, keys: KeyRing) -> Count:
    """Return what a viewer's look-ups are counted by; an operator's have no limit."""
    who = f"look-ups {viewer.role.value} {viewer.tenant} {viewer.name}"
    is_operator = viewer.role is Role.OPERATOR
    return Count(
        key=CounterKey(keys.stand_in(who)),
        window=_WINDOW,
        most=None if is_operator else limits.look_ups,
    )


def refuse_too_many(count: Count, total: int, /) -> None:
    """Stop a viewer who looks up more than a person would.

    Raises:
        InvalidInput: too often within the hour; says nothing of what was looked up.
    """
    if count.most is not None and total > count.most:
        raise InvalidInput(
            "too many look-ups within an hour",
            field="by",
            code="look_ups_exhausted",
        )


def look_up_record(
    viewer: Viewer,
    operation: Operation,
    /,
    *,
    sought: str,
    about: AttemptRecord,
    reference: str,
    at: datetime,
    shown: int,
) -> AttemptRecord:
    """Return what is kept of a look-up: who, what, and how much they were shown.

    Found, and erased, under the person whom the look-up was about.
    """
    who = f"{viewer.role.value} {viewer.name}"
    return AttemptRecord(
        reference=reference,
        at=at,
        operation=operation,
        tenant=viewer.tenant or about.tenant,
        lookup=about.lookup,
        account=about.account,
        note=printable(f"{who} looked for {sought}; shown: {shown}", most=256),
    )
