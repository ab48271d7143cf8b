"""The contract of `LoginReads`: in one go, what three verbs would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any, ClassVar

import pytest

from securelogin.accounts import Account, AccountId
from securelogin.adapters import LoginReads
from securelogin.addresses import AddressKey, stored_address
from securelogin.credentials import Credential
from securelogin.evidence import LoginRows
from securelogin.links import LinkId, RecipientLink
from securelogin.testing.answers import ask, real, same, unavailable, yes
from securelogin.testing.contract import Contract
from securelogin.testing.keyed import CURRENT, EXACT, FREE
from securelogin.testing.retention import Shelves
from securelogin.testing.values import (
    ACCOUNTS,
    ACME,
    CREDENTIALS,
    GLOBEX,
    LINKS,
    LOOK_ALIKES,
    account,
    credential,
    link,
)

__all__ = ["LoginReadsContract"]

NOBODY = AccountId("nobody")
NO_LINK = LinkId("no link")
ALIAS = stored_address("alias@x.example")
LEFT = (
    "The account is the address's; the credential is the account's, and where there is "
    "no account there is none; the link is asked for by itself. What is missing takes "
    "nothing else with it: in SQL, each is a LEFT JOIN to a source of one row."
)


class LoginReadsContract(Contract):
    """The contract of `LoginReads`. Give a fixture `store`: all that it joins."""

    part = "login_reads"
    protocols: ClassVar[tuple[type, ...]] = (LoginReads,)

    @pytest.fixture
    def login_reads(self, store: Any) -> Any:
        """The adapter under test."""
        return store.login_reads

    @pytest.fixture
    def subject(self, login_reads: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(login_reads)

    @pytest.fixture
    def shelves(self, store: Any) -> Shelves:
        """The store beside it."""
        return Shelves(store)

    def test_it_joins_the_parts_beside_it(self, subject: Any, shelves: Shelves) -> None:
        parts = shelves.whole("accounts", "credentials", "links")

        assert [*map(id, subject.joins)] == [*map(id, parts)], (
            "`joins` does not name the store's accounts, credentials and links, in "
            "this order. Otherwise it is never asked: each log-in takes three calls."
        )

    def test_every_field_comes_as_it_was_added(
        self, subject: Any, shelves: Shelves
    ) -> None:
        people = self._people(shelves, ACCOUNTS, CREDENTIALS)
        for sent in LINKS:
            _add(shelves, "links", sent)

        for n, (one, secret) in enumerate(people):
            sent = LINKS[n % len(LINKS)]
            for key in one.keys:
                rows = _read(subject, key, NOBODY, sent.id)
                _are(rows, one, secret, sent, what="read() by a known address")

    def test_what_was_written_last_is_read(
        self, subject: Any, shelves: Shelves
    ) -> None:
        ((one, secret),) = self._people(shelves, [account()], [credential()])
        later = replace(one, aliases=(ALIAS,), version=2)
        stronger = replace(secret, password_hash="$new", version=2)
        yes(shelves.part("accounts", "replace").replace, one, later, why=CURRENT)
        yes(
            shelves.part("credentials", "replace").replace,
            secret,
            stronger,
            why=CURRENT,
        )

        rows = _read(subject, ALIAS.key(ACME), NOBODY, NO_LINK)

        _are(rows, later, stronger, None, what="read() after replace()")

    def test_each_question_is_answered_as_by_the_three_verbs(
        self, subject: Any, shelves: Shelves
    ) -> None:
        people = self._people(
            shelves,
            [account(aliases=(ALIAS,)), account("there", tenant=GLOBEX)],
            [credential()],
        )
        _add(shelves, "accounts", alone := account("alone"))
        _add(shelves, "credentials", credential("of a stand-in"))
        _add(shelves, "links", link())
        ids = [one.id for one, _ in people]

        known = account().key
        keys = [known, ALIAS.key(ACME), alone.key]
        keys += [replace(known, tenant=GLOBEX), account("there", tenant=GLOBEX).key]
        keys += [replace(known, value=f"{name}@acme.example") for name in LOOK_ALIKES]
        stand_ins = [
            NOBODY,
            AccountId("of a stand-in"),
            ids[0],
            AccountId("Of a"),
            alone.id,
        ]
        for key, stand_in in product(keys, stand_ins):
            self._as_by_verbs(subject, shelves, key, stand_in, LinkId("one"))
        for name in ("one", "One", "one ", "", NO_LINK):
            for key in keys[:4]:
                self._as_by_verbs(subject, shelves, key, NOBODY, LinkId(name))

    def _as_by_verbs(
        self,
        subject: Any,
        shelves: Shelves,
        key: AddressKey,
        stand_in: AccountId,
        sent: LinkId,
    ) -> None:
        __tracebackhide__ = True
        holder = ask(shelves.part("accounts", "find").find, key)
        secret = None
        if holder is not None:
            secret = ask(shelves.part("credentials", "get").get, holder.id)
        _are(
            _read(subject, key, stand_in, sent),
            holder,
            secret,
            ask(shelves.part("links", "get").get, sent),
            what=f"read({key.value!r} of {key.tenant}, {stand_in!r}, {sent!r})",
        )

    def test_read_raises_unavailable_when_the_backend_is_away(self, away: Any) -> None:
        unavailable(away.read, account().key, NOBODY, NO_LINK)

    def _people(
        self,
        shelves: Shelves,
        accounts: Sequence[Account],
        credentials: Sequence[Credential],
    ) -> list[tuple[Account, Credential]]:
        """Store accounts, each with a credential like one of these."""
        people = [
            (one, replace(credentials[n % len(credentials)], account=one.id))
            for n, one in enumerate(accounts)
        ]
        for one, secret in people:
            _add(shelves, "accounts", one)
            _add(shelves, "credentials", secret)
        return people


def _add(shelves: Shelves, part: str, value: object) -> None:
    yes(shelves.part(part, "add").add, value, why=FREE)


def _read(
    subject: Any, key: AddressKey, stand_in: AccountId, sent: LinkId
) -> LoginRows:
    __tracebackhide__ = True
    rows = ask(subject.read, key, stand_in, sent)
    real(rows, LoginRows, verb="read")
    assert isinstance(rows, LoginRows)
    return rows


def _are(
    rows: LoginRows,
    holder: Account | None,
    secret: Credential | None,
    sent: RecipientLink | None,
    *,
    what: str,
) -> None:
    __tracebackhide__ = True
    for part, wanted, found in (
        ("account", holder, rows.account),
        ("credential", secret, rows.credential),
        ("link", sent, rows.link),
    ):
        if wanted is None:
            assert found is None, (
                f"{what}: the {part} is {found!r}, where the verb finds none. {LEFT} "
                f"{EXACT}"
            )
        else:
            assert found is not None, f"{what} gave no {part}. {LEFT}"
            same(wanted, found, what=f"{what}: its {part}")
