"""Every way to fail: one answer outside, another cause inside each time.

Told after the good way in (`story`): here Ann and Bob have passwords that are right, so
that each attempt fails for one reason only.
"""

from __future__ import annotations

from datetime import timedelta

from securelogin.outcomes import (
    AccountStored,
    Cause,
    Changed,
    ChangeRequired,
    Granted,
    Outcome,
)
from securelogin.tour.post import ReceivedLetter
from securelogin.tour.stage import (
    ANN,
    ANN_ALIAS,
    BOB,
    CAROL,
    LOGIN,
    OPEN,
    WRONG_URL,
    Stage,
)
from securelogin.tour.story import Scene
from securelogin.tour.telling import Telling

__all__ = ["WAYS_TO_FAIL"]

_ANN_CHOOSES_ANEW = "a louder harbour at nine"
_WRONG = "a quiet harbour at five"
_STRANGER = "nobody@clinic.example"
_MINUTE = timedelta(minutes=1)
_LINK_IS_OVER = timedelta(days=14, minutes=2)
_TEMPORARY_IS_OVER = timedelta(minutes=61)
_TRIES = 10


def _address_or_password(stage: Stage, tell: Telling, /) -> None:
    tell.screen.scene(
        "Refused: address or password",
        "On the left is what everybody sees, on the right what support sees for the "
        "reference. The answers have to be equal but for that reference.",
    )
    right = stage.passwords[ANN]
    _refused(
        stage,
        tell,
        stage.log_in(ANN, _WRONG),
        name="wrong password",
        typed="Ann mistypes her password.",
        expected=Cause.WRONG_PASSWORD,
    )
    tell.need(
        f"support notes {ANN_ALIAS} as an alias of hers",
        stage.auth.addresses.add_alias(stage.accounts[ANN], ANN_ALIAS),
        AccountStored,
    )
    _refused(
        stage,
        tell,
        stage.log_in(ANN_ALIAS, right),
        name="alias",
        typed="Ann types her alias and the right password.",
        expected=Cause.ALIAS_USED,
    )
    _refused(
        stage,
        tell,
        stage.log_in(_STRANGER, right),
        name="unknown address",
        typed=f"Somebody tries {_STRANGER}.",
        expected=Cause.UNKNOWN_ADDRESS,
    )


def _place(stage: Stage, tell: Telling, /) -> None:
    tell.screen.scene(
        "Refused: the wrong place",
        "Address and password are right, but that is not enough.",
    )
    _refused(
        stage,
        tell,
        stage.log_in(ANN, stage.passwords[ANN], url=WRONG_URL),
        name="wrong URL",
        typed=f"Ann logs in at {WRONG_URL}.",
        expected=Cause.WRONG_PORTAL,
    )
    _refused(
        stage,
        tell,
        stage.log_in(BOB, stage.passwords[BOB]),
        name="no link",
        typed="Bob goes to the portal without his link.",
        expected=Cause.LINK_MISSING,
    )


def _link(stage: Stage, tell: Telling, /) -> None:
    tell.screen.scene(
        "Refused: the link",
        "Bob's password is right, his link is not. The clock is moved on by 14 days.",
    )
    stage.clock.move(_LINK_IS_OVER)
    _refused_with_link(
        stage,
        tell,
        stage.links[BOB],
        name="expired link",
        typed="Bob comes by the link of 14 days ago.",
        expected=Cause.LINK_EXPIRED,
    )
    recalled = stage.send(BOB, message="message-4713")
    token = _token_for(stage, tell, BOB)
    stage.auth.links.recall(recalled.id)
    _refused_with_link(
        stage,
        tell,
        token,
        name="recalled link",
        typed="Ann recalls a newer link; Bob comes by it.",
        expected=Cause.LINK_RECALLED,
    )
    tell.same_answer(
        "to open an expired or a recalled link gets the same answer",
        stage.auth.links.open(stage.links[BOB], url=OPEN),
        stage.auth.links.open(token, url=OPEN),
    )
    stage.send(CAROL, message="message-4714")
    _refused_with_link(
        stage,
        tell,
        _token_for(stage, tell, CAROL),
        name="another's link",
        typed="Bob comes by a link that was sent to Carol.",
        expected=Cause.LINK_FOR_OTHER_RECIPIENT,
    )


