"""Recipient links: locators that survive scanners and log nobody in."""

from __future__ import annotations

import copy
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from securelogin import (
    Audience,
    Granted,
    InvalidInput,
    KeyRing,
    LinkOpened,
    Refused,
    Unavailable,
)
from securelogin.mail import MailKind
from securelogin.outcomes import Cause
from securelogin.viewers import OPERATOR
from tests.flows.conftest import register
from tests.flows.overtaking import Overtaking
from tests.wiring import ACME, GLOBEX_URL, PASSWORD, START, URL, Wired


def issue(wired, recipient="bob@other.example", **options):
    for name, value in (
        ("sender", "ann@acme.example"),
        ("message", "m-1"),
        ("tenant", "acme"),
    ):
        options.setdefault(name, value)
    return wired.auth.links.issue(recipient=recipient, **options)


def causes_of(wired, outcome):
    return wired.auth.support.find(outcome.public.reference, by=OPERATOR).causes


def test_a_new_recipient_gets_a_password_mail_once_and_a_link_each_time(wired):
    issue(wired)
    wired.auth.courier.deliver()
    issue(wired, message="m-2")
    wired.auth.courier.deliver()

    assert [mail.kind for mail in wired.inbox.mails] == [
        MailKind.TEMPORARY_PASSWORD,
        MailKind.MESSAGE,
        MailKind.MESSAGE,
    ]


def test_who_let_the_first_password_expire_gets_another_with_the_next_message(wired):
    issue(wired)
    wired.auth.courier.deliver()
    wired.clock.move(timedelta(hours=2))
    wired.inbox.mails.clear()
    issue(wired, message="m-2")
    wired.auth.courier.deliver()

    assert [mail.kind for mail in wired.inbox.mails] == [
        MailKind.TEMPORARY_PASSWORD,
        MailKind.MESSAGE,
    ]


def test_a_link_leads_to_its_message(wired):
    issue(wired)

    opened = wired.auth.links.open(wired.mailed_token(), url=URL)

    assert isinstance(opened, LinkOpened)
    assert opened.message == "m-1"


def test_F47_a_hundred_openings_change_nothing(wired):
    issue(wired)
    token = wired.mailed_token()
    before = copy.copy(wired.store.links._rows)

    for _ in range(100):
        assert isinstance(wired.auth.links.open(token, url=URL), LinkOpened)

    assert wired.store.links._rows == before
    assert wired.store.sessions._rows == {}


def test_C20_F43_an_opened_link_gives_no_secret(wired, invited):
    opened = wired.auth.links.open(invited, url=URL)

    assert set(opened.__dataclass_fields__) == {"message", "until", "reference"}


def test_a_link_expires_after_its_leeway(wired, invited):
    wired.clock.at = START.replace(microsecond=0) + timedelta(days=14, seconds=60)
    last = wired.auth.links.open(invited, url=URL)
    wired.clock.move(timedelta(seconds=1))
    late = wired.auth.links.open(invited, url=URL)

    assert isinstance(last, LinkOpened)
    assert causes_of(wired, late) == (Cause.LINK_EXPIRED,)


def test_E04_F12_a_clock_that_steps_back_a_little_does_no_harm(wired, invited):
    wired.clock.move(timedelta(seconds=-60))

    assert isinstance(wired.auth.links.open(invited, url=URL), LinkOpened)


def test_a_link_from_the_future_tells_of_the_clocks(wired, invited):
    wired.clock.move(timedelta(minutes=-5))

    outcome = wired.auth.links.open(invited, url=URL)

    assert causes_of(wired, outcome) == (Cause.CLOCK_SKEW,)


def test_a_recalled_link_opens_nothing_and_lets_nobody_in(wired, invited):
    link = next(iter(wired.store.links._rows))
    recalled = wired.auth.links.recall(link)
    again = wired.auth.links.recall(link)

    opened = wired.auth.links.open(invited, url=URL)
    entered = wired.check("bob@other.example", PASSWORD, link=invited)

    assert recalled == again
    assert causes_of(wired, opened) == (Cause.LINK_RECALLED,)
    assert causes_of(wired, entered) == (Cause.LINK_RECALLED,)


def test_an_unknown_link_cannot_be_recalled(wired):
    with pytest.raises(InvalidInput, match="no link has this id"):
        wired.auth.links.recall("nothing")


def test_a_recall_that_is_overtaken_is_done_again(wired, invited):
    class OnceOvertaken(Overtaking):
        lost = 0

        def replace(self, old, new, /):
            self.lost += 1
            return self.lost > 1 and self._inner.replace(old, new)

    class AsyncOnceOvertaken(OnceOvertaken):
        async def get(self, link, /):
            return await self._inner.get(link)

        async def add(self, link, /):
            return await self._inner.add(link)

        async def replace(self, old, new, /):
            self.lost += 1
            return self.lost > 1 and await self._inner.replace(old, new)

    losing = OnceOvertaken if wired.colour == "sync" else AsyncOnceOvertaken
    racing = Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        wrap=lambda name, part: losing(part) if name == "links" else part,
    )

    racing.auth.links.recall(next(iter(wired.store.links._rows)))

    assert isinstance(wired.auth.links.open(invited, url=URL), Refused)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"link": None}, Cause.LINK_MISSING),
        ({"link": "eyJ" + "A" * 60}, Cause.LINK_BAD_SIGNATURE),
        ({"link": ""}, Cause.LINK_BAD_SIGNATURE),
    ],
)
def test_an_external_recipient_needs_a_good_link(wired, invited, change, cause):
    outcome = wired.check("bob@other.example", PASSWORD, **change)

    assert causes_of(wired, outcome)[0] is cause


