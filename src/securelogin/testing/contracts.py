"""The contracts of credentials, recipient links and sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from securelogin.accounts import AccountId
from securelogin.adapters import Credentials, Links, Sessions
from securelogin.testing.answers import all_same, ask, unavailable, yes
from securelogin.testing.keyed import (
    CURRENT,
    EXACT,
    AddFacts,
    GetFacts,
    ReplaceFacts,
)
from securelogin.testing.values import (
    AT,
    CREDENTIAL,
    LINK,
    LOOK_ALIKES,
    SESSION,
    TICK,
    credential,
    session,
)

__all__ = ["CredentialsContract", "LinksContract", "SessionsContract"]

HUNDRED = (
    "Give the newest 100 that have not ended, newest first; of two begun at one moment "
    "the one added later comes first."
)


class CredentialsContract(GetFacts, AddFacts, ReplaceFacts):
    """The contract of `Credentials`. Give a fixture `credentials` (or `store`)."""

    part = "credentials"
    protocols: ClassVar[tuple[type, ...]] = (Credentials,)
    kind = CREDENTIAL

    @pytest.fixture
    def credentials(self, store: Any) -> Any:
        """The adapter under test."""
        return store.credentials

    @pytest.fixture
    def subject(self, credentials: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(credentials)

    def test_a_hash_that_was_replaced_is_gone(
        self, subject: Any, raw: Callable[[], str]
    ) -> None:
        old = self.put(subject, credential(password_hash="$argon2id$old"))
        assert "$argon2id$old" in raw(), (
            "The witness does not see what is stored. Let it read everything the "
            "backend holds, past the adapter."
        )
        new = replace(old, password_hash="$argon2id$new", version=2)
        yes(subject.replace, old, new, why=CURRENT)

        assert "$argon2id$old" not in raw(), (
            "The hash of a former password is still in the backend. Keep no history of "
            "credentials: old passwords are tried elsewhere."
        )


class LinksContract(GetFacts, AddFacts, ReplaceFacts):
    """The contract of `Links`. Give a fixture `links` (or `store`)."""

    part = "links"
    protocols: ClassVar[tuple[type, ...]] = (Links,)
    kind = LINK

    @pytest.fixture
    def links(self, store: Any) -> Any:
        """The adapter under test."""
        return store.links

    @pytest.fixture
    def subject(self, links: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(links)


class SessionsContract(GetFacts, AddFacts, ReplaceFacts):
    """The contract of `Sessions`. Give a fixture `sessions` (or `store`)."""

    part = "sessions"
    protocols: ClassVar[tuple[type, ...]] = (Sessions,)
    kind = SESSION

    @pytest.fixture
    def sessions(self, store: Any) -> Any:
        """The adapter under test."""
        return store.sessions

    @pytest.fixture
    def subject(self, sessions: Any) -> Any:
        """The adapter, with a sync face."""
        return self.faced(sessions)

    def test_the_newest_hundred_of_an_account_come_newest_first(
        self, subject: Any
    ) -> None:
        made = [session(f"s{n}", began_at=AT + n * TICK) for n in range(105)]
        for one in (*made, session("other", account=AccountId("bob"))):
            self.put(subject, one)

        all_same(
            made[:4:-1],
            ask(subject.held_by, AccountId("ann")),
            what=f"held_by() of an account with 105 sessions. {HUNDRED}",
        )

    def test_of_two_begun_at_one_moment_the_one_added_later_comes_first(
        self, subject: Any
    ) -> None:
        made = [self.put(subject, session(name)) for name in ("one", "two", "three")]

        all_same(
            made[::-1],
            ask(subject.held_by, AccountId("ann")),
            what=f"held_by() of three sessions begun at one moment. {HUNDRED}",
        )

    def test_what_has_ended_is_not_held(self, subject: Any) -> None:
        ending, lasting = self.put(subject, session()), self.put(subject, session("on"))
        self.put(subject, session("never was", ended_at=AT))
        yes(subject.replace, ending, ending.ended(at=AT), why=CURRENT)

        all_same(
            [lasting],
            ask(subject.held_by, AccountId("ann")),
            what=f"held_by() of an account of whose sessions one lasts. {HUNDRED}",
        )

    def test_what_is_over_but_has_not_ended_is_held(self, subject: Any) -> None:
        over = self.put(subject, session(until=AT))

        all_same(
            [over],
            ask(subject.held_by, AccountId("ann")),
            what="held_by() of an account whose session has expired. Look at ended_at "
            "alone: what is over by the clock is for the rules to judge",
        )

    def test_ended_sessions_hide_no_older_one(self, subject: Any) -> None:
        made = [session(f"s{n}", began_at=AT + n * TICK) for n in range(105)]
        for one in made:
            self.put(subject, one)
        for one in made[3:]:
            yes(subject.replace, one, one.ended(at=AT), why=CURRENT)

        all_same(
            made[2::-1],
            ask(subject.held_by, AccountId("ann")),
            what="held_by() of an account with 3 sessions, and 102 newer ones that "
            "have ended. Leave out what has ended, then take 100: a session that is in "
            "no list cannot be ended",
        )

    def test_an_account_holds_no_sessions_of_a_look_alike(self, subject: Any) -> None:
        self.put(subject, session(account=AccountId("ann")))

        for name in LOOK_ALIKES[1:]:
            all_same(
                [],
                ask(subject.held_by, AccountId(name)),
                what=f"held_by() of a look-alike. {EXACT}",
            )

    def test_held_by_raises_unavailable_when_the_backend_is_away(
        self, away: Any
    ) -> None:
        unavailable(away.held_by, AccountId("ann"))
