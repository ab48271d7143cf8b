"""Style sheet, script and logo, each under a name that holds its content's digest."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files

from securelogin.web.settings import WebSettings

__all__ = ["Assets"]

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webp": "image/webp",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}


class Assets:
    """The files of one portal, read once. Safe to share between threads.

    Attributes:
        names: the name of each file under "style", "script", "theme" and "logo"; the
            last two only where the settings have them.
    """

    def __init__(self, settings: WebSettings, /) -> None:
        folder = files("securelogin.web") / "assets"
        found = {
            "style": ("css", (folder / "securelogin.css").read_bytes()),
            "script": ("js", (folder / "securelogin.js").read_bytes()),
        }
        if settings.theme or settings.dark_theme:
            found["theme"] = ("css", _theme(settings).encode())
        if settings.logo is not None:
            suffix = settings.logo.suffix.lower()[1:]
            found["logo"] = (suffix, settings.logo.read_bytes())
        self.names: dict[str, str] = {
            role: f"{role}.{sha256(content).hexdigest()[:16]}.{suffix}"
            for role, (suffix, content) in found.items()
        }
        self._files = {
            self.names[role]: (_TYPES[suffix], content)
            for role, (suffix, content) in found.items()
        }

    def get(self, name: str, /) -> tuple[str, bytes] | None:
        """Return the media type and content of a file, or None."""
        return self._files.get(name)


def _theme(settings: WebSettings) -> str:
    dark = f":root{{{_rules(settings.dark_theme)}}}"
    return (
        f":root{{{_rules(settings.theme)}}}\n"
        f"@media (prefers-color-scheme: dark){{{dark}}}\n"
    )


def _rules(values: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in values.items())
