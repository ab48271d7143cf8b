"""Orders of mails, and what the courier drafts of each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from securelogin import Portal
from securelogin.accounts import Account, Side
from securelogin.credentials import Credential
from securelogin.hidden import Hidden
from securelogin.links import RecipientLink
from securelogin.mail import MailKind, MailOrder
from securelogin.rules.courier import Draft, Drop, draft
from tests.rules.cases import KEYS, account, address, change, link
from tests.wiring import ACME, START

KEY = address().key("acme")
NOTICES = (
    MailKind.PASSWORD_CHANGED,
    MailKind.ADDRESS_CHANGED,
    MailKind.NEW_BROWSER,
)
WAITING = account(change=change())


def order(kind: MailKind = MailKind.PASSWORD_CHANGED, **changes: Any) -> MailOrder:
    given_values: dict[str, Any] = {
        "id": "order-1",
        "kind": kind,
        "tenant": "acme",
        "at": START,
        "due_at": START,
        "mark": "M4RK",
    }
    return MailOrder(**(given_values | changes))


def drafted(
    given_order: MailOrder,
    *,
    holder: Account | None = WAITING,
    kept: Credential | None = None,
    held: RecipientLink | None = None,
    portal: Portal | None = ACME,
    elsewhere: Collection[str] = (),
    at: datetime = START,
) -> Draft | Drop:
    return draft(
        given_order,
        account=holder,
        credential=kept,
        link=held,
        portal=portal,
        keys=KEYS,
        elsewhere=elsewhere,
        at=at,
    )


def token_in(made: Draft | Drop) -> Hidden:
    assert isinstance(made, Draft)
    return Hidden(made.secrets["link"].reveal().rpartition("?t=")[2])


CONFIRM = order(MailKind.CONFIRM_ADDRESS, change="change-1", side=Side.NEW)
GOOD: dict[MailKind, dict[str, Any]] = {
    MailKind.TEMPORARY_PASSWORD: {"given_order": order(MailKind.TEMPORARY_PASSWORD)},
    MailKind.MESSAGE: {"given_order": order(MailKind.MESSAGE), "held": link()},
    MailKind.CONFIRM_ADDRESS: {"given_order": CONFIRM},
    **{kind: {"given_order": order(kind)} for kind in NOTICES},
}
