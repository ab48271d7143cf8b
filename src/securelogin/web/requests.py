"""A request as every framework can give it, and what can be read out of one.

All of it is pure and total: whatever a stranger sends gives a value, never an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_plus

from securelogin.hidden import Hidden
from securelogin.languages import fallbacks

__all__ = [
    "BodyFault",
    "Request",
    "prefers_page",
    "read_client_ip",
    "read_cookies",
    "read_fields",
    "read_json",
    "read_language",
    "read_mailed_token",
    "read_url",
]

_MOST_FIELDS = 32
# What may stand in a path as it is (RFC 3986, 3.3).
_PLAIN = "/~!$&'()*+,;=:@"
_MOST_LANGUAGES = 16
_RANGE = re.compile(
    r"[ \t]*(?P<range>[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)[ \t]*"
    r"(?:;[ \t]*[Qq]=(?P<weight>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?",
    re.ASCII,
)
_MOST_KINDS = 16
# The flows take a token of 512 characters at most; more is only cut, and then refused.
_LONGEST_TOKEN_TEXT = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request.

    Attributes:
        method: as sent.
        path: as the browser sees it, percent-decoded, with the prefix under which the
            portal is mounted.
        scheme: "https" or "http", as the web server knows it.
        host: the `Host` header; compared with the portal's URL, nothing is built of it.
        query: what follows the question mark, still encoded.
        headers: by lower-case name; values of a repeated header joined by ", ", of
            `Cookie` by "; ".
        body: as sent. Read one byte more than `WebSettings.largest_body` at most.
        peer: address of the host that the connection comes from, if known.
    """

    method: str
    path: str
    scheme: str = "https"
    host: str = ""
    query: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    peer: str | None = None


class BodyFault(StrEnum):
    """Why a body cannot be read. The words are codes of the page's texts."""

    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    MALFORMED = "malformed"


def read_cookies(request: Request, /) -> dict[str, Hidden]:
    """Return the cookies by name; of two with one name the first."""
    found: dict[str, Hidden] = {}
    for pair in request.headers.get("cookie", "").split(";"):
        name, equals, value = pair.strip().partition("=")
        if equals and name not in found:
            found[name] = Hidden(value)
    return found


def read_fields(request: Request, /) -> dict[str, Hidden] | BodyFault:
    """Return the fields of a posted HTML form."""
    if _media_type(request) != "application/x-www-form-urlencoded":
        return BodyFault.UNSUPPORTED
    try:
        pairs = parse_qsl(
            request.body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        return BodyFault.MALFORMED
    return _single(pairs)


def read_json(request: Request, /) -> dict[str, Hidden] | BodyFault:
    """Return the fields of a JSON object whose values are all strings."""
    if _media_type(request) != "application/json":
        return BodyFault.UNSUPPORTED
    try:
        # Pairs, so that a name that stands there twice is seen (threats C64).
        pairs = json.loads(request.body, object_pairs_hook=list)
    except (ValueError, RecursionError):
        return BodyFault.MALFORMED
    # "{" tells an object without fields from a list without items.
    if not isinstance(pairs, list) or not request.body.lstrip().startswith(b"{"):
        return BodyFault.MALFORMED
    return _single(pairs)


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Hidden] | BodyFault:
    """Return the pairs by name, if each stands there once and is text."""
    are_texts = all(isinstance(value, str) for _, value in pairs)
    if not are_texts or len({name for name, _ in pairs}) != len(pairs):
        return BodyFault.MALFORMED
    return {name: Hidden(value) for name, value in pairs}


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def read_mailed_token(request: Request, /) -> Hidden | None:
    """Return the token of a mailed link, however mangled; None without a query.

    Where a mail program has taken the "=" away, the whole query is handed on: the flow
    finds the token in it, or refuses it.
    """
    if not request.query:
        return None
    text = request.query[: _LONGEST_TOKEN_TEXT * 3]
    name, _, value = text.partition("&")[0].partition("=")
    token = value if name == "t" else f"?{text}"
    return Hidden(unquote_plus(token, errors="replace")[:_LONGEST_TOKEN_TEXT])


def read_client_ip(request: Request, /, *, trusted_proxies: int) -> str | None:
    """Return the address of the client, as far as it can be trusted (threats C31).

    Each proxy appends the address it was called from. So with *n* proxies of one's own
    the *n*-th from the right is the last that no stranger can write.
    """
    hops = request.headers.get("x-forwarded-for", "").split(",")
    told = hops[-trusted_proxies] if 0 < trusted_proxies <= len(hops) else ""
    return _plain_ip(told) or _plain_ip(request.peer or "")


def _plain_ip(text: str) -> str | None:
    """Return the address in "192.0.2.7", "192.0.2.7:80", "2001:db8::7", "[…]:80"."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    bare = bare.partition("%")[0]
    try:
        return str(ip_address(bare))
    except ValueError:
        return None


def read_url(request: Request, /, *, trusted_proxies: int) -> str:
    """Return the URL the request came to, without its query.

    Behind a proxy the scheme is what the nearest one says; the host is the `Host`
    header, which the proxy has to pass on.
    """
    told = request.headers.get("x-forwarded-proto", "").rpartition(",")[2].strip()
    scheme = told.lower() if trusted_proxies and told else request.scheme
    path = quote(request.path, safe=_PLAIN, errors="replace")
    return f"{scheme}://{request.host}{path}"


def read_language(
    request: Request, /, *, known: tuple[str, ...], default: str = "en"
) -> str:
    """Return the best of the *known* languages for `Accept-Language`.

    By lookup (RFC 4647, 3.4), the highest weight first (RFC 9110, 12.5.4); what cannot
    be read is passed over. "*" asks for the *default*, or for any other if that is
    refused with a weight of zero.
    """
    header = request.headers.get("accept-language", "")
    parts = (_RANGE.fullmatch(p) for p in header.split(",")[:_MOST_LANGUAGES])
    asked = [(float(p["weight"] or 1), p["range"].lower()) for p in parts if p]
    refused = {wish for weight, wish in asked if not weight}
    open_ = [tag for tag in (default, *known) if tag not in refused]
    for _, wish in sorted(asked, key=lambda pair: -pair[0]):
        wanted = open_ if wish == "*" else fallbacks(wish)
        for tag in wanted if wish not in refused else ():
            if tag in open_:
                return tag
    return default


def prefers_page(request: Request, /) -> bool:
    """Tell whether a browser asks for a page: `Accept` puts HTML before JSON.

    It has to name it: programs send `*/*`, or no wish at all.
    """
    asked = {"text/html": 0.0, "application/json": 0.0}
    header = request.headers.get("accept", "")
    for part in header.split(",")[:_MOST_KINDS]:
        kind, *parameters = (text.strip().lower() for text in part.split(";"))
        weights = [text[2:] for text in parameters if text.startswith("q=")]
        asked[kind] = _weight("".join(weights[:1]))
    return asked["text/html"] > asked["application/json"]


def _weight(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text or "1")))
    except ValueError:
        return 0.0
