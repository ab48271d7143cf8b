"""What a log-in page tells about the browser, read from what came back with the form.

Total: the fields are a stranger's. Nothing here decides a log-in; it is kept for
support, who otherwise would have to ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from securelogin.attempts import Client, Preflight
from securelogin.policy import Policy

__all__ = [
    "DEVICE_TIME",
    "PAGE",
    "SCRIPT",
    "PreflightCheck",
    "browser_notice",
    "preflight_checks",
    "read_device_time",
    "read_preflight",
]

PAGE = "preflight"
"""Field the page always sends, so that an old page is not taken for one sans script."""

SCRIPT = "script"
"""Field that a script fills with "1"."""

DEVICE_TIME = "device_time"
"""Field that a script fills with the device's clock, in ISO 8601 with its zone."""

_LONGEST_TIME = 40
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightCheck:
    """One thing that a log-in needs of a browser.

    Attributes:
        code: what it is and how it was found, such as "clock.bad": a page's text.
        minutes: how far the clock is off, for "clock.bad".
    """

    code: str
    minutes: int = 0


def preflight_checks(
    client: Client, /, *, at: datetime, leeway: timedelta
) -> tuple[PreflightCheck, ...]:
    """Return what a person, or support, is to know of a browser before a log-in."""
    found = client.preflight or Preflight()
    return (
        PreflightCheck(code=f"cookies.{_STATES[found.cookies]}"),
        PreflightCheck(code=f"https.{_STATES[found.https]}"),
        _clock(client.device_time, at=at, leeway=leeway),
        PreflightCheck(code=f"script.{_STATES[found.script]}"),
    )


_STATES: Mapping[bool | None, str] = {True: "good", False: "bad", None: "unknown"}


def _clock(told: datetime | None, *, at: datetime, leeway: timedelta) -> PreflightCheck:
    if told is None:
        return PreflightCheck(code="clock.unknown")
    off = abs(told - at)
    if off <= leeway:
        return PreflightCheck(code="clock.good")
    return PreflightCheck(code="clock.bad", minutes=max(1, round(off / _MINUTE)))


def read_preflight(
    fields: Mapping[str, str],
    /,
    *,
    cookie_came_back: bool | None,
    is_https: bool | None,
) -> Preflight:
    """Return what is known of the browser.

    Args:
        fields: of the form that was sent.
        cookie_came_back: whether a cookie set with the page did; None: none was set.
        is_https: whether the request came over TLS, by what a trusted proxy says.
    """
    return Preflight(
        cookies=cookie_came_back,
        https=is_https,
        script=fields.get(SCRIPT) == "1" if PAGE in fields else None,
    )


def read_device_time(fields: Mapping[str, str], /) -> datetime | None:
    """Return the device's clock in UTC; None without one that can be read."""
    text = fields.get(DEVICE_TIME, "")
    try:
        told = datetime.fromisoformat(text[:_LONGEST_TIME])
        return None if told.utcoffset() is None else told.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def browser_notice(client: Client, /, *, policy: Policy) -> str | None:
    """Return what to say above the log-in form to a browser below the matrix.

    Depends on the request alone: says nothing of an account, and keeps nobody out.
    """
    if policy.browsers.needed(client.user_agent) is None:
        return None
    return policy.messages.text("browser_old", language=client.language)
