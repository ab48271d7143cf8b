"""Which event each end of an operation is, and what it says.

Every maker takes the keys first: an address leaves here as a keyed hash. The work is
the same for every cause; only the word that is looked up differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from securelogin.accounts import Account, AccountId
from securelogin.addresses import AddressKey
from securelogin.attempts import AttemptRecord, Operation
from securelogin.events import NO_FACTS, Event, EventKind
from securelogin.keyring import KeyRing
from securelogin.links import RecipientLink
from securelogin.mail import MailOrder, OrderState
from securelogin.outcomes import Cause
from securelogin.rules.login import Grant, RequireChange, Verdict
from securelogin.sessions import Session

__all__ = [
    "account_event",
    "address_hash",
    "address_hashes",
    "link_event",
    "login_event",
    "mail_event",
    "operation_event",
    "session_event",
]

_GOOD = {
    Operation.LOGIN: EventKind.LOGIN_SUCCESS,
    Operation.LINK_OPENED: EventKind.LINK_OPENED,
    Operation.RESET_REQUESTED: EventKind.RESET_REQUESTED,
    Operation.PASSWORD_COMPLETED: EventKind.PASSWORD_CHANGE,
    Operation.PASSWORD_CHANGED: EventKind.PASSWORD_CHANGE,
    Operation.ADDRESS_REQUESTED: EventKind.USER_UPDATED,
    Operation.ADDRESS_CONFIRMED: EventKind.USER_UPDATED,
    Operation.SUPPORT_FOUND: EventKind.SENSITIVE_READ,
    Operation.SUPPORT_SEARCHED: EventKind.SENSITIVE_READ,
    Operation.SUPPORT_LISTED: EventKind.SENSITIVE_READ,
}
_BAD = {
    Operation.LOGIN: EventKind.LOGIN_FAIL,
    Operation.LINK_OPENED: EventKind.AUTHZ_FAIL,
    Operation.RESET_REQUESTED: EventKind.INPUT_FAIL,
    Operation.PASSWORD_COMPLETED: EventKind.PASSWORD_CHANGE_FAIL,
    Operation.PASSWORD_CHANGED: EventKind.PASSWORD_CHANGE_FAIL,
    Operation.ADDRESS_REQUESTED: EventKind.AUTHZ_FAIL,
    Operation.ADDRESS_CONFIRMED: EventKind.AUTHZ_FAIL,
    Operation.SUPPORT_FOUND: EventKind.AUTHZ_FAIL,
    Operation.SUPPORT_SEARCHED: EventKind.AUTHZ_FAIL,
    Operation.SUPPORT_LISTED: EventKind.AUTHZ_FAIL,
}
_SPECIAL = {
    Cause.OVERLOADED: EventKind.RATE_LIMIT_EXCEEDED,
    Cause.CSRF: EventKind.SEQUENCE_FAIL,
    Cause.THROTTLED: EventKind.LOGIN_FAIL_MAX,
    Cause.LOCKED: EventKind.LOGIN_LOCK,
    Cause.DISABLED: EventKind.LOGIN_LOCK,
    Cause.TEMP_USED: EventKind.TOKEN_REUSE,
    Cause.LINK_RECALLED: EventKind.TOKEN_REUSE,
    Cause.WRONG_TENANT: EventKind.AUTHZ_FAIL,
    Cause.LINK_FOR_OTHER_RECIPIENT: EventKind.AUTHZ_FAIL,
    Cause.NO_PERMISSION: EventKind.AUTHZ_FAIL,
}
"""What some causes are called, whatever was asked for."""

_IN_WINDOW = 1


def address_hash(keys: KeyRing, key: AddressKey, /) -> str:
    """Return what stands for an address in a log: 22 characters, keyed."""
    return keys.stand_in(f"event {key.tenant} {key.value}")


def address_hashes(keys: KeyRing, account: Account, /) -> tuple[str, ...]:
    """Return all that may stand for an account's addresses, under any of the keys."""
    return tuple(
        stand_in
        for key in account.keys
        for stand_in in keys.all_stand_ins(f"event {key.tenant} {key.value}")
    )


