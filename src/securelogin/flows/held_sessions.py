"""What an account holds of sessions, and how they end: one place for every flow.

Not in here: which of them have to go (`rules.sessions`).
"""

from __future__ import annotations

from collections.abc import Sequence

from securelogin.accounts import AccountId
from securelogin.adapters import Sessions
from securelogin.errors import AdapterError
from securelogin.events import EventKind
from securelogin.guards import guarded
from securelogin.installation import Installation
from securelogin.rules.events import session_event
from securelogin.rules.sessions import hiding, live_of, surplus
from securelogin.sessions import MOST_HELD, Session, SessionDigest

__all__ = ["HeldSessions"]

_MOST_TRIES = 100


class HeldSessions:
    """Look through an account's sessions and end them, however many there are.

    Safe for any number of concurrent callers. An adapter that forgets what it has
    written is an `AdapterError`: nobody goes round with it for ever.
    """

    def __init__(self, *, installation: Installation, sessions: Sessions) -> None:
        self._installation = installation
        self._lifetimes = installation.policy.lifetimes
        self._sessions = guarded(sessions, Sessions, setting="sessions")
        self._adapter = type(sessions).__name__

    def live(self, account: AccountId, /, *, generation: int) -> tuple[Session, ...]:
        """Return the newest live sessions of the generation, 100 at most.

        Those that are over hide none: they are ended where they might.
        """
        return self._live(account, generation, set())

    def end(self, session: Session, /, *, operation: str, reason: str) -> bool:
        """End a session and tell it; True if it was this call that ended it."""
        ended = self._ended(session)
        if ended is None:
            return False
        self._installation.tell(
            session_event,
            EventKind.SESSION_EXPIRED,
            ended,
            operation=operation,
            at=self._installation.now(),
            reason=reason,
        )
        return True

    def end_all(
        self, account: AccountId, /, *, generation: int, operation: str, reason: str
    ) -> int:
        """End whatever has not ended; return how many of them were live.

        Those that were over are ended too, and not told: by the clock of another host
        they may still be live.
        """
        count = 0
        gone: set[SessionDigest] = set()
        while held := self._held_by(account, gone):
            live = self._live_of(held, generation)
            for session in live:
                count += self.end(session, operation=operation, reason=reason)
            for session in held:
                if session not in live:
                    self._ended(session)
            gone.update(session.digest for session in held)
        return count

    def end_surplus(
        self, account: AccountId, /, *, generation: int, most: int, operation: str
    ) -> None:
        """End the oldest live sessions, so that at most *most* remain."""
        gone: set[SessionDigest] = set()
        is_whole = False
        while not is_whole:
            live = self._live(account, generation, gone)
            is_whole = len(live) < MOST_HELD
            for session in surplus(live, most=most):
                self.end(session, operation=operation, reason="surplus")
                gone.add(session.digest)

    def _live(
        self, account: AccountId, generation: int, gone: set[SessionDigest]
    ) -> tuple[Session, ...]:
        while True:
            held = self._held_by(account, gone)
            live = self._live_of(held, generation)
            over = hiding(held, live)
            if not over:
                return live
            for session in over:
                self._ended(session)
                gone.add(session.digest)

    def _live_of(self, held: Sequence[Session], generation: int) -> tuple[Session, ...]:
        return live_of(
            held,
            generation=generation,
            at=self._installation.now(),
            lifetimes=self._lifetimes,
        )

    def _held_by(
        self, account: AccountId, gone: set[SessionDigest]
    ) -> Sequence[Session]:
        """Return what has not ended; what is *gone* may not come back."""
        held = self._sessions.held_by(account)
        if gone.isdisjoint(session.digest for session in held):
            return held
        raise AdapterError(
            "gives a session that has ended", adapter=self._adapter, verb="held_by"
        )

    def _ended(self, session: Session) -> Session | None:
        """End a session; return it if it was this call that ended it."""
        current: Session | None = session
        for _ in range(_MOST_TRIES):
            if current is None or current.ended_at is not None:
                return None
            ended = current.ended(at=self._installation.now())
            if self._sessions.replace(current, ended) is True:
                return ended
            # A note of use came between, seldom two: the row is read once more.
            current = self._sessions.get(session.digest)
        raise AdapterError(
            "refuses what get() gives", adapter=self._adapter, verb="replace"
        )
