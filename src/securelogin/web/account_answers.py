"""What people are answered who care for their own account: passwords, sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from securelogin.accounts import Account
from securelogin.hidden import Hidden
from securelogin.outcomes import (
    AddressConfirmed,
    Changed,
    PasswordRejected,
    Refused,
    ResetRequested,
)
from securelogin.sessions import Session, SessionDigest
from securelogin.web.answers import (
    TEMPLATES,
    Answer,
    Front,
    failure_data,
    notice_cookie,
    session_cookie,
    shown,
    typed_address,
)
from securelogin.web.cookies import Kind
from securelogin.web.reading import Visit
from securelogin.web.routes import Page

__all__ = [
    "address_confirmed",
    "address_refused",
    "change_form",
    "logged_out",
    "mail_ordered",
    "password_changed",
    "password_refused",
    "password_rejected",
    "session_list",
    "sessions_ended",
]


def mail_ordered(visit: Visit, outcome: ResetRequested, /) -> Answer:
    """Answer "Forgot your password", whoever asked."""
    return Answer(
        template="check_mail",
        context={"address": typed_address(visit), "ordered": outcome},
        data={
            "code": "reset_requested",
            "message": outcome.message,
            "mark": outcome.mark,
            "reference": outcome.reference,
        },
    )


def change_form(front: Front, visit: Visit, account: Account, /) -> Answer:
    """Answer with the form for a change from within; it names whose it is."""
    page = shown(front, visit)
    return replace(page, context={**page.context, "address": account.primary.text})


def password_rejected(visit: Visit, outcome: PasswordRejected, /) -> Answer:
    """Answer a new password that will not do, and say why."""
    return Answer(
        status=422,
        template=TEMPLATES[visit.page or Page.NEW_PASSWORD],
        context={
            "problems": outcome.messages,
            "address": "" if visit.ticket is None else visit.ticket.about,
        },
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
        data=failure_data(refused.public),
        cookies=tickets.get(page, ()),
    )


def password_changed(
    front: Front, visit: Visit, outcome: Changed, /, *, browser: Hidden
) -> Answer:
    """Answer a change: the ticket is gone, the session new if there was one."""
    kept = front.jar.forget(Kind.SESSION)
    if outcome.session is not None:
        kept = session_cookie(front, outcome.session)
    places = {Page.CHANGE_PASSWORD: "sessions"}
    return Answer(
        place=places.get(visit.page or Page.NEW_PASSWORD, "login"),
        data={"code": "changed"},
        cookies=(front.jar.forget(Kind.TICKET), kept, notice_cookie(front, "changed")),
        browser=browser,
    )


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
        cookies=(notice_cookie(front, "ended"),),
    )


def logged_out(front: Front, *, browser: Hidden) -> Answer:
    """Answer a log-out, also one without a session."""
    return Answer(
        place="login",
        data={"code": "logged_out"},
        cookies=(
            front.jar.forget(Kind.SESSION),
            front.jar.forget(Kind.TICKET),
            front.jar.forget(Kind.LINK),
            front.jar.forget(Kind.PROOF),
            notice_cookie(front, "logged_out"),
        ),
        browser=browser,
    )


def address_confirmed(front: Front, outcome: AddressConfirmed, /) -> Answer:
    """Answer one mailbox's yes to a new address."""
    codes = {True: "address_done", False: "address_half"}
    code = codes[outcome.complete]
    return Answer(
        place="sessions",
        data={"code": code},
        cookies=(front.jar.forget(Kind.PROOF), notice_cookie(front, code)),
    )


def address_refused(front: Front, refused: Refused, /) -> Answer:
    """Answer a link in such a mail that is good no more."""
    return Answer(
        status=403,
        template="refused",
        context={"failure": refused.public},
        data=failure_data(refused.public),
        cookies=(front.jar.forget(Kind.PROOF),),
    )
