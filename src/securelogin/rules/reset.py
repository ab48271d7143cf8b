"""When "Forgot your password" orders a mail: a matter of the request alone."""

from __future__ import annotations

from datetime import datetime

from securelogin.addresses import Address, AddressKey
from securelogin.evidence import Count
from securelogin.mail import MailKind, MailOrder
from securelogin.outcomes import Cause
from securelogin.portals import Portal
from securelogin.rules.courier import new_order
from securelogin.rules.throttle import is_too_often

__all__ = ["judge_reset", "reset_orders"]


def judge_reset(
    *,
    address: Address | None,
    portal: Portal | None,
    counts: tuple[Count, ...],
    hits: tuple[int, ...],
) -> tuple[Cause, ...]:
    """Return why no mail is ordered; () if one is. No account is looked at."""
    found = (
        portal is None and Cause.WRONG_PORTAL,
        is_too_often(counts, hits) and Cause.THROTTLED,
        address is None and Cause.MALFORMED_ADDRESS,
    )
    return tuple(cause for cause in found if cause)


def reset_orders(
    causes: tuple[Cause, ...],
    /,
    *,
    key: AddressKey,
    portal: Portal | None,
    mark: str,
    id: str,  # noqa: A002 -- the field's name
    at: datetime,
) -> tuple[MailOrder, ...]:
    """Return the order for a temporary password, unless something speaks against it."""
    if causes:
        return ()
    return (
        new_order(
            MailKind.TEMPORARY_PASSWORD,
            id=id,
            at=at,
            lookup=key,
            portal=portal,
            mark=mark,
        ),
    )
