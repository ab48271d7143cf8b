"""The contracts of accounts: a portal's own user table, and a registry to write to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from securelogin.accounts import Account, AccountId
from securelogin.adapters import AccountRegistry, Accounts
from securelogin.addresses import AddressKey, stored_address
from securelogin.testing.answers import ask, no, same, unavailable, yes
from securelogin.testing.contract import Contract
from securelogin.testing.keyed import (
    CURRENT,
    EXACT,
    FREE,
    AddFacts,
    GetFacts,
    ReplaceFacts,
    one_won,
)
from securelogin.testing.races import call, race
from securelogin.testing.values import ACCOUNT, ACME, GLOBEX, account

__all__ = ["AccountRegistryContract", "AccountsContract"]

UNIQUE = (
    "An address is one account's in its tenant, be it primary or alias: let (tenant, "
    "key) be unique in the backend."
)


class AccountsContract(Contract):
    """The contract of `Accounts` alone, such as a portal's own user table.

    Give a fixture `accounts`, and a fixture `known` with some of the accounts in it.
    They should have an alias, and one address should be there in two tenants.
    """

    part = "accounts"
    protocols: ClassVar[tuple[type, ...]] = (Accounts,)

    @pytest.fixture
    def subject(self, accounts: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(accounts)

    def test_an_account_is_found_by_its_id(
        self, subject: Any, known: Sequence[Account]
    ) -> None:
        assert len(known) > 0, "Let `known` give accounts that are in the table."
        for one in known:
            same(one, ask(subject.get, one.id), what="get() of a known account")

    def test_an_account_is_found_by_each_of_its_keys(
        self, subject: Any, known: Sequence[Account]
    ) -> None:
        for one in known:
            for key in one.keys:
                same(one, ask(subject.find, key), what="find() by a known address")

    def test_nobody_is_found_by_a_look_alike(
        self, subject: Any, known: Sequence[Account]
    ) -> None:
        keys = {key for one in known for key in one.keys}
        ids = {one.id for one in known}
        for key in sorted(keys, key=repr):
            for value in _look_alikes(key.value):
                if (other := replace(key, value=value)) not in keys:
                    nobody(ask(subject.find, other), f"find({value!r})")
        for one in sorted(ids):
            for value in _look_alikes(one):
                if value not in ids:
                    nobody(ask(subject.get, AccountId(value)), f"get({value!r})")

    def test_a_tenant_has_accounts_of_its_own(
        self, subject: Any, known: Sequence[Account]
    ) -> None:
        keys = {key for one in known for key in one.keys}
        for key in sorted(keys, key=repr):
            if (other := replace(key, tenant=GLOBEX)) not in keys:
                found = ask(subject.find, other)
                assert found is None, (
                    f"find() gave an account of another tenant: {found!r}. Ask for "
                    "tenant and address."
                )

    def test_accounts_raise_unavailable_when_the_backend_is_away(
        self, away: Any
    ) -> None:
        unavailable(away.get, AccountId("ann"))
        unavailable(away.find, AddressKey(tenant=ACME, value="ann@acme.example"))


def nobody(found: object, what: str) -> None:
    """Check that no account was found."""
    __tracebackhide__ = True
    assert found is None, f"{what} found {found!r}. {EXACT}"


def _look_alikes(text: str) -> list[str]:
    changed = (
        text.upper(),
        text.capitalize(),
        f"{text} ",
        f" {text}",
        f"{text}\x00",
        text[:-1] + "_",
        "%",
        text.replace("a", "\uff41", 1),
        text.replace("a", "\u00e1", 1),
        "",
    )
    return [value for value in changed if value != text]


class AccountRegistryContract(AccountsContract, GetFacts, AddFacts, ReplaceFacts):
    """The contract of `Accounts` and `AccountRegistry` in one.

    Give a fixture `accounts` (or `store`).
    """

    part = "accounts"
    protocols: ClassVar[tuple[type, ...]] = (Accounts, AccountRegistry)
    kind = ACCOUNT

    @pytest.fixture
    def accounts(self, store: Any) -> Any:
        """The adapter under test."""
        return store.accounts

    @pytest.fixture
    def known(self, subject: Any) -> Sequence[Account]:
        """Accounts that have been added: one with aliases, one in another tenant."""
        made = (
            account(aliases=(stored_address("a@x.example"), stored_address("b@y.de"))),
            account("here and there"),
            account("here and there", id=AccountId("there"), tenant=GLOBEX),
        )
        return [self.put(subject, one) for one in made]

    def test_an_id_is_one_account_s(self, subject: Any, stored: Any) -> None:
        other = account("other", id=stored.id)

        no(subject.add, other, why="Its id is taken.")
        assert ask(subject.find, other.key) is None, (
            "add() answered False and kept an address. Write account and addresses in "
            "one transaction."
        )
        self.holds(subject, stored, what="add() with a taken id must not write")

    def test_an_address_is_one_account_s(self, subject: Any) -> None:
        first = account(aliases=(stored_address("alias@x.example"),))
        self.put(subject, first)

        for taken in ("ann@Acme.example", "ANN@Acme.example", "alias@x.example"):
            other = account("other", aliases=(stored_address(taken),))
            no(subject.add, other, why=UNIQUE)
            assert ask(subject.get, other.id) is None, (
                "add() answered False and kept the account. Write account and "
                "addresses in one transaction."
            )
            assert ask(subject.find, other.key) is None, (
                "add() answered False and kept an address. Write account and "
                "addresses in one transaction."
            )
            no(subject.add, replace(other, primary=stored_address(taken)), why=UNIQUE)
        self.holds(subject, first, what="add() of a taken address must not write")

    def test_an_address_cannot_be_taken_by_replace(self, subject: Any) -> None:
        first, second = account(), account("second")
        for one in (first, second):
            self.put(subject, one)

        no(subject.replace, second, second.with_alias(first.primary), why=UNIQUE)

        for one in (first, second):
            self.holds(subject, one, what="replace() with a taken address")
            same(one, ask(subject.find, one.key), what="find() after that")

    def test_an_address_that_was_dropped_is_free_again(self, subject: Any) -> None:
        alias = stored_address("alias@x.example")
        first = self.put(subject, account(aliases=(alias,)))
        without = replace(first, aliases=(), version=2)

        yes(subject.replace, first, without, why=CURRENT)

        assert ask(subject.find, alias.key(ACME)) is None, (
            "find() knows an alias that replace() has taken away. Write the addresses "
            "anew with each replace()."
        )
        yes(subject.add, account("next", primary=alias), why=FREE)

    def test_an_erased_account_is_found_by_its_id_only(self, subject: Any) -> None:
        # Two, for what is left of each has the same address.
        for name in ("one", "two"):
            first = account(name, aliases=(stored_address(f"{name}@x.example"),))
            self.put(subject, first)
            yes(subject.replace, first, first.erased(), why=CURRENT)

            self.holds(subject, first.erased(), what="get() of an erased account")
            for key in (*first.keys, first.erased().primary.key(ACME)):
                nobody(ask(subject.find, key), "find() of an erased address")
            yes(subject.add, account(f"{name} anew", primary=first.primary), why=FREE)

    def test_what_was_erased_is_gone(
        self, subject: Any, raw: Callable[[], str]
    ) -> None:
        alias = stored_address("alias-of-ann@x.example")
        first = self.put(subject, account("ann-herself", aliases=(alias,)))
        yes(subject.replace, first, replace(first.erased()), why=CURRENT)

        for local in ("ann-herself@", "alias-of-ann@"):
            assert local not in raw().lower(), (
                "An address is still in the backend after its account was erased. "
                "Take it out of indexes, copies and histories too."
            )

    def test_a_stale_replace_frees_no_address(self, subject: Any) -> None:
        first = self.put(subject, account())
        second = first.with_change(None)
        yes(subject.replace, first, second, why=CURRENT)

        no(subject.replace, first, first.erased(), why="It is not what is stored.")

        found = ask(subject.find, first.key)
        same(second, found, what="a stale replace() must not touch the addresses")

    def test_of_many_accounts_with_one_address_one_is_stored(
        self, subject: Any
    ) -> None:
        for n in range(self.rounds):
            address = stored_address(f"race{n}@x.example")
            rivals = [
                account(f"a{n}.{who}", aliases=(address,))
                for who in range(self.threads)
            ]

            answers = race(subject, [call("add", one) for one in rivals])

            one_won(answers, "add")
            winner = rivals[answers.index(True)]
            same(
                winner, ask(subject.find, address.key(ACME)), what="find() of a winner"
            )
            left = [one for one in rivals if self.kept(subject, one) is not None]
            assert left == [winner], (
                "Accounts that were told False are there all the same. Write account "
                "and addresses in one transaction."
            )

    def test_of_many_who_grab_one_address_one_gets_it(self, subject: Any) -> None:
        people = [self.put(subject, account(f"a{who}")) for who in range(self.threads)]
        for n in range(self.rounds):
            address = stored_address(f"race{n}@x.example")
            grabbing = [one.with_alias(address) for one in people]

            answers = race(
                subject,
                [
                    call("replace", old, new)
                    for old, new in zip(people, grabbing, strict=True)
                ],
            )

            one_won(answers, "replace")
            who = answers.index(True)
            people[who] = grabbing[who]
            same(
                people[who],
                ask(subject.find, address.key(ACME)),
                what="find() of who won an address",
            )
