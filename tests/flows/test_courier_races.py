"""A temporary password is stored by what holds then, not by what held before."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from securelogin import Audience, ChangeRequired, HashingPool
from securelogin.accounts import AccountId, Status
from securelogin.addresses import parse_address
from securelogin.mail import OrderState
from tests.faults.injecting import Injector
from tests.flows.conftest import register
from tests.flows.overtaking import AsyncOvertaking, Overtaking
from tests.wiring import PASSWORD, URL, Wired

ANN = "ann@acme.example"
SHUT = [("disable", Status.DISABLED), ("erase", Status.ERASED)]


class Acting(HashingPool):
    """A pool in which something else happens once, while a courier hashes."""

    def __init__(self, act) -> None:
        super().__init__(size=1)
        self._acts = [act]

    def run(self, work, /, **options):
        while self._acts:
            self._acts.pop()()
        return super().run(work, **options)

    async def run_async(self, work, /, **options):
        while self._acts:
            self._acts.pop()()
        return await super().run_async(work, **options)


class Between(Injector):
    """Let something else happen before a call of the adapters, by its number or name.

    Each happens once. It is wired in the sync colour: it runs in the loop's own thread.
    """

    def __init__(self, *acts) -> None:
        super().__init__()
        self._acts = list(acts)

    def strikes(self, name):
        due = [one for one in self._acts if one[0] in (len(self.heard), name)]
        self.heard.append(name)
        self._happen(due)

    def finish(self) -> None:
        """Let happen what has not: its call never came."""
        self._happen([*self._acts])

    def _happen(self, due) -> None:
        for one in due:
            self._acts.remove(one)
            one[1]()


class Halfway:
    """Shut an account in a thread of its own, and halt between its two writes.

    The account is written, the credential is not.
    """

    def __init__(self, wired, method, account) -> None:
        self._reached, self._go_on = threading.Event(), threading.Event()
        beside = again(
            wired, "sync", wrap=Between(("credentials.add", self._halt)).wrap
        )
        act = getattr(beside.auth.accounts, method)
        self._thread = threading.Thread(target=act, args=(account,))

    def begin(self) -> None:
        self._thread.start()
        assert self._reached.wait(60)

    def end(self) -> None:
        self._go_on.set()
        self._thread.join(60)

    def _halt(self) -> None:
        self._reached.set()
        assert self._go_on.wait(60)


def again(wired, colour=None, **options):
    """Wire the same store once more, as another process does; it has the same time."""
    options |= {"store": wired.store, "keys": wired.keys}
    beside = Wired(colour or wired.colour, **options)
    beside.clock.at = wired.clock.at
    return beside


def ask(wired) -> str:
    return wired.auth.reset.request(address=ANN, url=URL).mark


def order_marked(wired, mark):
    orders = wired.store.outbox._orders.values()
    return next(order for order in orders if order.mark == mark)


def live(wired, account):
    credential = wired.store.credentials.get(AccountId(account))
    return None if credential is None else credential.temporary


def opens(wired, mail) -> bool:
    typed = mail.secrets["password"].reveal()
    return isinstance(wired.check(ANN, typed), ChangeRequired)


@pytest.fixture
def newcomer(wired) -> str:
    """Register an internal person; return the account id. The mail is not carried."""
    stored = wired.auth.accounts.register(
        ANN, tenant="acme", audience=Audience.INTERNAL
    )
    return stored.account.id


def test_F52_an_older_order_replaces_no_newer_one_that_was_carried_meanwhile(
    wired, ann
):
    older = ask(wired)
    wired.clock.move(timedelta(seconds=5))
    newer = ask(wired)
    beside = again(wired, "sync")
    slow = again(wired, pool=Acting(beside.auth.courier.deliver))

    assert slow.auth.courier.deliver(limit=1).dropped == 1

    assert [mail.fields["mark"] for mail in beside.inbox.mails] == [newer]
    assert opens(wired, beside.inbox.mails[0])
    assert slow.inbox.mails == []
    dropped = order_marked(wired, older)
    assert dropped.detail == "a temporary password was asked for again meanwhile"


@pytest.mark.parametrize(("method", "status"), SHUT)
@pytest.mark.parametrize("person", ["ann", "newcomer"])
def test_C35_F73_who_is_shut_out_while_a_courier_hashes_gets_no_mail(
    wired, request, person, method, status
):
    account = request.getfixturevalue(person)
    wired.auth.accounts.send_temporary_password(account)
    beside = again(wired, "sync")
    pool = Acting(lambda: getattr(beside.auth.accounts, method)(account))
    slow = again(wired, pool=pool)

    done = slow.auth.courier.deliver()

    assert (done.sent, done.postponed) == (0, 0)
    assert slow.inbox.mails == []
    assert live(wired, account) is None
    assert wired.store.accounts.get(AccountId(account)).status is status


def test_C36_F11_an_address_that_is_given_up_while_a_courier_hashes_gets_no_mail(
    wired, ann
):
    mark = ask(wired)
    moved = parse_address("ann@new.example")
    old = wired.store.accounts.get(AccountId(ann))
    new = replace(old, primary=moved, aliases=(), version=old.version + 1)
    slow = again(wired, pool=Acting(lambda: wired.store.accounts.replace(old, new)))

    assert slow.auth.courier.deliver().dropped == 1

    assert slow.inbox.mails == []
    assert live(wired, ann) is None
    dropped = order_marked(wired, mark)
    assert dropped.detail == "the account has another address now"


def test_a_mail_goes_to_the_address_that_the_account_has_when_it_is_stored(wired, ann):
    wired.auth.accounts.send_temporary_password(ann)
    moved = parse_address("ann@new.example")
    old = wired.store.accounts.get(AccountId(ann))
    new = replace(old, primary=moved, version=old.version + 1)
    slow = again(wired, pool=Acting(lambda: wired.store.accounts.replace(old, new)))

    slow.auth.courier.deliver()

    (mail,) = slow.inbox.mails
    assert (mail.to, mail.fields["address"]) == (moved, moved.text)


def test_a_log_in_while_a_courier_stores_costs_no_try(wired, ann):
    ask(wired)
    beside = again(wired, "sync")
    between = Between(("credentials.replace", lambda: beside.check(ANN, PASSWORD)))
    racing = again(wired, wrap=between.wrap)

    assert racing.auth.courier.deliver().sent == 1

    assert between.heard.count("credentials.replace") == 2
    assert opens(wired, racing.inbox.mails[0])


def test_of_two_couriers_that_make_the_first_credential_the_later_order_wins(
    wired, newcomer
):
    wired.clock.move(timedelta(seconds=5))
    newer = ask(wired)
    beside = again(wired, "sync")
    between = Between(("credentials.add", beside.auth.courier.deliver))
    racing = again(wired, wrap=between.wrap)

    assert racing.auth.courier.deliver(limit=1).dropped == 1

    assert racing.inbox.mails == []
    assert [mail.fields["mark"] for mail in beside.inbox.mails] == [newer]
    assert opens(wired, beside.inbox.mails[0])


def test_a_courier_that_is_always_overtaken_puts_the_mail_off(wired, ann):
    losing = Overtaking if wired.colour == "sync" else AsyncOvertaking
    counting = Between()
    racing = again(
        wired,
        wrap=lambda name, part: counting.wrap(
            name, losing(part) if name == "credentials" else part
        ),
    )
    mark = ask(wired)

    assert racing.auth.courier.deliver().postponed == 1

    assert racing.inbox.mails == []
    waiting = order_marked(wired, mark)
    assert (waiting.state, waiting.detail) == (OrderState.WAITING, "overtaken")
    assert 1 < counting.heard.count("credentials.replace") <= 16


@pytest.mark.parametrize("method", ["disable", "erase"])
@pytest.mark.parametrize("has_password", [False, True])
def test_C35_F73_whoever_is_shut_out_at_whatever_moment_has_no_temporary_password(
    colour, method, has_password
):
    # Every pair of moments: the account is written before one call of the courier,
    # its credential before the same or a later one.
    heard = carried(colour, method, has_password=has_password)
    judged_last = len(heard) - 1 - heard[::-1].index("accounts.get")
    for first in range(len(heard) + 1):
        for last in range(first, len(heard) + 1):
            carried(
                colour,
                method,
                has_password=has_password,
                moments=(first, last),
                may_be_mailed=first > judged_last,
            )


def carried(colour, method, *, has_password, moments=(), may_be_mailed=True):
    """Carry one order while the account is shut; return the courier's calls."""
    wired = Wired(colour)
    if has_password:
        account = register(wired, ANN)
        wired.auth.accounts.send_temporary_password(account)
    else:
        stored = wired.auth.accounts.register(
            ANN, tenant="acme", audience=Audience.INTERNAL
        )
        account = stored.account.id
    shut = Halfway(wired, method, account)
    between = Between(*zip(moments, (shut.begin, shut.end), strict=False))
    courier = again(wired, wrap=between.wrap)

    courier.auth.courier.deliver()
    heard = [*between.heard]
    between.finish()

    assert may_be_mailed or courier.inbox.mails == [], moments
    assert not moments or live(wired, account) is None, moments
    return heard
