"""What log-ins and links are answered with, and what needs no flow at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

from securelogin.hidden import Hidden
from securelogin.outcomes import (
    ChangeRequired,
    Granted,
    LinkOpened,
    Overloaded,
    Refused,
)
from securelogin.web.answers import (
    Answer,
    Front,
    failure_data,
    login_needed,
    overloaded,
    problem,
    session_cookie,
    shown,
    typed_address,
)
from securelogin.web.cookies import Held, Kind
from securelogin.web.reading import Step, Visit
from securelogin.web.responses import Cookie

__all__ = [
    "at_once",
    "change_required",
    "failed",
    "granted",
    "link_opened",
    "link_refused",
    "login_refused",
]

_NOTHING = Held(token=Hidden(""))
_LATE = timedelta(hours=1)


def at_once(front: Front, visit: Visit) -> Answer:
    """Answer a visit that no flow has to be asked about."""
    match visit.step:
        case Step.LINK_ARRIVAL | Step.PROOF_ARRIVAL:
            return _arrived(front, visit)
        case Step.ADDRESS_GIVEN:
            return _password_step(visit)
        case Step.STALE_FORM:
            return _stale(visit)
        case Step.NEW_PASSWORD_FORM if visit.ticket is None:
            return login_needed()
        case Step.PROBLEM:
            return problem(visit)
        case _:
            return shown(front, visit)


def _arrived(front: Front, visit: Visit) -> Answer:
    """Take the token of a mailed link out of the URL at once."""
    kind, place, held = {
        Step.LINK_ARRIVAL: (Kind.LINK, "link", visit.link),
        Step.PROOF_ARRIVAL: (Kind.PROOF, "address", visit.proof),
    }[visit.step]
    return Answer(place=place, cookies=(_held(front, visit, kind, held or _NOTHING),))


def link_opened(front: Front, visit: Visit, opened: LinkOpened, /) -> Answer:
    """Answer a good link: ask who is there. Nobody is logged in by it."""
    held = (visit.link or _NOTHING)._replace(about=opened.message)
    page = shown(front, visit)
    return Answer(
        template="login",
        context={**page.context, "has_message": True},
        data={"code": "link_opened", "until": opened.until.isoformat()},
        cookies=(*page.cookies, _held(front, visit, Kind.LINK, held)),
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
        context={
            "asks": "both",
            "address": typed_address(visit),
            "failure": refused.public,
        },
        data=failure_data(refused.public),
    )


def granted(
    front: Front, visit: Visit, outcome: Granted, /, *, browser: Hidden
) -> Answer:
    """Answer a log-in: a new session, a new browser cookie, no ticket, and on."""
    place = _place(front, visit)
    return Answer(
        place=place,
        data={
            "code": "granted",
            "home": front.portal.base + place,
            "reference": outcome.reference,
        },
        cookies=(session_cookie(front, outcome.session), front.jar.forget(Kind.TICKET)),
        browser=browser,
    )


def change_required(front: Front, visit: Visit, outcome: ChangeRequired, /) -> Answer:
    """Answer a right temporary password: no session, but a ticket for a new one."""
    # Longer than the ticket: whoever comes late shall be told apart from whoever brings
    # none, or support could not (tests/demo/test_scenes: old ticket).
    until = outcome.until + _LATE
    life = until - visit.at
    held = Held(token=outcome.ticket, about=typed_address(visit))
    sealed = front.jar.seal(Kind.TICKET, held, until=until)
    return Answer(
        place="new-password",
        data={
            "code": "change_required",
            "until": outcome.until.isoformat(),
            "reference": outcome.reference,
        },
        cookies=(front.jar.keep(Kind.TICKET, sealed, life=life),),
    )


def failed(front: Front, visit: Visit, refused: Refused, /) -> Answer:
    """Answer where a store failed: a log-in is refused like any other (F-01)."""
    if visit.step is Step.LOGIN:
        return login_refused(visit, refused)
    busy = front.policy.messages.failure(
        "overloaded", reference=refused.public.reference, language=visit.language
    )
    return overloaded(visit, Overloaded(public=busy))


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
        context={"asks": "password", "address": typed_address(visit)},
        data={"code": "password_next"},
    )


def _held(front: Front, visit: Visit, kind: Kind, held: Held) -> Cookie:
    life = front.settings.link_life
    sealed = front.jar.seal(kind, held, until=visit.at + life)
    return front.jar.keep(kind, sealed, life=life)


def _place(front: Front, visit: Visit) -> str:
    """Return where a person goes after log-in; never anything that a request says."""
    message = "" if visit.link is None else visit.link.about
    if visit.proof is not None:
        return "address"
    if message and front.settings.message:
        return front.settings.message.replace("{message}", quote(message, safe=""))
    return front.settings.home
