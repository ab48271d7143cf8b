"""What support sees for a reference: cause, evidence, remedies in order, whom to ask.

Made when support asks, from the record of the attempt and what is stored now. The
neighbours of an unknown address (plus-variant, other tenant) are looked up then, not at
log-in, where it would cost every attempt a call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from securelogin.accounts import Account, Audience
from securelogin.addresses import AddressKey, Tenant, parse_address
from securelogin.attempts import AttemptRecord, Form
from securelogin.credentials import Credential
from securelogin.errors import InvalidInput
from securelogin.links import LinkId, RecipientLink
from securelogin.mail import MailOrder, OrderState
from securelogin.outcomes import Cause
from securelogin.portals import Portal, Portals

__all__ = ["Diagnosis", "Known", "diagnose", "link_meant", "neighbour_keys"]

_UNDELIVERED = frozenset({OrderState.REFUSED, OrderState.GIVEN_UP})
_ABOUT_MAIL = frozenset(
    {Cause.NO_PASSWORD_SET, Cause.TEMP_EXPIRED, Cause.TEMP_WRONG, Cause.LINK_MISSING}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is stored now about the people and things of an attempt.

    Attributes:
        neighbours: accounts found under the keys of `neighbour_keys`.
        orders: mails ordered for the account or the address, newest first.
    """

    account: Account | None = None
    credential: Credential | None = None
    link: RecipientLink | None = None
    neighbours: Sequence[Account] = ()
    orders: Sequence[MailOrder] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What support needs to help one person. Private: never for a page.

    Attributes:
        causes: all that stood in the way, in the order in which the person meets them.
            () for an attempt that was not refused.
        summary: the first cause in plain words.
        evidence: facts by name, as text.
        remedies: what to do, the likeliest first.
        contact: whom the person should turn to: the administrator's address for
            internal people, the sender's for external ones.
    """

    reference: str
    at: datetime
    tenant: Tenant
    causes: tuple[Cause, ...]
    summary: str
    evidence: Mapping[str, str]
    remedies: tuple[str, ...]
    contact: str


_PLAIN: Mapping[Cause, tuple[str, str]] = MappingProxyType(
    {
        Cause.STORAGE_UNAVAILABLE: (
            "The store did not answer.",
            "Look at the store; the person can simply try again afterwards.",
        ),
        Cause.OVERLOADED: (
            "Too many log-ins were waiting.",
            "Ask the person to try again; if it goes on, look at the load.",
        ),
        Cause.COOKIES_BLOCKED: (
            "The browser keeps no cookies.",
            "Have cookies allowed for the portal, or another browser used.",
        ),
        Cause.CSRF: (
            "The form was not from this browser's own page.",
            "Have the portal's page loaded anew and the log-in repeated.",
        ),
        Cause.WRONG_PORTAL: (
            "The URL used is no portal's, or not one for this kind of person.",
            "Give the person the right URL.",
        ),
        Cause.THROTTLED: (
            "Too many tries in a short time.",
            "Wait until the window ends; a mailed temporary password works at once.",
        ),
        Cause.WRONG_TENANT: (
            "The address or the link belongs to another organisation's portal.",
            "Have that organisation's own portal used.",
        ),
        Cause.MALFORMED_ADDRESS: (
            "What was typed is not a mail address.",
            "Have the full address typed, such as ann@example.org.",
        ),
        Cause.ALIAS_USED: (
            "An alias was typed instead of the primary address.",
            "Tell the person which address is the primary one.",
        ),
        Cause.PLUS_VARIANT: (
            "The address differs from the known one by a +tag.",
            "Have the address typed as the mail was sent to it.",
        ),
        Cause.NOT_INVITED: (
            "The link is good, but this address was never invited.",
            "Have the address used that the notification was sent to.",
        ),
        Cause.UNKNOWN_ADDRESS: (
            "No account has this address in this tenant.",
            "Check the spelling; then ask the administrator or the sender.",
        ),
        Cause.DISABLED: (
            "The account is disabled.",
            "Ask the administrator whether it may be enabled.",
        ),
        Cause.LINK_MISSING: (
            "An external recipient came without the link of a notification.",
            "Have the link in the notification used.",
        ),
        Cause.LINK_BAD_SIGNATURE: (
            "The link was not made here, or was damaged on the way.",
            "Have the whole link copied, or ask the sender to send again.",
        ),
        Cause.CLOCK_SKEW: (
            "The link seems to come from the future: the hosts' clocks differ.",
            "Have the clocks of the portal's hosts set.",
        ),
        Cause.LINK_EXPIRED: (
            "The link has expired.",
            "Ask the sender to send the message again.",
        ),
        Cause.LINK_RECALLED: (
            "The sender has recalled the link.",
            "Ask the sender.",
        ),
        Cause.LINK_FOR_OTHER_RECIPIENT: (
            "The link was made for another recipient.",
            "Have the person use the link in the mail to their own address.",
        ),
        Cause.MAIL_NOT_DELIVERED: (
            "The mail that would have helped was not delivered.",
            "Look at the delivery; check the address with the person.",
        ),
        Cause.NO_PASSWORD_SET: (
            "The person has not set a password yet.",
            "Send a temporary password and have it typed by hand.",
        ),
        Cause.LOCKED: (
            "The password is disabled after too many failures in a row.",
            "Send a temporary password: redeeming it unlocks the account.",
        ),
        Cause.HASH_UNUSABLE: (
            "The stored hash is outside the bounds and is not run.",
            "Send a temporary password; find out who wrote that row.",
        ),
        Cause.TEMP_EXPIRED: (
            "The temporary password was right, but has expired.",
            "Send a new one.",
        ),
        Cause.TEMP_USED: (
            "The temporary password has been used already.",
            "Have the new password used, or send a new temporary one.",
        ),
        Cause.TEMP_SUPERSEDED: (
            "A newer mail has replaced this temporary password, or it was not needed.",
            "Have the newest mail's typed, or the lasting one; compare the marks.",
        ),
        Cause.TEMP_WRONG: (
            "What was typed looks like a temporary password, but is not the one.",
            "Have it typed again by hand, or send a new one.",
        ),
        Cause.WRONG_PASSWORD: (
            "The password is wrong.",
            'Point to "Forgot your password".',
        ),
        Cause.TICKET_INVALID: (
            "The step had no permit that was made here.",
            "Have the log-in begun anew.",
        ),
        Cause.TICKET_EXPIRED: (
            "The person took too long for this step.",
            "Have the log-in begun anew.",
        ),
        Cause.SESSION_ENDED: (
            "The session had ended.",
            "Have the person log in again.",
        ),
        Cause.OVERTAKEN: (
            "The same step was taken somewhere else first.",
            "Have the log-in begun anew; ask whether that was the person.",
        ),
        Cause.NO_PERMISSION: (
            "The portal does not let this account in.",
            "Ask the administrator for the permission.",
        ),
        Cause.REFUSED_BY_PORTAL: (
            "A check of the portal's own said no.",
            "See the note.",
        ),
    }
)


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


def diagnose(record: AttemptRecord, known: Known, /, *, portals: Portals) -> Diagnosis:
    """Return what support sees for an attempt."""
    causes = _refined(record, known)
    first = causes[0] if causes else None
    return Diagnosis(
        reference=record.reference,
        at=record.at,
        tenant=record.tenant,
        causes=causes,
        summary="It was not refused." if first is None else _PLAIN[first][0],
        evidence=MappingProxyType(dict(_evidence(record, known, portals))),
        remedies=tuple(_PLAIN[cause][1] for cause in causes),
        contact=_contact(record, known, portals),
    )


def _refined(record: AttemptRecord, known: Known) -> tuple[Cause, ...]:
    """Add what only a look around tells: a neighbour's address, a lost mail."""
    causes = set(record.causes)
    elsewhere = {neighbour.tenant for neighbour in known.neighbours}
    unknown = bool(causes & {Cause.UNKNOWN_ADDRESS, Cause.NOT_INVITED})
    if unknown and record.tenant in elsewhere:
        causes.add(Cause.PLUS_VARIANT)
    if unknown and elsewhere - {record.tenant}:
        causes.add(Cause.WRONG_TENANT)
    newest = next(iter(known.orders), None)
    if causes & _ABOUT_MAIL and newest is not None and newest.state in _UNDELIVERED:
        causes.add(Cause.MAIL_NOT_DELIVERED)
    return tuple(cause for cause in Cause if cause in causes)


