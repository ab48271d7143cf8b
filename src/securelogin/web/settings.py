"""What a portal chooses for its pages, checked when it is made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from securelogin.errors import WiringError
from securelogin.messages import Messages
from securelogin.web.texts import PAGE_TEXTS

__all__ = ["CookieSafety", "Entry", "WebSettings", "page_texts", "read_settings"]

_PLACE = re.compile(r"[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*/?|", re.ASCII)
_VARIABLE = re.compile(r"[a-z][a-z0-9-]{0,40}", re.ASCII)
_VALUE = re.compile(r"[A-Za-z0-9#%.,() \"'-]{1,200}", re.ASCII)
_LOGOS = frozenset({".svg", ".png", ".webp", ".jpg", ".jpeg"})
_LARGEST_LOGO = 512 * 1024
_SMALLEST_BODY = 16 * 1024
_LARGEST_BODY = 1024 * 1024
_MOST_PROXIES = 8
_LONGEST_LINK_LIFE = timedelta(hours=12)


class CookieSafety(StrEnum):
    """Whether cookies travel over TLS only."""

    HTTPS_ONLY = "https_only"
    PLAIN_ON_LOOPBACK = "plain_on_loopback"
    """Development only: for a portal at http://localhost or http://127.0.0.1."""


class Entry(StrEnum):
    """How the log-in page asks."""

    ONE_STEP = "one_step"
    ADDRESS_FIRST = "address_first"
    """The address, then the password; the same second step for every address."""


def page_texts(own: Mapping[str, Mapping[str, str]] | None = None, /) -> Messages:
    """Return the texts of the pages, with a portal's own in front."""
    return Messages(own, defaults=PAGE_TEXTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Settings of the pages; every default is safe.

    Attributes:
        home: where people go after log-in, a path below the portal's URL.
        message: the page of one message, such as "messages/{message}"; whoever came by
            a recipient link goes there. "" for `home`.
        entry: one page for address and password, or one after the other.
        trusted_proxies: how many proxies of one's own stand in front; as many entries
            at the right of `X-Forwarded-For` are believed, and `X-Forwarded-Proto`.
        cookies: `PLAIN_ON_LOOPBACK` for development over plain http.
        hsts: how long browsers shall insist on https; None sends no such header.
        link_life: how long a browser remembers the link a person came by.
        largest_body: of a request, in bytes.
        templates: a folder with templates of one's own; they go before ours, one by
            one.
        theme, dark_theme: values of the style sheet's variables, without their `--`.
        logo: an image file; it stands beside the portal's name.
        texts: of the pages, made by `page_texts`.

    Raises:
        WiringError: a value is unfit; names it and the cure.
    """

    home: str = ""
    message: str = ""
    entry: Entry = Entry.ONE_STEP
    trusted_proxies: int = 0
    cookies: CookieSafety = CookieSafety.HTTPS_ONLY
    hsts: timedelta | None = None
    link_life: timedelta = timedelta(hours=1)
    largest_body: int = 64 * 1024
    templates: Path | None = None
    theme: Mapping[str, str] = field(default_factory=dict)
    dark_theme: Mapping[str, str] = field(default_factory=dict)
    logo: Path | None = None
    texts: Messages = field(default_factory=page_texts, repr=False)

    def __post_init__(self) -> None:
        for name, kind in (("entry", Entry), ("cookies", CookieSafety)):
            _require(
                getattr(self, name) in set(kind),
                name,
                f"expected one of {', '.join(kind)}.",
                f"Pass a member of {kind.__name__}.",
            )
            object.__setattr__(self, name, kind(getattr(self, name)))
        self._check_places()
        self._check_bounds()
        self._check_brand()

    def _check_places(self) -> None:
        places = (
            ("home", self.home),
            ("message", self.message.replace("{message}", "m")),
        )
        for name, place in places:
            _require(
                _PLACE.fullmatch(place) is not None and ".." not in place,
                name,
                "expected a plain path below the portal's URL, without a first slash.",
                "Write it as in inbox/ or messages/{message}.",
            )
        _require(
            not self.message or self.message.count("{message}") == 1,
            "message",
            "there is no one place for the message.",
            "Write it as in messages/{message}.",
        )

    def _check_bounds(self) -> None:
        for name, least, most in (
            ("trusted_proxies", 0, _MOST_PROXIES),
            ("largest_body", _SMALLEST_BODY, _LARGEST_BODY),
        ):
            value = getattr(self, name)
            _require(
                type(value) is int and least <= value <= most,
                name,
                f"expected a whole number from {least} to {most}.",
                "Leave it out for the default.",
            )
        _require(
            isinstance(self.link_life, timedelta)
            and timedelta(0) < self.link_life <= _LONGEST_LINK_LIFE,
            "link_life",
            "expected a timedelta above zero, at most twelve hours.",
            "Leave it out for the default.",
        )
        _require(
            self.hsts is None
            or (isinstance(self.hsts, timedelta) and self.hsts >= timedelta(0)),
            "hsts",
            "expected a timedelta, or None.",
            "Pass timedelta(days=365) once every page of the host is on https.",
        )

    def _check_brand(self) -> None:
        for name in ("theme", "dark_theme"):
            values = getattr(self, name)
            _require(
                isinstance(values, Mapping)
                and all(map(_VARIABLE.fullmatch, map(str, values)))
                and all(map(_VALUE.fullmatch, map(str, values.values()))),
                name,
                "expected names and values of CSS variables.",
                'Write them as in {"accent": "#0b5cad"}.',
            )
        _require(
            self.logo is None
            or (
                self.logo.suffix.lower() in _LOGOS
                and self.logo.is_file()
                and self.logo.stat().st_size <= _LARGEST_LOGO
            ),
            "logo",
            "expected a file of SVG, PNG, WebP or JPEG, at most 512 KiB.",
            "Check the path, or leave it out.",
        )
        _require(
            self.templates is None or self.templates.is_dir(),
            "templates",
            "there is no such folder.",
            "Check the path, or leave it out.",
        )
        _require(
            isinstance(self.texts, Messages) and "page.login" in self.texts.codes,
            "texts",
            "expected the texts of the pages.",
            "Make them with page_texts(…).",
        )


def read_settings(given: Mapping[str, Any], /, *, prefix: str) -> WebSettings:
    """Return the settings that an application's own configuration holds.

    Args:
        given: by name, without the *prefix* that they have there.

    Raises:
        WiringError: one is unknown or unfit.
    """
    known = {field.name for field in fields(WebSettings)}
    for name in sorted(given.keys() - known):
        raise WiringError(
            "there is no such setting.",
            setting=f"{prefix}{name.upper()}",
            cure="Known are "
            + ", ".join(prefix + one.upper() for one in sorted(known))
            + ".",
        )
    return WebSettings(**given)


def _require(fits: bool, name: str, problem: str, cure: str) -> None:  # noqa: FBT001 -- the condition, first
    if not fits:
        raise WiringError(problem, setting=f"WebSettings({name}=…)", cure=cure)
