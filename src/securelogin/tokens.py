"""Signed tokens: what all that travels in a URL or a form has in common.

`payload.signature` in `[A-Za-z0-9_-]` and one dot, HMAC-SHA-256 by itsdangerous, with
purpose and tenant in the signing salt *and* in the payload (ASVS 9.2.2 to 9.2.4,
threats X8, E01 to E06). Only the canonical string is accepted. The payload can be read
by anybody and holds opaque ids only (ASVS 14.1.1). Not in here: whether it is in time;
the rules judge that.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from binascii import a2b_base64
from collections.abc import Collection
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from securelogin.addresses import Tenant
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing

__all__ = ["LONGEST_TOKEN", "Claims", "Purpose", "read_token", "sign_token"]

LONGEST_TOKEN = 360
"""No token is longer; one for a link stays under 200 characters."""
_LONGEST_PASTE = 512
# 43 characters hold the 32 bytes of a signature; the last one carries 4 bits only.
_TOKEN = re.compile(
    r"(eyJ[A-Za-z0-9_-]{17,313})\.([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])", re.ASCII
)
# What a payload may end with, by its length: the bits that carry nothing are zero, so
# that every payload has one spelling. No base64 is one longer than a multiple of four.
_SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_STANDARD = bytes.maketrans(b"-_", b"+/")
_LAST = (_SYMBOLS, "", _SYMBOLS[::16], _SYMBOLS[::4])
# RFC 2045 lets blanks stand between the "=" and the end of its line.
_SOFT_BREAK = re.compile(r"=[=\s\u200b\ufeff]*\n")
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
# A token stands alone, or after "?t=": the "=" may have gone with a soft break.
_BEGIN = re.compile(r"(?:^|[?&][a-z]{1,16}|[^A-Za-z0-9_-])(?:3D)?(eyJ[^&#]*)")
# The year 9999 ends then, and with it what a datetime can say.
_LAST_SECOND = 253_402_300_799
_WRAPPED = "<>()[]{}\"'`.,;:!"
# Made once; and `json.loads` would look for blanks around it, which nobody signed.
_scanned = json.JSONDecoder().raw_decode
_moment = datetime.fromtimestamp


class Purpose(StrEnum):
    """What a token is good for; none is accepted for another."""

    LINK = "link"
    CHANGE = "change"
    ADDRESS = "address"


class Claims(NamedTuple):
    """What a token says, once its signature has been verified.

    A tuple, because it lives for one call only: it takes a third of the time that a
    dataclass takes to make.

    Attributes:
        id: of the link, account or change that is meant.
        serial: a number that must still fit, such as a generation.
        tag: one short word more, such as an audience or a mark.
    """

    purpose: Purpose
    tenant: Tenant
    id: str
    issued_at: datetime
    until: datetime
    serial: int = 0
    tag: str = ""


def sign_token(claims: Claims, /, *, keys: KeyRing) -> Hidden:
    """Return the token for *claims*, signed with the newest key.

    Raises:
        ValueError: a time has no zone, or the token would be too long to be read.
    """
    if None in {claims.issued_at.utcoffset(), claims.until.utcoffset()}:
        message = "a token's times need their zone"
        raise ValueError(message)
    payload = {
        "p": claims.purpose.value,
        "t": claims.tenant,
        "j": claims.id,
        "i": int(claims.issued_at.timestamp()),
        "e": int(claims.until.timestamp()),
        "s": claims.serial,
        "g": claims.tag,
    }
    text = json.dumps(payload, separators=(",", ":"), ensure_ascii=True)
    body = urlsafe_b64encode(text.encode("ascii")).rstrip(b"=")
    signer = keys.signer(_salt(claims.purpose, claims.tenant))
    token = signer.sign(body).decode("ascii")
    if len(token) > LONGEST_TOKEN:
        message = "too long for a token; ids have at most 64 characters"
        raise ValueError(message)
    return Hidden(token)


def read_token(
    token: Hidden,
    /,
    *,
    purpose: Purpose,
    tenants: Collection[Tenant],
    keys: KeyRing,
) -> Claims | None:
    """Return what *token* says if one of *keys* signed it for *purpose*, else None.

    Forgives what mail programs do to a link (wrapping, brackets, `=3D`), then takes
    the canonical string only. Never raises for a bad token, whatever it holds.
    """
    found = _found_in(token.reveal())
    if found is None:
        return None
    body, signature = found.groups()
    payload = _parsed(body) if body[-1] in _LAST[len(body) % 4] else {}
    tenant = payload.get("t")
    # The tenant named in the payload chooses among configured keys, as a key id does;
    # nothing else of it is looked at before the signature holds (ASVS 9.1.1, 9.1.3).
    if not isinstance(tenant, str) or tenant not in tenants:
        return None
    signer = keys.signer(_salt(purpose, Tenant(tenant)))
    if signer.verify_signature(body, signature) is not True:
        return None
    return _claims(payload, purpose=purpose)


def _found_in(text: str) -> re.Match[str] | None:
    if len(text) > _LONGEST_PASTE:
        return None
    plain = _TOKEN.fullmatch(text)
    if plain is not None:
        return plain
    begun = _BEGIN.search(_BLANKS.sub("", _SOFT_BREAK.sub("", text)))
    return None if begun is None else _TOKEN.fullmatch(begun[1].strip(_WRAPPED))


def _parsed(body: str) -> dict[str, Any]:
    try:
        symbols = body.encode("ascii").translate(_STANDARD)
        raw = a2b_base64(symbols + b"=" * (-len(symbols) % 4))
        text = raw.decode("ascii")
        payload, end = _scanned(text)
    except (ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) and end == len(text) else {}


# In the order in which they are signed; other orders were signed by nobody.
_NAMES = ("p", "t", "j", "i", "e", "s", "g")
_KINDS = (str, str, str, int, int, int, str)


def _claims(payload: dict[str, Any], *, purpose: Purpose) -> Claims | None:
    # Types exactly: True is an int, and no number.
    if tuple(payload) != _NAMES or tuple(map(type, payload.values())) != _KINDS:
        return None
    named, tenant, id_, issued, until, serial, tag = payload.values()
    are_times = 0 <= issued <= _LAST_SECOND and 0 <= until <= _LAST_SECOND
    if named != purpose or not are_times:
        return None
    begun, ended = _moment(issued, UTC), _moment(until, UTC)
    return Claims(purpose, tenant, id_, begun, ended, serial, tag)


def _salt(purpose: Purpose, tenant: Tenant) -> str:
    return purpose + "." + tenant
