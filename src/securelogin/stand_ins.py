"""What is looked at where nothing was found, and thrown away.

To read a row takes some hundredths of a millisecond, to test and to judge it some
thousandths. Taken for known addresses alone, they tell in a few thousand tries which
addresses are known (ASVS 6.3.8). So stores, guards and rules do the same with these.
"""

from __future__ import annotations

from datetime import UTC, datetime

from securelogin.accounts import Account, AccountId, Audience
from securelogin.addresses import Tenant, parse_address
from securelogin.credentials import Credential, DeadTemporary, Death

__all__ = ["NO_ACCOUNT", "NO_CREDENTIAL"]

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_NOBODY = AccountId("nobody")

NO_ACCOUNT = Account(
    id=_NOBODY,
    tenant=Tenant("nowhere"),
    audience=Audience.INTERNAL,
    primary=parse_address("nobody@nowhere.example"),
)
"""As most accounts are: one address, no alias, no change in progress."""

NO_CREDENTIAL = Credential(
    account=_NOBODY,
    password_hash="",
    dead=(DeadTemporary(fingerprint="", death=Death.USED, issued_at=_AT, at=_AT),),
    changed_at=_AT,
)
"""As most credentials are: a lasting password, and the temporary one that led to it."""
