"""What a visit is answered with, before it is written as HTML or JSON.

One function for each end that a step can have. They see what a page may know: a
`PublicFailure`, never a cause.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from securelogin.attempts import printable
from securelogin.hidden import Hidden
from securelogin.outcomes import (
    Changed,
    ChangeRequired,
    Granted,
    LinkOpened,
    Overloaded,
    PasswordRejected,
    PublicFailure,
    Refused,
    ResetRequested,
)
from securelogin.policy import Policy
from securelogin.portals import Portal
from securelogin.sessions import NewSession, Session, SessionDigest
from securelogin.web.common_solutions import solutions
from securelogin.web.cookies import CookieJar, Kind, LinkHeld
from securelogin.web.reading import Step, Visit
from securelogin.web.responses import Cookie
from securelogin.web.routes import Page
from securelogin.web.settings import Entry, WebSettings
from securelogin.web.texts import said

__all__ = [
    "Answer",
    "Front",
    "at_once",
    "change_required",
    "failed",
    "granted",
    "link_opened",
    "link_refused",
    "logged_out",
    "login_needed",
    "login_refused",
    "mail_ordered",
    "overloaded",
    "password_changed",
    "password_refused",
    "password_rejected",
    "problem",
    "session_list",
    "sessions_ended",
    "shown",
]

_LONGEST_ADDRESS = 254
_NOTICE_LIFE = timedelta(minutes=1)
_RETRY_SECONDS = 60
_NOT_ALLOWED = 405
_NOTICES = frozenset({"changed", "logged_out", "ended"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What every answer of one portal is made with. Never changes."""

    portal: Portal
    settings: WebSettings
    policy: Policy
    jar: CookieJar


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, in no format yet.

    Attributes:
        status: of the page, and of the JSON form.
        template: of the HTML form, without ".html".
        context: what the template needs beside what all get.
        data: the JSON form.
        place: below the portal's URL; the HTML form then redirects there, by 303.
        browser: a new name for the browser, so that its older forms are void.
    """

    status: int = 200
    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    place: str | None = None
    cookies: tuple[Cookie, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    browser: Hidden | None = None


# -- what needs no flow --

_TEMPLATES: Mapping[Page, str] = {
    Page.LOGIN: "login",
    Page.LINK: "login",
    Page.TEMPORARY: "temporary",
    Page.FORGOT: "forgot",
    Page.NEW_PASSWORD: "new_password",
    Page.CHANGE_PASSWORD: "change_password",
    Page.LOGOUT: "logout",
    Page.HELP: "help",
}


def at_once(front: Front, visit: Visit) -> Answer:
    """Answer a visit that no flow has to be asked about."""
    match visit.step:
        case Step.LINK_ARRIVAL:
            return arrived(front, visit)
        case Step.ADDRESS_GIVEN:
            return _password_step(visit)
        case Step.STALE_FORM:
            return _stale(visit)
        case Step.NEW_PASSWORD_FORM if not visit.ticket.reveal():
            return login_needed()
        case Step.PROBLEM:
            return problem(visit)
        case _:
            return shown(front, visit)


def shown(front: Front, visit: Visit) -> Answer:
    """Answer with the page itself, and with what the last step wanted to say."""
    said = visit.cookies.get(Kind.NOTICE, Hidden("")).reveal()
    heard = (front.jar.forget(Kind.NOTICE),) if said else ()
    is_split = front.settings.entry is Entry.ADDRESS_FIRST
    return Answer(
        template=_TEMPLATES.get(visit.page or Page.LOGIN, "login"),
        context={
            "notice": said if said in _NOTICES else "",
            "asks": "address" if is_split else "both",
            "solutions": solutions(front.policy),
        },
        data=_help_data(front, visit),
        cookies=heard,
    )


def _help_data(front: Front, visit: Visit) -> dict[str, Any]:
    texts = front.settings.texts
    return {
        "code": "help",
        "contact": front.portal.contact,
        "solutions": [
            {
                "code": solution.code,
                "problem": said(texts, f"help.{solution.code}", visit.language),
                "cure": said(
                    texts,
                    f"help.{solution.code}.cure",
                    visit.language,
                    **solution.values,
                ),
            }
            for solution in solutions(front.policy)
        ],
    }


def problem(visit: Visit) -> Answer:
    """Answer a request that asks for nothing there is."""
    status, code = visit.problem
    allow = (("Allow", ", ".join(visit.allow)),) if status == _NOT_ALLOWED else ()
    return Answer(
        status=status,
        template="problem",
        context={"problem": code},
        data={"code": code},
        headers=allow,
    )


def _stale(visit: Visit) -> Answer:
    """Answer a form that is not from this browser's own page: have it loaded anew."""
    return Answer(
        status=403,
        template="stale",
        context={"page": visit.page},
        data={"code": "stale_form"},
    )


