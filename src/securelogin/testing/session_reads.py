"""The contract of `SessionReads`: in one go, what three verbs would give."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from securelogin.accounts import Account, AccountId
from securelogin.adapters import SessionReads
from securelogin.sessions import Session, SessionDigest, SessionRows
from securelogin.testing.answers import ask, real, same, unavailable, yes
from securelogin.testing.contract import Contract
from securelogin.testing.keyed import CURRENT, EXACT, FREE
from securelogin.testing.retention import Shelves
from securelogin.testing.values import (
    ACCOUNTS,
    AT,
    LOOK_ALIKES,
    SESSIONS,
    account,
    credential,
    session,
)

__all__ = ["SessionReadsContract"]

LEFT = (
    "The account and the generation are those of the session's account. What is "
    "missing takes nothing else with it: in SQL, each is a LEFT JOIN."
)
FRESH = (
    "What ends a session has to hold from the very next read: a new generation, a "
    "disabled account, the session's own end. Keep no copies."
)


class SessionReadsContract(Contract):
    """The contract of `SessionReads`. Give a fixture `store`: all that it joins."""

    part = "session_reads"
    protocols: ClassVar[tuple[type, ...]] = (SessionReads,)

    @pytest.fixture
    def session_reads(self, store: Any) -> Any:
        """The adapter under test."""
        return store.session_reads

    @pytest.fixture
    def subject(self, session_reads: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(session_reads)

    @pytest.fixture
    def shelves(self, store: Any) -> Shelves:
        """The store beside it."""
        return Shelves(store)

    def test_it_joins_the_parts_beside_it(self, subject: Any, shelves: Shelves) -> None:
        parts = shelves.whole("sessions", "accounts", "credentials")

        assert [*map(id, subject.joins)] == [*map(id, parts)], (
            "`joins` does not name the store's sessions, accounts and credentials, in "
            "this order. Otherwise it is never asked: each request takes three calls."
        )

    def test_every_field_comes_as_it_was_added(
        self, subject: Any, shelves: Shelves
    ) -> None:
        for n, one in enumerate(ACCOUNTS):
            held = replace(
                SESSIONS[n % len(SESSIONS)],
                account=one.id,
                digest=SessionDigest(f"digest {n}"),
            )
            _add(shelves, "accounts", one)
            _add(shelves, "credentials", credential(one.id, generation=n + 2))
            _add(shelves, "sessions", held)

            rows = _read(subject, held.digest)
            _are(rows, held, one, n + 2, what="read() after add()")

    def test_who_is_not_there_takes_nothing_else_along(
        self, subject: Any, shelves: Shelves
    ) -> None:
        alone = account("alone")
        _add(shelves, "accounts", alone)
        _add(shelves, "credentials", credential("gone", generation=4))
        for name, holder in (("a", alone.id), ("b", "gone"), ("c", "never there")):
            _add(shelves, "sessions", session(name, account=AccountId(holder)))

        wanted = (("a", alone, 0), ("b", None, 4), ("c", None, 0))
        for name, one, generation in wanted:
            held = ask(shelves.part("sessions", "get").get, SessionDigest(name))
            rows = _read(subject, held.digest)
            _are(rows, held, one, generation, what=f"read({name!r})")

    def test_what_was_written_last_is_read(
        self, subject: Any, shelves: Shelves
    ) -> None:
        one, secret = account(), credential(account().id)
        held = session("s", account=one.id)
        _add(shelves, "accounts", one)
        _add(shelves, "credentials", secret)
        _add(shelves, "sessions", held)
        _read(subject, held.digest)

        ended, erased = held.ended(at=AT), one.erased()
        later = replace(secret, generation=secret.generation + 1, version=2)
        for part, old, new in (
            ("credentials", secret, later),
            ("accounts", one, erased),
            ("sessions", held, ended),
        ):
            yes(shelves.part(part, "replace").replace, old, new, why=CURRENT)
            rows = _read(subject, held.digest)
            wanted = {"credentials": later.generation, "accounts": erased}
            found = {
                "credentials": rows.generation,
                "accounts": rows.account,
                "sessions": rows.session,
            }
            assert found[part] == wanted.get(part, ended), (
                f"read() does not give what {part}.replace() has just written. {FRESH}"
            )

    def test_a_session_that_is_not_there_gives_none(
        self, subject: Any, shelves: Shelves
    ) -> None:
        _add(shelves, "accounts", account())
        _add(shelves, "sessions", session("ann"))

        for name in ("", *LOOK_ALIKES):
            there = ask(shelves.part("sessions", "get").get, SessionDigest(name))
            found = ask(subject.read, SessionDigest(name))
            assert (found is None) is (there is None), (
                f"read({name!r}) gave {found!r}, and get() {there!r}. {EXACT}"
            )

    def test_read_raises_unavailable_when_the_backend_is_away(self, away: Any) -> None:
        unavailable(away.read, SessionDigest("one"))


def _add(shelves: Shelves, part: str, value: object) -> None:
    yes(shelves.part(part, "add").add, value, why=FREE)


def _read(subject: Any, digest: SessionDigest) -> SessionRows:
    __tracebackhide__ = True
    rows = ask(subject.read, digest)
    assert rows is not None, f"read({digest!r}) gave no session. {LEFT} {EXACT}"
    real(rows, SessionRows, verb="read")
    assert isinstance(rows, SessionRows)
    return rows


def _are(
    rows: SessionRows,
    held: Session,
    holder: Account | None,
    generation: int,
    *,
    what: str,
) -> None:
    __tracebackhide__ = True
    same(held, rows.session, what=f"{what}: its session")
    if holder is None:
        assert rows.account is None, f"{what}: the account is {rows.account!r}. {LEFT}"
    else:
        assert rows.account is not None, f"{what} gave no account. {LEFT}"
        same(holder, rows.account, what=f"{what}: its account")
    assert rows.generation == generation, (
        f"{what}: the generation is {rows.generation!r}, not {generation}; it is 0 "
        f"where there is no credential. {LEFT}"
    )
