"""How an operation ends: what a page may know, and the causes it may not.

`Outcome` is closed: match it to the end. `PublicFailure` is all that a page gets, and
is equal for every cause but for its random reference. `Cause` is private: it goes to
the attempt log and to the support desk only (ASVS 6.3.8, 16.5.1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from securelogin.accounts import Account
from securelogin.hidden import Hidden
from securelogin.links import MessageId
from securelogin.sessions import NewSession, Session

__all__ = [
    "AccountOutcome",
    "AccountStored",
    "AddressConfirmed",
    "AddressOutcome",
    "AddressRequested",
    "AddressTaken",
    "Cause",
    "ChangeRequired",
    "Changed",
    "Granted",
    "LinkOpened",
    "LoggedIn",
    "Outcome",
    "Overloaded",
    "PasswordOutcome",
    "PasswordRejected",
    "Problem",
    "PublicFailure",
    "Refused",
    "ResetRequested",
]


class Cause(StrEnum):
    """Why an attempt was refused. For support and logs, never for a page.

    The order is the order in which a person meets them: first the request and the
    place, then the address, the account, the link, the secret, and last what they may
    do. The first one that holds is *the* cause.
    """

    STORAGE_UNAVAILABLE = "storage_unavailable"
    OVERLOADED = "overloaded"
    COOKIES_BLOCKED = "cookies_blocked"
    CSRF = "csrf"
    WRONG_PORTAL = "wrong_portal"
    THROTTLED = "throttled"
    WRONG_TENANT = "wrong_tenant"
    MALFORMED_ADDRESS = "malformed_address"
    ALIAS_USED = "alias_used"
    PLUS_VARIANT = "plus_variant"
    NOT_INVITED = "not_invited"
    UNKNOWN_ADDRESS = "unknown_address"
    DISABLED = "disabled"
    LINK_MISSING = "link_missing"
    LINK_BAD_SIGNATURE = "link_bad_signature"
    CLOCK_SKEW = "clock_skew"
    LINK_EXPIRED = "link_expired"
    LINK_RECALLED = "link_recalled"
    LINK_FOR_OTHER_RECIPIENT = "link_for_other_recipient"
    MAIL_NOT_DELIVERED = "mail_not_delivered"
    NO_PASSWORD_SET = "no_password_set"  # noqa: S105 -- a cause, not a secret
    LOCKED = "locked"
    HASH_UNUSABLE = "hash_unusable"
    TEMP_EXPIRED = "temp_expired"
    TEMP_USED = "temp_used"
    TEMP_SUPERSEDED = "temp_superseded"
    TEMP_WRONG = "temp_wrong"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 -- a cause, not a secret
    TICKET_INVALID = "ticket_invalid"
    TICKET_EXPIRED = "ticket_expired"
    SESSION_ENDED = "session_ended"
    OVERTAKEN = "overtaken"
    NO_PERMISSION = "no_permission"
    REFUSED_BY_PORTAL = "refused_by_portal"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFailure:
    """All that a page may know of a refusal.

    Attributes:
        code: stable word for the kind of answer: "refused" or "overloaded".
        message: the one sentence, in the portal's language.
        advice: whom to turn to, and with what; the same for everybody.
        reference: random; joins this answer to the record that support sees.
    """

    code: str
    message: str
    advice: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """The person is logged in. Put `session.token` into a new cookie.

    Attributes:
        session: the new session, and its token, which is nowhere else.
        account: who it is.
        reference: leads support to the record of this log-in.
    """

    session: NewSession
    account: Account
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequired:
    """The secret was right, but is good for nothing but a change of password.

    Attributes:
        ticket: signed, short-lived; for `passwords.complete`, nothing else.
        until: the ticket's end.
    """

    ticket: Hidden = field(repr=False)
    until: datetime
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The one answer for every failure (ASVS 6.3.8). Why, support sees."""

    public: PublicFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class Overloaded:
    """Too much work is waiting; says nothing about an account (ASVS 6.3.8).

    The person may try again in a moment: HTTP 503 (RFC 9110, 15.6.4).
    """

    public: PublicFailure


Outcome = Granted | ChangeRequired | Refused | Overloaded


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """Whose session a token is."""

    account: Account
    session: Session


class Problem(StrEnum):
    """What is wrong with a new password. Told to its owner, who can mend it."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    COMMON = "common"
    BREACHED = "breached"
    LOOKS_TEMPORARY = "looks_temporary"
    SAME_AS_BEFORE = "same_as_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRejected:
    """The new password will not do; nothing was spent, the person may try again.

    Attributes:
        problems: all that is wrong with it, as stable words.
        messages: a sentence for each, in the person's language.
    """

    problems: tuple[Problem, ...]
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The password is changed and every earlier session has ended.

    Attributes:
        session: after `passwords.change` the one new session of the person who was
            logged in; None after `passwords.complete`, which logs nobody in.
    """

    session: NewSession | None = None


PasswordOutcome = Changed | PasswordRejected | Refused | Overloaded


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetRequested:
    """The one answer to "Forgot your password", whoever asked.

    Attributes:
        mark: the pairing mark; the mail that answers *this* request carries it too.
    """

    message: str
    mark: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOpened:
    """Where a good link leads. Says nothing of the recipient, and logs nobody in.

    Attributes:
        message: the portal's own name for the message, as it was given to `issue`.
        until: the link's end.
        reference: leads support to the record of this opening.
    """

    message: MessageId
    until: datetime
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStored:
    """The account as it is stored now."""

    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressTaken:
    """Another account of the tenant has this address; nothing was stored."""


AccountOutcome = AccountStored | AddressTaken


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRequested:
    """Both mailboxes are asked; says nothing of whether the new address is free."""

    reference: str


AddressOutcome = AddressRequested | Refused | Overloaded


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressConfirmed:
    """One mailbox has said yes.

    Attributes:
        complete: both have; the new address is the primary one from now on.
    """

    complete: bool
