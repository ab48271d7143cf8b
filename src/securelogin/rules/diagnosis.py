"""What support sees for a reference: causes, evidence, remedies in order, whom to ask.

Made when support asks, from the record of the attempt and what is stored now. The
neighbours of an unknown address (plus-variant, other tenant) are looked up then, not at
log-in, where it would cost every attempt a call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from securelogin.addresses import NO_TENANT, AddressKey, Tenant, parse_address
from securelogin.attempts import AttemptRecord
from securelogin.errors import InvalidInput
from securelogin.links import LinkId
from securelogin.mail import MailOrder
from securelogin.outcomes import Cause
from securelogin.policy import Policy
from securelogin.portals import Portals
from securelogin.rules.advice import (
    Action,
    Draft,
    actions_for,
    contact_for,
    draft_for,
)
from securelogin.rules.causes import MEANINGS
from securelogin.rules.facts import Known, facts_of, portal_meant
from securelogin.viewers import OPERATOR, Viewer

__all__ = ["Diagnosis", "Obstacle", "diagnose", "link_meant", "neighbour_keys"]

_UNKNOWN = frozenset({Cause.UNKNOWN_ADDRESS, Cause.NOT_INVITED})
_ABOUT_MAIL = frozenset(
    {Cause.NO_PASSWORD_SET, Cause.TEMP_EXPIRED, Cause.TEMP_WRONG, Cause.LINK_MISSING}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One thing that stood in the way.

    Attributes:
        summary: the cause in plain words.
        evidence: the facts that bear it out, a part of the diagnosis's own.
        remedies: what to do about it, the likeliest first.
    """

    cause: Cause
    summary: str
    evidence: Mapping[str, str]
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What support needs to help one person. Private: never for a stranger's page.

    Attributes:
        obstacles: all that stood in the way, in the order in which the person meets
            them. () for an attempt that was not refused.
        evidence: all facts by name, as text.
        contact: whom the person should turn to: the administrator's address for
            internal people, the sender's for external ones; "" if nobody is known.
        draft: a mail to the contact.
        actions: what support may do next, each with one call.
    """

    reference: str
    at: datetime
    tenant: Tenant
    obstacles: tuple[Obstacle, ...]
    evidence: Mapping[str, str]
    contact: str
    draft: Draft | None
    actions: tuple[Action, ...]

    @property
    def causes(self) -> tuple[Cause, ...]:
        """The causes; the first one is *the* cause."""
        return tuple(obstacle.cause for obstacle in self.obstacles)

    @property
    def summary(self) -> str:
        """The first cause in plain words."""
        if not self.obstacles:
            return "It was not refused."
        return self.obstacles[0].summary

    @property
    def remedies(self) -> tuple[str, ...]:
        """What to do, each step once; for the first cause first, likeliest first."""
        steps = (step for obstacle in self.obstacles for step in obstacle.remedies)
        return tuple(dict.fromkeys(steps))


def neighbour_keys(
    record: AttemptRecord, /, *, portals: Portals
) -> tuple[AddressKey, ...]:
    """Return the keys near to what was typed: without its +tag, in other tenants."""
    try:
        address = parse_address(record.typed)
    except InvalidInput:
        return ()
    bare = address.without_tag()
    near = [] if bare is None else [bare.key(record.tenant)]
    others = sorted(portals.tenants - {record.tenant})
    return (*near, *(address.key(tenant) for tenant in others))


def link_meant(record: AttemptRecord, orders: Sequence[MailOrder], /) -> LinkId | None:
    """Return the link the person came by, else the newest that was mailed to them."""
    mailed = (order.link for order in orders if order.link is not None)
    link = record.link or next(mailed, None)
    return None if link is None else LinkId(link)


def diagnose(
    record: AttemptRecord,
    known: Known,
    /,
    *,
    portals: Portals,
    policy: Policy,
    by: Viewer = OPERATOR,
) -> Diagnosis:
    """Return what a viewer sees for an attempt.

    Tells all that is handed in: what the viewer may not see has been taken out before
    (`viewing.seen_by`).
    """
    causes = _refined(record, known)
    portal = portal_meant(record, known, portals=portals)
    facts = facts_of(record, known, portals=portals, policy=policy)
    contact = contact_for(known, portal)
    return Diagnosis(
        reference=record.reference,
        at=record.at,
        tenant=record.tenant,
        obstacles=tuple(_obstacle(cause, facts) for cause in causes),
        evidence=MappingProxyType(facts),
        contact=contact,
        draft=draft_for(record, causes, contact=contact, portal=portal, known=known),
        actions=actions_for(causes, known, by=by),
    )


def _obstacle(cause: Cause, facts: Mapping[str, str]) -> Obstacle:
    meaning = MEANINGS[cause]
    return Obstacle(
        cause=cause,
        summary=meaning.summary,
        evidence=MappingProxyType(
            {name: facts[name] for name in meaning.look_at if name in facts}
        ),
        remedies=meaning.remedies,
    )


def _refined(record: AttemptRecord, known: Known) -> tuple[Cause, ...]:
    """Add what only a look around tells: a neighbour's address, a lost mail."""
    causes = set(record.causes)
    elsewhere = {neighbour.tenant for neighbour in known.neighbours}
    if record.tenant == NO_TENANT and elsewhere:
        # At no portal's URL nobody is known: that says nothing of the address.
        causes -= _UNKNOWN
    unknown = bool(causes & _UNKNOWN)
    if unknown and record.tenant in elsewhere:
        causes.add(Cause.PLUS_VARIANT)
    if unknown and elsewhere - {record.tenant}:
        causes.add(Cause.WRONG_TENANT)
    newest = next(iter(known.orders), None)
    if causes & _ABOUT_MAIL and newest is not None and newest.is_dead:
        causes.add(Cause.MAIL_NOT_DELIVERED)
    return tuple(cause for cause in Cause if cause in causes)
