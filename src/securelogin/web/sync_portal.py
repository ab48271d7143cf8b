"""One portal's pages: read the request, call the flow, write the answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Protocol, assert_never

from securelogin.attempts import Attempt, Client
from securelogin.errors import AdapterError
from securelogin.flows.secure_login import SecureLogin
from securelogin.hidden import Hidden
from securelogin.outcomes import (
    AddressConfirmed,
    Changed,
    ChangeRequired,
    Granted,
    LinkOpened,
    LoggedIn,
    Overloaded,
    PasswordOutcome,
    PasswordRejected,
    Refused,
)
from securelogin.portals import Portal
from securelogin.sessions import SessionDigest, make_session_token
from securelogin.web import account_answers, login_answers
from securelogin.web.answers import (
    Answer,
    Front,
    login_needed,
    overloaded,
    shown,
)
from securelogin.web.cookies import CookieJar
from securelogin.web.reading import Reader, Step, Visit
from securelogin.web.requests import Request
from securelogin.web.responses import Response
from securelogin.web.settings import WebSettings
from securelogin.web.wiring import chosen_portal, others, same_tenant
from securelogin.web.writing import Writer

__all__ = ["WebPortal"]

_LOG = logging.getLogger("securelogin.web")


class _Handler(Protocol):
    def __call__(self, visit: Visit, /) -> Answer: ...


class WebPortal:
    """The pages of one portal. Make one at start-up and share it freely.

    Args:
        auth: the log-in, wired.
        portal: which of its portals; may be left out if there is one only.
        settings: what the portal chooses for its pages.

    Raises:
        WiringError: the portal is not one of *auth*'s, or a setting does not fit it.
    """

    def __init__(
        self,
        auth: SecureLogin,
        /,
        *,
        portal: Portal | None = None,
        settings: WebSettings | None = None,
    ) -> None:
        installation = auth.installation
        settings = settings or WebSettings()
        self.settings = settings
        self.portal: Portal = chosen_portal(
            installation.portals, portal, settings=settings
        )
        self._auth = auth
        self._random = installation.random
        jar = CookieJar(self.portal, keys=installation.keys, safety=settings.cookies)
        self._front = Front(
            portal=self.portal, settings=settings, policy=installation.policy, jar=jar
        )
        self._reader = Reader(
            self.portal, installation=installation, settings=settings, jar=jar
        )
        self._writer = Writer(self._front)
        self._steps: Mapping[Step, _Handler] = {
            Step.LINK: self._open_link,
            Step.LOGIN: self._log_in,
            Step.FORGOT: self._forgot,
            Step.COMPLETE: self._complete,
            Step.CHANGE_FORM: self._change_form,
            Step.CHANGE: self._change,
            Step.PROOF_FORM: self._proof_form,
            Step.CONFIRM: self._confirm,
            Step.SESSIONS: self._sessions,
            Step.END_SESSION: self._end_session,
            Step.END_OTHERS: self._end_others,
            Step.LOGOUT: self._log_out,
        }

    def handle(self, request: Request, /) -> Response:
        """Answer one request to a path of `ROUTES`, or with a plain 404 to others.

        Raises nothing where a store is away: the page says so (threats F-01).
        """
        visit = self._reader.read(request)
        try:
            answer = self._steps.get(visit.step, self._at_once)(visit)
        except AdapterError as error:
            answer = self._failed(visit, error)
        return self._writer.write(visit, answer)

    def logged_in(self, request: Request, /) -> LoggedIn | None:
        """Return who sends a request, for the portal's own pages; None: nobody.

        A session of another tenant is none here.

        Raises:
            Unavailable: a store could not be asked; answer with 503.
        """
        visit = self._reader.read(request)
        return self._resolved(visit)

    def client(self, request: Request, /) -> Client:
        """Return where a request comes from, as far as the settings trust it."""
        return self._reader.read(request).client

    def link(self, request: Request, /) -> Hidden | None:
        """Return the token of the link that a browser came by, for `links.may_read`."""
        held = self._reader.read(request).link
        return None if held is None else held.token

    # -- steps --

    def _at_once(self, visit: Visit) -> Answer:
        return login_answers.at_once(self._front, visit)

    def _open_link(self, visit: Visit) -> Answer:
        token = Hidden("") if visit.link is None else visit.link.token
        outcome = self._auth.links.open(token, url=visit.url, client=visit.client)
        match outcome:
            case LinkOpened():
                return login_answers.link_opened(self._front, visit, outcome)
            case Refused():
                return login_answers.link_refused(self._front, visit, outcome)
            case _:
                assert_never(outcome)

    def _log_in(self, visit: Visit) -> Answer:
        outcome = self._auth.login.check(_attempt(visit))
        match outcome:
            case Granted():
                self._auth.sessions.end(visit.session)
                return login_answers.granted(
                    self._front, visit, outcome, browser=self._new_browser()
                )
            case ChangeRequired():
                return login_answers.change_required(self._front, visit, outcome)
            case Refused():
                return login_answers.login_refused(visit, outcome)
            case Overloaded():
                return overloaded(visit, outcome)
            case _:
                assert_never(outcome)

    def _forgot(self, visit: Visit) -> Answer:
        outcome = self._auth.reset.request(
            address=visit.typed("address").reveal(), url=visit.url, client=visit.client
        )
        return account_answers.mail_ordered(visit, outcome)

    def _complete(self, visit: Visit) -> Answer:
        outcome = self._auth.passwords.complete(
            Hidden("") if visit.ticket is None else visit.ticket.token,
            visit.typed("new"),
            client=visit.client,
        )
        return self._password_answer(visit, outcome)

    def _change_form(self, visit: Visit) -> Answer:
        match self._resolved(visit):
            case LoggedIn(account=account):
                return account_answers.change_form(self._front, visit, account)
            case _:
                return login_needed()

    def _change(self, visit: Visit) -> Answer:
        match self._resolved(visit):
            case LoggedIn():
                outcome = self._auth.passwords.change(
                    visit.session or Hidden(""),
                    current=visit.typed("current"),
                    new=visit.typed("new"),
                    client=visit.client,
                )
                return self._password_answer(visit, outcome)
            case _:
                return login_needed()

    def _proof_form(self, visit: Visit) -> Answer:
        # Scanners submit forms; they have no session (threats F-47).
        match self._resolved(visit):
            case LoggedIn():
                return shown(self._front, visit)
            case _:
                return login_needed()

    def _confirm(self, visit: Visit) -> Answer:
        match self._resolved(visit):
            case LoggedIn():
                token = Hidden("") if visit.proof is None else visit.proof.token
                outcome = self._auth.addresses.confirm(token, client=visit.client)
                return self._address_answer(outcome)
            case _:
                return login_needed()

    def _sessions(self, visit: Visit) -> Answer:
        match self._resolved(visit):
            case LoggedIn(account=account, session=own):
                sessions = self._auth.sessions.list(account.id)
                return account_answers.session_list(
                    self._front, visit, sessions, own.digest
                )
            case _:
                return login_needed()

    def _end_session(self, visit: Visit) -> Answer:
        match self._resolved(visit):
            case LoggedIn(account=account):
                digest = SessionDigest(visit.typed("session").reveal())
                self._auth.sessions.end_one(account.id, digest)
                return account_answers.sessions_ended(self._front)
            case _:
                return login_needed()

    def _end_others(self, visit: Visit) -> Answer:
        match self._resolved(visit):
            case LoggedIn(account=account, session=own):
                sessions = self._auth.sessions.list(account.id)
                for digest in others(sessions, own):
                    self._auth.sessions.end_one(account.id, digest)
                return account_answers.sessions_ended(self._front)
            case _:
                return login_needed()

    def _log_out(self, visit: Visit) -> Answer:
        self._auth.sessions.end(visit.session)
        return account_answers.logged_out(self._front, browser=self._new_browser())

    # -- parts --

    def _resolved(self, visit: Visit) -> LoggedIn | None:
        found = self._auth.sessions.resolve(visit.session)
        return same_tenant(found, self.portal)

    def _address_answer(self, outcome: AddressConfirmed | Refused) -> Answer:
        match outcome:
            case AddressConfirmed():
                return account_answers.address_confirmed(self._front, outcome)
            case Refused():
                return account_answers.address_refused(self._front, outcome)
            case _:
                assert_never(outcome)

    def _password_answer(self, visit: Visit, outcome: PasswordOutcome) -> Answer:
        match outcome:
            case Changed():
                return account_answers.password_changed(
                    self._front, visit, outcome, browser=self._new_browser()
                )
            case PasswordRejected():
                return account_answers.password_rejected(visit, outcome)
            case Refused():
                return account_answers.password_refused(self._front, visit, outcome)
            case Overloaded():
                return overloaded(visit, outcome)
            case _:
                assert_never(outcome)

    def _failed(self, visit: Visit, error: AdapterError) -> Answer:
        """Answer where a store failed: at log-in like any refusal (threats F-01)."""
        refused = self._auth.login.unavailable(_attempt(visit))
        _LOG.error("reference %s: %s", refused.public.reference, error)
        return login_answers.failed(self._front, visit, refused)

    def _new_browser(self) -> Hidden:
        return make_session_token(self._random)


def _attempt(visit: Visit) -> Attempt:
    return Attempt(
        address=visit.typed("address").reveal(),
        password=visit.typed("password"),
        url=visit.url,
        link=None if visit.link is None else visit.link.token,
        client=visit.client,
        faults=visit.faults,
    )
