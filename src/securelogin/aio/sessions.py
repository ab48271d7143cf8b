"""Sessions: who is logged in, on which devices, and how that ends."""

from __future__ import annotations

from securelogin.accounts import AccountId
from securelogin.adapters import AsyncCredentials, AsyncSessionReads, AsyncSessions
from securelogin.aio.held_sessions import AsyncHeldSessions
from securelogin.credentials import generation_of
from securelogin.events import EventKind
from securelogin.guards import guarded
from securelogin.hidden import Hidden
from securelogin.installation import Installation
from securelogin.outcomes import LoggedIn
from securelogin.rules.events import session_event
from securelogin.rules.sessions import holds, wants_note
from securelogin.sessions import Session, SessionDigest, session_digest

__all__ = ["AsyncSessionControl"]


class AsyncSessionControl:
    """Resolve and end sessions. Safe for any number of concurrent callers."""

    def __init__(
        self,
        *,
        installation: Installation,
        reads: AsyncSessionReads,
        credentials: AsyncCredentials,
        sessions: AsyncSessions,
    ) -> None:
        self._installation = installation
        self._lifetimes = installation.policy.lifetimes
        self._reads = guarded(reads, AsyncSessionReads, setting="session_reads")
        self._credentials = guarded(
            credentials, AsyncCredentials, setting="credentials"
        )
        self._sessions = guarded(sessions, AsyncSessions, setting="sessions")
        self._held = AsyncHeldSessions(installation=installation, sessions=sessions)

    async def resolve(self, token: str | Hidden | None, /) -> LoggedIn | None:
        """Return who is logged in with a session token, or None.

        None for anything that is no live token, whatever it is. A session holds only
        while its account is active and its generation is the present one.
        """
        digest = session_digest(token)
        if digest is None:
            return None
        now = self._installation.now()
        rows = await self._reads.read(digest)
        if rows is None:
            return None
        session, account = rows.session, rows.account
        if account is None or not holds(
            session,
            account,
            generation=rows.generation,
            at=now,
            lifetimes=self._lifetimes,
        ):
            self._installation.tell(
                session_event,
                EventKind.SESSION_USE_AFTER_EXPIRE,
                session,
                operation="sessions.resolve",
                at=now,
            )
            return None
        if wants_note(session, at=now, lifetimes=self._lifetimes):
            # Whoever else notes it at the same time notes the same: a lost one is fine.
            await self._sessions.replace(session, session.seen(at=now))
        return LoggedIn(account=account, session=session)

    async def list(self, account: AccountId, /) -> tuple[Session, ...]:
        """Return an account's live sessions, newest first; no tokens (ASVS 7.5.2).

        The newest 100: `end_all` ends the others too.
        """
        return await self._held.live(
            account, generation=await self._generation(account)
        )

    async def end(self, token: str | Hidden | None, /) -> None:
        """Log out: end the session of this token. Doing it twice is as good as once."""
        digest = session_digest(token)
        if digest is not None:
            await self._end(
                await self._sessions.get(digest),
                operation="sessions.end",
                reason="logout",
            )

    async def end_one(self, account: AccountId, digest: SessionDigest, /) -> None:
        """End one of an account's sessions, by its digest; another's is left alone."""
        session = await self._sessions.get(digest)
        if session is not None and session.account == account:
            await self._end(session, operation="sessions.end_one", reason="revoked")

    async def end_all(self, account: AccountId, /) -> int:
        """End every session of an account, however many; return how many were live.

        A log-in that goes on at the same time may begin one that stays: to shut
        everybody out, disable the account or change the password.
        """
        return await self._held.end_all(
            account,
            generation=await self._generation(account),
            operation="sessions.end_all",
            reason="revoked",
        )

    async def _end(
        self, session: Session | None, *, operation: str, reason: str
    ) -> None:
        if session is not None:
            await self._held.end(session, operation=operation, reason=reason)

    async def _generation(self, account: AccountId) -> int:
        return generation_of(await self._credentials.get(account))
