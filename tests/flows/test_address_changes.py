"""A change of primary address: both mailboxes have to say yes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securelogin import Audience, Granted, InvalidInput, Refused
from securelogin.accounts import AccountId, Side
from securelogin.mail import MailKind
from securelogin.outcomes import AddressConfirmed, Cause
from securelogin.viewers import OPERATOR
from tests.flows.test_login import AsyncOvertaking, Overtaking
from tests.wiring import PASSWORD, URL, Wired

NEW = "ann.new@acme.example"


def proofs(wired, ann, address=NEW) -> dict[Side, str]:
    """Ask for the change and return the token mailed to each side."""
    wired.inbox.mails.clear()
    wired.auth.addresses.request(ann, address)
    wired.auth.courier.deliver()
    found = {}
    for mail in wired.inbox.mails:
        side = Side.NEW if mail.to.text == address else Side.OLD
        found[side] = mail.secrets["link"].reveal().rpartition("=")[2]
    return found


def causes_of(wired, outcome):
    return wired.auth.support.find(outcome.public.reference, by=OPERATOR).causes


@pytest.mark.parametrize("order", [(Side.OLD, Side.NEW), (Side.NEW, Side.OLD)])
def test_4_2_1_2_the_new_address_counts_when_both_have_confirmed(wired, ann, order):
    tokens = proofs(wired, ann)

    first = wired.auth.addresses.confirm(tokens[order[0]])
    between = wired.check(NEW, PASSWORD)
    second = wired.auth.addresses.confirm(tokens[order[1]])

    assert first == AddressConfirmed(complete=False)
    assert isinstance(between, Refused)
    assert second == AddressConfirmed(complete=True)
    assert isinstance(wired.check(NEW, PASSWORD), Granted)


def test_the_old_address_becomes_a_known_alias(wired, ann):
    for token in proofs(wired, ann).values():
        wired.auth.addresses.confirm(token)

    outcome = wired.check("ann@acme.example", PASSWORD)

    assert causes_of(wired, outcome) == (Cause.ALIAS_USED,)


def test_6_3_7_both_addresses_get_the_notice(wired, ann):
    for token in proofs(wired, ann).values():
        wired.auth.addresses.confirm(token)
    wired.inbox.mails.clear()
    wired.auth.courier.deliver()

    assert {(mail.kind, mail.to.text) for mail in wired.inbox.mails} == {
        (MailKind.ADDRESS_CHANGED, "ann@acme.example"),
        (MailKind.ADDRESS_CHANGED, NEW),
    }


def test_one_mailbox_alone_cannot_confirm_twice_for_two(wired, ann):
    token = proofs(wired, ann)[Side.NEW]
    wired.auth.addresses.confirm(token)

    again = wired.auth.addresses.confirm(token)

    assert again == AddressConfirmed(complete=False)


def test_C43_a_newer_change_kills_the_older_ones_mails(wired, ann):
    older = proofs(wired, ann)[Side.NEW]
    proofs(wired, ann, "ann.third@acme.example")

    outcome = wired.auth.addresses.confirm(older)

    assert causes_of(wired, outcome) == (Cause.OVERTAKEN,)


def test_a_confirmation_expires(wired, ann):
    token = proofs(wired, ann)[Side.NEW]
    wired.clock.move(timedelta(days=1))

    outcome = wired.auth.addresses.confirm(token)

    assert causes_of(wired, outcome) == (Cause.TICKET_EXPIRED,)


def test_a_completed_change_cannot_be_confirmed_again(wired, ann):
    tokens = proofs(wired, ann)
    for token in tokens.values():
        wired.auth.addresses.confirm(token)

    outcome = wired.auth.addresses.confirm(tokens[Side.NEW])

    assert causes_of(wired, outcome) == (Cause.OVERTAKEN,)


def test_C39_F60_an_address_that_is_taken_is_not_told(wired, ann):
    wired.auth.accounts.register(NEW, tenant="acme", audience=Audience.INTERNAL)
    wired.auth.courier.deliver()
    tokens = proofs(wired, ann)

    wired.auth.addresses.confirm(tokens[Side.OLD])
    outcome = wired.auth.addresses.confirm(tokens[Side.NEW])

    assert causes_of(wired, outcome) == (Cause.OVERTAKEN,)
    assert wired.store.accounts.get(AccountId(ann)).primary.text == "ann@acme.example"


def test_F11_C36_links_follow_the_person_to_the_new_address(wired, invited):
    bob = wired.check("bob@other.example", PASSWORD, link=invited).account.id
    for token in proofs(wired, bob, "bob.new@other.example").values():
        wired.auth.addresses.confirm(token)

    outcome = wired.check("bob.new@other.example", PASSWORD, link=invited)

    assert isinstance(outcome, Granted)


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_what_is_no_proof_is_refused(wired, ann, token):
    outcome = wired.auth.addresses.confirm(token)

    assert causes_of(wired, outcome) == (Cause.TICKET_INVALID,)


def test_C23_another_tokens_purpose_is_no_proof(wired, invited):
    assert isinstance(wired.auth.addresses.confirm(invited), Refused)


@pytest.mark.parametrize("act", ["disable", "erase"])
def test_an_account_that_is_shut_changes_no_address(wired, ann, act):
    token = proofs(wired, ann)[Side.NEW]
    getattr(wired.auth.accounts, act)(ann)

    outcome = wired.auth.addresses.confirm(token)

    assert Cause.DISABLED in causes_of(wired, outcome)
    with pytest.raises(InvalidInput, match="no active account"):
        wired.auth.addresses.request(ann, "x@acme.example")


class LosesOnce(Overtaking):
    def find(self, key, /):
        return self._inner.find(key)


class AsyncLosesOnce(AsyncOvertaking):
    async def find(self, key, /):
        return await self._inner.find(key)


def test_of_two_changes_begun_at_once_the_loser_mails_nothing(wired, ann):
    losing = LosesOnce if wired.colour == "sync" else AsyncLosesOnce
    racing = Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        wrap=lambda name, part: losing(part) if name == "accounts" else part,
    )

    racing.auth.addresses.request(ann, NEW)
    racing.auth.courier.deliver()

    assert racing.inbox.mails == []


def test_a_proof_opens_no_page_but_its_own(wired, ann):
    token = proofs(wired, ann)[Side.NEW]

    assert isinstance(wired.auth.links.open(token, url=URL), Refused)
    assert wired.auth.sessions.resolve(token) is None
