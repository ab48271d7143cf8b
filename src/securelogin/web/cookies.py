"""The six cookies, and what is signed with the browser's own.

A form carries a token made of the browser's cookie and the portal's key (signed double
submit): no other site can make one, and another browser's is of no use. What is in the
cookies: random bytes, a session's token, a signed ticket, a signed link, a word.
"""

from __future__ import annotations

import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlsplit

from itsdangerous import Signer

from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing
from securelogin.portals import Portal
from securelogin.sessions import session_digest
from securelogin.web.responses import Cookie
from securelogin.web.settings import CookieSafety

__all__ = ["CookieJar", "Held", "Kind"]

_SEALED = re.compile(r"[A-Za-z0-9_-]{8,3000}\.[A-Za-z0-9_-]{43}", re.ASCII)


class Kind(StrEnum):
    """What a cookie is for."""

    BROWSER = "browser"
    SESSION = "session"
    TICKET = "ticket"
    LINK = "link"
    PROOF = "proof"
    NOTICE = "notice"


class Held(NamedTuple):
    """A token that a browser holds for us between two pages.

    Attributes:
        about: of a link the message to which it led, once opened; of a ticket the
            address that was typed.
    """

    token: Hidden
    about: str = ""


class CookieJar:
    """Names, makes and reads the cookies of one portal. Safe to share."""

    def __init__(
        self, portal: Portal, /, *, keys: KeyRing, safety: CookieSafety
    ) -> None:
        self._is_secure = safety is CookieSafety.HTTPS_ONLY
        self._keys = keys
        self._base = portal.base
        self._tenant = portal.tenant
        # `__Host-` wants the path "/", and no cookie knows a port (RFC 6265, 8.5): so
        # portals that share a host need other names.
        is_alone = portal.url_parts.path == "/" and not _has_port(portal)
        digest = sha256(portal.base.encode()).hexdigest()[:8]
        prefix = "__Host-" if self._is_secure else ""
        suffix = "" if is_alone else f"-{digest}"
        self.names: dict[Kind, str] = {
            kind: f"{prefix}securelogin-{kind}{suffix}" for kind in Kind
        }

    def read(self, found: dict[str, Hidden], /) -> dict[Kind, Hidden]:
        """Return this portal's cookies among all that came."""
        return {k: found[name] for k, name in self.names.items() if name in found}

    def keep(
        self, kind: Kind, value: Hidden, /, *, life: timedelta | None = None
    ) -> Cookie:
        """Return a cookie to set; without *life* until the browser is closed."""
        seconds = None if life is None else max(0, int(life.total_seconds()))
        return self._cookie(kind, value, seconds)

    def forget(self, kind: Kind, /) -> Cookie:
        """Return what makes the browser forget a cookie."""
        return self._cookie(kind, Hidden(""), 0)

    def _cookie(self, kind: Kind, value: Hidden, seconds: int | None) -> Cookie:
        return Cookie(
            name=self.names[kind], value=value, seconds=seconds, secure=self._is_secure
        )

    # -- forms --

    def form_token(self, browser: Hidden, /) -> Hidden:
        """Return the token for the forms of one browser."""
        return self._form_tokens(browser)[0]

    def is_own_form(self, browser: Hidden | None, token: Hidden | None, /) -> bool:
        """Tell whether a form was made for this browser, by any key in use."""
        if browser is None or token is None or session_digest(browser) is None:
            return False
        return any(token == own for own in self._form_tokens(browser))

    def _form_tokens(self, browser: Hidden) -> list[Hidden]:
        text = f"{self._base} {browser.reveal()}".encode()
        return [
            Hidden(_text_of(hmac.digest(key, text, "sha256")))
            for key in self._keys.derived("web.form")
        ]

    # -- tokens --

    def seal(self, kind: Kind, held: Held, /, *, until: datetime) -> Hidden:
        """Return the value of a cookie that holds a token, signed."""
        fields = [held.token.reveal(), held.about, int(until.timestamp())]
        body = _text_of(json.dumps(fields).encode()).encode()
        return Hidden(self._signer(kind).sign(body).decode("ascii"))

    def unseal(
        self, kind: Kind, sealed: Hidden | None, /, *, at: datetime
    ) -> Held | None:
        """Return the token that a cookie holds, if we signed it and it is in time."""
        text = "" if sealed is None else sealed.reveal()
        if _SEALED.fullmatch(text) is None:
            return None
        body, _, signature = text.encode("ascii").partition(b".")
        if self._signer(kind).verify_signature(body, signature) is not True:
            return None
        token, about, until = json.loads(
            urlsafe_b64decode(body + b"=" * (-len(body) % 4))
        )
        if datetime.fromtimestamp(until, tz=UTC) <= at:
            return None
        return Held(token=Hidden(token), about=about)

    def _signer(self, kind: Kind) -> Signer:
        return self._keys.signer(f"web.{kind}.{self._tenant}")


def _has_port(portal: Portal) -> bool:
    # The canonical URL names no port that is the default of its scheme.
    return urlsplit(portal.base).port is not None


def _text_of(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
