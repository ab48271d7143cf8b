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
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from securelogin.addresses import Tenant
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing

__all__ = ["LONGEST_TOKEN", "Claims", "Purpose", "read_token", "sign_token"]

LONGEST_TOKEN = 360
"""No token is longer; one for a link stays under 200 characters."""
_LONGEST_PASTE = 512
# 43 characters hold the 32 bytes of a signature; the last one carries 4 bits only.
_TOKEN = re.compile(
    r"(eyJ[A-Za-z0-9_-]{17,310})\.([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])", re.ASCII
)
# RFC 2045 lets blanks stand between the "=" and the end of its line.
_SOFT_BREAK = re.compile(r"=[=\s\u200b\ufeff]*\n")
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
# A token stands alone, or after "?t=": the "=" may have gone with a soft break.
_BEGIN = re.compile(r"(?:^|[?&][a-z]{1,16}|[^A-Za-z0-9_-])(?:3D)?(eyJ[^&#]*)")
# The year 9999 ends then, and with it what a datetime can say.
_LAST_SECOND = 253_402_300_799
_WRAPPED = "<>()[]{}\"'`.,;:!"


class Purpose(StrEnum):
    """What a token is good for; none is accepted for another."""

    LINK = "link"
    CHANGE = "change"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a token says, once its signature has been verified.

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
    body = found[1].encode("ascii")
    raw = urlsafe_b64decode(body + b"=" * (-len(body) % 4))
    if urlsafe_b64encode(raw).rstrip(b"=") != body:
        return None
    payload = _parsed(raw)
    tenant = payload.get("t")
    # The tenant named in the payload chooses among configured keys, as a key id does;
    # nothing else of it is looked at before the signature holds (ASVS 9.1.1, 9.1.3).
    if not isinstance(tenant, str) or tenant not in tenants:
        return None
    signer = keys.signer(_salt(purpose, Tenant(tenant)))
    if signer.verify_signature(body, found[2].encode("ascii")) is not True:
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


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        payload = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}


_KINDS = {"p": str, "t": str, "j": str, "i": int, "e": int, "s": int, "g": str}


def _claims(payload: dict[str, Any], *, purpose: Purpose) -> Claims | None:
    # Types exactly: True is an int, and no number.
    if {name: type(value) for name, value in payload.items()} != _KINDS:
        return None
    issued, until = payload["i"], payload["e"]
    are_times = 0 <= issued <= _LAST_SECOND and 0 <= until <= _LAST_SECOND
    if payload["p"] != purpose or not are_times:
        return None
    return Claims(
        purpose=purpose,
        tenant=Tenant(payload["t"]),
        id=payload["j"],
        issued_at=datetime.fromtimestamp(issued, tz=UTC),
        until=datetime.fromtimestamp(until, tz=UTC),
        serial=payload["s"],
        tag=payload["g"],
    )


def _salt(purpose: Purpose, tenant: Tenant) -> str:
    return f"{purpose.value}.{tenant}"
