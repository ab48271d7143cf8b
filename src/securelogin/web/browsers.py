"""The browser's name and version, as people know them, out of a user agent.

For reading only: nothing is decided by it.
"""

from __future__ import annotations

import re

__all__ = ["browser_name"]

# The order matters: most browsers also name the ones they wish to be taken for.
_BROWSERS = (
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"OPR/(\d+)")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/(\d+)")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"(?:Chrome|CriOS)/(\d+)")),
    ("Safari", re.compile(r"Version/(\d+).*Safari/")),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str, /) -> str:
    """Return "Firefox 140, Windows"; of an unknown one the user agent as it is."""
    found = (
        f"{name} {match[1]}"
        for name, pattern in _BROWSERS
        if (match := pattern.search(user_agent)) is not None
    )
    name = next(found, "")
    system = next((said for word, said in _SYSTEMS if word in user_agent), "")
    return ", ".join(part for part in (name, system) if part) if name else user_agent