def _evidence(
    record: AttemptRecord, known: Known, portals: Portals
) -> list[tuple[str, str]]:
    right = _portal_meant(record, known, portals)
    facts = [
        ("operation", record.operation.value),
        ("typed address", record.typed),
        ("portal used", record.url),
        ("portal meant", "" if right is None else right.base),
        ("browser", record.user_agent),
        ("source", record.ip),
        ("device clock", _skew(record)),
        ("tries counted", ", ".join(map(str, record.hits))),
        ("note", record.note),
        *_secret_facts(record, known),
        *_account_facts(known),
        *_link_facts(known),
        *_mail_facts(known),
    ]
    return [(name, text) for name, text in facts if text]


def _skew(record: AttemptRecord) -> str:
    if record.device_time is None:
        return ""
    seconds = round((record.device_time - record.at).total_seconds())
    return f"{seconds:+d} s against the server"


def _secret_facts(record: AttemptRecord, known: Known) -> list[tuple[str, str]]:
    said = {
        Form.LASTING: "a lasting password",
        Form.TEMPORARY: "a temporary password",
        Form.MISTYPED_TEMPORARY: "a temporary password with a slip",
    }
    typed = "" if record.form is None else said[record.form]
    live = None if known.credential is None else known.credential.temporary
    return [
        ("typed secret", typed),
        ("temporary password lives until", "" if live is None else str(live.until)),
        ("its mark", "" if live is None else live.mark),
    ]


