"""What a request brought, and what is kept of it.

`Attempt` is built by a web adapter from one request, once. `AttemptRecord` is what
the attempt log keeps for support: never a password, a token or their lengths.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import ip_address, ip_network

from securelogin.accounts import AccountId
from securelogin.addresses import Tenant
from securelogin.errors import InvalidInput
from securelogin.hidden import Hidden, hide_all
from securelogin.outcomes import Cause

__all__ = [
    "NO_CLIENT",
    "Attempt",
    "AttemptRecord",
    "Client",
    "Form",
    "Operation",
    "Preflight",
    "RequestFault",
    "Span",
    "printable",
]


def printable(text: str, /, *, most: int) -> str:
    """Return *text* fit for a record or a log line, at most *most* characters.

    Control, bidirectional, invisible, surrogate and unassigned characters become
    U+FFFD, so that nobody can forge a line or turn a terminal (ASVS 16.4.1, threats
    C19, F-33). So does U+2400, the sign for NUL.
    """
    # A database without NUL stores that sign as two characters, and its column has room
    # for *most* (stores.relational.nul; test_full_texts).
    short = text[:most].replace("\u2400", "\ufffd")
    if short.isprintable():
        return short
    return "".join(
        character
        if character.isprintable() or unicodedata.category(character) == "Zs"
        else "\ufffd"
        for character in short
    )


class RequestFault(StrEnum):
    """What a web adapter saw wrong with the request itself, before any log-in."""

    COOKIES_BLOCKED = "cookies_blocked"
    CSRF = "csrf"


class Operation(StrEnum):
    """What was attempted. Stable words, fit for dashboards."""

    LOGIN = "login"
    LINK_OPENED = "link_opened"
    RESET_REQUESTED = "reset_requested"
    PASSWORD_COMPLETED = "password_completed"  # noqa: S105 -- an operation, not a secret
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- an operation, not a secret
    ADDRESS_REQUESTED = "address_requested"
    ADDRESS_CONFIRMED = "address_confirmed"
    SUPPORT_FOUND = "support_found"
    SUPPORT_SEARCHED = "support_searched"
    SUPPORT_LISTED = "support_listed"


class Form(StrEnum):
    """What a typed secret looks like. Decides what it is checked against."""

    LASTING = "lasting"
    TEMPORARY = "temporary"
    MISTYPED_TEMPORARY = "mistyped_temporary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What the page found out about the browser before the log-in; None: not tried.

    Attributes:
        cookies: a cookie that was set came back.
        https: the page was fetched over HTTPS, as far as the browser can tell.
        script: scripts run. Not needed; known because pages behave otherwise without.
    """

    cookies: bool | None = None
    https: bool | None = None
    script: bool | None = None

    def __post_init__(self) -> None:
        """Refuse what is no answer.

        Raises:
            TypeError: a fact is neither a bool nor None.
        """
        for name in ("cookies", "https", "script"):
            if not isinstance(getattr(self, name), bool | None):
                message = f"{name} must be a bool or None"
                raise TypeError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Where a request came from, as far as the web adapter trusts it.

    Attributes:
        ip: the peer's address, or the one a *trusted* proxy reported; never a header
            taken as it came (threats C31). None: unknown; such clients share one
            counter.
        user_agent: as sent; kept printable, at most 256 characters.
        device_time: the device's own clock, if the page asked for it.
        language: BCP 47 tag of the language the page is shown in.
        preflight: what the page found out about the browser.
    """

    ip: str | None = None
    user_agent: str = ""
    device_time: datetime | None = None
    language: str = "en"
    preflight: Preflight | None = None

    def __post_init__(self) -> None:
        """Check and tidy what came in.

        Raises:
            TypeError: a field is of the wrong type.
            InvalidInput: `ip` is no IP address, or `device_time` has no zone or lies
                in no year of UTC's from 1 to 9999: a store could not read it again.
        """
        for name, kind in (
            ("user_agent", str),
            ("language", str),
            ("device_time", datetime | None),
            ("preflight", Preflight | None),
        ):
            if not isinstance(getattr(self, name), kind):
                message = f"{name} must not be {type(getattr(self, name)).__name__}"
                raise TypeError(message)
        object.__setattr__(self, "user_agent", printable(self.user_agent, most=256))
        if self.ip is not None:
            object.__setattr__(self, "ip", _plain_ip(self.ip))
        if self.device_time is not None:
            _require_readable(self.device_time)

    @property
    def source(self) -> str:
        """What attempts from here are counted by, an IPv4 address or an IPv6 /64."""
        if self.ip is None:
            return "unknown"
        if ":" not in self.ip:
            return self.ip
        return str(ip_network((self.ip, 64), strict=False).network_address)


NO_CLIENT = Client()
"""Stands where a caller says nothing of where a request came from."""


def _require_readable(told: datetime) -> None:
    if told.utcoffset() is None:
        raise InvalidInput(
            "a device's time needs its zone", field="device_time", code="time_naive"
        )
    try:
        told.astimezone(UTC)
    except OverflowError:
        raise InvalidInput(
            "a device's time lies between the years 1 and 9999 in UTC",
            field="device_time",
            code="time_out_of_range",
        ) from None


def _plain_ip(text: str) -> str:
    if not isinstance(text, str):
        message = f"ip must be a str or None, not {type(text).__name__}"
        raise TypeError(message)
    try:
        # A zone ("fe80::1%eth0") is the host's affair, not the client's.
        parsed = ip_address(text.partition("%")[0])
    except ValueError:
        parsed = None
    if parsed is None:
        raise InvalidInput("expected an IP address", field="ip", code="ip_malformed")
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)


@dataclass(frozen=True, slots=True, init=False)
class Attempt:
    """One attempt to log in: what a single request brought.

    Args:
        address: as typed; anything that is a str.
        password: as typed, lasting or temporary; kept as `Hidden` at once.
        url: the URL the request came to, as the web server knows it. Compared with
            the portals' URLs, never used to build one.
        link: the token of the recipient link the person came by, if any.
        client: where the request came from.
        faults: what the web adapter found wrong with the request.

    Raises:
        TypeError: an argument has the wrong type; the error holds no value.
    """

    address: str = field(repr=False)
    password: Hidden
    url: str = field(repr=False)
    link: Hidden | None
    client: Client
    faults: frozenset[RequestFault]

    def __init__(
        self,
        *,
        address: str,
        password: str | Hidden,
        url: str,
        link: str | Hidden | None = None,
        client: Client | None = None,
        faults: frozenset[RequestFault] = frozenset(),
    ) -> None:
        # So that it can be shown, in a traceback, before it is whole.
        for name in self.__slots__:
            object.__setattr__(self, name, None)
        # order matters: the plain secrets leave this frame before anything can raise
        # (test_hidden: no error or frame of ours holds a secret).
        given: dict[str, object] = {"password": password}
        if link is not None:
            given["link"] = link
        del password, link
        secret, *links = hide_all(given)
        for name, value in (("address", address), ("url", url)):
            if not isinstance(value, str):
                message = f"{name} must be a str, not {type(value).__name__}"
                raise TypeError(message)
        if client is not None and not isinstance(client, Client):
            message = f"client must be a Client, not {type(client).__name__}"
            raise TypeError(message)
        object.__setattr__(self, "address", str.__str__(address))
        object.__setattr__(self, "password", secret)
        object.__setattr__(self, "url", str.__str__(url))
        object.__setattr__(self, "link", next(iter(links), None))
        object.__setattr__(self, "client", client or NO_CLIENT)
        object.__setattr__(
            self, "faults", frozenset(RequestFault(fault) for fault in faults)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """What the log keeps of one operation, successful or not.

    Attributes:
        reference: the random code the person was shown.
        causes: why it was refused, in the order in which the person meets them; the
            first is *the* cause. Empty: it was not refused.
        portal: canonical URL of the portal it came to, or "" if it fits none.
        url: the URL as used, without query and fragment.
        lookup: the key value that was looked up.
        typed: the address as typed, if it is one; else "" (people type their password
            into the wrong field).
        hits: how often (source, address, consecutive) had been counted.
        note: what the portal's own check said; for a look-up, who looked for what.
        preflight: what the page had found out about the browser.
    """

    reference: str
    at: datetime
    operation: Operation
    causes: tuple[Cause, ...] = ()
    tenant: Tenant
    portal: str = ""
    url: str = ""
    lookup: str = ""
    typed: str = ""
    account: AccountId | None = None
    link: str | None = None
    form: Form | None = None
    ip: str = ""
    user_agent: str = ""
    device_time: datetime | None = None
    hits: tuple[int, ...] = ()
    note: str = ""
    preflight: Preflight | None = None

    def erased(self) -> AttemptRecord:
        """Return the record without what tells who it was."""
        return replace(
            self,
            url="",
            lookup="",
            typed="",
            ip="",
            user_agent="",
            device_time=None,
            note="",
            preflight=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which attempts to look for in the log: at one tenant, in a span of time.

    Attributes:
        after, before: both ends belong to it.
        lookup: only attempts on this look-up key; None: on any.
        ip: only attempts from this address; None: from any.
    """

    tenant: Tenant
    after: datetime
    before: datetime
    lookup: str | None = None
    ip: str | None = None

    def holds(self, record: AttemptRecord, /) -> bool:
        """Tell whether a record is one of those looked for."""
        return (
            record.tenant == self.tenant
            and self.after <= record.at <= self.before
            and self.lookup in (None, record.lookup)
            and self.ip in (None, record.ip)
        )
