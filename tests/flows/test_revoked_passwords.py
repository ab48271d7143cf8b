"""A password that somebody else may know: revoked, it opens nothing any more.

The runbooks of docs/how-to/operate.md, step by step, in both colours.
"""

from __future__ import annotations

import pytest

from securelogin import ChangeRequired, Granted, Refused
from securelogin.accounts import AccountId, Audience
from securelogin.credentials import with_revoked_password
from securelogin.mail import MailKind, OrderState
from securelogin.outcomes import AddressTaken, Cause, Changed
from securelogin.viewers import OPERATOR
from tests.flows.conftest import register
from tests.flows.overtaking import AsyncOvertaking, Overtaking
from tests.wiring import PASSWORD, URL, Wired

ANN = "ann@acme.example"
ANEW = "ann@new.example"
NEW = "another quiet harbour at six"


def diagnosed(wired, outcome):
    return wired.auth.support.find(outcome.public.reference, by=OPERATOR)


def test_6_5_6_a_revoked_password_opens_nothing(wired, ann):
    wired.auth.accounts.revoke_password(ann)

    outcome = wired.check(ANN, PASSWORD)

    assert isinstance(outcome, Refused)
    assert diagnosed(wired, outcome).causes == (Cause.NO_PASSWORD_SET,)


def test_support_reads_that_a_password_was_set_once(wired, ann):
    wired.auth.accounts.revoke_password(ann)

    evidence = diagnosed(wired, wired.check(ANN, PASSWORD)).evidence

    assert evidence["password set"] == "2026-03-02 09:30:00+00:00"


def test_what_came_of_a_revoked_password_ends_with_it(wired, ann):
    session = wired.check(ANN, PASSWORD).session.token
    wired.auth.accounts.send_temporary_password(ann)
    temporary = wired.mailed_password()
    ticket = wired.check(ANN, temporary).ticket

    wired.auth.accounts.revoke_password(ann)

    assert wired.auth.sessions.resolve(session) is None
    assert isinstance(wired.auth.passwords.complete(ticket, NEW), Refused)
    assert isinstance(wired.check(ANN, temporary), Refused)


@pytest.mark.parametrize("asks", ["the person", "an administrator"])
def test_a_temporary_password_leads_to_a_new_lasting_one(wired, ann, asks):
    wired.auth.accounts.revoke_password(ann)
    if asks == "the person":
        wired.auth.reset.request(address=ANN, url=URL)
    else:
        wired.auth.accounts.send_temporary_password(ann)

    required = wired.check(ANN, wired.mailed_password())

    assert isinstance(required, ChangeRequired)
    assert wired.auth.passwords.complete(required.ticket, NEW) == Changed()
    assert isinstance(wired.check(ANN, PASSWORD), Refused)
    assert isinstance(wired.check(ANN, NEW), Granted)


def test_a_recipient_whose_password_is_revoked_is_sent_another(wired, invited):
    bob = wired.auth.links.issue(
        recipient="bob@other.example", sender=ANN, message="m-2", tenant="acme"
    ).recipient
    wired.auth.accounts.revoke_password(bob)

    wired.auth.links.issue(
        recipient="bob@other.example", sender=ANN, message="m-3", tenant="acme"
    )

    temporary = wired.mailed_password()
    outcome = wired.check("bob@other.example", temporary, link=invited)
    assert isinstance(outcome, ChangeRequired)


def test_who_never_had_a_password_has_none_after_it_either(wired):
    ann = wired.auth.accounts.register(
        ANN, tenant="acme", audience=Audience.INTERNAL
    ).account.id

    wired.auth.accounts.revoke_password(ann)
    wired.auth.accounts.revoke_password(ann)

    assert isinstance(wired.check(ANN, PASSWORD), Refused)
    assert isinstance(wired.check(ANN, wired.mailed_password()), ChangeRequired)


