"""The story of one portal, scene by scene: the good way in.

The ways to fail are told in `failures`. Each scene uses what earlier ones have made; one
that cannot go on raises `StoryEnds`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from securelogin.accounts import Audience
from securelogin.errors import SecureLoginError
from securelogin.outcomes import (
    AccountStored,
    Changed,
    ChangeRequired,
    Granted,
    LinkOpened,
    LoggedIn,
    PasswordRejected,
    Refused,
)
from securelogin.tour import failures
from securelogin.tour.stage import ANN, BOB, LOGIN, TENANT, Stage
from securelogin.tour.telling import StoryEnds, Telling

__all__ = ["SCENES", "Scene", "play"]

Scene = Callable[[Stage, Telling], None]

_ANN_CHOOSES = "a quiet harbour at six"
_BOB_CHOOSES = "eleven green umbrellas"
_TOO_SHORT = "umbrella"
_MESSAGE = "message-4711"
_ANOTHER_MESSAGE = "message-4712"
_MINUTE = timedelta(minutes=1)


def ann_is_registered(stage: Stage, tell: Telling, /) -> None:
    """Register an internal account, whose first password comes by mail."""
    tell.scene(
        "Ann gets an account",
        "Ann works for Acme. The administrator registers her address, and chooses no "
        "password for her: a temporary one comes by mail, and opens nothing but the "
        "page on which she chooses her own.",
    )
    stored = tell.need(
        f"{ANN} is registered as internal",
        stage.auth.accounts.register(ANN, tenant=TENANT, audience=Audience.INTERNAL),
        AccountStored,
    )
    stage.accounts[ANN] = stored.account
    temporary = failures.mailed_password(stage, tell, ANN)
    required = tell.need(
        "typed, it lets her choose a password, and do nothing else",
        stage.log_in(ANN, temporary),
        ChangeRequired,
    )
    tell.need(
        "she chooses her own; that alone logs nobody in",
        stage.auth.passwords.complete(required.ticket, _ANN_CHOOSES),
        Changed,
    )
    stage.passwords[ANN] = _ANN_CHOOSES
    granted = tell.need(
        "with it she logs in", stage.log_in(ANN, _ANN_CHOOSES), Granted
    )
    whose = tell.need(
        "her session's token is good",
        stage.auth.sessions.resolve(granted.session.token),
        LoggedIn,
    )
    tell.check(
        "and the session is hers",
        problem=whose.account.id != stored.account.id,
    )
    notices = [letter for letter in stage.letters() if letter.to == ANN]
    tell.check(
        "a mail tells her that the password was changed", problem=len(notices) != 1
    )


def bob_is_sent_a_message(stage: Stage, tell: Telling, /) -> None:
    """Send a message to an external recipient, and show the first of his two mails."""
    tell.scene(
        "Ann sends Bob a message",
        "Bob works for a clinic and has never been here. He gets two mails: one with "
        "a temporary password, once, and one with the link to his message. Neither "
        "is enough without the other. This is the first one.",
    )
    stage.clock.move(_MINUTE)
    link = stage.send(BOB, message=_MESSAGE)
    letters = [letter for letter in stage.letters() if letter.to == BOB]
    tell.check(
        "two mails arrive for Bob",
        problem="" if len(letters) == len("12") else f"saw {len(letters)}",
    )
    first = failures.one_letter(tell, letters, carries="password")
    second = failures.one_letter(tell, letters, carries="token")
    account = stage.auth.support
    del account, link
    stage.spent = first.password
    stage.links[BOB] = second.token
    tell.letter(first)