def test_F45_a_link_of_another_tenant_is_told_apart(wired, invited):
    outcome = wired.auth.links.open(invited, url=GLOBEX_URL)

    assert causes_of(wired, outcome) == (Cause.WRONG_TENANT,)


def test_8_2_2_a_link_is_good_for_its_own_recipient_only(wired, invited):
    issue(wired, "eve@other.example", message="m-2")
    foreign = wired.mailed_token()

    outcome = wired.check("bob@other.example", PASSWORD, link=foreign)

    assert causes_of(wired, outcome) == (Cause.LINK_FOR_OTHER_RECIPIENT,)


def test_who_holds_a_good_link_under_another_address_was_not_invited(wired, invited):
    outcome = wired.check("carl@other.example", PASSWORD, link=invited)

    assert causes_of(wired, outcome) == (Cause.NOT_INVITED,)


def test_a_link_opens_its_own_message_for_its_own_recipient(wired, invited):
    bob = wired.check("bob@other.example", PASSWORD, link=invited).account.id

    may = wired.auth.links.may_read
    assert may(invited, account=bob, message="m-1") is True
    assert may(invited, account=bob, message="m-2") is False
    assert may(invited, account="somebody", message="m-1") is False
    assert may("no token", account=bob, message="m-1") is False


def test_an_internal_person_needs_no_link(wired, ann):
    issue(wired, "ann@acme.example")

    assert isinstance(wired.check("ann@acme.example", PASSWORD), Granted)


def test_a_stale_link_does_not_keep_an_internal_person_out(wired, ann, invited):
    outcome = wired.check("ann@acme.example", PASSWORD, link=invited)

    assert isinstance(outcome, Granted)


def test_F46_a_link_dies_with_the_address_it_was_mailed_to(wired, invited):
    bob = wired.check("bob@other.example", PASSWORD, link=invited).account.id
    wired.auth.accounts.erase(bob)

    outcome = wired.check("bob@other.example", PASSWORD, link=invited)

    assert isinstance(outcome, Refused)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("recipient", "bob@other.example, eve@evil.example"),
        ("sender", "not an address"),
        ("tenant", "initech"),
        ("tenant", "ACME"),
        ("message", ""),
        ("message", "two\nlines"),
        ("message", "x" * 129),
        ("language", "klingon language"),
    ],
)
def test_bad_input_is_named_and_nothing_is_stored(wired, field, value):
    with pytest.raises(InvalidInput) as caught:
        issue(wired, **{field: value})

    assert caught.value.field == field
    assert wired.store.links._rows == {}
    assert wired.store.outbox._orders == {}


def test_a_recipient_keeps_the_language_of_the_first_message(wired):
    issue(wired, language="de")
    wired.auth.courier.deliver()

    assert {mail.language for mail in wired.inbox.mails} == {"de"}


def test_mails_to_new_people_are_in_the_portals_language(colour):
    wired = Wired(colour, portals=[replace(ACME, language="ja")])
    issue(wired)
    wired.auth.accounts.register(
        "new@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    wired.auth.courier.deliver()

    assert [mail.language for mail in wired.inbox.mails] == ["ja"] * 3


class Forgetful:
    def find(self, key, /):
        return None

    def get(self, account, /):
        return None

    def add(self, account, /):
        return True

    def replace(self, old, new, /):
        return False


class AsyncForgetful:
    async def find(self, key, /):
        return None

    async def get(self, account, /):
        return None

    async def add(self, account, /):
        return True

    async def replace(self, old, new, /):
        return False


def test_F69_a_registry_that_forgets_is_noticed(colour):
    forgetful = Forgetful() if colour == "sync" else AsyncForgetful()
    wired = Wired(
        colour, wrap=lambda name, part: forgetful if name == "accounts" else part
    )

    with pytest.raises(Unavailable, match="cannot be found"):
        issue(wired)


def test_F07_many_openings_at_once_are_all_good(wired):
    issue(wired)
    token = wired.mailed_token()
    ends = []
    runs = [
        threading.Thread(
            target=lambda: ends.append(wired.auth.links.open(token, url=URL))
        )
        for _ in range(16)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()

    assert len(ends) == 16
    assert all(isinstance(end, LinkOpened) for end in ends)


def test_F14_a_link_outlives_the_rotation_of_keys_until_its_key_goes(colour):
    old, new = KeyRing.new_key(), KeyRing.new_key()
    before = Wired(colour, keys=KeyRing(old))
    register(before)
    issue(before)
    token = before.mailed_token()

    rotated = Wired(colour, keys=KeyRing(new, old), store=before.store)
    dropped = Wired(colour, keys=KeyRing(new), store=before.store)

    assert isinstance(rotated.auth.links.open(token, url=URL), LinkOpened)
    assert isinstance(dropped.auth.links.open(token, url=URL), Refused)


class Late:
    """Accounts in which somebody else is always first to store a new one."""

    def __init__(self, inner) -> None:
        self._inner = inner

    def __getattr__(self, verb):
        return getattr(self._inner, verb)

    def add(self, account, /):
        assert self._inner.add(account)
        return False


class AsyncLate(Late):
    async def add(self, account, /):
        assert await self._inner.add(account)
        return False


def test_two_links_to_a_new_recipient_at_once_make_one_account(wired):
    late = Late if wired.colour == "sync" else AsyncLate
    racing = Wired(
        wired.colour,
        store=wired.store,
        keys=wired.keys,
        wrap=lambda name, part: late(part) if name == "accounts" else part,
    )

    issued = racing.auth.links.issue(
        recipient="new@other.example",
        sender="ann@acme.example",
        message="m-1",
        tenant="acme",
    )

    assert issued.address.value == "new@other.example"
