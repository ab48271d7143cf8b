"""A change of primary address: both mailboxes have to say yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from securelogin import Audience, Granted, InvalidInput, Overloaded, Refused
from securelogin.accounts import AccountId, Side
from securelogin.attempts import Operation
from securelogin.mail import MailKind
from securelogin.outcomes import AddressConfirmed, AddressRequested, Cause
from securelogin.viewers import OPERATOR
from tests.flows.conftest import register
from tests.flows.overtaking import AsyncOvertaking, Overtaking
from tests.flows.test_passwords import FullPool
from tests.wiring import PASSWORD, URL, Wired

NEW = "ann.new@acme.example"


def proofs(wired, ann, address=NEW) -> dict[Side, str]:
    """Ask for the change and return the token mailed to each side."""
    wired.inbox.mails.clear()
    wired.auth.addresses.request_for(ann, address)
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
        wired.auth.addresses.request_for(ann, "x@acme.example")


class LosesOnce(Overtaking):
    def find(self, key, /):
        return self._inner.find(key)


class AsyncLosesOnce(AsyncOvertaking):
    async def find(self, key, /):
        return await self._inner.find(key)


@pytest.fixture
def racing(wired, ann) -> Wired:
    """Wire the same portal, where another writes the account just before."""
    losing = LosesOnce if wired.colour == "sync" else AsyncLosesOnce
    return Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        wrap=lambda name, part: losing(part) if name == "accounts" else part,
    )


def test_of_two_changes_begun_at_once_the_loser_mails_nothing(racing, ann):
    racing.auth.addresses.request_for(ann, NEW)
    racing.auth.courier.deliver()

    assert racing.inbox.mails == []


def test_a_proof_opens_no_page_but_its_own(wired, ann):
    token = proofs(wired, ann)[Side.NEW]

    assert isinstance(wired.auth.links.open(token, url=URL), Refused)
    assert wired.auth.sessions.resolve(token) is None


# -- the person's own request --


@pytest.fixture
def token(wired, ann):
    return wired.check("ann@acme.example", PASSWORD).session.token


def asked(wired, token, *, current=PASSWORD, address=NEW):
    return wired.auth.addresses.request(token, current=current, address=address)


def confirmations(wired) -> set[str]:
    wired.auth.courier.deliver()
    return {
        mail.to.text
        for mail in wired.inbox.mails
        if mail.kind is MailKind.CONFIRM_ADDRESS
    }


def test_7_5_1_session_and_password_begin_a_change_and_both_are_asked(
    wired, ann, token
):
    outcome = asked(wired, token)

    assert isinstance(outcome, AddressRequested)
    assert confirmations(wired) == {"ann@acme.example", NEW}
    assert wired.auth.sessions.resolve(token) is not None
    record = wired.store.attempts.by_reference(outcome.reference)
    assert (record.operation, record.account, record.causes) == (
        Operation.ADDRESS_REQUESTED,
        ann,
        (),
    )


def test_7_5_1_a_session_without_the_password_changes_no_address(wired, ann, token):
    outcome = asked(wired, token, current="not this one")

    assert causes_of(wired, outcome) == (Cause.WRONG_PASSWORD,)
    assert confirmations(wired) == set()
    assert wired.store.accounts.get(AccountId(ann)).change is None


def test_7_5_1_a_temporary_password_is_no_proof_for_a_new_address(wired, ann, token):
    wired.auth.accounts.send_temporary_password(ann)

    outcome = asked(wired, token, current=wired.mailed_password())

    assert causes_of(wired, outcome) == (Cause.WRONG_PASSWORD,)


@pytest.mark.parametrize("shut", ["end_all", "disable"])
def test_7_5_1_the_password_without_a_live_session_changes_no_address(
    wired, ann, token, shut
):
    getattr(wired.auth.sessions if shut == "end_all" else wired.auth.accounts, shut)(
        ann
    )

    outcome = asked(wired, token)

    assert Cause.SESSION_ENDED in causes_of(wired, outcome)
    assert confirmations(wired) == set()


def test_C68_a_wrong_password_for_a_new_address_counts_like_any_try(wired, token):
    for _ in range(10):
        asked(wired, token, current="not this one")

    assert causes_of(wired, asked(wired, token)) == (Cause.THROTTLED,)
    outcome = wired.check("ann@acme.example", PASSWORD)
    assert causes_of(wired, outcome) == (Cause.THROTTLED,)


@pytest.mark.parametrize("address", [NEW, "ann@acme.example", "eve@acme.example"])
def test_C39_whoever_has_the_new_address_the_answer_is_one(wired, token, address):
    register(wired, "eve@acme.example")

    outcome = asked(wired, token, address=address)

    assert outcome == AddressRequested(reference=outcome.reference)


def test_every_refusal_of_a_new_address_is_that_of_a_log_in(wired, token):
    refusals = [
        asked(wired, "x" * 43),
        asked(wired, token, current="not this one"),
        wired.check("nobody@acme.example", "not this one"),
    ]

    assert {type(refusal) for refusal in refusals} == {Refused}
    assert len({replace(refusal.public, reference="") for refusal in refusals}) == 1


def test_what_is_no_address_is_told_and_not_counted(wired, token):
    for _ in range(12):
        with pytest.raises(InvalidInput, match="expected one plain mail address"):
            asked(wired, token, address="ann at acme")

    assert isinstance(asked(wired, token), AddressRequested)


def test_a_request_that_is_overtaken_is_refused_and_mails_nothing(racing, ann):
    token = racing.check("ann@acme.example", PASSWORD).session.token

    outcome = asked(racing, token)

    assert causes_of(racing, outcome) == (Cause.OVERTAKEN,)
    assert confirmations(racing) == set()


def test_without_room_to_hash_no_address_changes(wired, ann, token):
    full = Wired(wired.colour, store=wired.store, keys=wired.keys, pool=FullPool(0))

    outcome = asked(full, token)

    assert isinstance(outcome, Overloaded)
    assert causes_of(full, outcome) == (Cause.OVERLOADED,)
    assert wired.store.accounts.get(AccountId(ann)).change is None
