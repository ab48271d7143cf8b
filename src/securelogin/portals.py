"""Portals: where people log in, fixed by configuration.

Every URL the library writes is built from a `Portal`; what a request says about its
own host is only ever compared with one (threats C02, C54, C66).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, unquote, urlsplit

from securelogin.accounts import Audience
from securelogin.addresses import Tenant, check_tenant, parse_address
from securelogin.attempts import printable
from securelogin.errors import InvalidInput, WiringError
from securelogin.languages import is_language_tag
from securelogin.several import taken

__all__ = ["Portal", "Portals", "URLParts", "read_url_parts"]

_PORTS = {"https": 443, "http": 80}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_URL = 2_048
_MOST_KEPT = 256
_UNFIT = re.compile(r"^\s|\s\Z|\\")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class URLParts:
    """What of a URL tells portals apart: its origin, and its path without escapes."""

    scheme: str
    host: str
    port: int
    path: str

    def holds(self, other: URLParts, /) -> bool:
        """Tell whether *other* lies at or below this one."""
        return (self.scheme, self.host, self.port) == (
            other.scheme,
            other.host,
            other.port,
        ) and (other.path + "/").startswith(self.path)


def read_url_parts(url: str, /) -> URLParts | None:
    """Read the origin and path of *url*; None if it is no plain http(s) URL."""
    if len(url) > _LONGEST_URL or not url.isprintable() or _UNFIT.search(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".")
    if not _is_plain(parts) or not _is_host(host):
        return None
    return URLParts(
        scheme=parts.scheme,
        host=host,
        port=_PORTS[parts.scheme] if port is None else port,
        # However it was written: a letter and its escape are one path (RFC 3986, 6.2).
        path=unquote(parts.path) or "/",
    )


def _is_plain(parts: SplitResult) -> bool:
    return (
        parts.scheme in _PORTS
        and "@" not in parts.netloc
        # A path that climbs could leave the prefix that it seems to have.
        and ".." not in unquote(parts.path).split("/")
    )


def _is_host(name: str) -> bool:
    """Tell whether *name* is one of A-labels or an IP address."""
    if _HOST.fullmatch(name) is not None:
        return True
    try:
        return ":" in name and bool(ip_address(name))
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """One place where the people of one tenant log in.

    Attributes:
        tenant: whose portal it is.
        name: as people know it; stands in mails.
        url: canonical https URL with an optional path prefix. Plain http is taken
            for loopback hosts only.
        contact: mail address of the administrator people turn to.
        audiences: who may log in here; both by default. Of a tenant's portals, mails
            lead people to one that serves them.
        language: BCP 47 tag; the pages' for browsers that ask for none there is, and
            the mails' to accounts with none of their own.
        url_parts: what tells it from other portals. Made, not given.
        base: the canonical URL, ending with a slash. Made, not given.

    Raises:
        WiringError: a field is unfit; names it and the cure.
    """

    tenant: str
    name: str
    url: str
    contact: str
    audiences: frozenset[Audience] = frozenset(Audience)
    language: str = "en"
    url_parts: URLParts = field(init=False, repr=False, compare=False)
    base: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            check_tenant(self.tenant)
            parse_address(self.contact, field="contact")
        except (InvalidInput, TypeError) as error:
            problem = str(error)
        else:
            problem = ""
        if problem:
            raise WiringError(
                problem + ".",
                setting="Portal(tenant=…, contact=…)",
                cure="Mend the portal's declaration.",
            )
        if not _is_header_text(self.name):
            raise WiringError(
                "a portal's name is 1 to 100 printable characters without '=?'.",
                setting="Portal(name=…)",
                cure="Give the name as people should read it in a mail.",
            )
        if not is_language_tag(self.language):
            raise WiringError(
                "this is no language tag.",
                setting="Portal(language=…)",
                cure="Write it as in 'fr' or 'de-CH'.",
            )
        known = tuple(Audience)
        named = taken(self.audiences) or ()
        audiences = frozenset(one for one in known if one in named)
        if not audiences or len(audiences) != len(named):
            raise WiringError(
                "expected audiences of Audience, one at least.",
                setting="Portal(audiences=…)",
                cure="Leave it out to serve both.",
            )
        object.__setattr__(self, "audiences", audiences)
        object.__setattr__(self, "url_parts", self._read_own_url())
        object.__setattr__(self, "base", _url_of(self.url_parts))

    def _read_own_url(self) -> URLParts:
        parts = read_url_parts(self.url) if isinstance(self.url, str) else None
        fits = (
            parts is not None
            and "?" not in self.url
            and "#" not in self.url
            and (parts.scheme == "https" or parts.host in _LOOPBACK)
        )
        if parts is None or not fits:
            raise WiringError(
                "expected an https URL without user, query or fragment.",
                setting="Portal(url=…)",
                cure="Write it as in https://portal.acme.example/secure/.",
            )
        path = parts.path if parts.path.endswith("/") else parts.path + "/"
        return URLParts(
            scheme=parts.scheme, host=parts.host, port=parts.port, path=path
        )

    def link_to(self, page: str, /, *, token: str) -> str:
        """Return the URL of a *page* of this portal that carries a signed token."""
        return f"{self.base}{page}?t={quote(token, safe='.-_')}"


def _is_header_text(text: object) -> bool:
    # "=?" would begin an encoded word, and the standard library decodes those into
    # line breaks (threats C82, E15).
    return (
        isinstance(text, str)
        and 0 < len(text.strip()) <= 100  # noqa: PLR2004 -- said in the error above
        and printable(text, most=200) == text
        and "=?" not in text
    )


def _url_of(parts: URLParts) -> str:
    host = f"[{parts.host}]" if ":" in parts.host else parts.host
    port = "" if _PORTS[parts.scheme] == parts.port else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}{quote(parts.path, safe='/~')}"


class Portals:
    """All portals of one installation, found by the URL of a request.

    Raises:
        WiringError: there is none, or two claim the same URL.
    """

    def __init__(self, portals: Iterable[Portal], /) -> None:
        given = taken(portals) or ()
        found = tuple(one for one in given if isinstance(one, Portal))
        self._portals = found if len(found) == len(given) else ()
        # The longest path first: a portal below another's path is the closer one.
        self._closest_first = sorted(
            self._portals, key=lambda portal: -len(portal.url_parts.path)
        )
        if not self._portals:
            raise WiringError(
                "there is no portal to log in to.",
                setting="portals",
                cure="Declare at least one Portal(tenant=…, name=…, url=…, contact=…).",
            )
        if len({portal.url_parts for portal in self._portals}) != len(self._portals):
            raise WiringError(
                "two portals claim the same URL.",
                setting="portals",
                cure="Give each its own host, port or path.",
            )
        self.tenants: frozenset[Tenant] = frozenset(
            Tenant(portal.tenant) for portal in self._portals
        )
        # The same few URLs come with every request: their reading is kept, of so many.
        self._found = lru_cache(maxsize=_MOST_KEPT)(self._find)

    def __iter__(self) -> Iterator[Portal]:
        return iter(self._portals)

    def at(self, url: str, /) -> Portal | None:
        """Return the portal a request to *url* came to, or None."""
        return self._found(url) if len(url) <= _LONGEST_URL else None

    def _find(self, url: str) -> Portal | None:
        parts = read_url_parts(url)
        if parts is None:
            return None
        return next((p for p in self._closest_first if p.url_parts.holds(parts)), None)

    def of(
        self, tenant: Tenant, /, *, base: str = "", audience: Audience | None = None
    ) -> Portal | None:
        """Return the tenant's portal for people of an audience.

        The one with this base URL, else the first in the order of declaration; only
        where none serves the audience, or none is given, of all. None: no portal is
        the tenant's.
        """
        own = [portal for portal in self._portals if portal.tenant == tenant]
        serving = [portal for portal in own if audience in portal.audiences] or own
        same = [portal for portal in serving if portal.base == base]
        return next(iter(same + serving), None)
