"""After a change of address, what was mailed to the old mailbox opens nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from securelogin import ChangeRequired, Granted, Refused
from securelogin.accounts import AccountId
from securelogin.credentials import Death
from securelogin.errors import Unavailable
from securelogin.mail import MailKind
from securelogin.outcomes import AddressConfirmed, Cause
from tests.flows.conftest import cause_of
from tests.flows.interrupting import Before, interrupted, over
from tests.flows.overtaking import AsyncOvertaking, Overtaking
from tests.wiring import PASSWORD, URL

OLD = "ann@acme.example"
NEW = "ann.new@acme.example"


def asked(wired, ann, address=NEW) -> list[str]:
    """Ask for a change of address; return what was mailed to the two."""
    wired.auth.addresses.request_for(ann, address)
    wired.auth.courier.deliver()
    return [
        mail.secrets["link"].reveal().rpartition("=")[2]
        for mail in wired.inbox.mails
        if mail.kind is MailKind.CONFIRM_ADDRESS
    ]


def moved(wired, tokens) -> None:
    ends = [wired.auth.addresses.confirm(token) for token in tokens]
    assert ends[-1] == AddressConfirmed(complete=True)


def mailed_on_request(wired, address=OLD) -> str:
    wired.auth.reset.request(address=address, url=URL)
    return wired.mailed_password()


def credential_of(wired, ann):
    return wired.store.credentials.get(AccountId(ann))


@pytest.mark.parametrize("typed_at", [OLD, NEW])
def test_C36_F46_a_temporary_password_dies_with_the_address_it_was_mailed_to(
    wired, ann, typed_at
):
    tokens = asked(wired, ann)
    mailed = mailed_on_request(wired)
    moved(wired, tokens)

    assert isinstance(wired.check(typed_at, mailed), Refused)
    assert credential_of(wired, ann).dead[0].death is Death.CANCELLED


def test_C36_support_sees_that_it_is_a_dead_one(wired, ann):
    tokens = asked(wired, ann)
    mailed = mailed_on_request(wired)
    moved(wired, tokens)

    assert cause_of(wired, wired.check(NEW, mailed)) is Cause.TEMP_SUPERSEDED


def test_C36_F46_a_ticket_dies_with_the_address_its_password_was_mailed_to(wired, ann):
    tokens = asked(wired, ann)
    required = wired.check(OLD, mailed_on_request(wired))
    moved(wired, tokens)

    outcome = wired.auth.passwords.complete(required.ticket, "the password of a thief")

    assert cause_of(wired, outcome) is Cause.OVERTAKEN
    assert isinstance(wired.check(NEW, PASSWORD), Granted)


def test_the_first_yes_leaves_a_temporary_password_alone(wired, ann):
    tokens = asked(wired, ann)
    mailed = mailed_on_request(wired)
    wired.auth.addresses.confirm(tokens[0])

    assert isinstance(wired.check(OLD, mailed), ChangeRequired)


def test_without_a_temporary_password_a_new_address_leaves_the_credential(wired, ann):
    tokens = asked(wired, ann)
    session = wired.check(OLD, PASSWORD).session
    before = credential_of(wired, ann)
    moved(wired, tokens)

    assert credential_of(wired, ann) == before
    assert wired.auth.sessions.resolve(session.token) is not None


def test_whoever_never_had_a_credential_can_change_the_address(wired, ann):
    tokens = asked(wired, ann)
    del wired.store.credentials._rows[ann]
    moved(wired, tokens)

    assert credential_of(wired, ann) is None


@pytest.mark.parametrize("address", [OLD, NEW])
def test_F11_what_was_ordered_before_is_mailed_to_the_new_address(wired, ann, address):
    tokens = asked(wired, ann)
    wired.auth.reset.request(address=OLD, url=URL)
    wired.auth.accounts.send_temporary_password(ann)
    moved(wired, tokens)
    mailed_on_request(wired, address)

    assert {
        mail.to.text
        for mail in wired.inbox.mails
        if mail.kind is MailKind.TEMPORARY_PASSWORD
    } == {NEW}


# -- what comes between --


def test_C36_one_that_is_stored_while_the_address_changes_dies_too(wired, ann, beside):
    tokens = asked(wired, ann)
    wired.auth.addresses.confirm(tokens[0])
    racing = interrupted(wired, "accounts.replace", lambda: mailed_on_request(beside))

    moved(racing, tokens[1:])

    mail = beside.inbox.last(MailKind.TEMPORARY_PASSWORD)
    assert mail.to.text == OLD
    assert isinstance(wired.check(NEW, mail.secrets["password"]), Refused)


@pytest.mark.parametrize("call", ["credentials.add", "credentials.replace"])
def test_C36_none_is_mailed_to_an_address_that_was_left_while_it_was_made(
    wired, ann, beside, call
):
    tokens = asked(wired, ann)
    wired.auth.reset.request(address=OLD, url=URL)
    if call == "credentials.add":
        del wired.store.credentials._rows[ann]
    racing = interrupted(wired, call, lambda: moved(beside, tokens))

    assert racing.auth.courier.deliver(limit=1).postponed == 1
    assert racing.inbox.mails == []

    racing.clock.move(timedelta(minutes=1))
    assert isinstance(racing.check(NEW, racing.mailed_password()), ChangeRequired)
    assert racing.inbox.last(MailKind.TEMPORARY_PASSWORD).to.text == NEW


def test_a_write_to_the_credential_in_between_is_waited_for(wired, ann, beside):
    tokens = asked(wired, ann)
    mailed = mailed_on_request(wired)
    racing = interrupted(
        wired, "credentials.replace", lambda: beside.auth.accounts.force_change(ann)
    )

    moved(racing, tokens)

    assert isinstance(wired.check(NEW, mailed), Refused)
    assert credential_of(wired, ann).must_change is True


def test_no_address_changes_while_its_temporary_password_cannot_die(wired, ann):
    tokens = asked(wired, ann)
    mailed_on_request(wired)
    losing = Overtaking if wired.colour == "sync" else AsyncOvertaking
    racing = over(
        wired, lambda name, part: losing(part) if name == "credentials" else part
    )
    racing.auth.addresses.confirm(tokens[0])

    with pytest.raises(Unavailable, match="written to all the time"):
        racing.auth.addresses.confirm(tokens[1])

    assert wired.store.accounts.get(AccountId(ann)).primary.text == OLD


def test_C36_one_that_is_stored_meanwhile_dies_though_no_notice_can_be_ordered(
    wired, ann, beside
):
    tokens = asked(wired, ann)
    wired.auth.addresses.confirm(tokens[0])
    outages: list[str] = []

    def store_one_and_fail():
        mailed_on_request(beside)
        outages.append("the outbox is away")

    def fail():
        if outages:
            raise Unavailable(outages.pop(), adapter="outbox", verb="record")

    racing = over(
        wired,
        lambda name, inner: {
            "accounts": lambda: Before(inner, "replace", store_one_and_fail),
            "outbox": lambda: Before(inner, "record", fail),
        }.get(name, lambda: inner)(),
    )

    with pytest.raises(Unavailable, match="the outbox is away"):
        racing.auth.addresses.confirm(tokens[1])

    mail = beside.inbox.last(MailKind.TEMPORARY_PASSWORD)
    assert mail.to.text == OLD
    assert wired.store.accounts.get(AccountId(ann)).primary.text == NEW
    assert isinstance(wired.check(NEW, mail.secrets["password"]), Refused)