def _password_step(visit: Visit) -> Answer:
    """Answer an address: ask for the password, whatever the address is."""
    return Answer(
        template="login",
        context={"asks": "password", "address": _address(visit)},
        data={"code": "password_next"},
    )


def failed(front: Front, visit: Visit, refused: Refused, /) -> Answer:
    """Answer where a store failed: a log-in is refused like any other (F-01)."""
    if visit.step is Step.LOGIN:
        return login_refused(visit, refused)
    busy = front.policy.messages.failure(
        "overloaded", reference=refused.public.reference, language=visit.language
    )
    return overloaded(visit, Overloaded(public=busy))


# -- log-in --


def arrived(front: Front, visit: Visit) -> Answer:
    """Take the token of a mailed link out of the URL at once."""
    held = visit.link or LinkHeld(token=Hidden(""))
    return Answer(place="link", cookies=(_held(front, visit, held),))


def link_opened(front: Front, visit: Visit, opened: LinkOpened, /) -> Answer:
    """Answer a good link: ask who is there. Nobody is logged in by it."""
    held = visit.link or LinkHeld(token=Hidden(""))
    held = held._replace(message=opened.message)
    page = shown(front, visit)
    return Answer(
        template="login",
        context={**page.context, "has_message": True},
        data={"code": "link_opened", "until": opened.until.isoformat()},
        cookies=(*page.cookies, _held(front, visit, held)),
    )


def link_refused(front: Front, visit: Visit, refused: Refused, /) -> Answer:
    """Answer a link that leads nowhere."""
    answer = login_refused(visit, refused)
    return replace(answer, cookies=(front.jar.forget(Kind.LINK),))


def login_refused(visit: Visit, refused: Refused, /) -> Answer:
    """Answer a refused log-in: the one sentence, and the form for another try."""
    return Answer(
        status=403,
        template="login",
        context={"asks": "both", "address": _address(visit), "failure": refused.public},
        data=_failure(refused.public),
    )


def overloaded(visit: Visit, outcome: Overloaded, /) -> Answer:
    """Answer where there was no room; says nothing of an account (ASVS 6.3.8)."""
    return Answer(
        status=503,
        template="overloaded",
        context={"address": _address(visit), "failure": outcome.public},
        data=_failure(outcome.public),
        headers=(("Retry-After", str(_RETRY_SECONDS)),),
    )


def granted(
    front: Front, visit: Visit, outcome: Granted, /, *, browser: Hidden
) -> Answer:
    """Answer a log-in: a new session, a new browser cookie, and on."""
    message = "" if visit.link is None else visit.link.message
    place = front.settings.home
    if message and front.settings.message:
        place = front.settings.message.replace("{message}", quote(message, safe=""))
    return Answer(
        place=place,
        data={
            "code": "granted",
            "home": front.portal.base + place,
            "reference": outcome.reference,
        },
        cookies=(_session(front, outcome.session),),
        browser=browser,
    )


def change_required(front: Front, visit: Visit, outcome: ChangeRequired, /) -> Answer:
    """Answer a right temporary password: no session, but a ticket for a new one."""
    life = outcome.until - visit.at
    return Answer(
        place="new-password",
        data={
            "code": "change_required",
            "until": outcome.until.isoformat(),
            "reference": outcome.reference,
        },
        cookies=(front.jar.keep(Kind.TICKET, outcome.ticket, life=life),),
    )


def logged_out(front: Front, *, browser: Hidden) -> Answer:
    """Answer a log-out, also one without a session."""
    return Answer(
        place="login",
        data={"code": "logged_out"},
        cookies=(
            front.jar.forget(Kind.SESSION),
            front.jar.forget(Kind.LINK),
            _notice(front, "logged_out"),
        ),
        browser=browser,
    )