def test_a_log_in_that_is_overtaken_brings_no_revoked_password_back(wired, ann):
    class Revoking(Overtaking):
        def replace(self, old, new, /):
            self._inner.replace(old, with_revoked_password(old, at=wired.clock.at))
            return self._inner.replace(old, new)

    class AsyncRevoking(AsyncOvertaking):
        async def replace(self, old, new, /):
            later = with_revoked_password(old, at=wired.clock.at)
            await self._inner.replace(old, later)
            return await self._inner.replace(old, new)

    revoking = Revoking if wired.colour == "sync" else AsyncRevoking
    racing = Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        wrap=lambda name, part: revoking(part) if name == "credentials" else part,
    )

    granted = racing.check(ANN, PASSWORD)

    assert wired.auth.sessions.resolve(granted.session.token) is None
    assert isinstance(wired.check(ANN, PASSWORD), Refused)


# -- the runbooks --


def test_a_stolen_password_lets_its_owner_in_and_no_thief(wired, ann):
    accounts = wired.auth.accounts
    accounts.disable(ann)
    accounts.revoke_password(ann)
    accounts.enable(ann)
    accounts.send_temporary_password(ann)
    temporary = wired.mailed_password()

    assert isinstance(wired.check(ANN, PASSWORD), Refused)
    # The thief's try has cancelled nothing.
    required = wired.check(ANN, temporary)
    assert wired.auth.passwords.complete(required.ticket, NEW) == Changed()
    assert isinstance(wired.check(ANN, NEW), Granted)


def test_a_taken_over_mailbox_is_sent_nothing_and_opens_nothing(wired, ann):
    wired.auth.accounts.disable(ann)
    moved = wired.auth.accounts.register(
        ANEW, tenant="acme", audience=Audience.INTERNAL
    ).account
    wired.auth.reset.request(address=ANN, url=URL)
    temporary = wired.mailed_password()

    assert {mail.to.text for mail in wired.inbox.mails} == {ANEW}
    assert isinstance(wired.check(ANN, PASSWORD), Refused)
    required = wired.check(ANEW, temporary)
    assert wired.auth.passwords.complete(required.ticket, NEW) == Changed()
    assert wired.check(ANEW, NEW).account.id == moved.id
    assert wired.auth.addresses.add_alias(moved.id, ANN) == AddressTaken()


def test_the_messages_of_a_taken_over_mailbox_go_to_the_new_one(wired):
    old = wired.auth.links.issue(
        recipient="bob@other.example", sender=ANN, message="m-1", tenant="acme"
    )
    token = wired.mailed_token()
    wired.auth.accounts.disable(old.recipient)
    wired.inbox.mails.clear()

    wired.auth.links.recall(old.id)
    new = wired.auth.links.issue(
        recipient="bob@new.example", sender=ANN, message="m-1", tenant="acme"
    )
    temporary = wired.mailed_password()

    assert {mail.to.text for mail in wired.inbox.mails} == {"bob@new.example"}
    assert isinstance(wired.auth.links.open(token, url=URL), Refused)
    link = wired.inbox.last(MailKind.MESSAGE).secrets["link"].reveal()
    required = wired.check("bob@new.example", temporary, link=link.rpartition("=")[2])
    assert isinstance(required, ChangeRequired)
    assert new.recipient != old.recipient


def test_a_link_issued_anew_still_goes_to_the_old_account(wired):
    old = wired.auth.links.issue(
        recipient="bob@other.example", sender=ANN, message="m-1", tenant="acme"
    )
    wired.auth.courier.deliver()
    wired.auth.accounts.disable(old.recipient)
    wired.inbox.mails.clear()

    new = wired.auth.links.reissue(old.id)
    wired.auth.courier.deliver()

    assert new.recipient == old.recipient
    assert wired.inbox.mails == []
    states = {order.state for order in wired.store.outbox._rows.values()}
    assert OrderState.DROPPED in states


def test_a_leak_leaves_no_hash_that_is_worth_guessing(wired, ann):
    accounts = [ann, register(wired, "ben@acme.example")]
    for account in accounts:
        wired.auth.accounts.revoke_password(account)

    stored = [wired.store.credentials.get(AccountId(one)) for one in accounts]
    assert [one.password_hash for one in stored] == [None, None]
