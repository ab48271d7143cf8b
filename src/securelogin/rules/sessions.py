"""How a session begins, when it holds, and which ones have to go."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from securelogin.accounts import Account, Status
from securelogin.attempts import Client
from securelogin.credentials import Credential, generation_of
from securelogin.hidden import Hidden
from securelogin.policy import Lifetimes
from securelogin.sessions import (
    MOST_HELD,
    NewSession,
    Session,
    session_digest,
)

__all__ = [
    "begin_session",
    "browser_of",
    "hiding",
    "holds",
    "is_live",
    "is_new_browser",
    "live_of",
    "surplus",
    "wants_note",
]


_NUMBERS = re.compile(r"\d[\d._]*")


def begin_session(
    *,
    token: Hidden,
    account: Account,
    credential: Credential | None,
    client: Client,
    at: datetime,
    lifetimes: Lifetimes,
) -> NewSession:
    """Return a new session for an account that has just proven itself.

    Raises:
        ValueError: *token* does not come from `make_session_token`.
    """
    digest = session_digest(token)
    if digest is None:
        message = "a session token comes from make_session_token"
        raise ValueError(message)
    return NewSession(
        token=token,
        session=Session(
            digest=digest,
            account=account.id,
            tenant=account.tenant,
            generation=generation_of(credential),
            began_at=at,
            seen_at=at,
            until=at + lifetimes.session,
            browser=browser_of(client),
            user_agent=client.user_agent,
            ip=client.ip or "",
        ),
    )


def is_live(session: Session, /, *, at: datetime, lifetimes: Lifetimes) -> bool:
    """Tell whether a session has neither ended, nor grown too old or idle.

    A clock that jumps back ends nothing: the session just seems fresh (threats F-12).
    """
    return (
        session.ended_at is None
        and at < session.until
        and at < session.seen_at + lifetimes.session_idle
    )


def holds(
    session: Session | None,
    account: Account | None,
    /,
    *,
    generation: int,
    at: datetime,
    lifetimes: Lifetimes,
) -> bool:
    """Tell whether a session still logs its account in.

    It must be live, of the present generation, and of an active account (ASVS 7.4.1,
    7.4.2; threats C35, C57, F-73).

    Args:
        generation: that secrets of the account are bound to now.
    """
    return (
        session is not None
        and account is not None
        and account.status is Status.ACTIVE
        and session.account == account.id
        and session.generation == generation
        and is_live(session, at=at, lifetimes=lifetimes)
    )


def wants_note(session: Session, /, *, at: datetime, lifetimes: Lifetimes) -> bool:
    """Tell whether its last use is old enough to be noted anew."""
    return at - session.seen_at >= lifetimes.seen_every


def live_of(
    held: Sequence[Session],
    /,
    *,
    generation: int,
    at: datetime,
    lifetimes: Lifetimes,
) -> tuple[Session, ...]:
    """Return those that are live and of the present generation, in their order."""
    return tuple(
        session
        for session in held
        if session.generation == generation
        and is_live(session, at=at, lifetimes=lifetimes)
    )


def hiding(held: Sequence[Session], live: Sequence[Session], /) -> tuple[Session, ...]:
    """Return those that are over and may keep a live one from being given.

    A store gives so many at once: where it has given fewer, there are no more. So a
    person whose sessions run out without a log-out costs no write.
    """
    if len(held) < MOST_HELD:
        return ()
    alive = {session.digest for session in live}
    return tuple(session for session in held if session.digest not in alive)


def surplus(live: Sequence[Session], /, *, most: int) -> tuple[Session, ...]:
    """Return the sessions that must end so that at most *most* of *live* remain.

    The oldest go. The order is the same for everybody who looks, so that log-ins at
    the same moment agree.
    """
    newest = sorted(
        live, key=lambda session: (session.began_at, session.digest), reverse=True
    )
    return tuple(newest[most:])


def browser_of(client: Client, /) -> str:
    """Return what tells this browser from another one: 16 characters.

    Without its numbers: an update does not make a browser a new one, and a person who
    gets a notice with every update stops reading them.
    """
    name = _NUMBERS.sub("", client.user_agent)
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def is_new_browser(credential: Credential | None, browser: str, /) -> bool:
    """Tell whether the account was used before, but never from this browser."""
    return (
        credential is not None
        and bool(credential.browsers)
        and browser not in credential.browsers
    )
