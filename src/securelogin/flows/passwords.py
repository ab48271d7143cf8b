"""Set a new password: with a ticket after a temporary one, or from within a session."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from securelogin.accounts import Account
from securelogin.adapters import (
    Accounts,
    AttemptLog,
    BreachCheck,
    Counters,
    Credentials,
    Outbox,
    Sessions,
)
from securelogin.attempts import NO_CLIENT, Client, Operation
from securelogin.events import EventKind
from securelogin.flows.current_password import CurrentPassword
from securelogin.guards import guarded
from securelogin.hashing import Hashing
from securelogin.hidden import Hidden, hide_all
from securelogin.installation import Installation
from securelogin.mail import MailKind
from securelogin.outcomes import (
    Cause,
    Changed,
    PasswordOutcome,
    PasswordRejected,
)
from securelogin.rules.courier import new_order
from securelogin.rules.events import operation_event, session_event
from securelogin.rules.login import Refuse, RequireChange, Shed
from securelogin.rules.password_change import (
    Reject,
    Spent,
    holder_of_ticket,
    judge_novelty,
    judge_password,
    judge_ticket,
)
from securelogin.rules.records import causes_of, operation_record
from securelogin.rules.sessions import begin_session
from securelogin.rules.throttle import cleared_by_mailed_proof
from securelogin.sessions import NewSession, make_session_token
from securelogin.tickets import read_ticket

__all__ = ["PasswordChange"]


class PasswordChange:
    """Set new passwords. Judge, spend, act, tell: in this order.

    Of any number of concurrent callers with one ticket or session, one wins; the others
    are refused, and the stored password is the winner's (threats F-06, F-10).
    """

    def __init__(
        self,
        *,
        installation: Installation,
        hashing: Hashing,
        accounts: Accounts,
        credentials: Credentials,
        sessions: Sessions,
        counters: Counters,
        log: AttemptLog,
        outbox: Outbox,
        breaches: BreachCheck,
        current: CurrentPassword,
    ) -> None:
        self._installation = installation
        self._policy = installation.policy
        self._hashing = hashing
        self._accounts = guarded(accounts, Accounts, setting="accounts")
        self._credentials = guarded(credentials, Credentials, setting="credentials")
        self._sessions = guarded(sessions, Sessions, setting="sessions")
        self._counters = guarded(counters, Counters, setting="counters")
        self._log = guarded(log, AttemptLog, setting="log")
        self._outbox = guarded(outbox, Outbox, setting="outbox")
        self._breaches = guarded(breaches, BreachCheck, setting="breaches")
        self._current = current

    def complete(
        self,
        ticket: str | Hidden,
        new: str | Hidden,
        /,
        *,
        client: Client | None = None,
    ) -> PasswordOutcome:
        """Set a new password with the ticket of `ChangeRequired`; logs nobody in.

        A rejected password spends nothing: the ticket stays good for another try until
        it expires.

        Returns:
            `Changed`, `PasswordRejected` (tell the person why), `Refused`, or
            `Overloaded`.
        """
        given: dict[str, object] = {"ticket": ticket, "new": new}
        del ticket, new
        permit_token, wanted = hide_all(given)
        client = client or NO_CLIENT
        now = self._installation.now()
        reference = self._installation.new_reference()
        claim = read_ticket(
            permit_token,
            tenants=self._installation.portals.tenants,
            keys=self._installation.keys,
        )
        holder = holder_of_ticket(claim, keys=self._installation.keys)
        account = self._accounts.get(holder)
        credential = self._credentials.get(holder)
        permit = judge_ticket(
            claim,
            account,
            credential,
            at=now,
            leeway=self._policy.lifetimes.leeway,
        )
        verdict = self._set(wanted, permit, source=client.source, now=now)
        self._tell(
            verdict,
            Operation.PASSWORD_COMPLETED,
            account=account,
            client=client,
            reference=reference,
            now=now,
        )
        return self._answer(verdict, client, reference)

    def change(
        self,
        token: str | Hidden,
        /,
        *,
        current: str | Hidden,
        new: str | Hidden,
        client: Client | None = None,
    ) -> PasswordOutcome:
        """Change the password of the person whose session this is.

        The current one is asked for, and counted like any other try. All sessions end;
        `Changed.session` is the one new session (ASVS 6.2.3, 7.2.4, 7.4.3).

        Returns:
            `Changed`, `PasswordRejected`, `Refused`, or `Overloaded`.
        """
        given: dict[str, object] = {"token": token, "current": current, "new": new}
        del token, current, new
        cookie, typed, wanted = hide_all(given)
        client = client or NO_CLIENT
        now = self._installation.now()
        reference = self._installation.new_reference()
        account, permit = self._current.check(cookie, typed, client=client, now=now)
        verdict = self._set(wanted, permit, source=client.source, now=now)
        self._tell(
            verdict,
            Operation.PASSWORD_CHANGED,
            account=account,
            client=client,
            reference=reference,
            now=now,
        )
        renewed = self._renewed(verdict, client=client, now=now)
        return self._answer(verdict, client, reference, session=renewed)

    def _set(
        self,
        new: Hidden,
        permit: RequireChange | Refuse | Shed,
        *,
        source: str,
        now: datetime,
    ) -> Spent | Reject | Refuse | Shed:
        """Judge the new password, then spend the permit by storing it."""
        match permit:
            case Refuse() | Shed():
                return permit
            case RequireChange():
                hashing = self._hashing.for_source(source)
                judged = self._judged(new, permit, hashing=hashing)
                return self._spent(new, judged, hashing=hashing, now=now)
            case _:
                assert_never(permit)

    def _judged(
        self, new: Hidden, permit: RequireChange, *, hashing: Hashing
    ) -> RequireChange | Reject | Shed:
        account = permit.account
        problems = judge_password(
            new,
            account=account,
            portal=self._installation.portals.of(
                account.tenant, audience=account.audience
            ),
            policy=self._policy,
        )
        if problems:
            return Reject(problems=problems)
        breached = self._breaches.contains(new)
        match_ = hashing.check(
            new,
            stored=permit.credential.password_hash,
            account=account.id,
            address=account.key,
        )
        return judge_novelty(permit, breached=breached, match=match_)

    def _spent(
        self,
        new: Hidden,
        permit: RequireChange | Reject | Shed,
        *,
        hashing: Hashing,
        now: datetime,
    ) -> Spent | Reject | Refuse | Shed:
        if not isinstance(permit, RequireChange):
            return permit
        fresh = hashing.hash(new, account=permit.account.id)
        if fresh is None:
            return Shed()
        changed = permit.credential.with_password(fresh, at=now)
        # order matters: spent before anything is done or told
        # (test_passwords: of many with one ticket, one sets the password).
        if self._credentials.replace(permit.credential, changed) is not True:
            return Refuse(causes=(Cause.OVERTAKEN,))
        return Spent(account=permit.account, credential=changed)

    def _renewed(
        self,
        verdict: Spent | Reject | Refuse | Shed,
        *,
        client: Client,
        now: datetime,
    ) -> NewSession | None:
        """Begin the one session that goes on after a change from within a session."""
        if not isinstance(verdict, Spent):
            return None
        new = begin_session(
            token=make_session_token(self._installation.random),
            account=verdict.account,
            credential=verdict.credential,
            client=client,
            at=now,
            lifetimes=self._policy.lifetimes,
        )
        if self._sessions.add(new.session) is not True:
            return None
        self._installation.tell(
            session_event,
            EventKind.SESSION_RENEWED,
            new.session,
            operation="passwords.change",
            at=now,
        )
        return new

    def _tell(
        self,
        verdict: Spent | Reject | Refuse | Shed,
        operation: Operation,
        *,
        account: Account | None,
        client: Client,
        reference: str,
        now: datetime,
    ) -> None:
        # order matters: the notice is what the person sees of it, so it comes first; a
        # change that a store fails half-way is told (tests/faults: passwords.complete).
        if isinstance(verdict, Spent):
            self._outbox.record(
                new_order(
                    MailKind.PASSWORD_CHANGED,
                    id=self._installation.new_id(),
                    at=now,
                    account=verdict.account,
                )
            )
        if not isinstance(verdict, Reject):
            record = operation_record(
                operation,
                causes_of(verdict),
                reference=reference,
                at=now,
                client=client,
                account=account,
            )
            self._log.record(record)
            self._installation.tell(operation_event, record)
        if isinstance(verdict, Spent):
            self._counters.reset(
                cleared_by_mailed_proof(
                    verdict.account.keys,
                    limits=self._policy.limits,
                    keys=self._installation.keys,
                )
            )

    def _answer(
        self,
        verdict: Spent | Reject | Refuse | Shed,
        client: Client,
        reference: str,
        *,
        session: NewSession | None = None,
    ) -> PasswordOutcome:
        match verdict:
            case Spent():
                return Changed(session=session)
            case Reject(problems=problems):
                return PasswordRejected(
                    problems=problems,
                    messages=self._policy.messages.problems(
                        problems,
                        minimum=self._policy.shortest,
                        language=client.language,
                    ),
                )
            case Refuse() | Shed():
                return self._installation.turned_down(
                    verdict, reference, language=client.language
                )
            case _:
                assert_never(verdict)
