"""The story of one portal, scene by scene: the good way in.

The ways to fail are told in `failures`. Each scene uses what earlier ones have made;
one that cannot go on raises `StoryEnds`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from securelogin.accounts import Audience
from securelogin.attempts import Client
from securelogin.outcomes import (
    AccountStored,
    Changed,
    ChangeRequired,
    Granted,
    LinkOpened,
    LoggedIn,
    PasswordRejected,
)
from securelogin.tour.post import ReceivedLetter
from securelogin.tour.stage import ANN, BOB, OPEN, TENANT, Stage
from securelogin.tour.telling import Telling

__all__ = ["GOOD_WAY", "Scene"]

Scene = Callable[[Stage, Telling], None]

_ANN_CHOOSES = "a quiet harbour at six"
_BOB_CHOOSES = "eleven green umbrellas"
_TOO_SHORT = "umbrella"
_MESSAGE = "message-4711"
_ANOTHER_MESSAGE = "message-4712"
_SCANNER = Client(ip="203.0.113.80", user_agent="link scanner")
_MINUTE = timedelta(minutes=1)


def _ann_gets_an_account(stage: Stage, tell: Telling, /) -> None:
    tell.screen.scene(
        "Ann gets an account",
        "Ann works for Acme. The administrator registers her address and chooses no "
        "password for her: a temporary one comes by mail.",
    )
    stored = tell.need(
        f"{ANN} is registered as internal",
        stage.auth.accounts.register(ANN, tenant=TENANT, audience=Audience.INTERNAL),
        AccountStored,
    )
    stage.accounts[ANN] = stored.account.id
    letter = tell.need(
        "a mail brings her a temporary password",
        stage.letter(ANN, carrying="password"),
        ReceivedLetter,
    )
    required = tell.need(
        "she types it, and must now choose a password of her own",
        stage.log_in(ANN, letter.password),
        ChangeRequired,
    )
    _choose(stage, tell, ANN, _ANN_CHOOSES, ticket=required)
    notices = [letter for letter in stage.letters() if letter.to == ANN]
    tell.check("a mail tells her of the change", problem=_off(len(notices), 1))
    granted = tell.need(
        "with her own password she logs in",
        stage.log_in(ANN, _ANN_CHOOSES),
        Granted,
    )
    whose = tell.need(
        "the session's token is good",
        stage.auth.sessions.resolve(granted.session.token),
        LoggedIn,
    )
    is_hers = whose.account.id == stored.account.id
    tell.check("the session is hers", problem=not is_hers)


def _ann_sends_bob_a_message(stage: Stage, tell: Telling, /) -> None:
    tell.screen.scene(
        "Ann sends Bob a message: the first mail",
        "Bob works elsewhere and has never been here. He gets two mails. The first, "
        "sent once, brings a temporary password:",
    )
    stage.clock.move(_MINUTE)
    stage.accounts[BOB] = stage.send(BOB, message=_MESSAGE).recipient
    stage.bobs_mails = tuple(one for one in stage.letters() if one.to == BOB)
    found = [letter for letter in stage.bobs_mails if letter.password]
    letter = tell.need(
        "one mail brings the password, and no link",
        found[0] if len(found) == 1 and not found[0].token else None,
        ReceivedLetter,
    )
    stage.spent = letter.password
    tell.screen.letter(letter)


def _bob_gets_the_link(stage: Stage, tell: Telling, /) -> None:
    tell.screen.scene(
        "Ann sends Bob a message: the second mail",
        "The second mail brings the link to the message. One mail is nothing without "
        "the other: the link logs nobody in, and without it an external recipient "
        "gets nowhere.",
    )
    found = [letter for letter in stage.bobs_mails if letter.token]
    letter = tell.need(
        "one mail brings the link, and no password",
        found[0] if len(found) == 1 and not found[0].password else None,
        ReceivedLetter,
    )
    stage.links[BOB] = letter.token
    tell.screen.letter(letter)


def _scanner_fetches_the_link(stage: Stage, tell: Telling, /) -> None:
    tell.screen.scene(
        "A mail scanner fetches the link twice",
        "Scanners open every link before the recipient does: first HEAD, then GET. "
        "Both come to links.open(), which changes nothing but the log.",
    )
    opened = [
        tell.need(
            f"{method} is answered: a good link, please log in",
            stage.auth.links.open(stage.links[BOB], url=OPEN, client=_SCANNER),
            LinkOpened,
        )
        for method in ("HEAD", "GET")
    ]
    same = {replace(answer, reference="") for answer in opened}
    tell.check(
        "both answers are the same but for the reference", problem=_off(len(same), 1)
    )
    sessions = stage.auth.sessions.list(stage.accounts[BOB])
    tell.check("nobody is logged in by it", problem=_off(len(sessions), 0))
    tell.check("no mail goes out", problem=_off(len(stage.letters()), 0))
    tell.screen.say(
        "That the link and the password still work is what Bob finds out next."
    )


def _bob_logs_in(stage: Stage, tell: Telling, /) -> None:
    link = stage.links[BOB]
    tell.screen.scene(
        "Bob opens the link and logs in",
        "He types the temporary password by hand: with blanks, in lower case, and "
        "with the letter O for the digit 0. (In the tour there always is a 0.)",
    )
    tell.need(
        "he opens the link and sees a page to log in",
        stage.auth.links.open(link, url=OPEN),
        LinkOpened,
    )
    typed = f" {stage.spent.lower().replace('-', '  ').replace('0', 'O')} "
    tell.screen.say(f"The mail says {stage.spent!r}, and he types {typed!r}.")
    tell.check("there is an O for a 0 in it", problem="O" not in typed)
    required = tell.need(
        "it is taken; he must choose a password of his own",
        stage.log_in(BOB, typed, link=link),
        ChangeRequired,
    )
    rejected = tell.need(
        f"{_TOO_SHORT!r} is turned down, and spends nothing",
        stage.auth.passwords.complete(required.ticket, _TOO_SHORT),
        PasswordRejected,
    )
    tell.screen.say(" ".join(rejected.messages))
    _choose(stage, tell, BOB, _BOB_CHOOSES, ticket=required)
    tell.same_answer(
        "the permit to do so is spent: a second time is refused",
        stage.auth.passwords.complete(required.ticket, _BOB_CHOOSES),
    )
    tell.need(
        "with link and password he logs in",
        stage.log_in(BOB, _BOB_CHOOSES, link=link),
        Granted,
    )
    _bob_reads(stage, tell)
    # The notice of the change is left unread: Ann's was shown.
    stage.letters()


def _bob_reads(stage: Stage, tell: Telling) -> None:
    reads = {
        message: stage.auth.links.may_read(
            stage.links[BOB], account=stage.accounts[BOB], message=message
        )
        for message in (_MESSAGE, _ANOTHER_MESSAGE)
    }
    tell.check("his link leads to his message", problem=not reads[_MESSAGE])
    tell.check("and to no other one", problem=reads[_ANOTHER_MESSAGE])


def _choose(
    stage: Stage, tell: Telling, address: str, new: str, *, ticket: ChangeRequired
) -> None:
    tell.need(
        "the new password is stored; that alone logs nobody in",
        stage.auth.passwords.complete(ticket.ticket, new),
        Changed,
    )
    stage.passwords[address] = new


def _off(seen: int, expected: int) -> str:
    return "" if seen == expected else f"expected {expected}, saw {seen}"


GOOD_WAY: tuple[Scene, ...] = (
    _ann_gets_an_account,
    _ann_sends_bob_a_message,
    _bob_gets_the_link,
    _scanner_fetches_the_link,
    _bob_logs_in,
)
"""From nothing to two people who can log in."""
