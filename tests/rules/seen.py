"""What support sees of a record, with what is stored around it."""

from __future__ import annotations

from securelogin.mail import MailKind, MailOrder, OrderState
from securelogin.outcomes import Cause
from securelogin.rules.diagnosis import Diagnosis, diagnose
from securelogin.rules.facts import Known
from tests.rules.cases import HOUR, PLAIN, SITES, account, record
from tests.wiring import START

PLUS = account("ann@example.org", id="account-near")
ABROAD = account("ann@example.org", id="account-far", tenant="globex")


def seen(*causes: Cause, known: Known | None = None, **changes) -> Diagnosis:
    return diagnose(
        record(*causes, **changes), known or Known(), portals=SITES, policy=PLAIN
    )


def order(state: OrderState = OrderState.SENT, **changes) -> MailOrder:
    given_values = {
        "id": "order-1",
        "kind": MailKind.TEMPORARY_PASSWORD,
        "tenant": "acme",
        "at": START - HOUR,
        "due_at": START,
        "state": state,
    }
    return MailOrder(**(given_values | changes))