def _temporary_password(stage: Stage, tell: Telling, /) -> None:
    tell.screen.scene(
        "Refused: the temporary password",
        "Bob has a new link and asks for temporary passwords. One is an hour old.",
    )
    stage.send(BOB, message="message-4715")
    stage.links[BOB] = _token_for(stage, tell, BOB)
    late = _temporary_for(stage, tell, BOB)
    stage.clock.move(_TEMPORARY_IS_OVER)
    for name, typed, password, expected in (
        (
            "expired temporary",
            "Bob types it after 61 minutes.",
            late,
            Cause.TEMP_EXPIRED,
        ),
        (
            "used temporary",
            "Bob types his very first one again.",
            stage.spent,
            Cause.TEMP_USED,
        ),
    ):
        _refused_temporary(
            stage, tell, password, name=name, typed=typed, expected=expected
        )
    older = _temporary_for(stage, tell, BOB)
    stage.clock.move(_MINUTE)
    _temporary_for(stage, tell, BOB)
    _refused_temporary(
        stage,
        tell,
        older,
        name="superseded temporary",
        typed="Bob asks twice and types the older one.",
        expected=Cause.TEMP_SUPERSEDED,
    )


def _account(stage: Stage, tell: Telling, /) -> None:
    tell.screen.scene(
        "Refused: a disabled account",
        "All the while Bob's lasting password has gone on working: whoever asks for "
        "temporary ones in his name cannot lock him out.",
    )
    tell.need(
        "Bob logs in with link and lasting password",
        stage.log_in(BOB, stage.passwords[BOB], link=stage.links[BOB]),
        Granted,
    )
    ann = stage.accounts[ANN]
    stage.auth.accounts.disable(ann)
    _refused(
        stage,
        tell,
        stage.log_in(ANN, stage.passwords[ANN]),
        name="disabled account",
        typed="The administrator has disabled Ann's account.",
        expected=Cause.DISABLED,
    )
    stage.auth.accounts.enable(ann)
    tell.need(
        "enabled again, she logs in",
        stage.log_in(ANN, stage.passwords[ANN]),
        Granted,
    )


def _too_many_tries(stage: Stage, tell: Telling, /) -> None:
    tell.screen.scene(
        "Refused: too many tries, and the way back",
        f"Somebody guesses Ann's password {_TRIES} times in a row. Then Ann comes.",
    )
    tell.same_answer(
        f"{_TRIES} guesses get the same answer {_TRIES} times",
        *(stage.log_in(ANN, f"{_WRONG} {number}") for number in range(_TRIES)),
    )
    _refused(
        stage,
        tell,
        stage.log_in(ANN, stage.passwords[ANN]),
        name="too many tries",
        typed="Ann types her right password.",
        expected=Cause.THROTTLED,
    )
    tell.screen.say("The way back by mail cannot be closed by guessing:")
    temporary = _temporary_for(stage, tell, ANN)
    required = tell.need(
        "she types it, and must choose a new password",
        stage.log_in(ANN, temporary),
        ChangeRequired,
    )
    tell.need(
        "the new password is stored",
        stage.auth.passwords.complete(required.ticket, _ANN_CHOOSES_ANEW),
        Changed,
    )
    tell.need(
        "with it she logs in at once",
        stage.log_in(ANN, _ANN_CHOOSES_ANEW),
        Granted,
    )


def _all_together(stage: Stage, tell: Telling, /) -> None:
    tell.screen.scene(
        "All refusals together",
        "The column Answer is a digest of all that a page is given but for the "
        "reference: code, sentence and advice.",
    )
    del stage
    tell.check_equality()
    tell.screen.table(tell.refusals)


def _temporary_for(stage: Stage, tell: Telling, address: str) -> str:
    asked = stage.auth.reset.request(address=address, url=LOGIN)
    letter = stage.letter(address, carrying="password")
    is_pair = letter is not None and asked.mark in letter.text
    return tell.need(
        "a mail brings a new one, with the mark that the page shows",
        letter if is_pair else None,
        ReceivedLetter,
    ).password


def _token_for(stage: Stage, tell: Telling, address: str) -> str:
    letter = tell.need(
        f"a message for {address} brings a link",
        stage.letter(address, carrying="token"),
        ReceivedLetter,
    )
    return letter.token


def _refused(
    stage: Stage,
    tell: Telling,
    outcome: Outcome,
    *,
    name: str,
    typed: str,
    expected: Cause,
) -> None:
    tell.refused(
        outcome,
        name=name,
        typed=typed,
        expected=expected,
        diagnosis=stage.why(outcome),
    )


def _refused_with_link(
    stage: Stage, tell: Telling, link: str, *, name: str, typed: str, expected: Cause
) -> None:
    outcome = stage.log_in(BOB, stage.passwords[BOB], link=link)
    _refused(stage, tell, outcome, name=name, typed=typed, expected=expected)


def _refused_temporary(
    stage: Stage,
    tell: Telling,
    password: str,
    *,
    name: str,
    typed: str,
    expected: Cause,
) -> None:
    outcome = stage.log_in(BOB, password, link=stage.links[BOB])
    _refused(stage, tell, outcome, name=name, typed=typed, expected=expected)


WAYS_TO_FAIL: tuple[Scene, ...] = (
    _address_or_password,
    _place,
    _link,
    _temporary_password,
    _account,
    _too_many_tries,
    _all_together,
)
"""Thirteen reasons, one answer."""
