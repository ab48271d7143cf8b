"""The contracts of the outbox: orders for mails, taken and handed to couriers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any, ClassVar

import pytest

from securelogin.accounts import AccountId
from securelogin.adapters import DeadLetters, Outbox, OutboxQueue
from securelogin.addresses import AddressKey, Tenant
from securelogin.mail import MailOrder, OrderState
from securelogin.testing.answers import all_same, ask, no, unavailable, yes
from securelogin.testing.keyed import CURRENT
from securelogin.testing.races import call, race
from securelogin.testing.recording import RecordFacts
from securelogin.testing.values import (
    ACME,
    AT,
    ENDS,
    GLOBEX,
    HOUR,
    ORDERS,
    TICK,
    order,
)

__all__ = ["DeadLettersContract", "OutboxContract", "OutboxQueueContract"]

ANN = AccountId("ann")


class OutboxContract(RecordFacts):
    """The contract of `Outbox`. Give a fixture `outbox` (or `store`).

    If it cannot be asked what it holds, override `find` with a raw reader of your own.
    """

    part = "outbox"
    protocols: ClassVar[tuple[type, ...]] = (Outbox,)
    samples: ClassVar[Sequence[Any]] = (*ORDERS, *ENDS)

    @staticmethod
    def make(name: str) -> MailOrder:
        """Return an order for somebody who has no other."""
        return order(name, account=AccountId(f"of {name}"))

    @staticmethod
    def find(subject: Any, value: Any) -> Any:
        """Return the order with the same id."""
        found = ask(subject.about, value.account, None)
        return next((one for one in found if one.id == value.id), None)

    @pytest.fixture
    def outbox(self, store: Any) -> Any:
        """The adapter under test."""
        return store.outbox

    @pytest.fixture
    def subject(self, outbox: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(outbox)


class OutboxQueueContract(OutboxContract):
    """The contract of `Outbox` and `OutboxQueue` in one.

    Give a fixture `outbox` (or `store`).
    """

    protocols: ClassVar[tuple[type, ...]] = (Outbox, OutboxQueue)

    def test_what_is_leased_has_been_stored(self, subject: Any) -> None:
        for one in ORDERS:
            self.put(subject, one)

        leased = lease(subject)

        all_same(
            [one.leased(until=AT + HOUR) for one in ORDERS],
            leased,
            what="lease() gives what it has stored, with `leased_until` and the new "
            "version",
        )
        for one in leased:
            self.kept(subject, one, what="about() after lease()")

    def test_an_order_recorded_twice_is_sent_once(self, subject: Any) -> None:
        for _ in range(2):
            self.put(subject, order())

        found = len(lease(subject))
        assert found == 1, (
            f"An order recorded twice was leased {found} times. Let its id be unique."
        )

    def test_the_oldest_go_first_and_no_more_than_the_limit(self, subject: Any) -> None:
        for n in (3, 1, 2, 0):
            self.put(subject, order(f"o{n}", due_at=AT - HOUR + n * TICK))

        taken = [[one.id for one in lease(subject, limit=n)] for n in (0, 3, 3)]

        assert taken == [[], ["o0", "o1", "o2"], ["o3"]], (
            f"lease() with limits 0, 3 and 3 gave {taken}. Order by `due_at`, and give "
            "no more than `limit`."
        )

    def test_orders_due_at_one_moment_go_in_the_order_they_came(
        self, subject: Any
    ) -> None:
        names = ["c", "a", "b"]
        for name in names:
            self.put(subject, order(name))

        taken = [one.id for one in lease(subject)]
        assert names == taken, (
            f"Orders recorded as {names} were leased as {taken}. Keep their order."
        )

    def test_what_is_not_due_or_has_ended_is_not_leased(self, subject: Any) -> None:
        for one in (order("later", due_at=AT + TICK), *ENDS):
            self.put(subject, one)

        early = [one.id for one in lease(subject)]
        assert early == [], f"lease() gave {early}, which are not due or are over."
        due = [one.id for one in lease(subject, at=AT + TICK)]
        assert due == ["later"], f"lease() gave {due}; an order was due at that moment."

    def test_a_lease_that_has_ended_is_taken_up_again(self, subject: Any) -> None:
        self.put(subject, order())
        (first,) = lease(subject)

        early = lease(subject, at=AT + HOUR - TICK)
        assert len(early) == 0, (
            "An order was leased while another courier had it: its mail would be sent "
            "twice. Leave out what is leased until later than `at`."
        )
        again = lease(subject, at=AT + HOUR, until=AT + 2 * HOUR)
        all_same(
            [first.leased(until=AT + 2 * HOUR)],
            again,
            what="lease() after a lease has ended, such as a killed courier's",
        )
        no(
            subject.replace,
            first,
            first.settled(OrderState.SENT, at=AT),
            why="It has been leased to another courier since: compare versions.",
        )
        sent = again[0].settled(OrderState.SENT, at=AT)
        yes(subject.replace, again[0], sent, why=CURRENT)

    def test_a_settled_order_stays_settled(self, subject: Any) -> None:
        self.put(subject, order())
        (leased,) = lease(subject)
        sent = leased.settled(OrderState.SENT, at=AT, detail="250 ok")

        yes(subject.replace, leased, sent, why=CURRENT)

        no(subject.replace, leased, sent, why="It is not what is stored any more.")
        assert len(lease(subject, at=AT + 9 * HOUR)) == 0, (
            "A mail that was sent was leased again. Lease what is WAITING only."
        )
        self.kept(subject, sent, what="about() after replace()")

    def test_an_order_that_is_recorded_again_stays_as_it_is(self, subject: Any) -> None:
        self.put(subject, order())
        (leased,) = lease(subject)
        sent = leased.settled(OrderState.SENT, at=AT, detail="250 ok")
        yes(subject.replace, leased, sent, why=CURRENT)

        self.put(subject, order())

        assert len(lease(subject, at=AT + 9 * HOUR)) == 0, (
            "An order that was sent, and recorded again under its id, was leased "
            "again. Insert if the id is free, and else change nothing."
        )
        self.kept(subject, sent, what="about() after a second record()")

    def test_replace_never_inserts(self, subject: Any) -> None:
        why = "There is nothing to replace: never insert here, answer False."

        no(subject.replace, order(), order().leased(until=AT), why=why)
        assert self.find(subject, order()) is None, f"replace() stored it. {why}"

    def test_orders_are_found_by_account_or_key(self, subject: Any) -> None:
        key = AddressKey(tenant=ACME, value="ann@acme.example")
        mine = order("mine")
        asked = order("asked", account=None, lookup=key, at=AT + TICK)
        for one in (
            mine,
            asked,
            order("there", account=None, lookup=replace(key, tenant=GLOBEX)),
            order("nobody", account=None),
            order("Ann", account=AccountId("Ann")),
        ):
            self.put(subject, one)

        for who, lookup, expected in (
            (ANN, key, [asked, mine]),
            (ANN, None, [mine]),
            (None, key, [asked]),
            (None, None, []),
        ):
            all_same(
                expected,
                ask(subject.about, who, lookup),
                what=f"about({who!r}, {lookup!r}): of that account or of that key in "
                "that tenant; None fits nothing",
            )

    def test_the_newest_twenty_come_newest_first(self, subject: Any) -> None:
        made = [self.put(subject, order(f"o{n}", at=AT + n * TICK)) for n in range(25)]

        all_same(
            made[:4:-1],
            ask(subject.about, ANN, None),
            what="about() of 25 orders. Newest first, at most 20",
        )

    def test_each_order_is_leased_to_one_of_many(self, subject: Any) -> None:
        for n in range(self.rounds):
            names = sorted(f"{n}.{k}" for k in range(5))
            for name in names:
                self.put(subject, order(name))

            answers = race(
                subject,
                [call("lease", at=AT, until=AT + HOUR, limit=2)] * self.threads,
            )

            taken = sorted(one.id for answer in answers for one in answer)
            assert names == taken, (
                f"Of the orders {names} many couriers leased {taken}, and each should "
                "go to one. Lease in the statement that looks (… FOR UPDATE SKIP "
                "LOCKED, or UPDATE … WHERE leased_until <= ? RETURNING)."
            )

    def test_the_queue_raises_unavailable_when_the_backend_is_away(
        self, away: Any
    ) -> None:
        unavailable(away.lease, at=AT, until=AT + HOUR, limit=1)
        unavailable(away.replace, order(), order().leased(until=AT))
        unavailable(away.about, ANN, None)


class DeadLettersContract(OutboxQueueContract):
    """The contract of `Outbox`, `OutboxQueue` and `DeadLetters` in one.

    Give a fixture `outbox` (or `store`).
    """

    protocols: ClassVar[tuple[type, ...]] = (Outbox, OutboxQueue, DeadLetters)

    def test_an_order_is_found_by_its_id_whatever_became_of_it(
        self, subject: Any
    ) -> None:
        made = [self.put(subject, one) for one in (*ORDERS, *ENDS)]

        found = [subject.get(one.id) for one in made]
        all_same(made, found, what="get() of an order; ended ones come back too")
        nobody = subject.get("nobody")
        assert nobody is None, f"get() of no order answered {nobody!r}, not None."

    def test_dead_letters_are_those_refused_or_given_up(self, subject: Any) -> None:
        for one in (order("waiting"), *ENDS):
            self.put(subject, one)

        expected = {one.id for one in ENDS if one.is_dead}
        found = {one.id for one in dead(subject)}
        assert expected == found, (
            f"dead() gave {sorted(found)}, and {sorted(expected)} were refused or "
            "given up. What was sent or dropped is no dead letter."
        )

    def test_dead_letters_come_the_last_to_end_first(self, subject: Any) -> None:
        made = [
            self.put(subject, ended(f"d{n}", at=AT + n % 5 * TICK)) for n in range(25)
        ]
        newest = sorted(made, key=attrgetter("settled_at"))[::-1]

        all_same(
            newest[:20],
            dead(subject),
            what="dead() of 25 orders. The last to end first, of two the later one "
            "first, at most 20",
        )

    def test_dead_letters_before_a_moment_ended_before_it(self, subject: Any) -> None:
        made = [self.put(subject, ended(f"d{n}", at=AT + n * TICK)) for n in range(3)]

        all_same(
            [made[0]],
            dead(subject, before=AT + TICK),
            what="dead(before=…): those that ended earlier, and not at that moment",
        )

    def test_dead_letters_of_a_tenant_are_its_own(self, subject: Any) -> None:
        here = self.put(subject, ended("here"))
        there = self.put(subject, replace(ended("there", at=AT + TICK), tenant=GLOBEX))

        for tenant, expected in (
            (ACME, [here]),
            (GLOBEX, [there]),
            (Tenant("ACME"), []),
            (None, [there, here]),
        ):
            all_same(
                expected,
                dead(subject, tenant),
                what=f"dead({tenant!r}): of that tenant, exactly; of all at None",
            )

    def test_a_dead_letter_that_is_requeued_is_leased_again(self, subject: Any) -> None:
        old = self.put(subject, ended("d"))
        again = old.requeued(at=AT)

        yes(subject.replace, old, again, why=CURRENT)

        assert dead(subject) == [], "dead() gave an order that waits again."
        all_same(
            [again.leased(until=AT + HOUR)],
            lease(subject),
            what="lease() of an order that was given up and waits again",
        )

    def test_dead_letters_raise_unavailable_when_the_backend_is_away(
        self, away: Any
    ) -> None:
        unavailable(away.get, "o")
        unavailable(away.dead, None, before=AT)


def ended(name: str, *, at: datetime = AT) -> MailOrder:
    """Return an order that was given up."""
    return order(name).settled(OrderState.GIVEN_UP, at=at, detail="451 later")


def dead(
    subject: Any, tenant: Tenant | None = None, *, before: datetime = AT + HOUR
) -> list[MailOrder]:
    """Return the dead letters of a tenant."""
    return list(ask(subject.dead, tenant, before=before))


def lease(
    subject: Any,
    *,
    limit: int = 100,
    at: Any = AT,
    until: Any = AT + HOUR,
) -> Sequence[MailOrder]:
    """Lease what is due."""
    found: Sequence[MailOrder] = ask(subject.lease, at=at, until=until, limit=limit)
    assert isinstance(found, (list, tuple)), (
        f"lease() answered with {type(found).__name__}. Return a list or a tuple."
    )
    return found
