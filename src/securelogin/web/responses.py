"""A response as every framework can send it, and the headers that all of them carry."""

from __future__ import annotations

from dataclasses import dataclass, field

from securelogin.hidden import Hidden

__all__ = ["ASSET_HEADERS", "PAGE_HEADERS", "Cookie", "Response"]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)

_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)

PAGE_HEADERS: tuple[tuple[str, str], ...] = (
    *_ALWAYS,
    # ASVS 14.3.2, 3.4.3 to 3.4.8. Some caches, such as Django's in 5.2.0, look
    # for the second word only.
    ("Cache-Control", "no-store, private"),
    ("Content-Security-Policy", _POLICY),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    (
        "Permissions-Policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("X-Robots-Tag", "noindex, nofollow"),
)
"""On every page and JSON answer."""

ASSET_HEADERS: tuple[tuple[str, str], ...] = (
    *_ALWAYS,
    # A logo may be an SVG: opened by itself, it runs nothing either.
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
    # The name holds the content's digest, so it never changes.
    ("Cache-Control", "public, max-age=31536000, immutable"),
)
"""On style sheets, the script and the logo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """One cookie to set; out of reach for scripts, not sent from other sites.

    Attributes:
        seconds: how long the browser keeps it; None until it is closed, 0 to forget it.
        secure: False on loopback only, see `CookieSafety`.
    """

    name: str
    value: Hidden
    seconds: int | None = None
    secure: bool = True

    @property
    def header(self) -> str:
        """The value of its `Set-Cookie` header (ASVS 3.3.1 to 3.3.4)."""
        parts = [f"{self.name}={self.value.reveal()}", "Path=/"]
        parts += [] if self.seconds is None else [f"Max-Age={self.seconds}"]
        parts += ["Secure"] if self.secure else []
        return "; ".join((*parts, "HttpOnly", "SameSite=Lax"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP response.

    Attributes:
        headers: without cookies and length.
        cookies: to set, each in a `Set-Cookie` header of its own.
        body: nothing for HEAD.
        length: of the body in bytes; for HEAD of the one that GET gets (RFC 9110, 8.6).
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    cookies: tuple[Cookie, ...] = ()
    body: bytes = field(default=b"", repr=False)
    length: int = 0

    @property
    def header_list(self) -> list[tuple[str, str]]:
        """Headers, cookies and length, for a framework that takes them as one list."""
        cookies = [("Set-Cookie", cookie.header) for cookie in self.cookies]
        return [*self.headers, *cookies, ("Content-Length", str(self.length))]
