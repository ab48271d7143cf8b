"""Tell whether a connection leaves this machine. Pure."""

from __future__ import annotations

import ipaddress

__all__ = ["stays_here"]


def stays_here(host: str, /) -> bool:
    """Tell whether *host*, as a driver names its peer, is this machine.

    The name or path of a Unix socket is, and so is no host at all. No other name is
    looked up: "localhost" alone is sure to stay.
    """
    if host.startswith(("/", "@")) or host.lower() in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
