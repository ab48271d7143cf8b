"""Read a user agent with ua-parser. Needs the extra `browsers`."""

from __future__ import annotations

from functools import lru_cache

from ua_parser import parse_user_agent

from securelogin.browsers import Browser

__all__ = ["read_browser"]


# A portal's people use few browsers; the first reading of each costs the most.
@lru_cache(maxsize=1_024)
def read_browser(user_agent: str, /) -> Browser | None:
    """Return the browser that a user agent says it is; None if it says nothing known.

    Total: whatever a stranger sends, it does not raise. Safe for concurrent callers.
    """
    found = parse_user_agent(user_agent)
    major = "" if found is None else found.major or ""
    if found is None or not major.isdecimal():
        return None
    return Browser(family=found.family, version=int(major))
