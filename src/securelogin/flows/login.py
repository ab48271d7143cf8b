"""Log in: the same calls for every refusal, whoever asks for whatever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import assert_never

from securelogin.adapters import (
    AttemptLog,
    Counters,
    Credentials,
    LoginReads,
    Outbox,
    PasswordCheck,
    Permissions,
    Sessions,
)
from securelogin.addresses import read_domain
from securelogin.attempts import Attempt, AttemptRecord, Client
from securelogin.credentials import Credential
from securelogin.events import EventKind
from securelogin.evidence import Asked, CounterKey, Evidence, LoginRows
from securelogin.flows.held_sessions import HeldSessions
from securelogin.guards import guarded
from securelogin.hashing import Hashing
from securelogin.installation import Installation
from securelogin.mail import MailKind
from securelogin.outcomes import (
    Cause,
    ChangeRequired,
    Granted,
    Outcome,
    Refused,
)
from securelogin.rules.courier import new_order
from securelogin.rules.events import login_event, session_event
from securelogin.rules.login import (
    Grant,
    Refuse,
    RequireChange,
    Shed,
    Verdict,
    ask,
    cleared_by_grant,
    holder_of,
    judge,
    stored_hash,
    typed_fingerprints,
)
from securelogin.rules.password_change import new_ticket
from securelogin.rules.preflight import browser_notice
from securelogin.rules.records import login_record
from securelogin.rules.sessions import begin_session, is_new_browser
from securelogin.rules.throttle import cleared_by_login, hits_of, windows_of
from securelogin.sessions import NewSession, Session, make_session_token
from securelogin.tickets import sign_ticket
from securelogin.together import Together

__all__ = ["Login"]


class Login:
    """Decide log-ins.

    Refused attempts leave the same calls behind, in kind, order and number, and cost
    one run of Argon2, whatever the cause (ASVS 6.3.8). Safe for any number of
    concurrent callers; see `adapters` for what each argument has to promise.

    Args:
        authorities: password checks by lower-case domain, for portals whose people
            prove themselves elsewhere; the choice depends on the typed address alone.
    """

    def __init__(
        self,
        *,
        installation: Installation,
        hashing: Hashing,
        reads: LoginReads,
        credentials: Credentials,
        sessions: Sessions,
        counters: Counters,
        log: AttemptLog,
        outbox: Outbox,
        permissions: Permissions,
        authorities: Mapping[str, PasswordCheck],
        together: Together,
    ) -> None:
        self._installation = installation
        self._keys = installation.keys
        self._policy = installation.policy
        self._hashing = hashing
        self._reads = guarded(reads, LoginReads, setting="login_reads")
        self._credentials = guarded(credentials, Credentials, setting="credentials")
        self._sessions = guarded(sessions, Sessions, setting="sessions")
        self._held = HeldSessions(installation=installation, sessions=sessions)
        self._counters = guarded(counters, Counters, setting="counters")
        self._log = guarded(log, AttemptLog, setting="log")
        self._outbox = guarded(outbox, Outbox, setting="outbox")
        self._permissions = guarded(permissions, Permissions, setting="permissions")
        self._authorities = {
            read_domain(domain): guarded(check, PasswordCheck, setting="authorities")
            for domain, check in authorities.items()
        }
        self._together = together
        # For its colour only: each source gets a view of it.
        guarded(hashing, PasswordCheck, setting="hashing")

    def check(self, attempt: Attempt, /) -> Outcome:
        """Decide one attempt.

        Returns:
            `Granted`, `ChangeRequired`, `Refused` or `Overloaded`; match them all.

        Raises:
            Unavailable: a store could not do its work. Answer with `unavailable()`.
        """
        reference = self._installation.new_reference()
        evidence = self._gather(attempt)
        verdict = judge(evidence, policy=self._policy)
        match verdict:
            case Grant():
                return self._grant(verdict, evidence, reference)
            case RequireChange():
                self._counters.reset(
                    cleared_by_login(evidence.asked.counts, evidence.hits)
                )
                self._record(verdict, evidence, reference)
                return self._change_required(verdict, evidence.at, reference)
            case Refuse() | Shed():
                self._record(verdict, evidence, reference)
                return self._installation.turned_down(
                    verdict, reference, language=attempt.client.language
                )
            case _:
                assert_never(verdict)

    def unavailable(self, attempt: Attempt, /) -> Refused:
        """Return the one public answer for an attempt that a store failed.

        For the web adapter's last resort, after `check` raised: no adapter is called.
        Log the error together with the answer's reference.
        """
        return self._installation.refused(
            self._installation.new_reference(), language=attempt.client.language
        )

    def notice(self, client: Client, /) -> str | None:
        """Return what to say above the form to a browser too old, or None.

        To be asked before the log-in: it depends on the request alone, and no adapter
        is called. Nobody is refused for it.
        """
        return browser_notice(client, policy=self._policy)

    def _gather(self, attempt: Attempt) -> Evidence:
        """Fetch all that the attempt is judged by; the same calls for everybody."""
        now = self._installation.now()
        asked = ask(
            attempt,
            portals=self._installation.portals,
            policy=self._policy,
            keys=self._keys,
            elsewhere=self._authorities,
        )
        totals, rows = self._together.run(self._counted_and_read(asked, at=now))
        holder = holder_of(rows.account, asked)
        permitted = self._permissions.permits(
            holder,
            portal="" if asked.portal is None else asked.portal.base,
            message=None if rows.link is None else rows.link.message,
        )
        own = self._hashing.for_source(attempt.client.source)
        authority = self._authorities.get(asked.domain, own)
        match_ = authority.check(
            asked.secret,
            stored=stored_hash(rows.credential, asked.form),
            account=holder,
            address=asked.key,
        )
        return Evidence(
            at=now,
            attempt=attempt,
            asked=asked,
            hits=hits_of(asked.counts, totals),
            account=rows.account,
            credential=rows.credential,
            link=rows.link,
            match=match_,
            elsewhere=authority is not own,
            permitted=permitted,
            fingerprints=typed_fingerprints(asked, holder=holder, keys=self._keys),
        )

    def _counted_and_read(
        self, asked: Asked, *, at: datetime
    ) -> tuple[Mapping[CounterKey, int], LoginRows]:
        # order matters: counted before anything is checked, so that guesses in flight
        # cannot exceed a limit (test_login_limits: parallel guesses are all counted).
        totals = self._counters.hit(windows_of(asked.counts), at=at)
        return totals, self._reads.read(asked.key, asked.stand_in, asked.link)

    def _record(self, verdict: Verdict, evidence: Evidence, reference: str) -> None:
        """Keep the attempt for support, then tell it; the same for every verdict."""
        record = login_record(verdict, evidence, reference=reference)
        self._log.record(record)
        self._installation.tell(login_event, verdict, record)

    def _grant(
        self, verdict: Grant, evidence: Evidence, reference: str
    ) -> Granted | Refused:
        now, account = evidence.at, verdict.account
        new = begin_session(
            token=make_session_token(self._installation.random),
            account=account,
            credential=verdict.credential,
            client=evidence.attempt.client,
            at=now,
            lifetimes=self._policy.lifetimes,
        )
        self._tell_of_browser(new, verdict, evidence)
        self._tidy_credential(new, verdict, evidence)
        record = login_record(verdict, evidence, reference=reference)
        cleared = cleared_by_grant(
            evidence, verdict.credential, browser=new.session.browser
        )
        if not self._together.run(self._kept(new.session, cleared, record)):
            overtaken = Refuse(causes=(Cause.OVERTAKEN,))
            self._record(overtaken, evidence, reference)
            return self._installation.refused(
                reference, language=evidence.attempt.client.language
            )
        self._installation.tell(login_event, verdict, record)
        self._installation.tell(
            session_event,
            EventKind.SESSION_CREATED,
            new.session,
            operation="login",
            at=now,
        )
        self._end_surplus(new)
        return Granted(session=new, account=account, reference=reference)

    def _kept(
        self, session: Session, cleared: Sequence[CounterKey], record: AttemptRecord
    ) -> bool:
        """Store what a grant leaves behind; False if the session was there already."""
        # order matters: a record tells of a session that is there.
        if self._sessions.add(session) is not True:
            return False
        self._counters.reset(cleared)
        self._log.record(record)
        return True

    def _tell_of_browser(
        self, new: NewSession, verdict: Grant, evidence: Evidence
    ) -> None:
        """Write to the person about a browser that the account does not know.

        Before the browser is remembered, and under an id that the same two always
        give: log-ins at the same moment, or one that a store failed half-way, write
        once, and none is forgotten.
        """
        account, browser = verdict.account, new.session.browser
        wanted = MailKind.NEW_BROWSER in self._policy.optional_notices
        if wanted and is_new_browser(verdict.credential, browser):
            self._outbox.record(
                new_order(
                    MailKind.NEW_BROWSER,
                    id=self._keys.stand_in(f"new browser {account.id} {browser}"),
                    at=evidence.at,
                    account=account,
                    portal=evidence.asked.portal,
                )
            )

    def _tidy_credential(
        self, new: NewSession, verdict: Grant, evidence: Evidence
    ) -> None:
        """Remember the browser, store a stronger hash, cancel what is pending."""
        old = verdict.credential
        if old is None:
            return
        later = old.after_login(
            password_hash=self._upgraded(old, evidence),
            browser=new.session.browser,
            at=evidence.at,
        )
        if later is not old:
            # Whoever overtook us has a newer password: theirs stays (threats F-17).
            self._credentials.replace(old, later)

    def _upgraded(self, old: Credential, evidence: Evidence) -> str | None:
        if old.password_hash is None or evidence.elsewhere:
            return old.password_hash
        own = self._hashing.for_source(evidence.attempt.client.source)
        return own.upgraded(
            evidence.asked.secret, stored=old.password_hash, account=old.account
        )

    def _end_surplus(self, new: NewSession) -> None:
        most = self._policy.limits.sessions
        if most is None:
            return
        self._held.end_surplus(
            new.session.account,
            generation=new.session.generation,
            most=most,
            operation="login",
        )

    def _change_required(
        self, verdict: RequireChange, now: datetime, reference: str
    ) -> ChangeRequired:
        ticket = new_ticket(
            verdict.credential,
            verdict.account,
            at=now,
            life=self._policy.lifetimes.ticket,
        )
        return ChangeRequired(
            ticket=sign_ticket(ticket, keys=self._keys),
            until=ticket.until,
            reference=reference,
        )
