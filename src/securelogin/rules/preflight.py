"""What a log-in page tells about the browser, read from what came back with the form.

Total: the fields are a stranger's. Nothing here decides a log-in; it is kept for
support, who otherwise would have to ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from securelogin.attempts import Client, Preflight
from securelogin.policy import Policy

__all__ = [
    "DEVICE_TIME",
    "PAGE",
    "SCRIPT",
    "browser_notice",
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