def login_event(keys: KeyRing, verdict: Verdict, record: AttemptRecord, /) -> Event:
    """Return the event of a log-in, granted or not.

    Its fact "retries" is how many tries were counted before it in the same window.
    """
    retries = record.hits[_IN_WINDOW] - 1 if len(record.hits) > _IN_WINDOW else 0
    kind = _kind_of(record)
    match verdict:
        # A success at the first try clears no count, and so stands in the next one:
        # of two tries before this one, one at least has failed.
        case Grant() if retries > 1:
            kind = EventKind.LOGIN_SUCCESS_AFTER_FAIL
        case RequireChange():
            kind = EventKind.TOKEN_CREATED
        case _:
            pass
    return _of_record(keys, record, kind, {"retries": retries})


def operation_event(keys: KeyRing, record: AttemptRecord, /) -> Event:
    """Return the event of any other operation that stands in the attempt log."""
    return _of_record(keys, record, _kind_of(record), NO_FACTS)


def _kind_of(record: AttemptRecord) -> EventKind:
    if not record.causes:
        return _GOOD[record.operation]
    if record.operation is Operation.RESET_REQUESTED:
        limited = Cause.THROTTLED in record.causes
        return EventKind.RATE_LIMIT_EXCEEDED if limited else EventKind.INPUT_FAIL
    return _SPECIAL.get(record.causes[0], _BAD[record.operation])


def _of_record(
    keys: KeyRing,
    record: AttemptRecord,
    kind: EventKind,
    facts: Mapping[str, str | int],
) -> Event:
    key = AddressKey(tenant=record.tenant, value=record.lookup)
    return Event(
        kind=kind,
        at=record.at,
        operation=record.operation.value,
        tenant=record.tenant,
        account=record.account,
        causes=record.causes,
        reference=record.reference,
        address=address_hash(keys, key) if record.lookup else "",
        typed=record.typed,
        portal=record.portal,
        link=record.link or "",
        ip=record.ip,
        user_agent=record.user_agent,
        facts=facts,
    )


def session_event(
    keys: KeyRing,  # noqa: ARG001 -- as of every maker
    kind: EventKind,
    session: Session,
    /,
    *,
    operation: str,
    at: datetime,
    reason: str = "",
) -> Event:
    """Return the event of a session that began, ended, or was used afterwards."""
    return Event(
        kind=kind,
        at=at,
        operation=operation,
        tenant=session.tenant,
        account=session.account,
        ip=session.ip,
        user_agent=session.user_agent,
        # Of a session, what names it to an administrator; never its token.
        facts={
            "session": session.digest[:16],
            **({"reason": reason} if reason else {}),
        },
    )


def account_event(
    keys: KeyRing,
    kind: EventKind,
    account: Account,
    /,
    *,
    operation: str,
    at: datetime,
) -> Event:
    """Return the event of what was done to an account."""
    return Event(
        kind=kind,
        at=at,
        operation=operation,
        tenant=account.tenant,
        account=account.id,
        address=address_hash(keys, account.key) if account.keys else "",
    )


def link_event(
    keys: KeyRing,
    kind: EventKind,
    link: RecipientLink,
    /,
    *,
    operation: str,
    at: datetime,
) -> Event:
    """Return the event of a recipient link that was issued or recalled."""
    return Event(
        kind=kind,
        at=at,
        operation=operation,
        tenant=link.tenant,
        account=link.recipient,
        address=address_hash(keys, link.address),
        link=link.id,
        facts={"until": link.until.isoformat()},
    )


def mail_event(
    keys: KeyRing,  # noqa: ARG001 -- as of every maker
    order: MailOrder,
    /,
    *,
    account: AccountId | None,
    at: datetime,
    operation: str = "courier.deliver",
) -> Event:
    """Return the event of one try to send a mail, or of one that waits again."""
    waits = order.state is OrderState.WAITING
    return Event(
        kind=EventKind.MAIL_POSTPONED if waits else EventKind.MAIL_SETTLED,
        at=at,
        operation=operation,
        tenant=order.tenant,
        account=account,
        link=order.link or "",
        facts={"mail": order.kind.value, "state": order.state.value},
    )
