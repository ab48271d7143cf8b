"""What a visit is answered with, before it is written as HTML or JSON.

One function for each end that a step can have: the common ones here, the others in
`login_answers` and `account_answers`. They see what a page may know: a
`PublicFailure`, never a cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from securelogin.attempts import printable
from securelogin.hidden import Hidden
from securelogin.outcomes import (
    Overloaded,
    PublicFailure,
)
from securelogin.policy import Policy
from securelogin.portals import Portal
from securelogin.rules.preflight import PreflightCheck, preflight_checks
from securelogin.sessions import NewSession
from securelogin.web.common_solutions import solutions
from securelogin.web.cookies import CookieJar, Kind
from securelogin.web.reading import Step, Visit
from securelogin.web.responses import Cookie
from securelogin.web.routes import Page
from securelogin.web.settings import Entry, WebSettings
from securelogin.web.texts import said

__all__ = [
    "TEMPLATES",
    "Answer",
    "Front",
    "failure_data",
    "login_needed",
    "notice_cookie",
    "overloaded",
    "problem",
    "session_cookie",
    "shown",
    "typed_address",
]

_LONGEST_ADDRESS = 254
_NOTICE_LIFE = timedelta(minutes=1)
_RETRY_SECONDS = 60
_NOT_ALLOWED = 405
_NOTICES = frozenset({"changed", "logged_out", "ended", "address_half", "address_done"})


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


TEMPLATES: Mapping[Page, str] = {
    Page.LOGIN: "login",
    Page.LINK: "login",
    Page.TEMPORARY: "temporary",
    Page.FORGOT: "forgot",
    Page.NEW_PASSWORD: "new_password",
    Page.CHANGE_PASSWORD: "change_password",
    Page.ADDRESS: "address",
    Page.LOGOUT: "logout",
    Page.HELP: "help",
    Page.PREFLIGHT: "preflight",
}


def shown(front: Front, visit: Visit) -> Answer:
    """Answer with the page itself, and with what the last step wanted to say."""
    said = visit.cookies.get(Kind.NOTICE, Hidden("")).reveal()
    heard = (front.jar.forget(Kind.NOTICE),) if said else ()
    is_split = front.settings.entry is Entry.ADDRESS_FIRST
    return Answer(
        template=TEMPLATES.get(visit.page or Page.LOGIN, "login"),
        context={
            "notice": said if said in _NOTICES else "",
            "asks": "address" if is_split else "both",
            "solutions": solutions(front.policy),
            "address": _whose(visit),
            "checks": _checks(front, visit),
        },
        data=_help_data(front, visit),
        cookies=heard,
    )


def _checks(front: Front, visit: Visit) -> tuple[PreflightCheck, ...]:
    """Return what was found out about a browser that asked; nothing of it is kept."""
    if visit.step is not Step.PREFLIGHT:
        return ()
    leeway = front.policy.lifetimes.leeway
    return preflight_checks(visit.client, at=visit.at, leeway=leeway)


def _whose(visit: Visit) -> str:
    """Return whose new password it is, for the page that asks for one."""
    if visit.ticket is None or visit.page is not Page.NEW_PASSWORD:
        return ""
    return visit.ticket.about


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


def login_needed() -> Answer:
    """Answer somebody who is not logged in where one has to be."""
    return Answer(status=403, place="login", data={"code": "login_needed"})


def overloaded(visit: Visit, outcome: Overloaded, /) -> Answer:
    """Answer where there was no room; says nothing of an account (ASVS 6.3.8)."""
    return Answer(
        status=503,
        template="overloaded",
        context={"address": typed_address(visit), "failure": outcome.public},
        data=failure_data(outcome.public),
        headers=(("Retry-After", str(_RETRY_SECONDS)),),
    )


def typed_address(visit: Visit) -> str:
    """Return the address as typed: an echo of the person's own request."""
    return printable(visit.typed("address").reveal(), most=_LONGEST_ADDRESS)


def failure_data(public: PublicFailure) -> dict[str, str]:
    """Return the JSON form of a failure."""
    return {
        "code": public.code,
        "message": public.message,
        "advice": public.advice,
        "reference": public.reference,
    }


def notice_cookie(front: Front, code: str) -> Cookie:
    """Return what lets the next page say what was done."""
    return front.jar.keep(Kind.NOTICE, Hidden(code), life=_NOTICE_LIFE)


def session_cookie(front: Front, new: NewSession) -> Cookie:
    """Return the cookie of a new session, kept until the browser is closed."""
    # Until the browser is closed; the flow ends it when its time has come.
    return front.jar.keep(Kind.SESSION, new.token)
