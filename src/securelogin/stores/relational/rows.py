"""From a value to its row and back, for what is stored of accounts and log-ins.

`X_row` gives the columns by name; `X_of` reads them by position, in the order of
`tables`. What cannot have been written here (an unknown word, a list that is none) is
not guessed at, but raises: `columns.read_rows`. Credentials: `credential_rows`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import lru_cache
from operator import itemgetter
from typing import Any

from securelogin.accounts import Account, AddressChange, Audience, Side, Status
from securelogin.addresses import AddressKey, Tenant, stored_address
from securelogin.attempts import AttemptRecord, Form, Operation, Preflight
from securelogin.links import RecipientLink
from securelogin.mail import MailKind, MailOrder, OrderState
from securelogin.outcomes import Cause
from securelogin.sessions import Session
from securelogin.stores.relational.columns import (
    Row,
    Values,
    checked,
    list_of,
    microseconds,
    number_or_null,
    time_of,
    time_or_none,
    written,
)

__all__ = [
    "account_of",
    "account_row",
    "attempt_of",
    "attempt_row",
    "link_of",
    "link_row",
    "oldest_first",
    "order_of",
    "order_row",
    "session_of",
    "session_row",
]

# An enumeration that is called for its member takes five times as long.
_AUDIENCES = {audience.value: audience for audience in Audience}
_STATUSES = {status.value: status for status in Status}


def account_row(account: Account, /) -> Values:
    """Return an account's row; its keys are rows of their own."""
    change = account.change
    return {
        "id": account.id,
        "tenant": account.tenant,
        "audience": account.audience.value,
        "address": account.primary.text,
        "aliases": written([alias.text for alias in account.aliases]),
        "status": account.status.value,
        "language": account.language,
        "change_id": None if change is None else change.id,
        "change_address": None if change is None else change.address.text,
        "change_until": None if change is None else microseconds(change.until),
        "change_confirmed": (
            None
            if change is None
            else written(sorted(side.value for side in change.confirmed))
        ),
        "version": account.version,
    }


def account_of(row: Row, /) -> Account:
    """Return the account in a row."""
    id_, tenant, audience, address, aliases, status, language, *rest = row
    *change, version = rest
    return Account(
        id=id_,
        tenant=tenant,
        audience=_AUDIENCES[audience],
        primary=stored_address(address),
        aliases=tuple(stored_address(checked(text, str)) for text in list_of(aliases)),
        status=_STATUSES[status],
        language=language,
        change=_change(*change),
        version=version,
    )


def _change(
    id_: str | None, address: str | None, until: int | None, confirmed: str | None
) -> AddressChange | None:
    if (id_, address, until, confirmed) == (None, None, None, None):
        return None
    if id_ is None or address is None or until is None or confirmed is None:
        raise ValueError("half a change of address")
    return AddressChange(
        id=id_,
        address=stored_address(address),
        until=time_of(until),
        confirmed=frozenset(Side(side) for side in list_of(confirmed)),
    )


def link_row(link: RecipientLink, /) -> Values:
    """Return a recipient link's row."""
    return {
        "id": link.id,
        "tenant": link.tenant,
        "recipient": link.recipient,
        "address_tenant": link.address.tenant,
        "address": link.address.value,
        "message": link.message,
        "sender": link.sender.text,
        "sender_key": link.sender_key.value,
        "issued_at": microseconds(link.issued_at),
        "until": microseconds(link.until),
        "recalled_at": number_or_null(link.recalled_at),
        "version": link.version,
    }


def link_of(row: Row, /) -> RecipientLink:
    """Return the recipient link in a row."""
    id_, tenant, recipient, address_tenant, address, message, sender, _, *rest = row
    issued_at, until, recalled_at, version = rest
    return RecipientLink(
        id=id_,
        tenant=tenant,
        recipient=recipient,
        address=AddressKey(tenant=address_tenant, value=address),
        message=message,
        sender=stored_address(sender),
        issued_at=time_of(issued_at),
        until=time_of(until),
        recalled_at=time_or_none(recalled_at),
        version=version,
    )


def session_row(session: Session, /) -> Values:
    """Return a session's row."""
    return {
        "digest": session.digest,
        "account": session.account,
        "tenant": session.tenant,
        "generation": session.generation,
        "began_at": microseconds(session.began_at),
        "seen_at": microseconds(session.seen_at),
        "until": microseconds(session.until),
        "browser": session.browser,
        "user_agent": session.user_agent,
        "ip": session.ip,
        "ended_at": number_or_null(session.ended_at),
        "version": session.version,
    }


