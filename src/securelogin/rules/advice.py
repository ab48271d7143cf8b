"""Whom to contact, with what mail, and what support may do next with one call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from securelogin.accounts import Audience, Status
from securelogin.addresses import ERASED
from securelogin.attempts import AttemptRecord
from securelogin.mail import MailOrder
from securelogin.outcomes import Cause
from securelogin.portals import Portal
from securelogin.rules.causes import MEANINGS
from securelogin.rules.facts import Known
from securelogin.viewers import Role, Viewer

__all__ = ["Action", "Draft", "actions_for", "contact_for", "draft_for", "send_again"]

_BY_TEMPORARY = frozenset(
    {
        Cause.THROTTLED,
        Cause.MAIL_NOT_DELIVERED,
        Cause.NO_PASSWORD_SET,
        Cause.LOCKED,
        Cause.HASH_UNUSABLE,
        Cause.TEMP_EXPIRED,
        Cause.TEMP_USED,
        Cause.TEMP_SUPERSEDED,
        Cause.TEMP_WRONG,
        Cause.WRONG_PASSWORD,
    }
)
# Not for a recalled one: that was somebody's will.
_BY_NEW_LINK = frozenset(
    {Cause.LINK_MISSING, Cause.LINK_BAD_SIGNATURE, Cause.LINK_EXPIRED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One call that would help. Nothing is done until somebody makes it.

    Attributes:
        label: what a button would say.
        call: the method, as a path from `SecureLogin`.
        argument: the one thing to call it with: the id of an account or a link.
    """

    label: str
    call: str
    argument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail to the contact, drafted for a person to read and send.

    Says nothing that the contact may not know: no cause of a stranger, no secret.
    """

    to: str
    subject: str
    body: str


def contact_for(known: Known, portal: Portal | None, /) -> str:
    """Return the sender for external people, the administrator for internal ones.

    The administrator as well where the sender has been erased: somebody has to help.
    """
    external = known.account is not None and known.account.audience is Audience.EXTERNAL
    link = known.link
    has_sender = link is not None and link.sender != ERASED
    if link is not None and has_sender and (external or known.account is None):
        return link.sender.text
    return "" if portal is None else portal.contact


def draft_for(
    record: AttemptRecord,
    causes: Sequence[Cause],
    /,
    *,
    contact: str,
    portal: Portal | None,
    known: Known,
) -> Draft | None:
    """Return a mail to the contact; None where nobody is to be asked."""
    if not contact or not causes:
        return None
    name = "the portal" if portal is None else portal.name
    is_sender = known.link is not None and contact == known.link.sender.text
    who = "Somebody to whom you sent a message" if is_sender else "Somebody"
    asked = [step for cause in causes for step in MEANINGS[cause].remedies[:1]]
    lines = (
        "Hello,",
        "",
        f"{who} could not log in to {name}.",
        "",
        f"Reference: {record.reference}",
        f"Time: {record.at.isoformat(sep=' ', timespec='seconds')}",
        f"Page: {record.url}",
        "",
        "What would help:",
        *(f"- {step}" for step in dict.fromkeys(asked)),
        "",
        "Please never ask anybody for their password.",
    )
    return Draft(
        to=contact,
        subject=f"Log-in to {name}: reference {record.reference}",
        body="\n".join(lines),
    )


def actions_for(
    causes: Sequence[Cause], known: Known, /, *, by: Viewer
) -> tuple[Action, ...]:
    """Return what the viewer may do next; a sender, only with their own link."""
    steps = [*_with_link(causes, known)]
    if by.role is not Role.SENDER:
        steps = [*_with_account(causes, known), *steps, *_with_mail(known)]
    return tuple(steps)


def _with_account(causes: Sequence[Cause], known: Known) -> Iterator[Action]:
    account = known.account
    if account is None or account.status is Status.ERASED:
        return
    if account.status is Status.DISABLED:
        yield Action(
            label="Enable the account",
            call="accounts.enable",
            argument=account.id,
        )
    elif _BY_TEMPORARY.intersection(causes):
        yield Action(
            label="Send a new temporary password",
            call="accounts.send_temporary_password",
            argument=account.id,
        )
    if Cause.OVERTAKEN in causes or Cause.TEMP_USED in causes:
        yield Action(
            label="End all sessions", call="sessions.end_all", argument=account.id
        )
        yield Action(
            label="Revoke the password",
            call="accounts.revoke_password",
            argument=account.id,
        )


def send_again(order: MailOrder, /) -> Action:
    """Return the call that has a dead letter carried again."""
    return Action(
        label="Send the mail again", call="courier.requeue", argument=order.id
    )


def _with_mail(known: Known) -> Iterator[Action]:
    newest = next(iter(known.orders), None)
    if newest is not None and newest.is_dead:
        yield send_again(newest)


def _with_link(causes: Sequence[Cause], known: Known) -> Iterator[Action]:
    link = known.link
    if link is None or link.sender == ERASED:
        return
    if _BY_NEW_LINK.intersection(causes):
        yield Action(
            label="Recall the link and issue a new one",
            call="links.reissue",
            argument=link.id,
        )