def login_needed() -> Answer:
    """Answer somebody who is not logged in where one has to be."""
    return Answer(status=403, place="login", data={"code": "login_needed"})


# -- passwords --


def mail_ordered(visit: Visit, outcome: ResetRequested, /) -> Answer:
    """Answer "Forgot your password", whoever asked."""
    return Answer(
        template="check_mail",
        context={"address": _address(visit), "ordered": outcome},
        data={
            "code": "reset_requested",
            "message": outcome.message,
            "mark": outcome.mark,
            "reference": outcome.reference,
        },
    )


def password_rejected(visit: Visit, outcome: PasswordRejected, /) -> Answer:
    """Answer a new password that will not do, and say why."""
    return Answer(
        status=422,
        template=_TEMPLATES[visit.page or Page.NEW_PASSWORD],
        context={"problems": outcome.messages},
        data={
            "code": "password_rejected",
            "problems": [problem.value for problem in outcome.problems],
            "messages": list(outcome.messages),
        },
    )


def password_refused(front: Front, visit: Visit, refused: Refused, /) -> Answer:
    """Answer a change that was not permitted: begin anew."""
    forms = {Page.CHANGE_PASSWORD: "change_password", Page.NEW_PASSWORD: "refused"}
    tickets = {Page.NEW_PASSWORD: (front.jar.forget(Kind.TICKET),)}
    page = visit.page or Page.NEW_PASSWORD
    return Answer(
        status=403,
        template=forms[page],
        context={"failure": refused.public},
        data=_failure(refused.public),
        cookies=tickets.get(page, ()),
    )


def password_changed(
    front: Front, visit: Visit, outcome: Changed, /, *, browser: Hidden
) -> Answer:
    """Answer a change: the ticket is gone, the session new if there was one."""
    kept = front.jar.forget(Kind.SESSION)
    if outcome.session is not None:
        kept = _session(front, outcome.session)
    places = {Page.CHANGE_PASSWORD: "sessions"}
    return Answer(
        place=places.get(visit.page or Page.NEW_PASSWORD, "login"),
        data={"code": "changed"},
        cookies=(front.jar.forget(Kind.TICKET), kept, _notice(front, "changed")),
        browser=browser,
    )


# -- sessions --


def session_list(
    front: Front, visit: Visit, sessions: Sequence[Session], own: SessionDigest, /
) -> Answer:
    """Answer with a person's sessions; the page holds digests, no tokens."""
    page = shown(front, visit)
    return Answer(
        template="sessions",
        context={**page.context, "sessions": sessions, "own": own},
        data={
            "code": "sessions",
            "sessions": [
                {
                    "id": session.digest,
                    "began_at": session.began_at.isoformat(),
                    "seen_at": session.seen_at.isoformat(),
                    "until": session.until.isoformat(),
                    "user_agent": session.user_agent,
                    "ip": session.ip,
                    "is_this": session.digest == own,
                }
                for session in sessions
            ],
        },
        cookies=page.cookies,
    )


def sessions_ended(front: Front) -> Answer:
    """Answer the end of one session or of all others."""
    return Answer(
        place="sessions",
        data={"code": "ended"},
        cookies=(_notice(front, "ended"),),
    )


# -- parts --


def _address(visit: Visit) -> str:
    """Return the address as typed: an echo of the person's own request."""
    return printable(visit.typed("address").reveal(), most=_LONGEST_ADDRESS)


def _failure(public: PublicFailure) -> dict[str, str]:
    return {
        "code": public.code,
        "message": public.message,
        "advice": public.advice,
        "reference": public.reference,
    }


def _session(front: Front, new: NewSession) -> Cookie:
    # Until the browser is closed; the flow ends it when its time has come.
    return front.jar.keep(Kind.SESSION, new.token)


def _notice(front: Front, code: str) -> Cookie:
    return front.jar.keep(Kind.NOTICE, Hidden(code), life=_NOTICE_LIFE)


def _held(front: Front, visit: Visit, held: LinkHeld) -> Cookie:
    life = front.settings.link_life
    sealed = front.jar.seal_link(held, until=visit.at + life)
    return front.jar.keep(Kind.LINK, sealed, life=life)
