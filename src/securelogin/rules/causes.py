"""What each cause means, what to look at, and what to do: data, in one table.

The words of the support desk and of docs/reference/causes.md, which is made from here
(`scripts/cause_table.py`). No page a stranger sees takes a word from this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from securelogin.outcomes import Cause

__all__ = ["MEANINGS", "Meaning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One cause in plain words.

    Attributes:
        summary: what it was, in one sentence.
        look_at: names of the facts that bear it out, as in `Diagnosis.evidence`.
        remedies: what to do, the likeliest first.
    """

    summary: str
    look_at: tuple[str, ...]
    remedies: tuple[str, ...]


_SEND_NEW = "Send a new temporary password."
_BY_HAND = "Have it typed by hand from the newest mail, without blanks around it."
_AGAIN = "Have the log-in begun anew."
_SENDER_AGAIN = "Reissue the link, or ask the sender to send the message again."
_MAIL = (
    "last mail",
    "ordered",
    "delivery",
    "tries to send",
    "next try",
    "delivered",
)
_LINK = ("link issued", "link for", "link expires", "link recalled", "link opened")
_TEMPORARY = (
    "temporary password ordered",
    "temporary password lives until",
    "its mark",
    "earlier temporary passwords",
    "typed secret",
)
_ADDRESS = ("typed address", "primary address", "near accounts")
_PLACE = ("portal used", "portal meant", "near accounts")
_ROWS: tuple[tuple[Cause, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        Cause.STORAGE_UNAVAILABLE,
        "The store did not answer.",
        (),
        (
            "Ask the person to try again in a minute.",
            "Look at the store: whoever runs the portal has to mend it.",
        ),
    ),
    (
        Cause.OVERLOADED,
        "Too many log-ins were waiting.",
        ("attempts from this source",),
        (
            "Ask the person to try again in a minute.",
            "If it goes on, have whoever runs the portal look at the load.",
        ),
    ),
    (
        Cause.COOKIES_BLOCKED,
        "The browser keeps no cookies.",
        ("cookies", "browser", "browser version"),
        (
            "Have cookies allowed for the portal's address.",
            "Have another browser used, or a window that is not private.",
        ),
    ),
    (
        Cause.CSRF,
        "The form was not from this browser's own page.",
        ("cookies", "portal used"),
        (
            "Have the portal's page loaded anew and the log-in repeated.",
            "Have cookies allowed for the portal's address.",
        ),
    ),
    (
        Cause.WRONG_PORTAL,
        "The URL used is no portal's, or not one for this kind of person.",
        (*_PLACE, "audience"),
        (
            "Give the person the right URL.",
            "Have the link in the newest notification used instead of a bookmark.",
        ),
    ),
    (
        Cause.THROTTLED,
        "Too many tries in a short time.",
        (
            "throttled by",
            "throttled until",
            "attempts with this address",
            "attempts from this source",
        ),
        (
            "Wait until the window ends.",
            "Send a temporary password: it works at once.",
            "If it was not the person, tell whoever runs the portal.",
        ),
    ),
    (
        Cause.WRONG_TENANT,
        "The address or the link belongs to another organisation's portal.",
        _PLACE,
        ("Have that organisation's own portal used.",),
    ),
    (
        Cause.MALFORMED_ADDRESS,
        "What was typed is not a mail address.",
        ("typed address",),
        ("Have the full address typed, such as ann@example.org.",),
    ),
    (
        Cause.ALIAS_USED,
        "An alias was typed instead of the primary address.",
        _ADDRESS,
        ("Tell the person which address is the primary one.",),
    ),
    (
        Cause.PLUS_VARIANT,
        "The address differs from the known one by a +tag.",
        _ADDRESS,
        ("Have the address typed as the mail was sent to it.",),
    ),
    (
        Cause.NOT_INVITED,
        "The link is good, but this address was never invited.",
        (*_ADDRESS, "link for", "sender"),
        (
            "Have the address used that the notification was sent to.",
            "If the mail was forwarded, have the sender send to this address too.",
        ),
    ),
    (
        Cause.UNKNOWN_ADDRESS,
        "No account has this address in this tenant.",
        _ADDRESS,
        (
            "Check the spelling.",
            "Ask which address the mail came to, and have that one used.",
            "Ask the administrator or the sender for an account.",
        ),
    ),
    (
        Cause.DISABLED,
        "The account is disabled.",
        ("status",),
        ("Ask the administrator whether it may be enabled.",),
    ),
    (
        Cause.LINK_MISSING,
        "An external recipient came without the link of a notification.",
        (*_LINK, *_MAIL),
        (
            "Have the link in the notification used.",
            "If the mail is lost, reissue the link.",
        ),
    ),
    (
        Cause.LINK_BAD_SIGNATURE,
        "The link was not made here, or was damaged on the way.",
        _MAIL,
        ("Have the whole link copied into the address line.", _SENDER_AGAIN),
    ),
    (
        Cause.CLOCK_SKEW,
        "The link seems to come from the future: the hosts' clocks differ.",
        ("link issued",),
        ("Have the clocks of the portal's hosts set.",),
    ),
    (Cause.LINK_EXPIRED, "The link has expired.", _LINK, (_SENDER_AGAIN,)),
    (
        Cause.LINK_RECALLED,
        "The sender has recalled the link.",
        _LINK,
        ("Ask the sender.",),
    ),
    (
        Cause.LINK_FOR_OTHER_RECIPIENT,
        "The link was made for another recipient.",
        ("link for", "typed address", "primary address"),
        (
            "Have the person use the link in the mail to their own address.",
            "If the mail was forwarded, have the sender send to this person too.",
        ),
    ),
    (
        Cause.MAIL_NOT_DELIVERED,
        "The mail that would have helped was not delivered.",
        (*_MAIL, "primary address"),
        (
            "Look at the delivery; check the address with the person.",
            "Once the mailbox takes mail again, send it anew.",
        ),
    ),
    (
        Cause.NO_PASSWORD_SET,
        "There is no lasting password: none was set yet, or it was revoked.",
        ("password set", *_TEMPORARY, *_MAIL),
        (
            "Have the temporary password of the newest mail typed by hand.",
            "Send a temporary password if that mail is lost or too old.",
        ),
    ),
    (
        Cause.LOCKED,
        "The password is disabled after too many failures in a row.",
        ("tries counted", "attempts with this address"),
        ("Send a temporary password: redeeming it unlocks the account.",),
    ),
    (
        Cause.HASH_UNUSABLE,
        "The stored hash is outside the bounds and is not run.",
        ("typed secret",),
        (
            "Send a temporary password.",
            "Have whoever runs the portal find out who wrote that row.",
        ),
    ),
    (
        Cause.TEMP_EXPIRED,
        "The temporary password was right, but has expired.",
        (*_TEMPORARY, *_MAIL),
        (_SEND_NEW, "If mail takes long, look at when the last one was delivered."),
    ),
    (
        Cause.TEMP_USED,
        "The temporary password has been used already.",
        _TEMPORARY,
        (
            "Have the password used that was set with it.",
            _SEND_NEW,
            (
                "If the person set none, revoke the password, "
                "and treat the mailbox as read by somebody else."
            ),
        ),
    ),
    (
        Cause.TEMP_SUPERSEDED,
        "A newer mail has replaced this temporary password, or it was not needed.",
        _TEMPORARY,
        (
            "Have the newest mail's typed, or the lasting one; compare the marks.",
            _SEND_NEW,
        ),
    ),
    (
        Cause.TEMP_WRONG,
        "What was typed looks like a temporary password, but is not the one.",
        (*_TEMPORARY, *_MAIL),
        (_BY_HAND, _SEND_NEW),
    ),
    (
        Cause.WRONG_PASSWORD,
        "The password is wrong.",
        ("attempts with this address", "got in since"),
        (
            'Point to "Forgot your password".',
            "Have caps lock and the keyboard's language checked.",
        ),
    ),
    (
        Cause.TICKET_INVALID,
        "The step had no permit that was made here.",
        ("operation",),
        (_AGAIN,),
    ),
    (
        Cause.TICKET_EXPIRED,
        "The person took too long for this step.",
        ("operation",),
        (_AGAIN,),
    ),
    (
        Cause.SESSION_ENDED,
        "The session had ended.",
        ("operation",),
        ("Have the person log in again.",),
    ),
    (
        Cause.OVERTAKEN,
        "The same step was taken somewhere else first.",
        ("attempts with this address",),
        (
            _AGAIN,
            "Ask whether the other one was the person; if not, revoke the password.",
        ),
    ),
    (
        Cause.NO_PERMISSION,
        "The portal does not let this account in.",
        ("portal used", "audience"),
        ("Ask the administrator for the permission.",),
    ),
    (
        Cause.REFUSED_BY_PORTAL,
        "A check of the portal's own said no.",
        ("note", "browser version"),
        ("Do what the note says.",),
    ),
)

MEANINGS: Mapping[Cause, Meaning] = MappingProxyType(
    {
        cause: Meaning(summary=summary, look_at=look_at, remedies=remedies)
        for cause, summary, look_at, remedies in _ROWS
    }
)
"""Every cause, in the order in which a person meets them."""