def session_of(row: Row, /) -> Session:
    """Return the session in a row."""
    digest, account, tenant, generation, began_at, seen_at, until, *rest = row
    browser, user_agent, ip, ended_at, version = rest
    return Session(
        digest=digest,
        account=account,
        tenant=tenant,
        generation=generation,
        began_at=time_of(began_at),
        seen_at=time_of(seen_at),
        until=time_of(until),
        browser=browser,
        user_agent=user_agent,
        ip=ip,
        ended_at=time_or_none(ended_at),
        version=version,
    )


def attempt_row(record: AttemptRecord, /) -> Values:
    """Return the row of one attempt."""
    return {
        "reference": record.reference,
        "at": microseconds(record.at),
        "operation": record.operation.value,
        "causes": _written_causes(record.causes),
        "tenant": record.tenant,
        "portal": record.portal,
        "url": record.url,
        "lookup": record.lookup,
        "typed": record.typed,
        "account": record.account,
        "link": record.link,
        "form": None if record.form is None else record.form.value,
        "ip": record.ip,
        "user_agent": record.user_agent,
        "device_time": number_or_null(record.device_time),
        "hits": written(record.hits),
        "note": record.note,
        "details": _details(record),
    }


@lru_cache(maxsize=1_024)
def _written_causes(causes: tuple[Cause, ...], /) -> str:
    # Remembered, so that two causes take no longer than one (ASVS 6.3.8).
    return written([cause.value for cause in causes])


def attempt_of(row: Row, /) -> AttemptRecord:
    """Return the attempt in a row."""
    reference, at, operation, causes, tenant, portal, url, lookup, typed, *rest = row
    account, link, form, ip, user_agent, device_time, hits, note, details = rest
    return AttemptRecord(
        reference=reference,
        at=time_of(at),
        operation=Operation(operation),
        causes=tuple(Cause(cause) for cause in list_of(causes)),
        tenant=tenant,
        portal=portal,
        url=url,
        lookup=lookup,
        typed=typed,
        account=account,
        link=link,
        form=None if form is None else Form(form),
        ip=ip,
        user_agent=user_agent,
        device_time=time_or_none(device_time),
        hits=tuple(checked(total, int) for total in list_of(hits)),
        note=note,
        preflight=_preflight(details),
    )


def _details(record: AttemptRecord) -> str | None:
    if record.preflight is None:
        return None
    return written({"preflight": asdict(record.preflight)})


def _preflight(details: str | None) -> Preflight | None:
    if details is None:
        return None
    told: object = json.loads(details)
    return Preflight(**checked(checked(told, dict)["preflight"], dict))


def order_row(order: MailOrder, /) -> Values:
    """Return the row of one order for a mail."""
    lookup = order.lookup
    return {
        "id": order.id,
        "kind": order.kind.value,
        "tenant": order.tenant,
        "at": microseconds(order.at),
        "due_at": microseconds(order.due_at),
        "account": order.account,
        "lookup_tenant": None if lookup is None else lookup.tenant,
        "lookup": None if lookup is None else lookup.value,
        "portal": order.portal,
        "link": order.link,
        "side": None if order.side is None else order.side.value,
        "change": order.change,
        "mark": order.mark,
        "state": order.state.value,
        "tries": order.tries,
        "leased_until": number_or_null(order.leased_until),
        "settled_at": number_or_null(order.settled_at),
        "detail": order.detail,
        "version": order.version,
    }


oldest_first: Callable[[Sequence[Any]], tuple[Any, ...]] = itemgetter(4, -1)
"""What leased rows are sorted by: when they were due, then the order of storing."""


def order_of(row: Row, /) -> MailOrder:
    """Return the order in a row; a sequence number at its end is passed over."""
    id_, kind, tenant, at, due_at, account, lookup_tenant, lookup, portal, *rest = row
    link, side, change, mark, state, tries, leased_until, *rest = rest
    settled_at, detail, version, *_ = rest
    return MailOrder(
        id=id_,
        kind=MailKind(kind),
        tenant=tenant,
        at=time_of(at),
        due_at=time_of(due_at),
        account=account,
        lookup=_lookup(lookup_tenant, lookup),
        portal=portal,
        link=link,
        side=None if side is None else Side(side),
        change=change,
        mark=mark,
        state=OrderState(state),
        tries=tries,
        leased_until=time_or_none(leased_until),
        settled_at=time_or_none(settled_at),
        detail=detail,
        version=version,
    )


def _lookup(tenant: Tenant | None, value: str | None) -> AddressKey | None:
    if tenant is None and value is None:
        return None
    if tenant is None or value is None:
        raise ValueError("half a key")
    return AddressKey(tenant=tenant, value=value)
