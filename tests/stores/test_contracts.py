"""What every store promises, one class for each Protocol of `securelogin.adapters`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from securelogin.accounts import AccountId
from securelogin.addresses import AddressKey, Tenant, stored_address
from securelogin.attempts import Span
from securelogin.mail import MailOrder, OrderState
from tests.stores import values
from tests.stores.backends import TASKS, Backend, call
from tests.stores.values import (
    ACME,
    AT,
    HOUR,
    LOOK_ALIKES,
    TICK,
    account,
    attempt,
    credential,
    link,
    order,
    session,
)
from tests.wiring import total as counted

GLOBEX = Tenant("globex")


class Keyed:
    """`get`, `add` and `replace`; a subclass says of what."""

    part: str
    examples: Sequence[Any]
    make: Callable[..., Any]

    @staticmethod
    def key_of(value: Any) -> str:
        raise NotImplementedError

    @staticmethod
    def newer(value: Any) -> Any:
        return replace(value, version=value.version + 1)

    @pytest.fixture
    def rows(self, backend) -> Any:
        return getattr(backend, self.part)

    @pytest.fixture
    def stored(self, rows) -> Any:
        value = type(self).make("ann")
        assert rows.add(value) is True
        return value

    def test_every_field_comes_back_as_it_went_in(self, rows):
        for value in self.examples:
            assert rows.add(value) is True

        assert list(self.examples) == [
            rows.get(self.key_of(value)) for value in self.examples
        ]

    def test_every_field_is_replaced(self, rows, stored):
        current = stored
        for value in self.examples:
            new = self.under_key_of(stored, replace(value, version=current.version + 1))

            assert rows.replace(current, new) is True
            assert new == rows.get(self.key_of(stored))
            current = new

    @staticmethod
    def under_key_of(stored: Any, value: Any) -> Any:
        raise NotImplementedError

    def test_nothing_is_found_under_a_free_key(self, rows):
        assert rows.get("nobody") is None

    def test_keys_are_compared_exactly(self, rows):
        for name in LOOK_ALIKES[1:]:
            assert rows.add(type(self).make(name)) is True
            assert rows.get(self.key_of(type(self).make("ann"))) is None
        for name in LOOK_ALIKES[1:]:
            value = type(self).make(name)
            assert value == rows.get(self.key_of(value))

    def test_what_is_there_is_not_added_again(self, rows, stored):
        assert rows.add(self.newer(stored)) is False
        assert stored == rows.get(self.key_of(stored))

    def test_a_stale_replace_leaves_the_row(self, rows, stored):
        second = self.newer(stored)
        assert rows.replace(stored, second) is True

        assert rows.replace(stored, self.newer(stored)) is False
        assert rows.replace(self.newer(second), self.newer(second)) is False
        assert second == rows.get(self.key_of(stored))

    def test_replace_never_inserts(self, rows):
        value = type(self).make("ann")

        assert rows.replace(value, self.newer(value)) is False
        assert rows.get(self.key_of(value)) is None

    def test_replace_touches_no_other_row(self, rows, stored):
        others = [type(self).make(name) for name in LOOK_ALIKES[1:]]
        for other in others:
            rows.add(other)

        rows.replace(stored, self.newer(stored))

        assert others == [rows.get(self.key_of(other)) for other in others]

    def test_of_many_who_add_one_gets_true(self, backend, rows):
        for n in range(backend.rounds):
            value = type(self).make(f"race {n}")

            answers = backend.race(lambda _, value=value: call(self.part, "add", value))

            assert [answer for answer in answers if answer is not False] == [True]

    def test_of_many_who_replace_one_gets_true(self, backend, rows, stored):
        for _ in range(backend.rounds):
            old = rows.get(self.key_of(stored))
            new = self.newer(old)

            answers = backend.race(
                lambda _, old=old, new=new: call(self.part, "replace", old, new)
            )

            assert [answer for answer in answers if answer is not False] == [True]
            assert new == rows.get(self.key_of(stored))


class TestCredentials(Keyed):
    part = "credentials"
    examples = values.CREDENTIALS
    make = staticmethod(credential)

    @staticmethod
    def key_of(value):
        return value.account

    @staticmethod
    def under_key_of(stored, value):
        return replace(value, account=stored.account)


class TestLinks(Keyed):
    part = "links"
    examples = values.LINKS
    make = staticmethod(link)

    @staticmethod
    def key_of(value):
        return value.id

    @staticmethod
    def under_key_of(stored, value):
        return replace(value, id=stored.id)


class TestSessions(Keyed):
    part = "sessions"
    examples = values.SESSIONS
    make = staticmethod(session)

    @staticmethod
    def key_of(value):
        return value.digest

    @staticmethod
    def under_key_of(stored, value):
        return replace(value, digest=stored.digest)

    def test_the_newest_hundred_of_an_account_come_newest_first(self, rows):
        made = [session(f"s{n}", began_at=AT + n * TICK) for n in range(105)]
        for one in (*made, session("other", account=AccountId("bob"))):
            rows.add(one)

        assert made[:4:-1] == list(rows.held_by(AccountId("ann")))

    def test_of_two_begun_at_one_moment_the_later_comes_first(self, rows):
        for name in ("one", "two", "three"):
            rows.add(session(name))

        held = rows.held_by(AccountId("ann"))

        assert [one.digest for one in held] == ["three", "two", "one"]

    def test_ended_sessions_are_held_too(self, rows):
        rows.add(session())
        ended = session().ended(at=AT)
        rows.replace(session(), ended)

        assert [ended] == list(rows.held_by(AccountId("ann")))
        assert list(rows.held_by(AccountId("Ann"))) == []


class TestAccounts(Keyed):
    part = "accounts"
    examples = values.ACCOUNTS

    @staticmethod
    def make(name):
        # Addresses of their own: here it is about the id.
        number = f"n{name.encode().hex()}"
        return account(number, id=AccountId(name))

    @staticmethod
    def key_of(value):
        return value.id

    @staticmethod
    def under_key_of(stored, value):
        return replace(value, id=stored.id)

    def test_an_id_is_one_account_s(self, rows):
        rows.add(account())
        other = account("other", id=account().id)

        assert rows.add(other) is False
        assert rows.find(other.key) is None
        assert account() == rows.get(other.id)

    def test_an_account_is_found_by_each_of_its_keys(self, rows):
        one = account(aliases=(stored_address("a@x.example"), stored_address("b@y.de")))
        rows.add(one)

        assert [one] * 3 == [rows.find(key) for key in one.keys]

    def test_keys_of_addresses_are_compared_exactly(self, rows):
        rows.add(account())

        for name in LOOK_ALIKES[1:]:
            key = AddressKey(tenant=ACME, value=f"{name}@Acme.example")
            assert rows.find(key) is None
        for value in ("ann@Acme.example ", "ann@acme.example", "ann@Acme.exampl_", ""):
            assert rows.find(AddressKey(tenant=ACME, value=value)) is None

    def test_an_address_is_one_account_s(self, rows):
        first = account(aliases=(stored_address("alias@x.example"),))
        rows.add(first)

        for taken in ("ann@Acme.example", "ANN@Acme.example", "alias@x.example"):
            other = account("other", aliases=(stored_address(taken),))
            assert rows.add(other) is False
            assert rows.get(other.id) is None
            assert rows.find(other.key) is None
            assert rows.add(replace(other, primary=stored_address(taken))) is False
        assert first == rows.get(first.id)

    def test_an_address_cannot_be_taken_by_replace(self, rows):
        first, second = account(), account("second")
        rows.add(first)
        rows.add(second)

        grabbing = second.with_alias(first.primary)

        assert rows.replace(second, grabbing) is False
        assert second == rows.get(second.id)
        assert [first, second] == [rows.find(first.key), rows.find(second.key)]

    def test_a_tenant_has_keys_of_its_own(self, rows):
        here, there = account(), account(id=AccountId("there"), tenant=GLOBEX)

        assert [rows.add(here), rows.add(there)] == [True, True]
        assert [here, there] == [rows.find(here.key), rows.find(there.key)]

    def test_a_dropped_alias_is_free_again(self, rows):
        alias = stored_address("alias@x.example")
        first = account(aliases=(alias,))
        rows.add(first)
        without = replace(first, aliases=(), version=2)

        assert rows.replace(first, without) is True
        assert rows.find(alias.key(ACME)) is None
        assert rows.add(account("next", primary=alias)) is True

    def test_an_erased_account_is_found_by_its_id_only(self, rows):
        first = account(aliases=(stored_address("alias@x.example"),))
        rows.add(first)
        erased = first.erased()

        assert rows.replace(first, erased) is True
        assert [rows.find(key) for key in first.keys] == [None, None]
        assert erased == rows.get(first.id)
        assert rows.add(account("next", primary=first.primary)) is True

    def test_any_number_of_accounts_can_be_erased(self, rows):
        for name in ("one", "two"):
            rows.add(account(name))
            assert rows.replace(account(name), account(name).erased()) is True

    def test_a_stale_replace_frees_no_key(self, rows):
        first = account()
        rows.add(first)
        rows.replace(first, first.with_change(None))

        assert rows.replace(first, first.erased()) is False
        assert rows.find(first.key) == first.with_change(None)

    def test_of_many_accounts_with_one_address_one_is_stored(self, backend, rows):
        for n in range(backend.rounds):
            address = stored_address(f"race{n}@x.example")

            answers = backend.race(
                lambda who, n=n, address=address: call(
                    "accounts",
                    "add",
                    account(f"a{n}.{who}", aliases=(address,)),
                )
            )

            assert [answer for answer in answers if answer is not False] == [True]
            winner = rows.find(address.key(ACME))
            assert winner.id == f"id of a{n}.{answers.index(True)}"
            assert (
                sum(
                    rows.get(AccountId(f"id of a{n}.{who}")) is not None
                    for who in range(len(answers))
                )
                == 1
            )

    def test_of_many_who_grab_one_address_one_gets_it(self, backend, rows):
        for who in range(TASKS):
            rows.add(account(f"a{who}"))
        for n in range(10):
            address = stored_address(f"race{n}@x.example")

            def grab(who, address=address):
                old = rows.get(AccountId(f"id of a{who}"))
                return call("accounts", "replace", old, old.with_alias(address))

            answers = backend.race(grab)

            assert [answer for answer in answers if answer is not False] == [True]
            holder = rows.find(address.key(ACME))
            assert holder.id == f"id of a{answers.index(True)}"


class TestCounters:
    @pytest.fixture
    def rows(self, backend) -> Any:
        return backend.counters

    def test_hits_are_counted_from_one(self, rows):
        totals = [counted(rows, "key", at=AT, window=HOUR) for _ in range(5)]

        assert totals == [1, 2, 3, 4, 5]
        assert {int} == {type(total) for total in totals}

    def test_a_hit_at_the_end_of_the_window_opens_the_next(self, rows):
        hits = [(AT, 1), (AT + HOUR - TICK, 2), (AT + HOUR, 1), (AT + 2 * HOUR, 1)]

        assert [total for _, total in hits] == [
            counted(rows, "key", at=at, window=HOUR) for at, _ in hits
        ]

    def test_a_hit_does_not_prolong_its_window(self, rows):
        counted(rows, "key", at=AT, window=HOUR)
        counted(rows, "key", at=AT + HOUR / 2, window=timedelta(days=365))

        assert counted(rows, "key", at=AT + HOUR, window=HOUR) == 1

    def test_keys_are_counted_apart(self, rows):
        for _ in range(2):
            totals = [counted(rows, key, at=AT, window=HOUR) for key in LOOK_ALIKES]

        assert [2] * len(LOOK_ALIKES) == totals

    @pytest.mark.parametrize("number", [0, 1, 2, 4, 5, 9])
    def test_as_many_keys_as_are_given_are_forgotten(self, rows, number):
        keys = [f"key {n}" for n in range(10)]
        for key in keys:
            counted(rows, key, at=AT, window=HOUR)

        for _ in range(2):
            assert rows.reset(keys[:number]) is None

        totals = [counted(rows, key, at=AT, window=HOUR) for key in keys]
        assert [1] * number + [2] * (10 - number) == totals

    def test_many_who_hit_get_every_number_once(self, backend, rows):
        for n in range(backend.rounds):
            answers = backend.race(
                lambda _, n=n: call("counters", "hit", {f"{n}": HOUR}, at=AT)
            )
            totals = sorted(n for answer in answers for n in answer.values())

            assert list(range(1, len(totals) + 1)) == totals

    def test_many_who_open_a_new_window_share_it(self, backend, rows):
        counted(rows, "key", at=AT, window=HOUR)
        for n in range(1, backend.rounds):
            answers = backend.race(
                lambda _, n=n: call("counters", "hit", {"key": HOUR}, at=AT + n * HOUR)
            )
            totals = sorted(n for answer in answers for n in answer.values())

            assert list(range(1, len(totals) + 1)) == totals


class TestAttempts:
    @pytest.fixture
    def rows(self, backend) -> Any:
        return backend.attempts

    def test_every_field_comes_back_as_it_went_in(self, rows):
        for record in values.ATTEMPTS:
            assert rows.record(record) is None

        assert list(values.ATTEMPTS) == [
            rows.by_reference(record.reference) for record in values.ATTEMPTS
        ]

    def test_references_are_compared_exactly(self, rows):
        for name in LOOK_ALIKES[1:]:
            rows.record(attempt(name))

        assert rows.by_reference("ann") is None
        for name in LOOK_ALIKES[1:]:
            assert rows.by_reference(name).reference == name

    def test_of_two_with_one_reference_the_later_is_found(self, rows):
        rows.record(attempt(note="first"))
        rows.record(attempt(note="second"))

        assert rows.by_reference("REF").note == "second"

    def test_the_newest_hundred_near_come_newest_first(self, rows):
        made = [attempt(f"r{n}", at=AT + n * TICK) for n in range(105)]
        for record in made:
            rows.record(record)

        found = rows.near(
            Span(tenant=ACME, after=AT, before=AT + HOUR, lookup="ann@acme.example")
        )

        assert made[:4:-1] == list(found)

    def test_both_ends_of_the_span_belong_to_it(self, rows):
        for n in range(-2, 3):
            rows.record(attempt(f"r{n}", at=AT + n * TICK))

        found = rows.near(
            Span(
                tenant=ACME,
                after=AT - TICK,
                before=AT + TICK,
                lookup="ann@acme.example",
            )
        )

        assert [record.reference for record in found] == ["r1", "r0", "r-1"]

    def test_of_two_at_one_moment_the_later_comes_first(self, rows):
        for name in ("one", "two"):
            rows.record(attempt(name))

        found = rows.near(
            Span(tenant=ACME, after=AT, before=AT, lookup="ann@acme.example")
        )

        assert [record.reference for record in found] == ["two", "one"]

    def test_only_the_very_key_and_tenant_are_near(self, rows):
        for name in LOOK_ALIKES:
            rows.record(attempt(f"ref {name}", lookup=f"{name}@acme.example"))
        rows.record(attempt("there", tenant=GLOBEX))

        found = rows.near(
            Span(tenant=ACME, after=AT, before=AT, lookup="ann@acme.example")
        )

        assert [record.reference for record in found] == ["ref ann"]

    def test_a_person_is_taken_out_and_the_attempt_stays(self, rows):
        full = values.ATTEMPTS[1]
        others = [
            attempt("Ann", account=AccountId("Ann"), lookup="x"),
            attempt("b", lookup="y"),
        ]
        by_lookup = attempt("c", lookup="z", typed="z", ip="192.0.2.1", hits=(1,))
        for record in (full, *others, by_lookup):
            rows.record(record)

        number = rows.erase(full.account, ["z", "nobody"], tenant=full.tenant)

        assert (number, type(number)) == (2, int)
        assert full.erased() == rows.by_reference(full.reference)
        assert by_lookup.erased() == rows.by_reference("c")
        assert others == [rows.by_reference("Ann"), rows.by_reference("b")]

    def test_erasing_nobody_changes_nothing(self, rows):
        rows.record(values.ATTEMPTS[1])

        assert rows.erase(AccountId("nobody"), [], tenant=Tenant("acme")) == 0
        assert values.ATTEMPTS[1] == rows.by_reference("full")

    def test_many_who_record_lose_nothing(self, backend, rows):
        for n in range(10):
            answers = backend.race(
                lambda who, n=n: call("attempts", "record", attempt(f"{n}.{who}"))
            )

            for who in range(len(answers)):
                assert rows.by_reference(f"{n}.{who}") is not None


class TestOutbox:
    @pytest.fixture
    def rows(self, backend) -> Any:
        return backend.outbox

    @staticmethod
    def lease(rows, limit: int = 100, **options: Any) -> Sequence[MailOrder]:
        return rows.lease(**({"at": AT, "until": AT + HOUR, "limit": limit} | options))

    def test_every_field_comes_back_as_it_went_in(self, rows):
        for one in (*values.ORDERS, *values.ENDS):
            assert rows.record(one) is None
            assert one == rows.about(AccountId("ann"), None)[0]

    def test_what_is_leased_has_been_stored(self, rows):
        for one in values.ORDERS:
            rows.record(one)

        leased = self.lease(rows)

        assert [one.leased(until=AT + HOUR) for one in values.ORDERS] == list(leased)
        assert list(leased)[::-1] == list(rows.about(AccountId("ann"), None))

    def test_an_order_recorded_twice_is_sent_once(self, rows):
        rows.record(order())
        rows.record(order())

        assert len(self.lease(rows)) == 1

    def test_the_oldest_go_first_and_no_more_than_the_limit(self, rows):
        for n in (3, 1, 2, 0):
            rows.record(order(f"o{n}", due_at=AT - HOUR + n * TICK))

        taken = [[one.id for one in self.lease(rows, limit=n)] for n in (0, 3, 3)]

        assert taken == [[], ["o0", "o1", "o2"], ["o3"]]

    def test_orders_due_at_one_moment_go_in_the_order_they_came(self, rows):
        names = ["c", "a", "b"]
        for name in names:
            rows.record(order(name))

        assert names == [one.id for one in self.lease(rows)]

    def test_what_is_not_due_or_has_ended_is_not_leased(self, rows):
        for one in (order("later", due_at=AT + TICK), *values.ENDS):
            rows.record(one)

        assert list(self.lease(rows)) == []
        assert [one.id for one in self.lease(rows, at=AT + TICK)] == ["later"]

    def test_a_lease_that_has_ended_is_taken_up_again(self, rows):
        rows.record(order())
        (first,) = self.lease(rows)

        assert list(self.lease(rows, at=AT + HOUR - TICK)) == []
        (second,) = self.lease(rows, at=AT + HOUR, until=AT + 2 * HOUR)
        assert second == first.leased(until=AT + 2 * HOUR)
        assert rows.replace(first, first.settled(OrderState.SENT, at=AT)) is False
        assert rows.replace(second, second.settled(OrderState.SENT, at=AT)) is True

    def test_a_settled_order_stays_settled(self, rows):
        rows.record(order())
        (leased,) = self.lease(rows)
        sent = leased.settled(OrderState.SENT, at=AT, detail="250 ok")

        assert rows.replace(leased, sent) is True
        assert rows.replace(leased, sent) is False
        assert list(self.lease(rows, at=AT + 9 * HOUR)) == []
        assert [sent] == list(rows.about(AccountId("ann"), None))

    def test_replace_never_inserts(self, rows):
        assert rows.replace(order(), order().leased(until=AT)) is False
        assert list(rows.about(AccountId("ann"), None)) == []

    def test_orders_are_found_by_account_or_key(self, rows):
        key = AddressKey(tenant=ACME, value="ann@acme.example")
        there = replace(key, tenant=GLOBEX)
        mine = order("mine")
        asked = order("asked", account=None, lookup=key, at=AT + TICK)
        for one in (
            mine,
            asked,
            order("there", account=None, lookup=there),
            order("nobody", account=None),
            order("Ann", account=AccountId("Ann")),
        ):
            rows.record(one)

        assert [asked, mine] == list(rows.about(AccountId("ann"), key))
        assert [mine] == list(rows.about(AccountId("ann"), None))
        assert [asked] == list(rows.about(None, key))
        assert list(rows.about(None, None)) == []

    def test_the_newest_twenty_come_newest_first(self, rows):
        made = [order(f"o{n}", at=AT + n * TICK) for n in range(25)]
        for one in made:
            rows.record(one)

        assert made[:4:-1] == list(rows.about(AccountId("ann"), None))

    def test_each_order_is_leased_to_one_of_many(self, backend, rows):
        for n in range(backend.rounds):
            names = {f"{n}.{k}" for k in range(5)}
            for name in names:
                rows.record(order(name))

            answers = backend.race(
                lambda _: call("outbox", "lease", at=AT, until=AT + HOUR, limit=2)
            )

            taken = [one.id for answer in answers for one in answer]
            assert (names, 5) == (set(taken), len(taken))


def test_every_race_is_run_by_several_at_once(backend: Backend):
    assert len(backend.race(lambda n: call("credentials", "get", f"{n}"))) >= 8
