"""Whom to ask, with what mail, and what may be done next."""

from __future__ import annotations

import pytest

from securelogin import Viewer
from securelogin.accounts import Status
from securelogin.outcomes import Cause
from securelogin.rules.advice import Action, actions_for, draft_for
from securelogin.rules.facts import Known
from securelogin.viewers import OPERATOR
from tests.rules.cases import CANARY, account, credential, external, link, record
from tests.wiring import ACME

SENDER = Viewer.sender("sam", tenant="acme", address="sam@sender.example")
TEMPORARY = Action(
    label="Send a new temporary password",
    call="accounts.send_temporary_password",
    argument="account-ann",
)
ENABLE = Action(
    label="Enable the account", call="accounts.enable", argument="account-ann"
)
END = Action(label="End all sessions", call="sessions.end_all", argument="account-ann")
REVOKE = Action(
    label="Revoke the password",
    call="accounts.revoke_password",
    argument="account-ann",
)
REISSUE = Action(
    label="Recall the link and issue a new one",
    call="links.reissue",
    argument="link-1",
)
BOTH = Known(account=external(), link=link())


@pytest.mark.parametrize(
    ("causes", "known", "by", "actions"),
    [
        ([Cause.WRONG_PASSWORD], BOTH, OPERATOR, (TEMPORARY,)),
        ([Cause.LINK_EXPIRED, Cause.LOCKED], BOTH, OPERATOR, (TEMPORARY, REISSUE)),
        ([Cause.LINK_EXPIRED, Cause.LOCKED], BOTH, SENDER, (REISSUE,)),
        ([Cause.LINK_RECALLED], BOTH, OPERATOR, ()),
        ([Cause.OVERTAKEN], BOTH, OPERATOR, (END, REVOKE)),
        ([Cause.TEMP_USED], BOTH, OPERATOR, (TEMPORARY, END, REVOKE)),
        ([Cause.LOCKED], Known(), OPERATOR, ()),
        ([Cause.LINK_EXPIRED], Known(), OPERATOR, ()),
        (
            [Cause.WRONG_PASSWORD],
            Known(account=account(status=Status.DISABLED)),
            OPERATOR,
            (ENABLE,),
        ),
        (
            [Cause.WRONG_PASSWORD],
            Known(account=account(status=Status.ERASED)),
            OPERATOR,
            (),
        ),
        ([], BOTH, OPERATOR, ()),
    ],
)
def test_only_what_would_help_and_is_the_viewers_is_offered(causes, known, by, actions):
    assert actions_for(causes, known, by=by) == actions


def drafted(*causes: Cause, contact: str, known: Known, portal=ACME):
    return draft_for(
        record(*causes), causes, contact=contact, portal=portal, known=known
    )


def test_a_mail_to_the_sender_says_that_it_is_about_their_message():
    draft = drafted(Cause.LINK_EXPIRED, contact="sam@sender.example", known=BOTH)

    assert draft.to == "sam@sender.example"
    assert draft.subject == "Log-in to Acme Secure Messaging: reference 7QK-4MX-P9R"
    assert "Somebody to whom you sent a message could not log in to Acme" in draft.body
    assert "- Reissue the link" in draft.body


def test_a_mail_to_the_administrator_says_what_would_help():
    draft = drafted(Cause.DISABLED, contact=ACME.contact, known=Known())

    assert "Somebody could not log in to Acme Secure Messaging." in draft.body
    assert "- Ask the administrator whether it may be enabled." in draft.body


def test_where_no_portal_is_known_the_mail_names_none():
    draft = drafted(
        Cause.LINK_EXPIRED, contact="sam@sender.example", known=BOTH, portal=None
    )

    assert draft.subject.startswith("Log-in to the portal: ")


@pytest.mark.parametrize(
    ("causes", "contact"), [((), ACME.contact), ((Cause.LOCKED,), "")]
)
def test_without_a_cause_or_a_contact_there_is_no_mail(causes, contact):
    assert drafted(*causes, contact=contact, known=Known()) is None


@pytest.mark.parametrize("cause", Cause)
def test_F34_a_mail_holds_neither_a_secret_nor_what_was_typed(cause):
    known = Known(account=external(), credential=credential(), link=link())

    draft = drafted(cause, contact="sam@sender.example", known=known)

    assert CANARY not in draft.body
    assert "ann@example.org" not in draft.body.replace("such as ann@example.org", "")
    assert "\n" not in draft.subject