def _account_facts(known: Known) -> list[tuple[str, str]]:
    near = ", ".join(f"{n.primary.text} ({n.tenant})" for n in known.neighbours)
    if known.account is None:
        return [("near accounts", near)]
    return [
        ("primary address", known.account.primary.text),
        ("audience", known.account.audience.value),
        ("status", known.account.status.value),
        ("near accounts", near),
    ]


def _link_facts(known: Known) -> list[tuple[str, str]]:
    link = known.link
    if link is None:
        return []
    recalled = "" if link.recalled_at is None else str(link.recalled_at)
    return [
        ("link issued", str(link.issued_at)),
        ("link for", link.address.value),
        ("link expires", str(link.until)),
        ("link recalled", recalled),
        ("sender", link.sender.text),
    ]


def _mail_facts(known: Known) -> list[tuple[str, str]]:
    newest = next(iter(known.orders), None)
    if newest is None:
        return []
    return [
        ("last mail", newest.kind.value),
        ("ordered", str(newest.at)),
        ("delivery", f"{newest.state.value} {newest.detail}".strip()),
    ]


def _contact(record: AttemptRecord, known: Known, portals: Portals) -> str:
    external = known.account is not None and known.account.audience is Audience.EXTERNAL
    if known.link is not None and (external or known.account is None):
        return known.link.sender.text
    portal = _portal_meant(record, known, portals)
    return "" if portal is None else portal.contact


def _portal_meant(
    record: AttemptRecord, known: Known, portals: Portals
) -> Portal | None:
    """Return the portal used, or the one where such an account is, if it is one."""
    used = portals.of(record.tenant, base=record.portal)
    tenants = {neighbour.tenant for neighbour in known.neighbours}
    if used is not None or len(tenants) != 1:
        return used
    return portals.of(tenants.pop())
