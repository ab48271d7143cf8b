"""Which portal the pages are for, and whether the settings fit it."""

from __future__ import annotations

from collections.abc import Iterable

from securelogin.errors import WiringError
from securelogin.outcomes import LoggedIn
from securelogin.portals import Portal, Portals
from securelogin.sessions import Session, SessionDigest
from securelogin.web.settings import CookieSafety, WebSettings

__all__ = ["chosen_portal", "others", "path_below", "same_tenant"]


def chosen_portal(
    portals: Portals, wanted: Portal | None, /, *, settings: WebSettings
) -> Portal:
    """Return the portal the pages are for.

    Raises:
        WiringError: it is not wired, there are several, or its URL does not fit the
            cookies.
    """
    known = tuple(portals)
    if wanted not in (known if wanted else (None,)) or (not wanted and len(known) > 1):
        raise WiringError(
            "expected one of the portals that auth was made with.",
            setting="portal",
            cure="Pass portal=…, and make one object for each portal.",
        )
    portal = wanted or known[0]
    is_plain = settings.cookies is CookieSafety.PLAIN_ON_LOOPBACK
    if is_plain != (portal.url_parts.scheme == "http"):
        raise WiringError(
            "cookies of an https portal are for https only; "
            "at http://localhost no browser would send such cookies back.",
            setting="WebSettings(cookies=…)",
            cure="PLAIN_ON_LOOPBACK goes with a portal at http://localhost, no other.",
        )
    return portal


def path_below(portal: Portal, root: str, /, *, setting: str) -> str:
    """Return the portal's path below the one at which an application is mounted.

    Without the first slash.

    Raises:
        WiringError: it does not lie below.
    """
    root, path = f"{root.rstrip('/')}/", portal.url_parts.path
    if not path.startswith(root):
        raise WiringError(
            f"the portal's path {path} is not below {root}.",
            setting=setting,
            cure="Name the path at which the application is mounted.",
        )
    return path.removeprefix(root)


def same_tenant(found: LoggedIn | None, portal: Portal, /) -> LoggedIn | None:
    """Return who is logged in, unless they are another tenant's (ASVS 8.4.1)."""
    is_own = found is not None and found.session.tenant == portal.tenant
    return found if is_own else None


def others(sessions: Iterable[Session], own: Session, /) -> list[SessionDigest]:
    """Return the sessions to end when all others shall end."""
    return [session.digest for session in sessions if session.digest != own.digest]
