"""Who may set a new password, and which one will do.

Order in every flow: judge all that can be judged, then spend, then act. A ticket is
good while the credential is the very one that was checked; so any change since then,
the completed one included, spends it (threats C69, C72, F-06, F-10).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from securelogin.accounts import Account, AccountId, Status
from securelogin.addresses import NO_TENANT, AddressKey, no_address
from securelogin.attempts import Form
from securelogin.block_list import is_blocked
from securelogin.credentials import Credential, Temporary
from securelogin.evidence import Count
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing
from securelogin.outcomes import Cause, Problem
from securelogin.passwords import LONGEST_PASSWORD, Match
from securelogin.policy import Policy
from securelogin.portals import Portal
from securelogin.rules.login import Refuse, RequireChange, Shed
from securelogin.rules.throttle import is_locked, is_too_often
from securelogin.sessions import Session, SessionDigest, session_digest
from securelogin.temporary import form_of
from securelogin.tickets import ChangeTicket

__all__ = [
    "Reject",
    "Spent",
    "asked_session",
    "change_key",
    "holder_of_session",
    "holder_of_ticket",
    "judge_change",
    "judge_novelty",
    "judge_password",
    "judge_ticket",
    "new_temporary",
    "new_ticket",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """The new password will not do; nothing is spent."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """The new password is stored, and what permitted it is spent."""

    account: Account
    credential: Credential


def new_ticket(
    credential: Credential, account: Account, /, *, at: datetime, life: timedelta
) -> ChangeTicket:
    """Return a permit to change the password of this very credential."""
    issued = at.replace(microsecond=0)
    return ChangeTicket(
        account=account.id,
        tenant=account.tenant,
        version=credential.version,
        issued_at=issued,
        until=issued + life,
    )


def new_temporary(
    *,
    hash: str,  # noqa: A002 -- the field's name
    fingerprint: str,
    mark: str,
    asked_at: datetime,
    at: datetime,
    life: timedelta,
) -> Temporary:
    """Return a temporary password as the credential keeps it.

    It is as old as its order, so that an older order cannot supersede a newer one, and
    lives from when it was made.
    """
    return Temporary(
        hash=hash,
        fingerprint=fingerprint,
        mark=mark,
        issued_at=asked_at,
        until=at + life,
    )


def judge_ticket(
    ticket: ChangeTicket | None,
    account: Account | None,
    credential: Credential | None,
    /,
    *,
    at: datetime,
    leeway: timedelta,
) -> RequireChange | Refuse:
    """Judge whether the holder of a ticket may set a new password."""
    found = (
        account is not None and account.status is not Status.ACTIVE and Cause.DISABLED,
        ticket is None and Cause.TICKET_INVALID,
        ticket is not None
        and not ticket.issued_at - leeway <= at < ticket.until
        and Cause.TICKET_EXPIRED,
        ticket is not None
        and (credential is None or credential.version != ticket.version)
        and Cause.OVERTAKEN,
    )
    causes = tuple(cause for cause in found if cause)
    if causes or account is None or credential is None:
        return Refuse(causes=causes or (Cause.TICKET_INVALID,))
    return RequireChange(account=account, credential=credential)


def judge_change(
    account: Account | None,
    credential: Credential | None,
    /,
    *,
    is_logged_in: bool,
    match: Match,
    counts: tuple[Count, ...],
    hits: tuple[int, ...],
    asked_too_often: bool = False,
) -> RequireChange | Refuse | Shed:
    """Judge whether a logged-in person, asked for the current password, knows it.

    Then they may change the password, or the address (ASVS 7.5.1). Wrong ones count
    like any other try (threats C68). What they ask for may be limited besides.
    """
    if match is Match.NOT_RUN:
        return Shed()
    found = (
        (asked_too_often or is_too_often(counts, hits)) and Cause.THROTTLED,
        is_locked(counts, hits) and Cause.LOCKED,
        match is not Match.RIGHT and Cause.WRONG_PASSWORD,
        not is_logged_in and Cause.SESSION_ENDED,
    )
    causes = tuple(cause for cause in found if cause)
    if causes or account is None or credential is None:
        return Refuse(causes=causes or (Cause.SESSION_ENDED,))
    return RequireChange(account=account, credential=credential)


def judge_password(
    new: Hidden, /, *, account: Account, portal: Portal | None, policy: Policy
) -> tuple[Problem, ...]:
    """Return what is wrong with a new password; () if it will do.

    Length is counted in code points before anything else is done (NIST SP 800-63B-4
    3.1.1.2; threats C12, C14). No composition rules, no rotation. The whole password,
    not its parts, is compared with what guessers try first (ASVS 6.2.4, 6.2.11).
    """
    length = len(new.reveal())
    if length > LONGEST_PASSWORD:
        return (Problem.TOO_LONG,)
    if not _is_stable(new):
        return (Problem.UNREADABLE,)
    blocked = is_blocked(
        new.reveal(),
        entries=policy.block_list,
        context_words=_context_words(account, portal, policy),
    )
    found = (
        # Composing may shorten it, so the composed form is counted too.
        (length < policy.shortest or _composed(new) < policy.shortest)
        and Problem.TOO_SHORT,
        blocked and Problem.COMMON,
        form_of(new) is Form.TEMPORARY and Problem.LOOKS_TEMPORARY,
    )
    return tuple(problem for problem in found if problem)


def _is_stable(password: Hidden) -> bool:
    """Tell whether every character is one whose meaning will not change.

    Surrogates cannot be encoded; unassigned code points may be normalised otherwise by
    a later Unicode (NIST's stabilised strings; threats F-22, F-23).
    """
    return not any(
        unicodedata.category(character) in {"Cn", "Cs"}
        for character in password.reveal()
    )


def _composed(password: Hidden) -> int:
    return len(unicodedata.normalize("NFC", password.reveal()))


_WORD = re.compile(r"[\W_]+")


def _context_words(
    account: Account, portal: Portal | None, policy: Policy
) -> tuple[str, ...]:
    """Return what is no password here: names of product, tenant, portal and person."""
    texts = [
        *policy.context_words,
        account.tenant,
        account.primary.text,
        account.primary.local,
        account.primary.domain,
        *account.primary.domain.split("."),
        *_WORD.split(account.primary.local),
    ]
    if portal is not None:
        texts += [portal.name, portal.url_parts.host, *_WORD.split(portal.name)]
    return tuple(text for text in texts if text)


def judge_novelty(
    permit: RequireChange, /, *, breached: bool, match: Match
) -> RequireChange | Reject | Shed:
    """Judge what only an adapter or the stored hash can tell of a new password."""
    if match is Match.NOT_RUN:
        return Shed()
    found = (
        breached is True and Problem.BREACHED,
        match is Match.RIGHT and Problem.SAME_AS_BEFORE,
    )
    problems = tuple(problem for problem in found if problem)
    return Reject(problems=problems) if problems else permit


def asked_session(token: Hidden, /, *, keys: KeyRing) -> SessionDigest:
    """Return the digest to ask for; a stand-in for what is no token."""
    stand_in = keys.stand_in("no session").encode("ascii").hex()
    return session_digest(token) or SessionDigest(stand_in)


def holder_of_session(session: Session | None, /, *, keys: KeyRing) -> AccountId:
    """Return whose account to ask for; a stand-in without a session."""
    return (
        AccountId(keys.stand_in("no session")) if session is None else session.account
    )


def holder_of_ticket(ticket: ChangeTicket | None, /, *, keys: KeyRing) -> AccountId:
    """Return whose account to ask for; a stand-in without a good ticket."""
    return AccountId(keys.stand_in("no ticket")) if ticket is None else ticket.account


def change_key(account: Account | None, holder: AccountId, /) -> AddressKey:
    """Return what tries of the current password are counted by."""
    if account is None:
        return AddressKey(tenant=NO_TENANT, value=no_address(holder))
    return account.key
