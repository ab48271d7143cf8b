"""A token that is good, and how one is read."""

from __future__ import annotations

import string
from datetime import timedelta

from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing
from securelogin.tokens import Claims, Purpose, read_token, sign_token
from tests.wiring import START

KEYS = KeyRing(KeyRing.new_key())
TENANTS = frozenset({"acme", "globex"})
CLAIMS = Claims(
    purpose=Purpose.LINK,
    tenant="acme",
    id="Zk3v9sQ1b7XyT0aLrWc4Ng",
    issued_at=START,
    until=START + timedelta(days=14),
    serial=3,
    tag="e",
)
TOKEN = sign_token(CLAIMS, keys=KEYS).reveal()
URL_SAFE = string.ascii_letters + string.digits + "-_"


def read(token, *, purpose=Purpose.LINK, tenants=TENANTS, keys=KEYS):
    return read_token(Hidden(token), purpose=purpose, tenants=tenants, keys=keys)
